package markdown

import (
	"bytes"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
)

// Outline is what a text leads to and how it is divided.
type Outline struct {
	Links    []Link
	Headings []Heading
}

// Link is a link or an image, as it is written.
type Link struct {
	To    string // its address, without escapes
	At    int    // where that stands, in bytes from the text's beginning
	Image bool
	Words string // of an image: what it says to who can't see it
}

// Heading is a heading with the id that it has on a page of its own.
type Heading struct {
	ID, Text string
	Level    int // in an Outline as it is written, else as it is shown
}

// Outline reads what a text leads to and its headings, in order.
func (c *Converter) Outline(source string) Outline {
	src := []byte(source)
	context := parser.NewContext(parser.WithIDs(&ids{used: map[string]bool{}}))
	context.Set(optionsKey, Options{asWritten: true})
	doc := c.bare.Parser().Parse(text.NewReader(src), parser.WithContext(context))
	o := outliner{src: src}
	_ = ast.Walk(doc, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if entering {
			o.enter(n, context.IDs())
		} else {
			o.leave(n)
		}
		return ast.WalkContinue, nil
	})
	return o.Outline
}

// outliner goes over a text. The tree does not say where the address of a link is: it is looked for
// after the words of the link.
type outliner struct {
	Outline
	src  []byte
	read int // up to where the text was gone over
}

func (o *outliner) enter(n ast.Node, ids parser.IDs) {
	switch n := n.(type) {
	case *ast.Text:
		o.read = max(o.read, n.Segment.Stop)
	case *ast.Heading:
		words := plainText(n, o.src)
		o.Headings = append(o.Headings, Heading{ID: string(ids.Generate([]byte(words), ast.KindHeading)), Text: words, Level: n.Level})
	}
	if n.Type() == ast.TypeBlock && n.Lines().Len() > 0 {
		o.read = max(o.read, n.Lines().At(0).Start)
	}
}

// leave notes a link once its words have been gone over: an image within a link is before it.
func (o *outliner) leave(n ast.Node) {
	switch n := n.(type) {
	case *ast.Link:
		o.link(n.Destination, false, "")
	case *ast.Image:
		o.link(n.Destination, true, plainText(n, o.src))
	}
}

func (o *outliner) link(raw []byte, image bool, words string) {
	at := o.find(raw)
	o.Links = append(o.Links, Link{To: resolved(raw), At: at, Image: image, Words: words})
}

// find looks for an address after what was gone over or, of one that is defined elsewhere, in the
// whole text.
func (o *outliner) find(raw []byte) int {
	for _, mark := range []string{"](", "](<"} {
		if i := bytes.Index(o.src[o.read:], append([]byte(mark), raw...)); i >= 0 && !bytes.Contains(o.src[o.read:o.read+i], []byte("\n\n")) {
			at := o.read + i + len(mark)
			o.read = at + len(raw)
			return at
		}
	}
	for _, mark := range []string{"]: ", "]:", "]: <"} {
		if i := bytes.Index(o.src, append([]byte(mark), raw...)); i >= 0 {
			return i + len(mark)
		}
	}
	return o.read
}
