package themes

import (
	"mime"
	"slices"
	"strconv"
	"strings"
	"time"

	"balie/content"
	"balie/themes/view"
)

// mistake says what is wrong with an answer, without its field's label; dates, sizes and lengths
// are said as the language does.
func (w words) mistake(m view.Mistake) (string, error) {
	var args []any
	for name, value := range m.Args {
		n, err := strconv.Atoi(value)
		switch {
		case name == "n" || err == nil && strings.HasPrefix(m.Code, "too_"):
			args = append(args, name, n)
		case name == "min" || name == "max":
			args = append(args, name, w.limit(value))
		default:
			args = append(args, name, value)
		}
	}
	return w.T("mistake."+m.Code, args...)
}

// labelled says what is wrong with an answer behind its field's label, in a list of mistakes.
func (w words) labelled(m view.Mistake) (string, error) {
	said, err := w.mistake(m)
	label := m.Label
	if label == "" && m.Role != "" {
		label = w.word("role." + string(m.Role))
	}
	switch {
	case err != nil || label == "":
		return said, err
	case strings.HasSuffix(label, "?"):
		return label + " " + said, nil
	}
	name, err := w.T("colon", "name", label)
	return name + " " + said, err
}

// Mistake says what is wrong with an answer, as plain text: what a program is told, which sees no
// hint beside the field.
func (l *Locale) Mistake(m view.Mistake) (string, error) {
	said, err := words{Locale: l}.mistake(m)
	if m.Code == "pattern" && m.Help != "" {
		said += " " + m.Help
	}
	return said, err
}

func (w words) limit(value string) string {
	if t, err := time.Parse(time.DateOnly, value); err == nil {
		return w.FullDate(t)
	}
	if s, err := content.ParseSize(value); err == nil {
		return w.size(s)
	}
	return value
}

// size is 5 MB.
func (w words) size(s content.Size) string { return w.Bytes(int64(s)) }

// accepts names media types as people do: PNG, JPG, PDF.
func accepts(types string) string {
	var names []string
	for t := range strings.SplitSeq(types, ",") {
		if name := typeName(strings.TrimSpace(t)); name != "" && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return strings.Join(names, ", ")
}

func typeName(t string) string {
	if strings.HasPrefix(t, ".") {
		return strings.ToUpper(t[1:])
	}
	t, _, err := mime.ParseMediaType(t)
	if err != nil {
		return ""
	}
	_, sub, _ := strings.Cut(t, "/")
	if sub == "plain" {
		sub = "txt"
	}
	return strings.ToUpper(sub)
}

// languageName is a language's name in this one, or in itself where there is none.
func (w words) languageName(lang string) string {
	if key := "language.name." + lang; w.Has(key) {
		return w.word(key)
	}
	return lang
}

// inputType is HTML's for a field that is typed into.
func inputType(t content.FieldType) string {
	switch t {
	case "email", "tel", "url", "number", "date":
		return string(t)
	}
	return "text"
}
