package form

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"

	"github.com/gabriel-vasile/mimetype"

	"balie/content"
)

// FileOf returns a file that came by mail, named by its content.
func FileOf(label string, body []byte) File { return newFile(mimetype.Detect(body), label, body) }

// TextFile returns a text as a file, whatever it looks like.
func TextFile(label, text string) File {
	sum := sha256.Sum256([]byte(text))
	return File{Name: hex.EncodeToString(sum[:8]) + ".txt", Label: label, Body: []byte(text)}
}

// Takes reports whether the form's field for files takes a file. How many there are, and how large
// together, is the caller's to see.
func (r Rules) Takes(label string, body []byte) bool {
	i := slices.IndexFunc(r.Form.Fields, func(f content.Field) bool { return f.Type == content.FileField })
	if i < 0 {
		return false
	}
	_, m := r.checkFile(&r.Form.Fields[i], Upload{Label: label, Size: int64(len(body)), Body: body})
	return m == nil
}
