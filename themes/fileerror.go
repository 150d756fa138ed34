package themes

import (
	"fmt"
	"regexp"
	"strconv"
)

// FileError says what is wrong with a file of a theme, and on which line where that is known.
type FileError struct {
	File string // layouts/home.html, from the theme's directory
	Line int    // 0: not known
	Err  error
}

func (e *FileError) Error() string {
	if e.Line > 0 {
		return fmt.Sprintf("%s:%d: %v", e.File, e.Line, e.Err)
	}
	return fmt.Sprintf("%s: %v", e.File, e.Err)
}

func (e *FileError) Unwrap() error { return e.Err }

func localeError(lang string, err error) error {
	return &FileError{File: "locales/" + lang + ".json", Err: err}
}

// templatePosition is how text/template says where a template is wrong.
var templatePosition = regexp.MustCompile(`^template: [^:]+:(\d+):(?:\d+:)? *(.*)$`)

// templateError is an error of parsing a file's templates.
func templateError(file string, err error) error {
	m := templatePosition.FindStringSubmatch(err.Error())
	if m == nil {
		return &FileError{File: file, Err: err}
	}
	line, _ := strconv.Atoi(m[1])
	return &FileError{File: file, Line: line, Err: fmt.Errorf("%s", m[2])}
}
