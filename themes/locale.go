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
	at    int // where its key is in its file, in bytes
}

// piece is literal text, or the name of an argument.
type piece struct {
	text string
	name bool
}

var pluralForms = map[string]plural.Form{"zero": plural.Zero, "one": plural.One, "two": plural.Two, "few": plural.Few, "many": plural.Many, "other": plural.Other}

// localeSource is one file of a language's words.
type localeSource struct {
	data     []byte
	own      bool               // a desk's, not the theme's that comes with balie
	messages map[string]message // once it is read
}

// localeWords are the words of all languages, the theme's and a desk's own, by language.
type localeWords struct{ embedded, own map[string]map[string]message }

// readWords reads each language's files; within one file no key may stand twice. The error names
// every file with a mistake.
func readWords(sources map[string][]localeSource) (localeWords, error) {
	w := localeWords{map[string]map[string]message{}, map[string]map[string]message{}}
	err := w.read(sources, false)
	return w, errors.Join(err, w.read(sources, true))
}

// read reads the embedded files or a desk's own, which are held to the embedded ones.
func (w localeWords) read(sources map[string][]localeSource, own bool) error {
	into, errs := w.embedded, []error(nil)
	if own {
		into = w.own
	}
	for _, lang := range slices.Sorted(maps.Keys(sources)) {
		for i := range sources[lang] {
			source := &sources[lang][i]
			if source.own != own {
				continue
			}
			messages, err := decodeMessages(source.data)
			if err == nil && own {
				err = w.checkForms(messages)
			}
			if err != nil {
				errs = append(errs, localeError(lang, source.data, err))
				continue
			}
			if source.messages = messages; into[lang] == nil {
				into[lang] = map[string]message{}
			}
			maps.Copy(into[lang], messages)
		}
	}
	return errors.Join(errs...)
}

// checkForms finds a message by plural forms where the theme gives no number to choose by.
func (w localeWords) checkForms(own map[string]message) error {
	for key, m := range own {
		if given, known := w.given(key); known && m.forms != nil && !given["n"] {
			return &offsetError{m.at, fmt.Errorf("key %q has plural forms, and there is no number to choose by", key), "write one text"}
		}
	}
	return nil
}

// given are the names for which the theme has values in a message, by what its own languages use;
// known is false for a key that it does not have.
func (w localeWords) given(key string) (names map[string]bool, known bool) {
	names = map[string]bool{}
	for _, messages := range w.embedded {
		m, has := messages[key]
		known = known || has
		for _, name := range m.names() {
			names[name] = true
		}
		if m.forms != nil {
			names["n"] = true
		}
	}
	return names, known
}

// locales puts together what each language says. What a language lacks is said in English; what
// only a desk's templates ask for, and English lacks too, in the first language that has it.
func (w localeWords) locales() (map[string]*Locale, error) {
	base := map[string]message{}
	for _, lang := range slices.Backward(slices.Sorted(maps.Keys(w.own))) {
		maps.Copy(base, w.own[lang])
	}
	w.lay(base, "en")
	locales, errs := map[string]*Locale{}, []error(nil)
	for _, lang := range slices.Sorted(maps.Keys(mergedKeys(w.embedded, w.own))) {
		tag, err := language.Parse(lang)
		if err != nil {
			errs = append(errs, localeError(lang, nil, fmt.Errorf("%q is not a language tag: %w", lang, err)))
			continue
		}
		all := maps.Clone(base)
		w.lay(all, lang)
		l := &Locale{Lang: lang, tag: tag, messages: all}
		l.dates, l.figures = l.readDateWords(), l.readFigureWords()
		locales[lang] = l
	}
	return locales, errors.Join(errs...)
}

func mergedKeys(a, b map[string]map[string]message) map[string]map[string]message {
	all := maps.Clone(a)
	maps.Copy(all, b)
	return all
}

// lay puts a language's words over others. A name in a desk's own words for which the theme has no
// value stays as it is written.
func (w localeWords) lay(over map[string]message, lang string) {
	maps.Copy(over, w.embedded[lang])
	for key, m := range w.own[lang] {
		if given, known := w.given(key); known {
			m = m.keepNames(given)
		}
		over[key] = m
	}
}

// keepNames returns a message in which only some names are filled in.
func (m message) keepNames(given map[string]bool) message {
	keep := func(pieces []piece) []piece {
		pieces = slices.Clone(pieces)
		for i, p := range pieces {
			if p.name && !given[p.text] {
				pieces[i] = piece{text: "{" + p.text + "}"}
			}
		}
		return pieces
	}
	m.text = keep(m.text)
	if m.forms != nil {
		forms := map[plural.Form][]piece{}
		for form, pieces := range m.forms {
			forms[form] = keep(pieces)
		}
		m.forms = forms
	}
	return m
}

// names lists what a message asks for, sorted.
func (m message) names() []string {
	var names []string
	for _, pieces := range append(slices.Collect(maps.Values(m.forms)), m.text) {
		for _, p := range pieces {
			if p.name && !slices.Contains(names, p.text) {
				names = append(names, p.text)
			}
		}
	}
	slices.Sort(names)
	return names
}

// decodeMessages reads one JSON object token by token, since encoding/json would let the last of
// two equal keys win. Its errors say where in the source they are.
func decodeMessages(source []byte) (map[string]message, error) {
	dec := json.NewDecoder(bytes.NewReader(source))
	if open, err := dec.Token(); err != nil || open != json.Delim('{') {
		return nil, &offsetError{0, errors.New("not a JSON object"), localeHint}
	}
	messages := map[string]message{}
	for dec.More() {
		at := skipTo(source, int(dec.InputOffset()))
		key, err := dec.Token()
		if err != nil {
			return nil, jsonError(source, err)
		}
		name, _ := key.(string)
		var raw json.RawMessage
		if err := dec.Decode(&raw); err != nil {
			return nil, jsonError(source, fmt.Errorf("key %q: %w", name, err))
		}
		if _, twice := messages[name]; twice {
			return nil, &offsetError{at, fmt.Errorf("key %q stands twice", name), "keep one of them"}
		}
		m, err := decodeMessage(raw)
		if err != nil {
			return nil, &offsetError{at, fmt.Errorf("key %q: %w", name, err), messageHint}
		}
		m.at = at
		messages[name] = m
	}
	if _, err := dec.Token(); err != nil {
		return nil, &offsetError{len(source), errors.New("the JSON object is not closed"), localeHint}
	}
	if dec.More() {
		return nil, &offsetError{skipTo(source, int(dec.InputOffset())), errors.New("more stands behind the JSON object"), "take it out"}
	}
	return messages, nil
}

// skipTo returns where the next key begins: after spaces and a comma.
func skipTo(source []byte, at int) int {
	return at + len(source[at:]) - len(bytes.TrimLeft(source[at:], " \t\r\n,"))
}

// jsonError says where in a source an error of encoding/json is. A decoder counts from where it
// began to read a value, so the source is read as a whole once more.
func jsonError(source []byte, err error) error {
	var syntax *json.SyntaxError
	if errors.As(json.Unmarshal(source, new(any)), &syntax) && syntax.Offset <= int64(len(source)) {
		return &offsetError{max(0, int(syntax.Offset)-1), err, localeHint}
	}
	return &offsetError{len(source), err, localeHint}
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
