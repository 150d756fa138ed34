package themes

import (
	"bytes"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"unicode/utf8"
)

// FileError says what is wrong with a file of a theme, and where in it that is, as far as it is
// known.
type FileError struct {
	File   string // layouts/home.html, from the theme's directory
	Line   int    // 0: not known
	Column int    // in characters; 0: not known
	Err    error
	Hint   string // the next step, or ""
}

func (e *FileError) Error() string {
	if e.Line > 0 {
		return fmt.Sprintf("%s:%d: %v", e.File, e.Line, e.Err)
	}
	return fmt.Sprintf("%s: %v", e.File, e.Err)
}

func (e *FileError) Unwrap() error { return e.Err }

// FileErrors lists the errors in files of which an error of Load is made; none where it is of
// another kind.
func FileErrors(err error) []*FileError {
	if several, ok := err.(interface{ Unwrap() []error }); ok {
		var list []*FileError
		for _, one := range several.Unwrap() {
			list = append(list, FileErrors(one)...)
		}
		return list
	}
	var one *FileError
	if errors.As(err, &one) {
		return []*FileError{one}
	}
	return nil
}

// The next steps.
const (
	localeHint   = `write an object of keys and words: {"askus": "Ask us", "skip": "Skip"}, with a comma between two, and none after the last`
	messageHint  = `write a text, "{n} questions", or one for each plural form: {"one": "…", "other": "…"}`
	templateHint = "mend it, or take the file out: the theme that comes with balie has one"
)

// offsetError is an error at a byte of a file.
type offsetError struct {
	at   int
	err  error
	hint string
}

func (e *offsetError) Error() string { return e.err.Error() }
func (e *offsetError) Unwrap() error { return e.err }

// localeError is an error of a language's file; source is what the file holds.
func localeError(lang string, source []byte, err error) error {
	e := &FileError{File: "locales/" + lang + ".json", Err: err}
	var at *offsetError
	if errors.As(err, &at) {
		e.Line, e.Column = positionIn(source, at.at)
		e.Hint = at.hint
	}
	return e
}

// positionIn counts lines and characters up to a byte.
func positionIn(source []byte, at int) (line, column int) {
	before := source[:min(at, len(source))]
	return 1 + bytes.Count(before, []byte("\n")), 1 + utf8.RuneCount(before[bytes.LastIndexByte(before, '\n')+1:])
}

// templatePosition is how text/template says where a template is wrong.
var templatePosition = regexp.MustCompile(`^template: [^:]+:(\d+):(?:\d+:)? *(.*)$`)

// templateError is an error of parsing a file's templates.
func templateError(file string, err error) error {
	m := templatePosition.FindStringSubmatch(err.Error())
	if m == nil {
		return &FileError{File: file, Err: err, Hint: templateHint}
	}
	line, _ := strconv.Atoi(m[1])
	return &FileError{File: file, Line: line, Column: 1, Err: fmt.Errorf("%s", m[2]), Hint: templateHint}
}
