package themes

import (
	"cmp"
	"errors"
	"fmt"
	"html/template"
	"io"
	"maps"
	"path"
	"slices"
	"strings"

	"balie/content"
)

// ownFiles is a theme as it was read, to be held against the one that comes with balie: what of a
// desk's own files is wrong, and what of them has no effect.
type ownFiles struct {
	files
	words localeWords
	uses  []use
}

// template returns a file by its name, and its path.
func (o *ownFiles) template(name string) (templateFile, string) {
	if f, ok := o.layouts[name]; ok {
		return f, "layouts/" + name + ".html"
	}
	return o.partials[name], "partials/" + name + ".html"
}

// at is an error at a place in a template's file.
func (o *ownFiles) at(u use, hint, format string, args ...any) *FileError {
	f, file := o.template(u.template)
	line, column := positionIn([]byte(f.text), u.at)
	return &FileError{File: file, Line: line, Column: column, Err: fmt.Errorf(format, args...), Hint: hint}
}

// unknownNames finds every message that a template asks for by a fixed key and no language has, and
// every partial that is not there.
func (o *ownFiles) unknownNames(t *Theme) error {
	var errs []error
	told := map[string]bool{}
	for _, u := range o.uses {
		if told[u.name] {
			continue
		}
		before := len(errs)
		switch {
		case u.message && !t.locales["en"].Has(u.name):
			errs = append(errs, o.at(u, content.Nearest(u.name, o.keys(), "write its words into theme/locales/<language>.json; there are "), "no locale has the key %q", u.name))
		case !u.message && t.source.Lookup(u.name) == nil:
			errs = append(errs, o.missing(t, u))
		}
		told[u.name] = len(errs) > before
	}
	return errors.Join(errs...)
}

// missing is a partial that is not there: in the file that defined it before the desk laid its own
// over it, else where it is asked for.
func (o *ownFiles) missing(t *Theme, u use) error {
	for _, name := range slices.Sorted(maps.Keys(o.partials)) {
		if f := o.partials[name]; f.own && strings.Contains(f.embedded, fmt.Sprintf("{{define %q}}", u.name)) {
			_, by := o.template(u.template)
			return &FileError{File: "partials/" + name + ".html", Err: fmt.Errorf("does not define %q, which %s asks for", u.name, by), Hint: "take it over from the theme that comes with balie"}
		}
	}
	return o.at(u, content.Nearest(u.name, slices.Sorted(maps.Keys(trees(t.source))), "there are "), "there is no partial %q", u.name)
}

// escape finds what can't be made safe, which html/template says when a template is first executed.
// It is only looked for where a desk has templates of its own.
func (o *ownFiles) escape(t *Theme) error {
	own := func(f templateFile) bool { return f.own }
	if !slices.ContainsFunc(slices.Collect(maps.Values(o.layouts)), own) && !slices.ContainsFunc(slices.Collect(maps.Values(o.partials)), own) {
		return nil
	}
	w, err := t.in("en")
	if err != nil {
		return err
	}
	var errs []error
	for _, layout := range t.layouts {
		var unsafe *template.Error
		err := w.set.ExecuteTemplate(io.Discard, layout, Page{})
		if !errors.As(err, &unsafe) { // without a view nothing else can be told
			continue
		}
		// What follows the dollar is html/template's own.
		name, _, _ := strings.Cut(cmp.Or(unsafe.Name, layout), "$")
		if tree := t.source.Lookup(name); tree != nil && tree.Tree != nil {
			name = tree.Tree.ParseName
		}
		u := use{template: name}
		if unsafe.Node != nil {
			u.at = int(unsafe.Node.Position())
		}
		errs = append(errs, o.at(u, templateHint, "%s", unsafe.Description))
	}
	return errors.Join(errs...)
}

// keys are the messages of the theme that comes with balie.
func (o *ownFiles) keys() []string { return slices.Sorted(maps.Keys(o.words.embedded["en"])) }

// unused lists what of a desk's own files has no effect, or another than was meant.
func (o *ownFiles) unused(t *Theme) []*FileError {
	var list []*FileError
	for _, p := range o.stray {
		list = append(list, &FileError{File: p, Err: errors.New("this is not read"), Hint: nearestFile(p)})
	}
	for _, group := range []struct {
		folder string
		files  map[string]templateFile
	}{{"layouts", o.layouts}, {"partials", o.partials}} {
		var known []string
		for _, name := range slices.Sorted(maps.Keys(group.files)) {
			if group.files[name].embedded != "" {
				known = append(known, name)
			}
		}
		for _, name := range slices.Sorted(maps.Keys(group.files)) {
			if f := group.files[name]; f.own && f.embedded == "" && !o.isAskedFor(t, name) {
				list = append(list, &FileError{
					File: group.folder + "/" + name + ".html", Err: errors.New("nothing uses this: the theme has no file of that name, and no template asks for it"),
					Hint: content.Nearest(name, known, group.folder+" are "),
				})
			}
		}
	}
	for _, lang := range slices.Sorted(maps.Keys(o.locales)) {
		list = append(list, o.unusedWords(lang)...)
	}
	return list
}

// isAskedFor reports whether a template in another file asks for one of those that a file defines.
func (o *ownFiles) isAskedFor(t *Theme, file string) bool {
	return slices.ContainsFunc(o.uses, func(u use) bool {
		if u.message || u.template == file {
			return false
		}
		asked := t.source.Lookup(u.name)
		return asked != nil && asked.Tree != nil && asked.Tree.ParseName == file
	})
}

// nearestFile says what is read of a theme.
func nearestFile(p string) string {
	folder, name := path.Split(p)
	switch folder {
	case "assets/":
		return content.Nearest(name, embeddedAssets(), "assets are ")
	case "locales/":
		return "name it <language>.json"
	case "layouts/", "partials/":
		return "name it <name>.html"
	}
	return content.Nearest(name, folders, "a theme has ")
}

// embeddedAssets lists the files beside pages that a desk may lay its own over.
func embeddedAssets() (names []string) {
	entries, err := embedded.ReadDir("default/assets")
	if err != nil {
		return nil // they are part of the program
	}
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

// unusedWords finds in a desk's own words of a language keys that nothing asks for, and messages
// whose names are others than the theme's.
func (o *ownFiles) unusedWords(lang string) []*FileError {
	var list []*FileError
	for _, source := range o.locales[lang] {
		messages := source.messages
		if !source.own {
			continue
		}
		for _, key := range slices.SortedFunc(maps.Keys(messages), func(a, b string) int { return messages[a].at - messages[b].at }) {
			for _, found := range o.message(lang, key, messages[key]) {
				found.File = "locales/" + lang + ".json"
				found.Line, found.Column = positionIn(source.data, messages[key].at)
				list = append(list, found)
			}
		}
	}
	return list
}

// message holds one of a desk's own messages to the theme's.
func (o *ownFiles) message(lang, key string, m message) (list []*FileError) {
	given, known := o.words.given(key)
	if !known {
		if !slices.ContainsFunc(o.uses, func(u use) bool { return u.message && u.name == key }) {
			list = append(list, &FileError{Err: fmt.Errorf("nothing asks for the key %q", key), Hint: nearestKey(key, o.keys())})
		}
		return list
	}
	for _, name := range m.names() {
		if !given[name] {
			list = append(list, &FileError{
				Err:  fmt.Errorf("key %q: there is no value for {%s}, which is shown as it is written", key, name),
				Hint: content.Nearest(name, slices.Sorted(maps.Keys(given)), "names here are "),
			})
		}
	}
	base, ok := o.words.embedded[lang][key]
	if !ok && !strings.HasPrefix(key, "date.") { // each language puts dates together in its own way
		base = o.words.embedded["en"][key]
	}
	for _, name := range base.names() {
		if !slices.Contains(m.names(), name) {
			list = append(list, &FileError{Err: fmt.Errorf("key %q: {%s} is left out, which the theme's own words have", key, name), Hint: "write it where it belongs, or take the key out to have the theme's words"})
		}
	}
	return list
}

// nearestKey names the key that is likely meant; there are too many to list.
func nearestKey(key string, known []string) string {
	if best := content.Closest(key, known); best != "" {
		return fmt.Sprintf("did you mean %q?", best)
	}
	return "take it out, or let a template of theme/ ask for it"
}
