package themes

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"path"
	"regexp"
)

// Asset is a file that pages name. Its path has a part of its content's hash, so that it may be
// kept for ever by whoever fetched it.
type Asset struct {
	Path string // from the site's root: assets/style.1f0c9a77be.css
	Data []byte
}

func newAsset(name, ext string, data []byte) Asset {
	sum := sha256.Sum256(data)
	return Asset{fmt.Sprintf("assets/%s.%s%s", name, hex.EncodeToString(sum[:5]), ext), data}
}

// Comments of a stylesheet and its lines are for who writes it. A line ends where the next begins a
// rule or a declaration, so that none ends within a selector or a value.
var (
	comments = regexp.MustCompile(`(?s)/\*.*?\*/`)
	indents  = regexp.MustCompile(`(?m)^\s+(//.*\n)?|^//.*\n`)
	lines    = regexp.MustCompile(`([{};,])\s*\n\s*`)
)

// script is a script without its comments and indents. A comment has lines of its own, and no text
// has a line end.
func script(source []byte) []byte {
	return indents.ReplaceAll(comments.ReplaceAll(source, nil), nil)
}

// stylesheet is the theme's, under the desk's own colours, and its logo where that is drawn in one
// colour.
func (t *Theme) stylesheet(accent, logo string) Asset {
	var b bytes.Buffer
	b.WriteString(palette(accent))
	if logo != "" {
		fmt.Fprintf(&b, ".mark{--logo:url(%q)}\n", logo)
	}
	b.Write(comments.ReplaceAll(t.styles, nil))
	return newAsset("style", ".css", lines.ReplaceAll(b.Bytes(), []byte("$1")))
}

// feedStylesheet is that by which browsers show feeds, under the desk's own colours.
func (t *Theme) feedStylesheet(accent string) Asset {
	sheet := append([]byte(palette(accent)), comments.ReplaceAll(t.feeds, nil)...)
	return newAsset("feed", ".css", lines.ReplaceAll(sheet, []byte("$1")))
}

// logoAsset is the desk's logo; drawn says that it leaves its colour to the page (currentColor),
// which an image by itself can't.
func logoAsset(name string, data []byte) (a Asset, drawn bool) {
	if name == "" || len(data) == 0 {
		return Asset{}, false
	}
	ext := path.Ext(name)
	return newAsset("logo", ext, data), ext == ".svg" && bytes.Contains(data, []byte("currentColor"))
}
