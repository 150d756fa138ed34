package feed

import (
	"bytes"
	"encoding/xml"
	"html"
	"io"
	"strings"
)

// document is XML in the making.
type document struct{ bytes.Buffer }

func newDocument() *document {
	d := &document{}
	d.WriteString(xml.Header[:len(xml.Header)-1])
	return d
}

// open begins an element. Attributes are names and values in turn; one without a value is left out.
func (d *document) open(name string, attributes ...string) {
	d.WriteString("<" + name)
	for i := 0; i < len(attributes); i += 2 {
		if attributes[i+1] != "" {
			d.WriteString(" " + attributes[i] + `="`)
			d.text(attributes[i+1])
			d.WriteString(`"`)
		}
	}
	d.WriteString(">")
}

func (d *document) close(name string) { d.WriteString("</" + name + ">") }

// text writes characters. Writing to memory does not fail.
func (d *document) text(s string) { _ = xml.EscapeText(d, []byte(s)) }

// element writes an element that holds text alone.
func (d *document) element(name, text string, attributes ...string) {
	d.open(name, attributes...)
	d.text(text)
	d.close(name)
}

// htmlElement writes an element that holds HTML, which is long beside all else in a feed.
func (d *document) htmlElement(name, source string, attributes ...string) {
	d.open(name, attributes...)
	d.WriteString(html.EscapeString(source))
	d.close(name)
}

// cdataElement writes an element that holds HTML as it is. What would end it is split in two.
func (d *document) cdataElement(name, source string) {
	d.open(name)
	d.WriteString("<![CDATA[" + strings.ReplaceAll(source, "]]>", "]]]]><![CDATA[>") + "]]>")
	d.close(name)
}

func (d *document) writeTo(w io.Writer) error {
	d.WriteString("\n")
	_, err := w.Write(d.Bytes())
	return err
}
