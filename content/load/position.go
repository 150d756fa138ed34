package load

import (
	"fmt"
	"io/fs"
	"path"
	"strings"

	"gopkg.in/yaml.v3"

	"balie/content"
)

// place is a line and a column.
type position struct{ line, column int }

// Locate sets the line and column of each problem that has a key but no line. It reads the file
// once more, since records do not keep where their values stand.
func Locate(fsys fs.FS, problems []content.Problem) {
	files := map[string]map[string]position{}
	for i := range problems {
		p := &problems[i]
		if p.Key == "" || p.Line > 0 {
			continue
		}
		if files[p.File] == nil {
			files[p.File] = positionsIn(fsys, p.File)
		}
		if at, found := closest(files[p.File], p.Key); found {
			p.Line, p.Column = at.line, at.column
		}
	}
}

// positionsIn maps each key of a file to where its value stands, and key~ to where the key itself
// does.
func positionsIn(fsys fs.FS, file string) map[string]position {
	positions := map[string]position{}
	l := lister{fsys: fsys}
	text, ok := l.text(file, max(MaxProse, MaxYAML))
	if !ok {
		return positions
	}
	above := 0
	if path.Ext(file) == ".md" {
		text, _, _, _ = splitFront(text)
		above = 1
	}
	d := &decoder{file: file}
	if root := d.parse(text); root != nil {
		addPositions(positions, root, "", above)
	}
	return positions
}

// PositionInText returns the line and column in a Markdown file of a byte of its text; the text is
// what the file ends with. Both are 0 where the file is another by now.
func PositionInText(fsys fs.FS, file, text string, at int) (line, column int) {
	l := lister{fsys: fsys}
	whole, ok := l.text(file, MaxProse)
	begin := strings.LastIndex(whole, text)
	if !ok || begin < 0 || at > len(text) {
		return 0, 0
	}
	return positionOf(whole, begin+at)
}

func addPositions(positions map[string]position, n *yaml.Node, at string, above int) {
	positions[at] = position{n.Line + above, n.Column}
	switch n.Kind {
	case yaml.SequenceNode:
		for i, item := range n.Content {
			addPositions(positions, item, fmt.Sprintf("%s[%d]", at, i), above)
		}
	case yaml.MappingNode:
		for i := 0; i+1 < len(n.Content); i += 2 {
			key := join(at, n.Content[i].Value)
			positions[key+"~"] = position{n.Content[i].Line + above, n.Content[i].Column}
			addPositions(positions, n.Content[i+1], key, above)
		}
	}
}

// closest follows a key as far as it leads.
func closest(positions map[string]position, key string) (position, bool) {
	for {
		if at, found := positions[key]; found {
			return at, true
		}
		if key == "" {
			return position{}, false
		}
		if trimmed, ok := strings.CutSuffix(key, "~"); ok {
			key = trimmed
			continue
		}
		key = key[:max(0, strings.LastIndexAny(key, ".["))]
	}
}
