package markdown

import (
	"bufio"
	"bytes"
	"html"
	"strconv"
	"strings"

	"github.com/yuin/goldmark/ast"
	extast "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/parser"
	htmlrenderer "github.com/yuin/goldmark/renderer/html"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// PlainText is what Markdown says to who reads it without HTML: paragraphs at blank lines, lists
// with their marks, and after the words of a link its address in brackets. What is struck out is
// left out. Characters that show nothing or turn the direction of the text are dropped.
func (c *Converter) PlainText(source string, o Options) string {
	if source == "" {
		return ""
	}
	src := []byte(source)
	context := parser.NewContext()
	context.Set(optionsKey, o)
	doc := c.of(source).Parser().Parse(text.NewReader(src), parser.WithContext(context))
	w := textWriter{src: src, inBlock: true}
	_ = ast.Walk(doc, w.walk)
	return strings.TrimRight(w.out.String(), " \n")
}

// textWriter writes a tree as lines.
type textWriter struct {
	src    []byte
	out    strings.Builder
	ends   int              // how many line ends stand last
	indent int              // of the list items that are open
	labels []int            // where the words of the links that are open begin
	counts map[ast.Node]int // the last number of each ordered list
	// inBlock says that the block which comes goes on in this line: it is the first, or the first
	// of a list item.
	inBlock bool
}

// maxIndent limits how far lists are moved in: lists may lie in one another without limit.
const maxIndent = 12

func (w *textWriter) walk(n ast.Node, entering bool) (ast.WalkStatus, error) {
	if !entering {
		w.leave(n)
		return ast.WalkContinue, nil
	}
	switch n := n.(type) {
	case *ast.Paragraph, *ast.Heading, *extast.Table:
		w.block(2)
	case *ast.TextBlock, *extast.TableHeader, *extast.TableRow:
		w.block(1)
	case *ast.List:
		w.block(1 + w.outermost(n))
	case *ast.ListItem:
		w.item(n)
	case *ast.CodeBlock, *ast.FencedCodeBlock:
		w.block(2)
		w.write(string(n.Lines().Value(w.src)))
	case *extast.TableCell:
		if n.PreviousSibling() != nil {
			w.write(" | ")
		}
	case *extast.Strikethrough:
		return ast.WalkSkipChildren, nil
	case *ast.Link, *ast.Image:
		w.labels = append(w.labels, w.out.Len())
	default:
		w.inline(n)
	}
	return ast.WalkContinue, nil
}

func (w *textWriter) leave(n ast.Node) {
	switch n := n.(type) {
	case *ast.ListItem:
		w.indent, w.inBlock = w.indent-2, false
	case *ast.Link:
		w.address(n.Destination)
	case *ast.Image:
		w.address(n.Destination)
	}
}

// outermost is 1 for a list that is in no other, which stands apart, else 0.
func (w *textWriter) outermost(n ast.Node) int {
	if n.Parent().Kind() == ast.KindListItem {
		return 0
	}
	return 1
}

// item begins an item of a list with its mark.
func (w *textWriter) item(n *ast.ListItem) {
	list := n.Parent().(*ast.List)
	w.inBlock = w.inBlock && n.PreviousSibling() == nil
	if list.IsTight || n.PreviousSibling() == nil {
		w.block(1)
	} else {
		w.block(2)
	}
	mark := "- "
	if list.IsOrdered() {
		mark = strconv.Itoa(w.number(list)) + ". "
	}
	w.write(mark)
	w.indent += 2
	w.inBlock = true
}

// number returns an ordered list's next number.
func (w *textWriter) number(list *ast.List) int {
	last, begun := w.counts[list]
	if !begun {
		last = list.Start - 1
	}
	if w.counts == nil {
		w.counts = map[ast.Node]int{}
	}
	w.counts[list] = last + 1
	return last + 1
}

// block begins a block after as many line ends.
func (w *textWriter) block(ends int) {
	for !w.inBlock && w.ends < ends {
		w.out.WriteByte('\n')
		w.ends++
	}
}

func (w *textWriter) inline(n ast.Node) {
	switch n := n.(type) {
	case *ast.Text:
		value := n.Segment.Value(w.src)
		if n.Parent().Kind() == ast.KindCodeSpan {
			w.write(string(value))
		} else {
			w.write(unescaped(value))
		}
		switch {
		case n.HardLineBreak():
			w.write("\n")
		case n.SoftLineBreak():
			w.write(" ")
		}
	case *ast.String:
		w.write(string(n.Value))
	case *ast.AutoLink:
		w.write(string(n.Label(w.src)))
	}
}

// address ends a link: with its address, where the words are another.
func (w *textWriter) address(dest []byte) {
	last := len(w.labels) - 1
	label := w.out.String()[w.labels[last]:]
	w.labels = w.labels[:last]
	to := string(util.URLEscape(dest, true))
	switch {
	case to == "" || strings.TrimPrefix(to, "mailto:") == label:
	case label == "":
		w.write(to)
	default:
		w.write(" (" + to + ")")
	}
}

// write writes text, moving in each line.
func (w *textWriter) write(s string) {
	for len(s) > 0 {
		if s[0] == '\n' {
			w.out.WriteByte('\n')
			w.ends++
			s = s[1:]
			continue
		}
		end := strings.IndexByte(s, '\n')
		if end < 0 {
			end = len(s)
		}
		w.words(s[:end])
		s = s[end:]
	}
}

// words writes text that has no line end.
func (w *textWriter) words(s string) {
	if strings.ContainsFunc(s, func(r rune) bool { return shown(r) != r }) {
		s = strings.Map(shown, s)
	}
	if s == "" {
		return
	}
	if w.ends > 0 && w.indent > 0 {
		w.out.WriteString(strings.Repeat(" ", min(w.indent, maxIndent)))
	}
	w.ends, w.inBlock = 0, false
	w.out.WriteString(s)
}

// unescaped is text without backslashes and character references, as HTML shows it.
func unescaped(value []byte) string {
	if !bytes.ContainsAny(value, `\&`) {
		return string(value)
	}
	var b bytes.Buffer
	w := bufio.NewWriter(&b)
	htmlrenderer.DefaultWriter.Write(w, value)
	w.Flush()
	return html.UnescapeString(b.String())
}
