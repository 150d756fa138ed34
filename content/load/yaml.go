package load

import (
	"fmt"
	"io"
	"reflect"
	"regexp"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"

	"balie/content"
)

// decodeYAML reads a YAML text into a record.
func decodeYAML(r *reading, file, text string, into any) []content.Problem {
	d := &decoder{reading: r, file: file}
	if n := d.parse(text); n != nil {
		d.record(n, reflect.ValueOf(into).Elem(), "")
	}
	return d.problems
}

// parse reads one YAML document: an empty map for an empty one, nil for one that is no YAML.
func (d *decoder) parse(text string) *yaml.Node {
	dec := yaml.NewDecoder(strings.NewReader(text))
	root, err := document(dec)
	if err == io.EOF {
		return &yaml.Node{Kind: yaml.MappingNode, Line: 1, Column: 1}
	}
	if err != nil {
		d.syntax(err, text)
		return nil
	}
	more, err := document(dec)
	switch {
	case err == nil:
		d.problem(more, content.CodeSyntax, "keep one document in a file: take out the line of three dashes, and what follows it", "a second YAML document")
	case err != io.EOF:
		d.syntax(err, text)
	}
	if root.Kind == yaml.ScalarNode && root.Tag == "!!null" {
		return &yaml.Node{Kind: yaml.MappingNode, Line: root.Line, Column: root.Column}
	}
	d.checkPlain(root, map[string]bool{})
	return root
}

// document reads the next document's root. yaml.v3 lets panics through that are not its own errors;
// no file may take a server down.
func document(dec *yaml.Decoder) (root *yaml.Node, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("yaml: %v", p)
		}
	}()
	var doc yaml.Node
	if err := dec.Decode(&doc); err != nil {
		return nil, err
	}
	if len(doc.Content) == 0 {
		return nil, io.EOF
	}
	return doc.Content[0], nil
}

// checkPlain refuses what makes a file read differently from what it says: anchors, aliases, merge
// keys and tags, each told once. Aliases are never followed, so none can blow up.
func (d *decoder) checkPlain(n *yaml.Node, told map[string]bool) {
	what, hint := notPlain(n)
	if what != "" && !told[what] {
		told[what] = true
		d.problem(n, content.CodeAlias, hint, "%s not used here", what)
	}
	for _, child := range n.Content {
		d.checkPlain(child, told)
	}
}

func notPlain(n *yaml.Node) (what, hint string) {
	switch {
	case n.Kind == yaml.AliasNode:
		return "*" + n.Value + " stands for a value that is elsewhere; aliases are", "write the value out, wherever it is meant"
	case n.Anchor != "":
		return "&" + n.Anchor + " names a value to use it elsewhere; anchors are", "take &" + n.Anchor + " out"
	case n.Tag == "!!merge":
		return "<< takes keys from elsewhere; merge keys are", "write the keys out"
	case n.Style&yaml.TaggedStyle != 0:
		return n.Tag + " says of what type a value is; tags are", "take it out"
	}
	return "", ""
}

var yamlError = regexp.MustCompile(`^yaml: (?:line (\d+): )?(.*)$`)

// syntax says where a text is no YAML.
func (d *decoder) syntax(err error, text string) {
	if line := leftover(text); line > 0 {
		d.problems = append(d.problems, unmerged(d.file, line+d.above))
		return
	}
	m := yamlError.FindStringSubmatch(err.Error())
	if m == nil {
		m = []string{"", "", err.Error()}
	}
	line, _ := strconv.Atoi(m[1])
	// yaml.v3 counts lines from 0 in its parser's errors, from 1 in its scanner's, and leaves the
	// first one out.
	if line == 0 || parserError.MatchString(m[2]) {
		line++
	}
	p := content.Problem{File: d.file, Line: line, Severity: content.Error, Code: content.CodeSyntax, Message: "this is not YAML: " + m[2]}
	p.Hint = syntaxHint(m[2], lineOf(text, line))
	if m[2] == "control characters are not allowed" {
		p.Line = 1 + strings.Count(text[:max(0, strings.IndexFunc(text, isControl))], "\n")
	}
	written := lineOf(text, p.Line)
	p.Column = 1 + len(written) - len(strings.TrimLeft(written, " "))
	p.Line += d.above
	d.problems = append(d.problems, p)
}

var parserError = regexp.MustCompile(`did not find expected (key|node content|'-' indicator|',' or|<document start>)`)

// syntaxHint words the next step for the mistakes that people make.
func syntaxHint(says, line string) string {
	if strings.Contains(line, "\t") && (strings.Contains(says, "tab") || strings.Contains(says, "cannot start any token")) {
		return "indent with spaces; YAML takes no tabs"
	}
	for _, h := range syntaxHints {
		if strings.Contains(says, h.says) {
			return h.hint
		}
	}
	return "check the indentation, the colons and the quotes, here and on the line above"
}

var syntaxHints = []struct{ says, hint string }{
	{"cannot start any token", "a value that begins with @, % or ` wants quotes"},
	{"mapping values are not allowed", "a value with a colon and a space in it wants quotes; or the line is indented too far"},
	{"unexpected end of stream", "a quote is opened, here or above, and never closed"},
	{"',' or ']'", "a list is opened with [, here or above, and never closed; or a text in it has a colon and a space, or a #, and wants quotes"},
	{"',' or '}'", "a map is opened with {, here or above, and never closed; or a text in it has a colon and a space, or a #, and wants quotes"},
	{"could not find expected ':'", "this line wants a colon and a space behind its key"},
	{"did not find expected key", "indent it as far as the lines that it belongs with; or quotes end too early"},
	{"unknown anchor", "a value that begins with * or & wants quotes"},
	{"unknown escape", "write a backslash twice, or use single quotes"},
	{"control characters", "take the character that can't be seen out"},
}

// lineOf is a line of a text, counted from 1.
func lineOf(text string, line int) string {
	for range line - 1 {
		_, text, _ = strings.Cut(text, "\n")
	}
	text, _, _ = strings.Cut(text, "\n")
	return text
}

// isControl reports whether YAML does not take a character.
func isControl(r rune) bool {
	return r < ' ' && r != '\t' && r != '\n' && r != '\r' || r == 0x7f || r >= 0x80 && r < 0xa0 && r != 0x85 || r == 0xfffe || r == 0xffff
}
