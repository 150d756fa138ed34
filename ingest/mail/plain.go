package mail

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// PlainText returns what a mail's HTML says as text: paragraphs with an empty line between them,
// lists with dashes, a link's address behind its words.
func PlainText(page []byte) (string, error) {
	root, err := html.Parse(bytes.NewReader(page))
	if err != nil {
		return "", fmt.Errorf("read a mail's HTML: %w", err)
	}
	var p plainWriter
	p.write(root)
	return strings.TrimSpace(p.text.String()) + "\n", nil
}

// plainWriter writes the text of HTML elements.
type plainWriter struct {
	text    strings.Builder
	prefix  string // of each line: the depth of lists and quotations
	pending int    // how many line ends come before the next word
	space   bool   // a space does
	kept    bool   // line ends and spaces are kept as they are
	fresh   bool   // a list's item has begun and has no word yet
	items   []int  // of each list that is open: the number of its last item; -1 in one without numbers
}

func (p *plainWriter) write(n *html.Node) {
	switch {
	case n.Type == html.TextNode && p.kept:
		p.verbatim(n.Data)
	case n.Type == html.TextNode:
		p.words(n.Data)
	case n.DataAtom == atom.Style || n.DataAtom == atom.Title || n.DataAtom == atom.Script:
	case n.DataAtom == atom.Br:
		p.pending = max(p.pending, 1)
	case n.DataAtom == atom.Hr:
		p.block(func() { p.words("-- ") })
	case n.DataAtom == atom.Img:
		p.words(attribute(n, "alt"))
	case n.DataAtom == atom.A:
		p.link(n)
	case n.DataAtom == atom.Li:
		p.item(n)
	case n.DataAtom == atom.Ul || n.DataAtom == atom.Ol:
		p.list(n)
	case n.DataAtom == atom.Pre:
		p.kept = true
		p.block(func() { p.children(n) })
		p.kept = false
	case n.DataAtom == atom.Blockquote:
		p.indented("> ", func() { p.block(func() { p.children(n) }) })
	case n.DataAtom == atom.P || n.DataAtom == atom.Div || n.DataAtom == atom.Table || len(n.Data) == 2 && n.Data[0] == 'h' && n.DataAtom != 0:
		p.block(func() { p.children(n) })
	case n.DataAtom == atom.Tr:
		p.pending = max(p.pending, 1)
		p.children(n)
	case n.DataAtom == atom.Td || n.DataAtom == atom.Th:
		p.children(n)
		p.words("  ")
	default:
		p.children(n)
	}
}

func (p *plainWriter) children(n *html.Node) {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		p.write(c)
	}
}

// block writes something with an empty line around it.
func (p *plainWriter) block(write func()) {
	if !p.fresh {
		p.pending = max(p.pending, 2)
	}
	write()
	p.pending = max(p.pending, 2)
}

func (p *plainWriter) indented(prefix string, write func()) {
	before := p.prefix
	p.pending = max(p.pending, 2)
	p.prefix += prefix
	write()
	p.prefix = before
}

func (p *plainWriter) list(n *html.Node) {
	number := -1
	if n.DataAtom == atom.Ol {
		number = 0
		if start, err := strconv.Atoi(attribute(n, "start")); err == nil {
			number = start - 1
		}
	}
	if p.pending = 2; len(p.items) > 0 {
		p.pending = 1
	}
	p.items = append(p.items, number)
	p.children(n)
	p.items = p.items[:len(p.items)-1]
	p.pending = max(p.pending, 1)
	if len(p.items) == 0 {
		p.pending = 2
	}
}

func (p *plainWriter) item(n *html.Node) {
	mark := "- "
	if last := len(p.items) - 1; last >= 0 && p.items[last] >= 0 {
		p.items[last]++
		mark = strconv.Itoa(p.items[last]) + ". "
	}
	p.pending = max(p.pending, 1)
	p.breakLine()
	p.text.WriteString(mark)
	p.fresh = true
	before := p.prefix
	p.prefix += strings.Repeat(" ", len(mark))
	p.children(n)
	p.prefix = before
	p.pending = 1
}

// link writes a link's words, and its address in angle brackets (RFC 3986, appendix C) where the
// words are not that.
func (p *plainWriter) link(n *html.Node) {
	p.children(n)
	href := strings.TrimPrefix(attribute(n, "href"), "mailto:")
	if href != "" && href != strings.TrimSpace(textOf(n)) {
		p.words(" <" + href + ">")
	}
}

// words writes text whose spaces and line ends are only spaces.
func (p *plainWriter) words(s string) {
	for i, word := range strings.Fields(s) {
		if i > 0 || strings.IndexAny(s[:1], " \t\n") == 0 {
			p.space = true
		}
		if p.pending > 0 {
			p.breakLine()
		} else if p.space && p.text.Len() > 0 {
			p.text.WriteByte(' ')
		}
		p.text.WriteString(word)
		p.space, p.fresh = false, false
	}
	if s != "" && strings.ContainsAny(s[len(s)-1:], " \t\n") {
		p.space = true
	}
}

// verbatim writes text as it is.
func (p *plainWriter) verbatim(s string) {
	for i, line := range strings.Split(strings.TrimSuffix(s, "\n"), "\n") {
		if i > 0 {
			p.pending++
		}
		p.breakLine()
		p.text.WriteString(line)
	}
}

// breakLine writes the line ends that are due, and what the new line begins with.
func (p *plainWriter) breakLine() {
	if p.text.Len() == 0 {
		p.pending = 0
		p.text.WriteString(p.prefix)
	}
	for ; p.pending > 0; p.pending-- {
		p.text.WriteString("\n" + p.prefix)
	}
	p.space = false
}

func attribute(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func textOf(n *html.Node) string {
	if n.Type == html.TextNode {
		return n.Data
	}
	var s strings.Builder
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		s.WriteString(textOf(c))
	}
	return s.String()
}
