package form

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/url"
	"strings"
	"unicode/utf8"
)

// The limits of a whole submission, whatever its form says. Check judges by the limits of the
// form's fields.
const (
	// MaxText is how many bytes of answers, as sent, are read; files do not count.
	MaxText = 2 << 20
	// MaxParts is how many answers and files.
	MaxParts = 500
	// MaxBody is how many bytes are read at all. It is far more than is kept, so that somebody who
	// attaches a film gets the form back as it was typed, and not a broken connection.
	MaxBody = 128 << 20
)

// The errors of Decode. One that wraps both ErrTooLarge and ErrMalformed is too large.
var (
	// ErrMediaType: the body is of a type that no form is sent in.
	ErrMediaType = errors.New("the body is not application/x-www-form-urlencoded, multipart/form-data or application/json")
	// ErrMalformed: the body is not what its type says.
	ErrMalformed = errors.New("the body is not what its media type says")
	// ErrTooLarge: more text, parts or bytes than any form takes.
	ErrTooLarge = errors.New("the body is larger than a form takes")
	// ErrNoMemory: Limits.Keep refused the text.
	ErrNoMemory = errors.New("there is no memory for the body")
)

// Answers is what was sent, by name and in order, before any rule.
type Answers struct {
	Values   []Answer
	Uploads  []Upload
	NoMemory bool // Limits.Keep refused a file
}

// Answer is one named value, and its type in JSON. All that the other media types send is text.
type Answer struct {
	Name, Value string
	Type        JSONType
}

// JSONType is what a value was in JSON.
type JSONType int

// The types that are told apart.
const (
	JSONText JSONType = iota
	JSONNumber
	JSONBool  // true has the value "true", false none
	JSONOther // a list or an object
)

// Upload is one file that was sent. Label is the name that its sender gave it, cleaned. Body is nil
// where the file is larger than is kept.
type Upload struct {
	Name  string
	Label string
	Size  int64
	Body  []byte
}

// Get returns the first value of a name, or "".
func (a Answers) Get(name string) string {
	for _, v := range a.Values {
		if v.Name == name {
			return v.Value
		}
	}
	return ""
}

// Limits is how much is kept in memory.
type Limits struct {
	File, Files int64                           // bytes of one file, and of all
	Keep        func(n int64, ofFile bool) bool // reports whether n more bytes may be kept; nil: they may
}

// Bytes is the most that decoding a body keeps in memory at once.
func (l Limits) Bytes() int64 { return l.Files + MaxText }

// keeper asks Limits.Keep for all that is read.
type keeper struct {
	io.Reader
	limits Limits
	ofFile bool
}

func (k keeper) Read(p []byte) (int, error) {
	n, err := k.Reader.Read(p)
	if n > 0 && k.limits.Keep != nil && !k.limits.Keep(int64(n), k.ofFile) {
		return 0, ErrNoMemory
	}
	return n, err
}

// Decode reads a body by its Content-Type. The errors wrap ErrMediaType, ErrMalformed, ErrTooLarge
// or what reading gave.
func Decode(contentType string, body io.Reader, l Limits) (Answers, error) {
	kind, params, err := mime.ParseMediaType(contentType)
	if err != nil {
		return Answers{}, ErrMediaType
	}
	switch kind {
	case "application/x-www-form-urlencoded":
		return decodeWith(decodeURL, keeper{body, l, false})
	case "application/json":
		return decodeWith(decodeJSON, keeper{body, l, false})
	case "multipart/form-data":
		if params["boundary"] == "" {
			return Answers{}, fmt.Errorf("%w: no boundary", ErrMalformed)
		}
		all := &capped{body, max(MaxBody, l.Bytes())}
		return decodeMultipart(multipart.NewReader(all, params["boundary"]), l)
	}
	return Answers{}, ErrMediaType
}

// capped gives ErrTooLarge once more than left bytes were read.
type capped struct {
	r    io.Reader
	left int64
}

func (c *capped) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	if c.left -= int64(n); c.left < 0 {
		return 0, ErrTooLarge
	}
	return n, err
}

// decodeWith reads a body of text alone and decodes it.
func decodeWith(decode func([]byte) (Answers, error), body io.Reader) (Answers, error) {
	text, err := io.ReadAll(&capped{body, MaxText})
	if err != nil {
		return Answers{}, fmt.Errorf("read the body: %w", err)
	}
	return decode(text)
}

func (a *Answers) add(v Answer) error {
	if len(a.Values)+len(a.Uploads) >= MaxParts {
		return fmt.Errorf("%w: more than %d answers", ErrTooLarge, MaxParts)
	}
	a.Values = append(a.Values, v)
	return nil
}

// decodeURL reads application/x-www-form-urlencoded (WHATWG URL, 5.1). Only & separates; a
// semicolon does not.
func decodeURL(text []byte) (Answers, error) {
	var a Answers
	for pair := range strings.SplitSeq(string(text), "&") {
		if pair == "" {
			continue
		}
		name, value, _ := strings.Cut(pair, "=")
		name, err1 := url.QueryUnescape(name)
		value, err2 := url.QueryUnescape(value)
		if err1 != nil || err2 != nil {
			return Answers{}, fmt.Errorf("%w: an escape that is none", ErrMalformed)
		}
		if err := a.add(Answer{Name: name, Value: value}); err != nil {
			return Answers{}, err
		}
	}
	return a, nil
}

// decodeJSON reads one object of names and values. A name that comes twice is kept twice, for Check
// to refuse. null is no answer.
func decodeJSON(text []byte) (Answers, error) {
	if !utf8.Valid(text) { // encoding/json would put U+FFFD in its place and say nothing
		return Answers{}, fmt.Errorf("%w: not UTF-8", ErrMalformed)
	}
	d := json.NewDecoder(bytes.NewReader(text))
	if t, err := d.Token(); err != nil || t != json.Delim('{') {
		return Answers{}, fmt.Errorf("%w: not a JSON object", ErrMalformed)
	}
	var a Answers
	for d.More() {
		if err := a.addJSON(d); err != nil {
			return Answers{}, err
		}
	}
	if _, err := d.Token(); err != nil {
		return Answers{}, fmt.Errorf("%w: the object does not end", ErrMalformed)
	}
	if _, err := d.Token(); err != io.EOF {
		return Answers{}, fmt.Errorf("%w: more than one JSON value", ErrMalformed)
	}
	return a, nil
}

func (a *Answers) addJSON(d *json.Decoder) error {
	name, err := d.Token()
	if err != nil {
		return fmt.Errorf("%w: not JSON", ErrMalformed)
	}
	var raw json.RawMessage // not any: a list of lists would take many times its size
	if err := d.Decode(&raw); err != nil {
		return fmt.Errorf("%w: not JSON", ErrMalformed)
	}
	v := Answer{Name: name.(string)}
	switch raw[0] {
	case '"':
		if err := json.Unmarshal(raw, &v.Value); err != nil {
			return fmt.Errorf("%w: not JSON", ErrMalformed)
		}
	case '{', '[':
		v.Type = JSONOther
	case 't', 'f':
		v.Type = JSONBool
		if raw[0] == 't' {
			v.Value = checked
		}
	case 'n':
	default:
		v.Type, v.Value = JSONNumber, string(raw)
	}
	return a.add(v)
}

// decodeMultipart reads multipart/form-data (RFC 7578).
func decodeMultipart(r *multipart.Reader, l Limits) (Answers, error) {
	var a Answers
	text := &capped{nil, MaxText}
	left := l.Files
	for {
		part, err := r.NextPart()
		if err == io.EOF {
			return a, nil
		}
		if err != nil {
			return Answers{}, fmt.Errorf("%w: %w", ErrMalformed, err)
		}
		if part.FormName() == "" {
			return Answers{}, fmt.Errorf("%w: a part without a name", ErrMalformed)
		}
		if isFile(part) {
			err = a.addFile(part, l, &left)
		} else {
			text.r = keeper{part, l, false}
			err = a.addPart(part.FormName(), text)
		}
		if err != nil {
			return Answers{}, fmt.Errorf("%w: %w", ErrMalformed, err)
		}
	}
}

// isFile reports whether a part has a file name, even an empty one.
func isFile(part *multipart.Part) bool {
	_, params, _ := mime.ParseMediaType(part.Header.Get("Content-Disposition"))
	_, ok := params["filename"]
	return ok
}

func (a *Answers) addPart(name string, r io.Reader) error {
	text, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	return a.add(Answer{Name: name, Value: string(text)})
}

// addFile keeps a file within the limits, and only the size of any other. A part with neither a
// name nor content is a field that was left empty.
func (a *Answers) addFile(part *multipart.Part, l Limits, left *int64) error {
	if len(a.Values)+len(a.Uploads) >= MaxParts {
		return fmt.Errorf("%w: more than %d answers", ErrTooLarge, MaxParts)
	}
	limit := min(l.File, *left)
	body, err := io.ReadAll(keeper{io.LimitReader(part, limit+1), l, true})
	refused := errors.Is(err, ErrNoMemory)
	if err != nil && !refused {
		return err
	}
	rest, err := io.Copy(io.Discard, part)
	if err != nil {
		return err
	}
	u := Upload{Name: part.FormName(), Label: CleanLabel(part.FileName()), Size: int64(len(body)) + rest}
	if u.Label == "" && u.Size == 0 {
		return nil
	}
	if refused {
		a.NoMemory = true
	} else if u.Size <= limit {
		u.Body = body
		*left -= u.Size
	}
	a.Uploads = append(a.Uploads, u)
	return nil
}
