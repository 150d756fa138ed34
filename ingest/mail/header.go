package mail

import (
	"bytes"
	"io"
	"mime"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/htmlindex"

	"balie/ingest/form"
)

// header is the fields of a mail or of one of its parts, in order: the topmost was written last. A
// line that is no field is left out.
type header []field

// field is one header field: its name in lower case, its value unfolded and not decoded.
type field struct{ name, value string }

// splitHeader cuts a mail, or a part of one, where its header ends (RFC 5322, 2.1).
func splitHeader(raw []byte) (head, body []byte) {
	for at := 0; at < len(raw); {
		line, next := lineAt(raw, at)
		if len(line) == 0 {
			return raw[:at], raw[next:]
		}
		at = next
	}
	return raw, nil
}

// lineAt returns the line that begins at an offset, without its end, and where the next one begins.
func lineAt(raw []byte, at int) (line []byte, next int) {
	end := bytes.IndexByte(raw[at:], '\n')
	if end < 0 {
		return raw[at:], len(raw)
	}
	return bytes.TrimSuffix(raw[at:at+end], []byte("\r")), at + end + 1
}

// readHeader reads the fields of a header.
func readHeader(head []byte) (h header) {
	open := false // the last line was a field, or belonged to one
	for at := 0; at < len(head); {
		line, next := lineAt(head, at)
		at = next
		if len(line) > 0 && (line[0] == ' ' || line[0] == '\t') {
			if open {
				h[len(h)-1].value += " " + strings.Trim(string(line), " \t")
			}
			continue
		}
		name, value, ok := strings.Cut(string(line), ":")
		name = strings.TrimRight(name, " \t")
		if open = ok && isFieldName(name); open {
			h = append(h, field{strings.ToLower(name), strings.Trim(value, " \t")})
		}
	}
	return h
}

// isFieldName reports whether a text is a field's name (RFC 5322, 3.6.8).
func isFieldName(s string) bool {
	return s != "" && strings.IndexFunc(s, func(r rune) bool { return r < '!' || r > '~' }) < 0
}

// all returns the values of every field with one of some names, from the top.
func (h header) all(names ...string) (values []string) {
	for _, f := range h {
		for _, name := range names {
			if f.name == name {
				values = append(values, f.value)
			}
		}
	}
	return values
}

// first returns the value of the topmost field with a name, or "".
func (h header) first(name string) string {
	for _, f := range h {
		if f.name == name {
			return f.value
		}
	}
	return ""
}

// has reports whether there is a field with a name.
func (h header) has(name string) bool { return len(h.all(name)) > 0 }

// text returns a field's value as people read it, in one line.
func (h header) text(name string) string { return decodeLine(h.first(name)) }

// mediaType returns a part's type in lower case, and the type's parameters. What can't be read is
// "text/plain", or a type without parameters.
func (h header) mediaType() (kind string, params map[string]string) {
	value := h.first("content-type")
	if value == "" {
		return "text/plain", nil
	}
	kind, params, err := mime.ParseMediaType(value)
	if err != nil {
		kind, _, _ = strings.Cut(value, ";")
		kind = strings.ToLower(strings.TrimSpace(kind))
	}
	return kind, params
}

// words decodes encoded words (RFC 2047) in any character set that browsers know. In another one
// they are read as toUTF8 does.
var words = mime.WordDecoder{CharsetReader: charsetReader}

func charsetReader(charset string, input io.Reader) (io.Reader, error) {
	e, err := htmlindex.Get(charset)
	if err == nil {
		return e.NewDecoder().Reader(input), nil
	}
	text, err := io.ReadAll(input)
	return strings.NewReader(toUTF8(string(text))), err
}

// decodeLine returns a field's value as people read it: decoded, clean, in one line.
func decodeLine(value string) string {
	value = toUTF8(value)
	if decoded, err := words.DecodeHeader(value); err == nil {
		value = decoded
	}
	line, _ := form.CleanLine(toUTF8(value))
	return line
}

// toUTF8 returns a text that is UTF-8. What is not is taken for windows-1252, which has a character
// for nearly every byte.
func toUTF8(s string) string {
	if utf8.ValidString(s) {
		return s
	}
	decoded, err := charmap.Windows1252.NewDecoder().String(s)
	if err != nil {
		return strings.ToValidUTF8(s, "\ufffd")
	}
	return decoded
}
