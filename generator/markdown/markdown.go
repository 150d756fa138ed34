// Package markdown turns what people write into HTML that is safe to put into a page. It is the one
// door to goldmark, and the one place beside themes' sentences that makes values of html/template's
// trusted type.
//
// What staff write is CommonMark with tables, strikethrough and bare web addresses as links. HTML
// in it is shown as the text it is. A link leads to http, https, mailto, tel or a place on the
// site, or it is no link. An image from elsewhere becomes a link to it: a page asks nothing of
// other hosts. Headings move down, in step, to below the heading under which the text stands.
//
// What customers write is plain text: paragraphs at blank lines, line breaks as they were typed,
// bare http(s) addresses as links that pass nothing on.
package markdown

import (
	"bufio"
	"bytes"
	"html/template"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	extast "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/renderer/html"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// Options say where a text stands.
type Options struct {
	Top  int                      // the level of its topmost heading; 0: 2
	IDs  bool                     // headings get ids; only for a text that is alone on its page
	At   string                   // the page's path, where relative links start; "": they are left
	Link func(path string) string // from a path on the site to its address; nil: as it is

	// Picture finds a picture of the site by its address as it is written; nil: they are left.
	Picture func(address string) (p Picture, there bool)

	asWritten bool // nothing is changed to fit where it stands
}

// Picture is where a picture is, and its size in pixels; 0 where that is not known.
type Picture struct {
	URL           string
	Width, Height int
}

// Converter converts prose. It is safe for use by many at once.
type Converter struct {
	md      goldmark.Markdown
	bare    goldmark.Markdown // the same without a search for addresses, for prose without any
	buffers sync.Pool         // of *buffer
}

// buffer is what HTML is written into. goldmark puts a writer of 4 kB before any that has none:
// that would be most of what a conversion allocates.
type buffer struct {
	html   bytes.Buffer
	writer *bufio.Writer
}

func newBuffer() any {
	b := &buffer{}
	b.writer = bufio.NewWriterSize(&b.html, 512)
	return b
}

// New returns a converter.
func New() *Converter {
	addresses := extension.NewLinkify(extension.WithLinkifyAllowedProtocols([]string{"http:", "https:"}))
	return &Converter{md: newMarkdown(addresses), bare: newMarkdown(), buffers: sync.Pool{New: newBuffer}}
}

func newMarkdown(more ...goldmark.Extender) goldmark.Markdown {
	return goldmark.New(
		goldmark.WithParser(parser.NewParser(
			parser.WithBlockParsers(withoutHTML(parser.DefaultBlockParsers(), parser.NewHTMLBlockParser())...),
			parser.WithInlineParsers(withoutHTML(parser.DefaultInlineParsers(), parser.NewRawHTMLParser())...),
			parser.WithParagraphTransformers(parser.DefaultParagraphTransformers()...),
			parser.WithASTTransformers(util.Prioritized(place{}, 900)),
		)),
		goldmark.WithExtensions(extension.NewTable(extension.WithTableCellAlignMethod(extension.TableCellAlignNone)), extension.Strikethrough),
		goldmark.WithExtensions(more...),
		// Unsafe is safe here: there is no HTML left in the tree, and place has checked the links.
		goldmark.WithRendererOptions(html.WithUnsafe(), withElements()),
	)
}

// of returns what converts a text: an address has one of these in it.
func (c *Converter) of(source string) goldmark.Markdown {
	if strings.Contains(source, "://") || strings.Contains(source, "www.") || strings.Contains(source, "@") {
		return c.md
	}
	return c.bare
}

// withoutHTML leaves a parser's kind out of a list.
func withoutHTML(list []util.PrioritizedValue, html any) []util.PrioritizedValue {
	var kept []util.PrioritizedValue
	for _, v := range list {
		if !sameType(v.Value, html) {
			kept = append(kept, v)
		}
	}
	return kept
}

var optionsKey = parser.NewContextKey()

var headingsKey = parser.NewContextKey()

// HTML converts Markdown.
func (c *Converter) HTML(source string, o Options) template.HTML {
	html, _ := c.Article(source, o)
	return html
}

// Article converts Markdown and returns its headings too, those with an id.
func (c *Converter) Article(source string, o Options) (template.HTML, []Heading) {
	if source == "" {
		return "", nil
	}
	b := c.buffers.Get().(*buffer)
	defer func() { b.html.Reset(); c.buffers.Put(b) }()
	context := parser.NewContext(parser.WithIDs(&ids{used: map[string]bool{}}))
	context.Set(optionsKey, o)
	if err := c.of(source).Convert([]byte(source), b.writer, parser.WithContext(context)); err != nil {
		// A writer into memory does not fail.
		return template.HTML(template.HTMLEscapeString(source)), nil
	}
	headings, _ := context.Get(headingsKey).([]Heading)
	return template.HTML(bytes.TrimRight(b.html.Bytes(), "\n")), headings
}

// Text is what Markdown says, without its marks, in one line and cut at a word to at most max
// runes, if max is not 0.
func (c *Converter) Text(source string, max int) string {
	src := []byte(source)
	context := parser.NewContext()
	context.Set(optionsKey, Options{})
	doc := c.of(source).Parser().Parse(text.NewReader(src), parser.WithContext(context))
	return shorten(plainText(doc, src), max)
}

func writeText(b *strings.Builder, n ast.Node, src []byte) {
	switch n := n.(type) {
	case *ast.Text:
		b.Write(util.UnescapePunctuations(n.Segment.Value(src)))
		if n.SoftLineBreak() || n.HardLineBreak() {
			b.WriteByte(' ')
		}
	case *ast.String:
		b.Write(n.Value)
	case *ast.AutoLink:
		b.Write(n.Label(src))
	case *ast.CodeBlock, *ast.FencedCodeBlock:
		lines := n.Lines()
		for i := range lines.Len() {
			line := lines.At(i)
			b.Write(line.Value(src))
		}
	case *extast.TableCell:
		b.WriteByte(' ')
	}
}

// shorten cuts at the last word that fits.
func shorten(s string, max int) string {
	if max == 0 || utf8.RuneCountInString(s) <= max {
		return s
	}
	cut := string([]rune(s)[:max-1])
	if i := strings.LastIndexByte(cut, ' '); i > len(cut)/2 {
		cut = cut[:i]
	}
	return strings.TrimRight(cut, " ,;:.") + "…"
}
