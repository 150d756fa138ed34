package markdown

import (
	"bytes"
	"fmt"
	"net/url"
	"reflect"
	"strconv"
	"strings"
	"unicode"

	"github.com/yuin/goldmark/ast"
	extast "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// place goes over a parsed text once and makes it fit for where it stands.
type place struct{}

// Transform implements goldmark's parser.ASTTransformer.
func (place) Transform(doc *ast.Document, reader text.Reader, context parser.Context) {
	o, _ := context.Get(optionsKey).(Options)
	p := placing{o: o, src: reader.Source(), ids: context.IDs(), top: max(o.Top, 2)}
	if o.asWritten {
		return
	}
	_ = ast.Walk(doc, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if entering {
			p.gather(n)
		}
		return ast.WalkContinue, nil
	})
	p.apply()
	if len(p.named) > 0 {
		context.Set(headingsKey, p.named)
	}
}

// placing gathers first and changes afterwards, so that no node moves beneath the walk.
type placing struct {
	o        Options
	src      []byte
	ids      parser.IDs
	top      int
	headings []*ast.Heading
	links    []*ast.Link
	images   []*ast.Image
	autos    []*ast.AutoLink
	quotes   []*ast.Blockquote
	named    []Heading
}

func (p *placing) gather(n ast.Node) {
	switch n := n.(type) {
	case *ast.Heading:
		p.headings = append(p.headings, n)
	case *ast.Link:
		p.links = append(p.links, n)
	case *ast.Image:
		p.images = append(p.images, n)
	case *ast.AutoLink:
		p.autos = append(p.autos, n)
	case *ast.Blockquote:
		p.quotes = append(p.quotes, n)
	case *extast.TableCell:
		if n.Alignment == extast.AlignRight {
			n.SetAttributeString("class", []byte("n"))
		}
		if n.Parent().Kind() == extast.KindTableHeader {
			n.SetAttributeString("scope", []byte("col"))
		}
	}
}

func (p *placing) apply() {
	p.shift()
	for _, q := range p.quotes {
		if isNote(q, p.src) {
			q.SetAttributeString("class", []byte("notice"))
		}
	}
	for _, l := range p.links {
		p.link(l)
	}
	for _, a := range p.autos {
		if a.AutoLinkType == ast.AutoLinkURL && !allowed(string(a.URL(p.src))) {
			replace(a, ast.NewString(a.Label(p.src)))
		}
	}
	for _, i := range p.images {
		p.image(i)
	}
}

// shift moves the headings in step, so that the topmost is at top, and names them.
func (p *placing) shift() {
	highest := 6
	for _, h := range p.headings {
		highest = min(highest, h.Level)
	}
	for _, h := range p.headings {
		h.Level = min(h.Level+max(p.top-highest, 0), 6)
		if p.o.IDs {
			words := plainText(h, p.src)
			id := p.ids.Generate([]byte(words), ast.KindHeading)
			h.SetAttributeString("id", id)
			p.named = append(p.named, Heading{string(id), words, h.Level})
		}
	}
}

func (p *placing) link(l *ast.Link) {
	dest := resolved(l.Destination)
	if !allowed(dest) {
		parent := l.Parent()
		for child := l.FirstChild(); child != nil; {
			next := child.NextSibling()
			parent.InsertBefore(parent, l, child)
			child = next
		}
		parent.RemoveChild(parent, l)
		return
	}
	l.Destination = []byte(p.onSite(dest))
}

func (p *placing) onSite(dest string) string {
	dest = p.rooted(dest)
	if p.o.Link != nil && strings.HasPrefix(dest, "/") && !strings.HasPrefix(dest, "//") {
		return p.o.Link(dest)
	}
	return dest
}

// rooted is a relative address as it is from anywhere on the site: a text is shown on other pages
// than its own too.
func (p *placing) rooted(dest string) string {
	ref, err := url.Parse(dest)
	if p.o.At == "" || err != nil || ref.Scheme != "" || ref.Host != "" || strings.HasPrefix(dest, "/") {
		return dest
	}
	return (&url.URL{Path: p.o.At}).ResolveReference(ref).String()
}

// image keeps a picture of the site's own; another becomes a link. One that is not there is its
// words.
func (p *placing) image(i *ast.Image) {
	dest := resolved(i.Destination)
	if p.o.Picture != nil && isOfSite(dest) {
		picture, there := p.o.Picture(dest)
		if !there {
			replace(i, ast.NewString([]byte(words(i, p.src))))
			return
		}
		i.Destination = []byte(picture.URL)
		i.SetAttributeString("loading", []byte("lazy"))
		if picture.Width > 0 {
			i.SetAttributeString("width", []byte(strconv.Itoa(picture.Width)))
			i.SetAttributeString("height", []byte(strconv.Itoa(picture.Height)))
		}
		return
	}
	if isOfSite(dest) {
		i.Destination = []byte(p.onSite(dest))
		return
	}
	label := words(i, p.src)
	if !allowed(dest) {
		replace(i, ast.NewString([]byte(label)))
		return
	}
	l := ast.NewLink()
	l.Destination = []byte(dest)
	if label == "" {
		label = dest
	}
	l.AppendChild(l, ast.NewString([]byte(label)))
	replace(i, l)
}

// isOfSite reports whether an image's address has neither a scheme nor a host.
func isOfSite(dest string) bool {
	return !strings.Contains(dest, ":") && !strings.HasPrefix(dest, "//") && !strings.HasPrefix(dest, `\`)
}

// words is the text within a node.
func words(n ast.Node, src []byte) string {
	var b strings.Builder
	ast.Walk(n, func(c ast.Node, entering bool) (ast.WalkStatus, error) {
		switch t := c.(type) {
		case *ast.Text:
			if entering {
				b.Write(t.Segment.Value(src))
			}
		case *ast.String:
			if entering {
				b.Write(t.Value)
			}
		}
		return ast.WalkContinue, nil
	})
	return b.String()
}

// resolved is a destination without escapes. goldmark resolves once more when it writes, so this
// goes on until there is nothing left to resolve.
func resolved(dest []byte) string {
	for {
		next := util.ResolveEntityNames(util.ResolveNumericReferences(util.UnescapePunctuations(dest)))
		if bytes.Equal(next, dest) {
			return string(dest)
		}
		dest = next
	}
}

func replace(old, with ast.Node) { old.Parent().ReplaceChild(old.Parent(), old, with) }

// allowed reports whether a link may have an address: relative, or of a scheme that shows a page or
// starts a message.
func allowed(dest string) bool {
	if strings.ContainsFunc(dest, unicode.IsControl) || strings.HasPrefix(dest, "//") || strings.Contains(dest, `\`) {
		return false
	}
	u, err := url.Parse(dest)
	if err != nil {
		return false
	}
	switch strings.ToLower(u.Scheme) {
	case "", "http", "https", "mailto", "tel":
		return true
	}
	return false
}

// ids names headings by their words, in any script, and never as another part of the page.
type ids struct{ used map[string]bool }

// Generate implements goldmark's parser.IDs.
func (s *ids) Generate(value []byte, _ ast.NodeKind) []byte {
	name := strings.Join(strings.FieldsFunc(strings.ToLower(string(value)), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r)
	}), "-")
	if name == "" {
		name = "part"
	}
	name = "h-" + name
	unique := name
	for n := 2; s.used[unique]; n++ {
		unique = fmt.Sprintf("%s-%d", name, n)
	}
	s.used[unique] = true
	return []byte(unique)
}

// Put implements goldmark's parser.IDs.
func (s *ids) Put(value []byte) { s.used[string(value)] = true }

func sameType(a, b any) bool { return reflect.TypeOf(a) == reflect.TypeOf(b) }
