package check

import (
	"cmp"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"balie/content"
)

// Untranslated is a file of which something is not, or no longer, said in a language.
type Untranslated struct {
	File     string // the source's
	Language string
	State    TranslationState
	Since    time.Time // since when it has been like that; zero: not known
	Prose    bool      // its text is meant, which has a file of its own for each language
	Keys     []string  // of the texts in it that lack the language
}

// Command is what brings it up to date.
func (u Untranslated) Command() string { return "balie new translation " + u.File + " " + u.Language }

// TranslationState says how a translation lags behind.
type TranslationState string

// The states.
const (
	MissingTranslation TranslationState = "missing"
	StaleTranslation   TranslationState = "stale" // made of what the source said before
)

// Translations finds what is not translated, and remembers what it found in cases that did not
// change since. The zero value is ready. It is not for use by two at once.
type Translations struct {
	setup *content.Setup
	found map[any][]Untranslated // by record
}

// Find lists what the public, or staff in their answers, can't read in each of the site's
// languages: what has been like that for the longest comes first. Committed says when a file was
// first and last committed. Of a policy the versions that are over are left out.
func (k *Translations) Find(t *content.Tree, now time.Time, committed func(file string) (first, last time.Time)) []Untranslated {
	if len(t.Site.Languages) < 2 {
		return nil
	}
	before := k.found
	if k.setup != t.Setup {
		before = nil
	}
	k.setup, k.found = t.Setup, make(map[any][]Untranslated, len(t.Incidents)+len(t.Maintenance))
	list := untranslatedSetup(t.Setup, now)
	keep := func(record any, find func() []Untranslated) {
		found, known := before[record]
		if !known {
			found = find()
		}
		k.found[record] = found
		list = append(list, found...)
	}
	for _, i := range t.Incidents {
		if i.Public() {
			keep(i, func() []Untranslated {
				return append(untranslatedTexts(t.Site, i.Dir+"/incident.yaml", i), untranslatedEvents(t.Site, i.Events)...)
			})
		}
	}
	for _, m := range t.Maintenance {
		keep(m, func() []Untranslated {
			return append(untranslatedTexts(t.Site, m.Dir+"/maintenance.yaml", m), untranslatedEvents(t.Site, m.Events)...)
		})
	}
	list = slices.Clone(list)
	for i := range list {
		list[i].date(committed)
	}
	slices.SortFunc(list, compareUntranslated)
	return list
}

// compareUntranslated puts first what has waited for the longest, and last what nobody knows of.
func compareUntranslated(a, b Untranslated) int {
	if a.Since.IsZero() != b.Since.IsZero() {
		return b.Since.Compare(a.Since)
	}
	return cmp.Or(a.Since.Compare(b.Since), strings.Compare(a.File, b.File), strings.Compare(a.Language, b.Language))
}

// date says since when by git, where it knows: for what is missing since the source was there, for
// what is stale since the source was changed.
func (u *Untranslated) date(committed func(string) (first, last time.Time)) {
	first, last := committed(u.File)
	if u.State == StaleTranslation {
		first = last
	}
	if !first.IsZero() {
		u.Since = first
	}
}

// untranslatedSetup looks through everything but the cases.
func untranslatedSetup(s *content.Setup, now time.Time) []Untranslated {
	list := untranslatedTexts(s.Site, "site.yaml", s.Site)
	list = append(list, untranslatedTexts(s.Site, "services.yaml", s.Services)...)
	list = append(list, untranslatedTexts(s.Site, "hooks.yaml", s.Hooks)...)
	current := s.PolicyAt(now)
	for i, p := range s.Policies {
		if current == nil || i >= slices.Index(s.Policies, current) {
			list = append(list, untranslatedTexts(s.Site, p.Path, p)...)
		}
	}
	for set, dates := range s.Holidays {
		list = append(list, untranslatedTexts(s.Site, "holidays/"+set+".yaml", dates)...)
	}
	for _, f := range s.Forms {
		list = append(list, untranslatedTexts(s.Site, "forms/"+f.ID+".yaml", f)...)
	}
	for _, sec := range s.Sections {
		list = append(list, untranslatedTexts(s.Site, "articles/"+sec.ID+"/section.yaml", sec)...)
		list = append(list, untranslatedArticles(s.Site, sec.Articles)...)
	}
	return append(list, untranslatedArticles(s.Site, s.Replies)...)
}

func untranslatedArticles(site *content.Site, articles []*content.Article) (list []Untranslated) {
	for _, a := range articles {
		for _, lang := range site.Languages[1:] {
			t := a.Translations[lang]
			if state := translationState(a.Whole, t != nil, func() content.Hex { return t.Translates }); state != "" && a.Body != "" {
				list = append(list, Untranslated{File: a.Path, Language: lang, State: state, Prose: true})
			}
		}
	}
	return list
}

// untranslatedEvents looks through the public updates of a case.
func untranslatedEvents(site *content.Site, events []*content.Event) (list []Untranslated) {
	for _, e := range events {
		if content.IsStaffOnly(e.Kind) {
			continue
		}
		lacking := lackingTexts(e.Data(), site.Languages[1:])
		for _, lang := range site.Languages[1:] {
			t := e.Translations[lang]
			state := translationState(e.Body, t != nil, func() content.Hex { return t.Translates })
			u := Untranslated{File: e.Path, Language: lang, State: state, Since: e.At, Prose: state != "" && e.Body != "", Keys: lacking[lang]}
			if len(u.Keys) > 0 {
				u.State = MissingTranslation
			}
			if u.Prose || len(u.Keys) > 0 {
				list = append(list, u)
			}
		}
	}
	return list
}

// translationState says how the translation of a text lags behind; "" where it does not.
func translationState(source string, exists bool, translates func() content.Hex) TranslationState {
	switch {
	case !exists:
		return MissingTranslation
	case translates() != content.BodyDigest(source):
		return StaleTranslation
	}
	return ""
}

// untranslatedTexts looks through the texts of a YAML file.
func untranslatedTexts(site *content.Site, file string, record any) (list []Untranslated) {
	lacking := lackingTexts(record, site.Languages[1:])
	for _, lang := range site.Languages[1:] {
		if keys := lacking[lang]; len(keys) > 0 {
			list = append(list, Untranslated{File: file, Language: lang, State: MissingTranslation, Keys: keys})
		}
	}
	return list
}

// lackingTexts returns, by language, the keys of those texts in a record that lack it.
func lackingTexts(record any, languages []string) map[string][]string {
	lacking := map[string][]string{}
	eachText(reflect.ValueOf(record), "", func(key string, t content.Text) {
		for _, lang := range languages {
			if _, ok := t[lang]; !ok {
				lacking[lang] = append(lacking[lang], key)
			}
		}
	})
	return lacking
}

// eachText calls yield for each text within a value, with its key as it stands in YAML.
func eachText(v reflect.Value, key string, yield func(key string, t content.Text)) {
	if !v.IsValid() || v.IsZero() {
		return
	}
	if t, ok := v.Interface().(content.Text); ok {
		yield(key, t)
		return
	}
	switch v.Kind() {
	case reflect.Pointer:
		eachText(v.Elem(), key, yield)
	case reflect.Slice:
		for i := range v.Len() {
			item := v.Index(i)
			if isEntry(item.Type()) {
				eachText(item.Field(1), within(key, fmt.Sprint(item.Field(0))), yield)
			} else {
				eachText(item, fmt.Sprintf("%s[%d]", key, i), yield)
			}
		}
	case reflect.Struct:
		for i := range v.NumField() {
			field := v.Type().Field(i)
			name, _, _ := strings.Cut(field.Tag.Get("key"), ",")
			if field.IsExported() && name != "" && name != "-" {
				eachText(v.Field(i), within(key, name), yield)
			}
		}
	}
}

// isEntry reports whether a type is that of a content.Map's entries.
func isEntry(t reflect.Type) bool {
	return t.Kind() == reflect.Struct && t.NumField() == 2 && strings.HasPrefix(t.Name(), "Entry[")
}

func within(key, name string) string {
	if key == "" {
		return name
	}
	return key + "." + name
}

// untranslated finds a language of the site in which nothing is translated.
func (c *checker) untranslated(t *content.Tree, now time.Time) {
	for i, lang := range c.Site.Languages {
		if i == 0 || c.words.misread["site.yaml"] || isTranslated(t, lang) {
			continue
		}
		texts, files := 0, map[string]bool{}
		for _, u := range new(Translations).Find(t, now, func(string) (first, last time.Time) { return first, last }) {
			if u.Language == lang {
				files[u.File] = true
				texts += len(u.Keys)
				if u.Prose {
					texts++
				}
			}
		}
		if texts > 0 {
			key := fmt.Sprintf("languages[%d]", i)
			c.warn("site.yaml", key, content.CodeTranslation, "balie translations lists them, with the command for each; or take the language out until there is something to read in it",
				"%s: nothing is translated into %q yet: %d texts in %d files", key, lang, texts, len(files))
		}
	}
}

// isTranslated reports whether anything is said in a language.
func isTranslated(t *content.Tree, lang string) bool {
	found := false
	look := func(record any) {
		if !found {
			eachText(reflect.ValueOf(record), "", func(_ string, text content.Text) { found = found || text[lang] != "" })
		}
	}
	look(t.Site)
	look(t.Services)
	for _, f := range t.Forms {
		look(f)
	}
	for _, p := range t.Policies {
		look(p)
	}
	for _, s := range t.Sections {
		look(s)
		found = found || slices.ContainsFunc(s.Articles, func(a *content.Article) bool { return a.Translations[lang] != nil })
	}
	for _, i := range t.Incidents {
		look(i)
		found = found || slices.ContainsFunc(i.Events, func(e *content.Event) bool { return e.Translations[lang] != nil })
	}
	return found
}
