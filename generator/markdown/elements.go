package markdown

import (
	"fmt"
	"strings"

	"github.com/yuin/goldmark/ast"
	extast "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/renderer"
	"github.com/yuin/goldmark/util"
)

// withElements writes tables and code so that what is wider than the page is scrolled by itself, by
// keyboard too, and makes each heading with an id a link to itself.
func withElements() renderer.Option {
	return renderer.WithNodeRenderers(util.Prioritized(elements{}, 100))
}

type elements struct{}

// RegisterFuncs implements goldmark's renderer.NodeRenderer.
func (elements) RegisterFuncs(r renderer.NodeRendererFuncRegisterer) {
	r.Register(extast.KindTable, writeTable)
	r.Register(ast.KindHeading, writeHeading)
	r.Register(ast.KindCodeBlock, writeCode)
	r.Register(ast.KindFencedCodeBlock, writeCode)
}

func writeTable(w util.BufWriter, _ []byte, _ ast.Node, entering bool) (ast.WalkStatus, error) {
	tag := "</table></div>\n"
	if entering {
		tag = `<div class="scroll" tabindex="0"><table>` + "\n"
	}
	_, err := w.WriteString(tag)
	return ast.WalkContinue, err
}

func writeCode(w util.BufWriter, src []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	if !entering {
		return ast.WalkContinue, nil
	}
	w.WriteString(`<pre tabindex="0"><code>`)
	lines := n.Lines()
	for i := range lines.Len() {
		line := lines.At(i)
		w.Write(util.EscapeHTML(line.Value(src)))
	}
	_, err := w.WriteString("</code></pre>\n")
	return ast.WalkContinue, err
}

// writeHeading puts the words of a heading with an id into a link to it, unless there is a link
// among them already.
func writeHeading(w util.BufWriter, _ []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	h := n.(*ast.Heading)
	id, named := h.AttributeString("id")
	linked := named && !hasLink(h)
	switch {
	case entering && linked:
		fmt.Fprintf(w, `<h%d id="%s"><a href="#%[2]s">`, h.Level, id)
	case entering && named:
		fmt.Fprintf(w, `<h%d id="%s">`, h.Level, id)
	case entering:
		fmt.Fprintf(w, "<h%d>", h.Level)
	case linked:
		fmt.Fprintf(w, "</a></h%d>\n", h.Level)
	default:
		fmt.Fprintf(w, "</h%d>\n", h.Level)
	}
	return ast.WalkContinue, nil
}

// hasLink reports whether a link is anywhere in a node.
func hasLink(n ast.Node) (found bool) {
	_ = ast.Walk(n, func(c ast.Node, _ bool) (ast.WalkStatus, error) {
		if k := c.Kind(); k == ast.KindLink || k == ast.KindAutoLink {
			found = true
			return ast.WalkStop, nil
		}
		return ast.WalkContinue, nil
	})
	return found
}

// isNote reports whether a quotation begins with bold words that end in a colon: **Note:** or
// **Note**: and what is to be noted.
func isNote(q *ast.Blockquote, src []byte) bool {
	paragraph := q.FirstChild()
	if paragraph == nil || paragraph.Kind() != ast.KindParagraph {
		return false
	}
	bold, ok := paragraph.FirstChild().(*ast.Emphasis)
	if !ok || bold.Level != 2 {
		return false
	}
	if strings.HasSuffix(words(bold, src), ":") {
		return true
	}
	next, ok := bold.NextSibling().(*ast.Text)
	return ok && strings.HasPrefix(strings.TrimLeft(string(next.Value(src)), " \u00a0"), ":")
}
