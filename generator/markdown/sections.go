package markdown

import (
	"strings"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
)

// Section is a part of a text under a heading, without marks.
type Section struct {
	Heading string // empty for what stands above the first heading
	ID      string // the heading's id, where HTML gives headings ids
	Text    string
}

// Sections divides a text at its headings, of whatever level. What stands above the first is a
// section of its own, without a heading; it is left out where there is nothing.
func (c *Converter) Sections(source string) []Section {
	src := []byte(source)
	context := parser.NewContext(parser.WithIDs(&ids{used: map[string]bool{}}))
	context.Set(optionsKey, Options{IDs: true})
	doc := c.of(source).Parser().Parse(text.NewReader(src), parser.WithContext(context))
	list := []Section{{}}
	for n := doc.FirstChild(); n != nil; n = n.NextSibling() {
		if h, ok := n.(*ast.Heading); ok {
			id, _ := h.AttributeString("id")
			list = append(list, Section{Heading: plainText(h, src), ID: string(id.([]byte))})
			continue
		}
		last := &list[len(list)-1]
		last.Text = strings.TrimSpace(last.Text + " " + plainText(n, src))
	}
	if list[0].Text == "" {
		list = list[1:]
	}
	return list
}

// plainText is what a part of a text says, in one line.
func plainText(root ast.Node, src []byte) string {
	var b strings.Builder
	_ = ast.Walk(root, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			if n.Type() == ast.TypeBlock {
				b.WriteByte(' ')
			}
			return ast.WalkContinue, nil
		}
		writeText(&b, n, src)
		return ast.WalkContinue, nil
	})
	return strings.Join(strings.Fields(b.String()), " ")
}
