package load

import (
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"balie/content"
)

// TestFormat holds FORMAT.md to the records: the table of each file lists each key, with its type, whether it must be there, and its words, in order.
func TestFormat(t *testing.T) {
	doc := readFormat(t)
	for _, r := range recordTypes {
		heading := formatHeadings[r.name]
		section := doc.section(t, heading)
		want := flatten(reflect.TypeOf(r.zero()).Elem(), "", "")
		var got []string
		for _, row := range section.rows {
			got = append(got, row[0])
			i := slices.IndexFunc(want, func(k formatKey) bool { return k.path == strings.Trim(row[0], "`") })
			if i < 0 {
				t.Errorf("%s: there is no key %s", heading, row[0])
				continue
			}
			if row[1] != want[i].typ {
				t.Errorf("%s: %s is %q, not %q", heading, row[0], want[i].typ, row[1])
			}
			if required := row[2] == "required"; required != want[i].required {
				t.Errorf("%s: %s: required: %v", heading, row[0], want[i].required)
			}
			for _, word := range want[i].words {
				if !strings.Contains(strings.Join(row, " "), "`"+word+"`") {
					t.Errorf("%s: %s: the word %s is not named", heading, row[0], word)
				}
			}
		}
		var keys []string
		for _, k := range want {
			keys = append(keys, "`"+k.path+"`")
		}
		if !slices.Equal(got, keys) {
			t.Errorf("%s has the keys\n %s\nand should have\n %s", heading, got, keys)
		}
	}
}

// formatHeadings are the sections of FORMAT.md that describe a record.
var formatHeadings = map[string]string{
	"site": "site.yaml", "services": "services.yaml", "people": "people.yaml", "organisation": "organisations/<id>.yaml", "policy": "policy/<date>.yaml", "holidays": "holidays/<set>.yaml",
	"form": "forms/<form>.yaml", "hooks": "hooks.yaml", "section": "articles/<section>/section.yaml",
	"incident": "incidents/<yyyy>/<mmdd>-<slug>/incident.yaml", "maintenance": "maintenance/<yyyy>/<mmdd>-<slug>/maintenance.yaml", "ticket": "tickets/<yyyy>/<mm>/<dd>/<number>/ticket.yaml",
}

// TestFormatExamples: each example is read without a problem, and is what Encode would write again.
func TestFormatExamples(t *testing.T) {
	doc, r := readFormat(t), fuzzed(t)
	for _, record := range recordTypes {
		heading := formatHeadings[record.name]
		into := record.zero()
		problems := decodeInto(r, doc.section(t, heading).example, into)
		if len(problems) > 0 || reflect.ValueOf(into).Elem().IsZero() {
			t.Errorf("%s: the example is empty, or wrong:\n%s", heading, problemText(problems))
		}
	}
	for heading, into := range map[string]any{"Front matter": &content.Front{}, "Articles and replies": &content.Prose{}} {
		if problems := decodeInto(r, doc.section(t, heading).example, into); len(problems) > 0 {
			t.Errorf("%s: %s", heading, problemText(problems))
		}
	}
}

// TestFormatKinds holds the tables of kinds to the rules: each kind in order, its keys, whether it has a text, and who sees it.
func TestFormatKinds(t *testing.T) {
	doc := readFormat(t)
	seen := map[content.CaseType][]string{
		content.IncidentCase: {"everyone", "", "staff", ""}, content.MaintenanceCase: {"everyone", "", "staff", ""},
		content.TicketCase: {"requester", "requester: that it took place", "staff", "requester: where the incident is public"},
	}
	for typ, heading := range map[content.CaseType]string{content.IncidentCase: "Events of an incident", content.MaintenanceCase: "Events of a maintenance", content.TicketCase: "Events of a ticket"} {
		rows := doc.section(t, heading).rows
		if len(rows) != len(content.Kinds[typ]) {
			t.Errorf("%s: %d rows for %d kinds", heading, len(rows), len(content.Kinds[typ]))
			continue
		}
		for i, rule := range content.Kinds[typ] {
			var keys []string
			for _, f := range tableOf(&rule) {
				if f.required {
					keys = append(keys, "**`"+f.key+"`**")
				} else if f.key != "at" && f.key != "id" {
					keys = append(keys, "`"+f.key+"`")
				}
			}
			text := "may have one"
			if rule.Body {
				text = "required"
			}
			want := []string{"`" + string(rule.Kind) + "`", strings.Join(keys, " "), text, seen[typ][rule.Sees]}
			got := []string{rows[i][0], rows[i][2], rows[i][3], rows[i][4]}
			if !slices.Equal(got, want) {
				t.Errorf("%s: the row is\n %q\nand should be\n %q", heading, got, want)
			}
			if theirs := strings.HasPrefix(rows[i][1], "requester"); theirs != (rule.By == content.ByRequester) {
				t.Errorf("%s: %s is written by %q", heading, rule.Kind, rows[i][1])
			}
		}
	}
}

// TestFormatKeys: each key of an event's front matter is named, and each of an article's.
func TestFormatKeys(t *testing.T) {
	doc := readFormat(t)
	for heading, typ := range map[string]reflect.Type{"Front matter": reflect.TypeFor[content.Front](), "Articles and replies": reflect.TypeFor[content.Prose]()} {
		rows := doc.section(t, heading).rows
		want := flatten(typ, "", "")
		if len(rows) != len(want) {
			t.Errorf("%s: %d rows for %d keys", heading, len(rows), len(want))
			continue
		}
		for i, k := range want {
			if rows[i][0] != "`"+k.path+"`" || rows[i][1] != k.typ {
				t.Errorf("%s: the row is %q, and should be of %s, %s", heading, rows[i], k.path, k.typ)
			}
			for _, word := range k.words {
				if !strings.Contains(strings.Join(rows[i], " "), "`"+word+"`") {
					t.Errorf("%s: %s: the word %s is not named", heading, k.path, word)
				}
			}
		}
	}
}

// formatKey is one key of a record, with those that lead to it.
type formatKey struct {
	path, typ string
	required  bool
	words     []string
}

// flatten lists the keys of a record type: brand.logo of a record in it, links[].url of a list of them, <id>.name of a map.
func flatten(t reflect.Type, at, tag string) []formatKey {
	name, words := nameOf(t)
	switch {
	case name != "" && at != "":
		return []formatKey{{strings.TrimPrefix(at, "."), name, tag == "required", words}}
	case t.Kind() == reflect.Pointer:
		return flatten(t.Elem(), at, tag)
	case isMap(t):
		key := keyNames[strings.TrimPrefix(at, ".")]
		if valueOf(t) == reflect.TypeFor[content.Text]() {
			key = "date"
		}
		return flatten(valueOf(t), at+".<"+key+">", "")
	case t.Kind() == reflect.Slice:
		return flatten(t.Elem(), at+"[]", "")
	case t.Kind() == reflect.Struct && at != "" && slices.Contains(recursive, at):
		return []formatKey{{strings.TrimPrefix(at, "."), "as above", false, nil}}
	}
	var keys []formatKey
	for i := range t.NumField() {
		key, demand, _ := strings.Cut(t.Field(i).Tag.Get("key"), ",")
		if key != "" && key != "-" {
			keys = append(keys, flatten(t.Field(i).Type, at+"."+key, demand)...)
		}
	}
	return keys
}

// keyNames say what the keys of a map are.
var keyNames = map[string]string{"": "id", "calendars": "name", "calendars.<name>.exceptions": "date"}

// recursive are records within one of their own type.
var recursive = []string{"[].services[]"}

func isMap(t reflect.Type) bool { return strings.HasPrefix(t.Name(), "Map[") }

func valueOf(t reflect.Type) reflect.Type {
	f, _ := t.Elem().FieldByName("Value")
	return f.Type
}

// nameOf is what FORMAT.md calls a type of value, with the words of an enumeration; "" for a record and for what holds records.
func nameOf(t reflect.Type) (name string, words []string) {
	if e, ok := reflect.Zero(t).Interface().(enumeration); ok && t.Kind() == reflect.String {
		return "word", e.Words()
	}
	simple := map[reflect.Type]string{
		reflect.TypeFor[time.Time](): "time", reflect.TypeFor[content.Text](): "text", reflect.TypeFor[content.Date](): "date", reflect.TypeFor[content.Duration](): "duration", reflect.TypeFor[content.Clock](): "time of day",
		reflect.TypeFor[content.Window](): "window", reflect.TypeFor[content.Size](): "size", reflect.TypeFor[content.Rate](): "rate", reflect.TypeFor[content.Money](): "amount", reflect.TypeFor[content.Hex](): "hex",
		reflect.TypeFor[content.Secret](): "secret", reflect.TypeFor[content.Secrets](): "secret, or list of them", reflect.TypeFor[content.Numbers](): "number, or list of them", reflect.TypeFor[content.OneOf](): "string, or list of them",
		reflect.TypeFor[content.PlannedServices](): "map to word, or list of services", reflect.TypeFor[content.Pointer](): "JSON Pointer", reflect.TypeFor[content.JSONValues](): "list of values",
	}
	if name := simple[t]; name != "" {
		return name, nil
	}
	switch {
	case t.Kind() == reflect.Pointer:
		return nameOf(t.Elem())
	case isMap(t):
		if name, words := nameOf(valueOf(t)); name != "" {
			return "map to " + name, words
		}
		return "", nil
	}
	switch t.Kind() {
	case reflect.String:
		return "string", nil
	case reflect.Bool:
		return "true or false", nil
	case reflect.Int:
		return "whole number", nil
	case reflect.Slice:
		if name, words := nameOf(t.Elem()); name != "" {
			return "list of " + plural(name), words
		}
	}
	return "", nil
}

func plural(name string) string {
	if name == "time of day" {
		return "times of day"
	}
	return name + "s"
}

// format is FORMAT.md, by its headings.
type format struct{ sections map[string]formatSection }

type formatSection struct {
	text    string
	rows    [][]string // of its tables, their heads left out
	example string     // its YAML
}

func (f format) section(t *testing.T, heading string) formatSection {
	t.Helper()
	s, ok := f.sections[heading]
	if !ok {
		t.Fatalf("FORMAT.md has no section %q", heading)
	}
	return s
}

var codeBlock = regexp.MustCompile("(?s)```yaml\n(.*?)```")

func readFormat(t *testing.T) format {
	t.Helper()
	data, err := os.ReadFile("../FORMAT.md")
	if err != nil {
		t.Fatal(err)
	}
	f := format{sections: map[string]formatSection{}}
	for _, part := range regexp.MustCompile(`(?m)^##+ `).Split(string(data), -1)[1:] {
		heading, text, _ := strings.Cut(part, "\n")
		s := formatSection{text: text}
		for _, m := range codeBlock.FindAllStringSubmatch(text, -1) {
			s.example += m[1]
		}
		for line := range strings.Lines(text) {
			if line = strings.TrimSpace(line); strings.HasPrefix(line, "| `") {
				cells := strings.Split(strings.Trim(line, "|"), "|")
				for i := range cells {
					cells[i] = strings.TrimSpace(cells[i])
				}
				s.rows = append(s.rows, cells)
			}
		}
		f.sections[strings.ReplaceAll(heading, "`", "")] = s
	}
	return f
}
