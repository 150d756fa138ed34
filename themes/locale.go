package themes

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"html/template"
	"io/fs"
	"maps"
	"slices"
	"strings"

	"golang.org/x/text/feature/plural"
	"golang.org/x/text/language"
)

// Locale is one language's words: messages by key. A message is text with {names} to be filled in,
// or one such text for each plural form that the language has (CLDR's zero, one, two, few, many,
// other), chosen by the argument n.
type Locale struct {
	Lang     string
	tag      language.Tag
	messages map[string]message
	dates    dateWords
	figures  figureWords
}

// message is a text cut at its names, or several by plural form.
type message struct {
	text  []piece
	forms map[plural.Form][]piece
}

// piece is literal text, or the name of an argument.
type piece struct {
	text string
	name bool
}

var pluralForms = map[string]plural.Form{"zero": plural.Zero, "one": plural.One, "two": plural.Two, "few": plural.Few, "many": plural.Many, "other": plural.Other}

// readLocales reads each language's files, later ones laid over earlier ones. A language that only
// a desk's own files speak takes what they lack from English.
func readLocales(sources map[string][][]byte) (map[string]*Locale, error) {
	english, err := readMessages("en", sources["en"])
	if err != nil {
		return nil, err
	}
	locales := map[string]*Locale{}
	for _, lang := range slices.Sorted(maps.Keys(sources)) {
		own, err := readMessages(lang, sources[lang])
		if err != nil {
			return nil, err
		}
		if locales[lang], err = newLocale(lang, own, english); err != nil {
			return nil, err
		}
	}
	return locales, nil
}

func newLocale(lang string, own, english map[string]message) (*Locale, error) {
	tag, err := language.Parse(lang)
	if err != nil {
		return nil, localeError(lang, fmt.Errorf("%q is not a language tag: %w", lang, err))
	}
	all := maps.Clone(english)
	for key, m := range own {
		if _, known := english[key]; !known {
			return nil, localeError(lang, fmt.Errorf("unknown key %q", key))
		}
		all[key] = m
	}
	l := &Locale{Lang: lang, tag: tag, messages: all}
	l.dates, l.figures = l.readDateWords(), l.readFigureWords()
	return l, nil
}

// readMessages reads a language's files in turn; within one file no key may stand twice.
func readMessages(lang string, sources [][]byte) (map[string]message, error) {
	all := map[string]message{}
	for _, source := range sources {
		messages, err := decodeMessages(source)
		if err != nil {
			return nil, localeError(lang, err)
		}
		maps.Copy(all, messages)
	}
	return all, nil
}

// decodeMessages reads one JSON object token by token, since encoding/json would let the last of
// two equal keys win.
func decodeMessages(source []byte) (map[string]message, error) {
	dec := json.NewDecoder(bytes.NewReader(source))
	if open, err := dec.Token(); err != nil || open != json.Delim('{') {
		return nil, errors.New("not a JSON object")
	}
	messages := map[string]message{}
	for dec.More() {
		key, err := dec.Token()
		if err != nil {
			return nil, err
		}
		var raw json.RawMessage
		if err := dec.Decode(&raw); err != nil {
			return nil, fmt.Errorf("key %q: %w", key, err)
		}
		if _, twice := messages[key.(string)]; twice {
			return nil, fmt.Errorf("key %q stands twice", key)
		}
		if messages[key.(string)], err = decodeMessage(raw); err != nil {
			return nil, fmt.Errorf("key %q: %w", key, err)
		}
	}
	if _, err := dec.Token(); err != nil {
		return nil, errors.New("the JSON object is not closed")
	}
	if dec.More() {
		return nil, errors.New("more stands behind the JSON object")
	}
	return messages, nil
}

func decodeMessage(raw json.RawMessage) (message, error) {
	var text string
	if json.Unmarshal(raw, &text) == nil {
		pieces, err := cut(text)
		return message{text: pieces}, err
	}
	var forms map[string]string
	if err := json.Unmarshal(raw, &forms); err != nil {
		return message{}, errors.New("neither a text nor a text for each plural form")
	}
	m := message{forms: map[plural.Form][]piece{}}
	for word, text := range forms {
		form, ok := pluralForms[word]
		if !ok {
			return message{}, fmt.Errorf("unknown plural form %q", word)
		}
		pieces, err := cut(text)
		if err != nil {
			return message{}, err
		}
		m.forms[form] = pieces
	}
	if m.forms[plural.Other] == nil {
		return message{}, errors.New("has no plural form other")
	}
	return m, nil
}

// cut splits a text at its {names}.
func cut(text string) ([]piece, error) {
	pieces := []piece{}
	for text != "" {
		before, rest, found := strings.Cut(text, "{")
		if before != "" {
			pieces = append(pieces, piece{text: before})
		}
		if !found {
			return pieces, nil
		}
		name, after, closed := strings.Cut(rest, "}")
		if !closed || name == "" || strings.ContainsAny(name, " {") {
			return nil, fmt.Errorf("a { without its name and }: %q", text)
		}
		pieces = append(pieces, piece{text: name, name: true})
		text = after
	}
	return pieces, nil
}

// Has reports whether the theme has words for a key.
func (l *Locale) Has(key string) bool { _, ok := l.messages[key]; return ok }

// T returns the words for a key as plain text. Args are names and values in turn; the value of n,
// an int, chooses the plural form.
func (l *Locale) T(key string, args ...any) (string, error) {
	if m := l.messages[key]; len(m.text) == 1 && !m.text[0].name {
		return m.text[0].text, nil // as most are
	}
	var b strings.Builder
	err := l.write(&b, key, args, func(s string) string { return s })
	return b.String(), err
}

// Say is T where some values are HTML already, such as a date in its element: everything else is
// escaped.
func (l *Locale) Say(key string, args ...any) (template.HTML, error) {
	var b strings.Builder
	err := l.write(&b, key, args, template.HTMLEscapeString)
	return template.HTML(b.String()), err
}

func (l *Locale) write(b *strings.Builder, key string, args []any, escape func(string) string) error {
	m, ok := l.messages[key]
	if !ok {
		return fmt.Errorf("locale %s has no key %q", l.Lang, key)
	}
	pieces, err := l.choose(m, args)
	if err != nil {
		return fmt.Errorf("locale %s, key %q: %w", l.Lang, key, err)
	}
	for _, p := range pieces {
		if !p.name {
			b.WriteString(escape(p.text))
			continue
		}
		value, ok := argument(args, p.text)
		if !ok {
			return fmt.Errorf("locale %s, key %q: no value for {%s}", l.Lang, key, p.text)
		}
		b.WriteString(l.shown(value, escape))
	}
	return nil
}

// choose takes the text, or the one for the plural form of n.
func (l *Locale) choose(m message, args []any) ([]piece, error) {
	if m.forms == nil {
		return m.text, nil
	}
	value, _ := argument(args, "n")
	n, ok := value.(int)
	if !ok {
		return nil, errors.New("has plural forms and was given no n")
	}
	form := plural.Cardinal.MatchPlural(l.tag, n, 0, 0, 0, 0)
	if pieces, ok := m.forms[form]; ok {
		return pieces, nil
	}
	return m.forms[plural.Other], nil
}

func argument(args []any, name string) (any, bool) {
	for i := 0; i+1 < len(args); i += 2 {
		if args[i] == name {
			return args[i+1], true
		}
	}
	return nil, false
}

// shown is a value as it stands in a sentence: HTML as it is, numbers as the language writes them.
func (l *Locale) shown(value any, escape func(string) string) string {
	switch v := value.(type) {
	case template.HTML:
		return string(v)
	case string:
		return escape(v)
	case int:
		return escape(l.Number(v))
	}
	return escape(fmt.Sprint(value))
}

// word is T for a key that is known to be there and takes nothing.
func (l *Locale) word(key string) string {
	s, err := l.T(key)
	if err != nil {
		return ""
	}
	return s
}

func isMissing(err error) bool { return errors.Is(err, fs.ErrNotExist) }
