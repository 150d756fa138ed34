package themes

import (
	"mime"
	"slices"
	"strings"
	"time"

	"balie/content"
	"balie/themes/view"
)

// mistake says what is wrong with an answer; dates and sizes among its values are said as the
// language does.
func (w words) mistake(m view.Mistake) (string, error) {
	args := []any{"label", w.labelOf(m), "help", m.Help}
	for name, value := range m.Args {
		if name == "min" || name == "max" {
			value = w.limit(value)
		}
		args = append(args, name, value)
	}
	return w.T("mistake."+m.Code, args...)
}

// labelOf is what the page calls the mistake's field.
func (w words) labelOf(m view.Mistake) string {
	switch {
	case m.Label != "":
		return m.Label
	case m.Role != "":
		return w.word("role." + string(m.Role))
	}
	return w.word("role.other")
}

// Mistake says what is wrong with an answer, as plain text: what a program is told.
func (l *Locale) Mistake(m view.Mistake) (string, error) { return words{Locale: l}.mistake(m) }

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
