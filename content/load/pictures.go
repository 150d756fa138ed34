package load

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"image"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"
	"path"
	"slices"
	"strings"

	"golang.org/x/image/webp"

	"balie/content"
)

// Limits on pictures beside articles, in bytes. Over the first a picture is a warning, over the
// second an error.
const (
	LargePicture = 300_000
	MaxPicture   = 2_000_000
)

// pictureFormats read a picture's width and height from its first bytes, by the file's ending. An
// SVG is no such picture, since it may hold a script.
var pictureFormats = map[string]func(io.Reader) (image.Config, error){
	".png": png.DecodeConfig, ".jpg": jpeg.DecodeConfig, ".jpeg": jpeg.DecodeConfig, ".webp": webp.DecodeConfig, ".gif": gif.DecodeConfig,
}

// otherFormats are endings of pictures that are not published.
var otherFormats = []string{".svg", ".avif", ".heic", ".heif", ".bmp", ".tif", ".tiff", ".jxl"}

// splitPictures divides the files of a section into pictures, by their endings, and all others.
func splitPictures(files []string) (others, pictures []string) {
	for _, f := range files {
		ext := strings.ToLower(path.Ext(f))
		if pictureFormats[ext] != nil || slices.Contains(otherFormats, ext) {
			pictures = append(pictures, f)
		} else {
			others = append(others, f)
		}
	}
	return others, pictures
}

// pictures reads the pictures of a section, all of them and those that can be shown.
func (r *setupReader) pictures(dir string, files []string) (written, shown []*content.Picture) {
	for _, f := range files {
		p, ok := r.pictureName(dir, f)
		if !ok {
			r.broken = append(r.broken, path.Join(dir, f))
			continue
		}
		written = append(written, p)
		if p.Lang != "" && !slices.Contains(files, p.Name) {
			r.problem(p.Path, content.CodeTranslation, fmt.Sprintf("add %s, which the other languages show, or take this one out", p.Name), "a picture for one language alone")
		} else if r.picture(p) {
			shown = append(shown, p)
			continue
		}
		r.broken = append(r.broken, p.Path)
	}
	return written, shown
}

// pictureName reads <slug>.png or <slug>.<language>.png.
func (r *setupReader) pictureName(dir, file string) (*content.Picture, bool) {
	p := &content.Picture{Path: path.Join(dir, file)}
	ext := path.Ext(file)
	if slices.Contains(otherFormats, strings.ToLower(ext)) {
		hint := "save it as PNG, JPEG, WebP or GIF"
		if strings.EqualFold(ext, ".svg") {
			hint = "save it as PNG: an SVG may hold a script"
		}
		r.problem(p.Path, content.CodePicture, hint, "pictures are not published as %s", strings.ToUpper(ext[1:]))
		return nil, false
	}
	slug, lang, translated := strings.Cut(strings.TrimSuffix(file, ext), ".")
	if pictureFormats[ext] == nil || !content.IsSlug(slug) || translated && !content.IsLanguage(lang) {
		r.problem(p.Path, content.CodeName, fmt.Sprintf("name it <slug>%s, in small letters, digits and dashes, or <slug>.<language>%[1]s for one language", strings.ToLower(ext)), "%q is no name for a picture", file)
		return nil, false
	}
	if translated {
		if problem, hint := r.checkLanguage(slug, lang); problem != "" {
			r.problem(p.Path, content.CodeUnknownLanguage, strings.Replace(hint, slug+".md", slug+ext, 1), "%s", problem)
			return nil, false
		}
	}
	p.Name, p.Lang = slug+ext, lang
	return p, true
}

// picture reads a picture's size and digest, and reports whether it can be shown.
func (r *setupReader) picture(p *content.Picture) bool {
	data, size, err := readFile(r.fsys, p.Path, MaxPicture)
	switch {
	case err != nil:
		r.problem(p.Path, content.CodeUnreadable, "see that it can be read", "can't be read: %v", cause(err))
		return false
	case size > MaxPicture:
		r.problem(p.Path, content.CodeTooLarge, "make it smaller: readers on a phone wait for it; at most 2 MB, better under 300 kB", "too large: %d kB", (size+999)/1000)
		return false
	}
	if p.Width, p.Height = PictureSize(path.Ext(p.Path), data); p.Width == 0 {
		r.problem(p.Path, content.CodePicture, "save it again in that format, or name it after what it is"+lfsHint(data), "this is no %s picture", strings.ToUpper(path.Ext(p.Path)[1:]))
		return false
	}
	if size > LargePicture {
		r.problem(p.Path, content.CodePicture, "make it smaller, or save it as WebP or JPEG: at most 300 kB", "a large picture: %d kB", (size+999)/1000)
		r.problems[len(r.problems)-1].Severity = content.Warning
	}
	p.Digest = sha256.Sum256(data)
	return true
}

// lfsHint says that git has the picture elsewhere, where the file only says so.
func lfsHint(data []byte) string {
	if bytes.HasPrefix(data, []byte("version https://git-lfs")) {
		return "; the file is a pointer of Git LFS: git lfs pull brings the picture"
	}
	return ""
}

// PictureSize reads the width and height of a picture from its first bytes; ext is its file's
// ending, such as .png. Both are 0 where the bytes are not of that format.
func PictureSize(ext string, data []byte) (width, height int) {
	decode := pictureFormats[ext]
	if decode == nil {
		return 0, 0
	}
	c, err := decode(bytes.NewReader(data))
	if err != nil || c.Width <= 0 || c.Height <= 0 {
		return 0, 0
	}
	return c.Width, c.Height
}
