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
type place struct{ line, column int }

// locate looks up the place of each problem that has a key but no line, reading its file once more: records do not keep where each of their values stood.
func Locate(fsys fs.FS, problems []content.Problem) {
	files := map[string]map[string]place{}
	for i := range problems {
		p := &problems[i]
		if p.Key == "" || p.Line > 0 {
			continue
		}
		if files[p.File] == nil {
			files[p.File] = placesIn(fsys, p.File)
		}
		if at, found := closest(files[p.File], p.Key); found {
			p.Line, p.Column = at.line, at.column
		}
	}
}

// placesIn maps each key of a file to where its value stands, and key~ to where the key itself does.
func placesIn(fsys fs.FS, file string) map[string]place {
	places := map[string]place{}
	l := lister{fsys: fsys}
	text, ok := l.text(file, max(MaxProse, MaxYAML))
	if !ok {
		return places
	}
	above := 0
	if path.Ext(file) == ".md" {
		text, _, _, _ = splitFront(text)
		above = 1
	}
	d := &decoder{file: file}
	if root := d.parse(text); root != nil {
		addPlaces(places, root, "", above)
	}
	return places
}

func addPlaces(places map[string]place, n *yaml.Node, at string, above int) {
	places[at] = place{n.Line + above, n.Column}
	switch n.Kind {
	case yaml.SequenceNode:
		for i, item := range n.Content {
			addPlaces(places, item, fmt.Sprintf("%s[%d]", at, i), above)
		}
	case yaml.MappingNode:
		for i := 0; i+1 < len(n.Content); i += 2 {
			key := join(at, n.Content[i].Value)
			places[key+"~"] = place{n.Content[i].Line + above, n.Content[i].Column}
			addPlaces(places, n.Content[i+1], key, above)
		}
	}
}

// closest follows a key as far as it leads.
func closest(places map[string]place, key string) (place, bool) {
	for {
		if at, found := places[key]; found {
			return at, true
		}
		if key == "" {
			return place{}, false
		}
		if trimmed, ok := strings.CutSuffix(key, "~"); ok {
			key = trimmed
			continue
		}
		key = key[:max(0, strings.LastIndexAny(key, ".["))]
	}
}
