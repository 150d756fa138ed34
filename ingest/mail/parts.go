package mail

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/jhillyerd/enmime/v2"
	"github.com/jhillyerd/enmime/v2/mediatype"

	"balie/ingest/form"
)

// maxHTML is how many bytes of HTML of a mail are made text. What is more stays a file.
const maxHTML = 2 << 20

// File is a part of a mail that is not its text.
type File struct {
	Label  string // what its sender calls it, clean; may be empty
	Inline bool   // it belongs to how the mail looks, such as the picture in a signature
	Body   []byte
}

// parser reads MIME as tolerantly as may be. What a character set makes of text is decided here, by
// the text (toUTF8).
var parser = enmime.NewParser(
	enmime.DisableCharacterDetection(true),
	enmime.SetReadPartErrorPolicy(func(*enmime.Part, error) bool { return true }),
	enmime.MaxStoredPartErrors(20),
	enmime.SetCustomParseMediaType(parseMediaType),
)

// parseMediaType reads a media type. Text without a useful character set is taken for UTF-8.
func parseMediaType(value string) (kind string, params map[string]string, invalid []string, err error) {
	kind, params, invalid, err = mediatype.Parse(value)
	if err != nil { // such a part is a file
		return "application/octet-stream", map[string]string{}, nil, nil
	}
	charset := strings.ToLower(params["charset"])
	if strings.HasPrefix(kind, "text/") && slices.Contains([]string{"", "us-ascii", "ascii"}, charset) {
		if params == nil {
			params = map[string]string{}
		}
		params["charset"] = "utf-8"
	}
	return kind, params, invalid, nil
}

// reading is a mail while it is taken apart.
type reading struct {
	files   []File
	report  []byte // of a message/delivery-status
	about   []byte // the header, at least, of the mail that is returned
	damaged bool   // something could not be decoded
	html    int    // how many bytes of HTML were made text
}

// takeApart reads the parts of a mail. The error says that one can't be read at all.
func takeApart(root *part) (r *reading, text string, err error) {
	defer func() { // of the library: what anybody may send must not end the process
		if p := recover(); p != nil {
			err = fmt.Errorf("read the parts: %v", p)
		}
	}()
	r = &reading{}
	text, err = r.read(root, true, false)
	return r, text, err
}

// read returns the text of a part and of those within it, and keeps all that is not text. Of
// alternatives the first that has a text gives it: mail programs write the plain one first.
func (r *reading) read(p *part, isRoot, hasText bool) (text string, err error) {
	if len(p.parts) == 0 {
		return r.readLeaf(p, isRoot, hasText)
	}
	kind, _ := p.mediaType()
	alternatives := kind == "multipart/alternative"
	for _, child := range p.parts {
		more, err := r.read(child, false, hasText || alternatives && text != "")
		switch {
		case err != nil:
			return "", err
		case text == "":
			text = more
		case more != "" && !alternatives:
			text += "\n\n" + more
		}
	}
	return text, nil
}

// decode decodes a part without parts. A multipart that has none, or whose boundary is not known,
// is taken for text.
func decode(p *part) (*enmime.Part, error) {
	var raw bytes.Buffer
	kind, _ := p.mediaType()
	for _, f := range p.header {
		switch {
		case f.name == "content-type" && strings.HasPrefix(kind, "multipart/"):
		case strings.HasPrefix(f.name, "content-"):
			fmt.Fprintf(&raw, "%s: %s\r\n", f.name, f.value)
		}
	}
	raw.WriteString("\r\n")
	return parser.ReadParts(io.MultiReader(&raw, bytes.NewReader(p.body)))
}

// isLoss reports whether something of a part was lost.
func isLoss(e *enmime.Error) bool { return e.Severe || e.Name == enmime.ErrorMalformedChildPart }

// readLeaf returns the text of a part without parts, or keeps it as a file.
func (r *reading) readLeaf(of *part, isRoot, hasText bool) (string, error) {
	p, err := decode(of)
	if err != nil {
		return "", err
	}
	r.damaged = r.damaged || slices.ContainsFunc(p.Errors, isLoss)
	isFile := p.Disposition == "attachment" || p.FileName != "" && !isRoot
	switch p.ContentType {
	case "message/delivery-status", "message/global-delivery-status":
		r.report = p.Content
	case "message/rfc822", "text/rfc822-headers", "message/rfc822-headers", "message/global", "message/global-headers":
		if r.about == nil {
			r.about = p.Content
		}
	case "text/plain", "":
		if !isFile {
			return trimText(toUTF8(string(p.Content))), nil
		}
	case "text/html":
		if !isFile && hasText {
			return "", nil
		}
		if isFile {
			break
		}
		if text, ok := r.htmlText(p); ok {
			return text, nil
		}
	}
	r.keep(p)
	return "", nil
}

// htmlText returns the text of a page.
func (r *reading) htmlText(p *enmime.Part) (text string, ok bool) {
	if r.html += len(p.Content); r.html > maxHTML {
		return "", false
	}
	page := enmime.NewPart("text/html")
	page.Header.Set("Content-Type", "text/html; charset=utf-8")
	page.Content = []byte(toUTF8(string(p.Content)))
	e, err := parser.EnvelopeFromPart(page)
	if err != nil || e.Text == "" {
		return "", false
	}
	return trimText(e.Text), true
}

// keep adds a part's content to the files, empty ones with a name too.
func (r *reading) keep(p *enmime.Part) {
	label := form.CleanLabel(toUTF8(p.FileName))
	if len(p.Content) == 0 && label == "" {
		return
	}
	inline := p.Disposition == "inline" || p.Disposition == "" && p.ContentID != ""
	r.files = append(r.files, File{label, inline, p.Content})
}

// trimText cleans a text as what is typed into a form is cleaned.
func trimText(s string) string {
	text, _ := form.Clean(s)
	return text
}
