package delivery

import (
	"fmt"
	"regexp"
	"strings"

	"balie/content"
	"balie/ingest/webhook"
	"balie/themes"
)

// title is an incident's title by language: what the sender or the hook words, else the names of the
// services that are touched, else the hook's name.
func (w *Worker) title(hook *content.Hook, a webhook.Alert) content.Text {
	tree := w.Tree()
	source := tree.Site.Source()
	title := content.Text{}
	for lang, text := range a.Title {
		if lang == "" {
			lang = source
		}
		title[lang] = text
	}
	if title[source] != "" {
		return title
	}
	for _, lang := range tree.Site.Languages {
		var names []string
		for _, s := range servicesOf(a) {
			names = append(names, nameOf(tree.Service(s.Key), lang, source))
		}
		if title[lang] == "" && len(names) > 0 {
			title[lang] = strings.Join(names, ", ")
		}
	}
	if title[source] == "" {
		title[source] = hook.Name
	}
	return title
}

// event is an event of an incident with its text, in each of the site's languages that there is one
// in.
func (w *Worker) event(hook *content.Hook, a webhook.Alert, kind content.Kind) (*content.Event, error) {
	source := w.Tree().Site.Source()
	texts, err := w.texts(a, kind)
	if err != nil {
		return nil, err
	}
	e := &content.Event{Kind: kind, Author: hook.Name, Body: texts[source], Translations: map[string]*content.Translation{}}
	for lang, text := range texts {
		if lang != source && text != "" {
			e.Translations[lang] = &content.Translation{Body: text}
		}
	}
	return e, nil
}

// texts are an event's texts by language, as Markdown. A template of the hook describes what is
// wrong, so it does not serve where that is over.
func (w *Worker) texts(a webhook.Alert, kind content.Kind) (map[string]string, error) {
	tree := w.Tree()
	source := tree.Site.Source()
	texts := map[string]string{}
	if kind != content.Resolved || a.Kind != "" {
		for lang, text := range a.Text {
			if lang == "" {
				lang = source
			}
			texts[lang] = EscapeMarkdown(text)
		}
	}
	if texts[source] != "" {
		return texts, nil
	}
	theme := w.Theme()
	if theme == nil {
		return nil, fmt.Errorf("no version of the setup is right")
	}
	for _, lang := range tree.Site.Languages {
		text, err := defaultText(theme, lang, kind)
		if err != nil {
			return nil, err
		}
		if texts[lang] == "" {
			texts[lang] = text
		}
	}
	return texts, nil
}

// defaultText is the plain sentence of a language for what a machine says, or "".
func defaultText(theme *themes.Theme, lang string, kind content.Kind) (string, error) {
	locale := theme.Locale(lang)
	if locale == nil {
		return "", nil
	}
	switch kind {
	case content.Resolved:
		return locale.T("alert.resolved")
	case content.Update:
		return locale.T("alert.changed")
	}
	return locale.T("alert.firing")
}

// factsNote is the note for staff with an alert's facts, one a line; none where it has no facts.
func factsNote(hook *content.Hook, a webhook.Alert) []*content.Event {
	if len(a.Facts) == 0 {
		return nil
	}
	var b strings.Builder
	for _, f := range a.Facts {
		fmt.Fprintf(&b, "- %s: %s\n", EscapeMarkdown(f.Name), EscapeMarkdown(f.Value))
	}
	return []*content.Event{{Kind: content.Note, Author: hook.Name, Body: b.String()}}
}

// special are the characters that Markdown, or the links that it finds by itself, could take for
// more than themselves. Any ASCII punctuation may be escaped (CommonMark 0.31, 2.4).
var (
	special = regexp.MustCompile("[\\\\`*_{}\\[\\]<>#+\\-!|~&:@=]")
	dotted  = regexp.MustCompile(`(?m)^(\d+)([.)])`)
	www     = regexp.MustCompile(`(?i)www\.`)
)

// EscapeMarkdown writes plain text as Markdown that shows just that text.
func EscapeMarkdown(s string) string {
	lines := strings.Split(s, "\n")
	for i, line := range lines {
		lines[i] = strings.TrimSpace(line)
	}
	s = special.ReplaceAllString(strings.Join(lines, "\n"), `\$0`)
	s = dotted.ReplaceAllString(s, `$1\$2`)
	return www.ReplaceAllStringFunc(s, func(m string) string { return m[:3] + `\.` })
}

// nameOf is a service's name in a language, or in the source.
func nameOf(s *content.Service, lang, source string) string {
	name, _ := s.Name.In(lang, source)
	return name
}
