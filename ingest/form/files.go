package form

import (
	"slices"
	"strconv"
	"strings"

	"github.com/gabriel-vasile/mimetype"

	"balie/content"
	"balie/ingest/attachment"
	"balie/themes/view"
)

// File is an attachment that was accepted. Name is what it would be stored as, with the ending of
// the type that its content shows. Nothing of it was chosen by who sent it. Label is what they call
// it.
type File struct {
	Name  string
	Label string
	Type  string // its media type
	Body  []byte
}

// checkFiles judges the files of a field, and adds them to the submission.
func (r Rules) checkFiles(s *Submission, f *content.Field, a Answers) *view.Mistake {
	if slices.ContainsFunc(a.Values, func(v Answer) bool { return v.Name == f.ID && (v.Value != "" || v.Type != JSONText) }) {
		return mistake(f, asForm)
	}
	n := 0
	for _, u := range a.Uploads {
		if u.Name != f.ID {
			continue
		}
		if n++; n > f.CountLimit() {
			return mistake(f, fileCount, "max", strconv.Itoa(f.CountLimit()))
		}
		file, m := r.checkFile(f, u)
		if m != nil {
			return m
		}
		if !slices.ContainsFunc(s.Files, func(had File) bool { return had.Name == file.Name }) {
			s.Files = append(s.Files, file)
		}
	}
	if n == 0 && f.Required {
		return missing(f)
	}
	return nil
}

func (r Rules) checkFile(f *content.Field, u Upload) (File, *view.Mistake) {
	if u.Size > int64(f.SizeLimit()) {
		return File{}, mistake(f, fileSize, "name", u.Label, "max", f.SizeLimit().String())
	}
	if u.Size == 0 {
		return File{}, mistake(f, fileEmpty, "name", u.Label)
	}
	if u.Body == nil { // no room was left for it
		return File{}, mistake(f, filesSize, "max", r.Setup.FilesLimit().String())
	}
	kind := mimetype.Detect(u.Body)
	if !slices.ContainsFunc(f.FileTypes(), func(t string) bool { return isType(kind, t) }) {
		return File{}, mistake(f, fileType, "name", u.Label, "types", sayTypes(f.FileTypes()))
	}
	return newFile(kind, u.Label, u.Body), nil
}

// newFile names a file by its content.
func newFile(kind *mimetype.MIME, label string, body []byte) File {
	return File{Name: attachment.Name(body, storedExtension(kind)), Label: label, Type: mediaType(kind), Body: body}
}

// mediaType is a type without parameters.
func mediaType(kind *mimetype.MIME) string {
	name, _, _ := strings.Cut(kind.String(), ";")
	return name
}

// isType reports whether content is of a media type. Plain text passes for any text type that can't
// be told apart from it, such as text/csv, but not for a page or a script.
func isType(kind *mimetype.MIME, want string) bool {
	if kind.Is(want) {
		return true
	}
	return kind.Is("text/plain") && strings.HasPrefix(want, "text/") && !slices.Contains([]string{"text/html", "text/xml", "text/javascript"}, want)
}

// storedExtension is the ending of a stored file: a dot and up to eight letters and digits.
func storedExtension(kind *mimetype.MIME) string {
	ext := kind.Extension()
	if len(ext) < 2 || len(ext) > 9 || strings.Trim(ext[1:], "abcdefghijklmnopqrstuvwxyz0123456789") != "" {
		return ".bin"
	}
	return ext
}

// extension is the usual ending of a media type's files, or "".
func extension(mediaType string) string {
	if m := mimetype.Lookup(mediaType); m != nil {
		return m.Extension()
	}
	return ""
}

// checkTotal judges the sum of all files, where that was not said of one of them.
func (r Rules) checkTotal(a Answers, wrong []view.Mistake) []view.Mistake {
	var sum int64
	for _, u := range a.Uploads {
		sum += u.Size
	}
	if sum <= int64(r.Setup.FilesLimit()) || !r.Attach || slices.ContainsFunc(wrong, func(m view.Mistake) bool { return m.Code == filesSize }) {
		return nil
	}
	return []view.Mistake{*mistake(nil, filesSize, "max", r.Setup.FilesLimit().String())}
}
