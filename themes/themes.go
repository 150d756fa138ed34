// Package themes is how a desk looks and speaks: layouts, partials, one stylesheet, and every word
// that the program says, in each language.
//
// A theme is four folders. The embedded default has them all; a desk's own theme/ folder is laid
// over it, file by file:
//
//	layouts/<layout>.html    one page each, named after the page; it begins with {{template "top"}} and ends with {{template "bottom"}}
//	partials/<piece>.html    pieces that layouts share, each with one job, named after its file
//	assets/style.css         the one stylesheet
//	assets/feed.css          of feeds, where a browser shows one
//	assets/proof.js          of forms, where the desk wants proof of work; no page needs a script
//	assets/form.js           of forms: what is asked when, how much was typed, the draft
//	assets/search.js         searches as one types, and on a static host
//	assets/bars.js           goes through a service's days, one by one
//	locales/<lang>.json      key to words; a desk's own file is laid over the embedded one key by key, and may add a language
//
// A layout is executed with a [Page]: what every page has (a [Frame]) and what this one shows (a
// view). Views are plain values: a template can show what they hold and ask for nothing more.
// Besides html/template's own functions templates have those of [words], bound to the page's
// language: t and say for words, at, date, clock and their like for times, number, percent,
// duration and bytes for figures.
//
// The same theme, frame and view give the same bytes. Nothing here reads a clock, a request or a
// disk after Load.
package themes

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"html/template"
	"io"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"
	"sync"
	"text/template/parse"
)

//go:embed default
var embedded embed.FS

// Theme is a set of parsed templates for each language. It is safe for use by many at once.
type Theme struct {
	source  *template.Template // parsed, bound to no language yet, never executed
	layouts []string
	locales map[string]*Locale
	styles  []byte
	feeds   []byte // the stylesheet of feeds
	proof   []byte // the script that proves work
	form    []byte // the script of forms
	finder  []byte // the script that searches
	bars    []byte // the script that goes through a service's days
	digest  string // of all its files
	prose   Prose

	// Unused is what of a desk's own files has no effect, or another than was meant.
	Unused []*FileError

	mu    sync.Mutex
	bound map[string]words // by language, when first used
}

// Page is what a layout is executed with.
type Page struct {
	Frame Frame
	View  any
}

// Prose turns what people write into HTML that is safe to show. Without one a theme shows the text
// as it was typed.
type Prose struct {
	Markdown func(source, lang string) template.HTML // what staff write
	Plain    func(text string) template.HTML         // what customers write
}

// Default is the embedded theme.
func Default() (*Theme, error) { return Load() }

// Of is the embedded theme with a content repository's own theme/ laid over it, where it has one.
func Of(repository fs.FS) (*Theme, error) {
	if info, err := fs.Lstat(repository, "theme"); err != nil || !info.IsDir() {
		return Default()
	}
	own, err := fs.Sub(repository, "theme")
	if err != nil {
		return nil, fmt.Errorf("open theme: %w", err)
	}
	return Load(own)
}

// Load is the embedded theme with a desk's own files laid over it: of each name the last one
// counts. A nil fs.FS is skipped.
func Load(over ...fs.FS) (*Theme, error) {
	base, err := fs.Sub(embedded, "default")
	if err != nil {
		return nil, fmt.Errorf("open embedded theme: %w", err)
	}
	files, err := collect(append([]fs.FS{base}, over...))
	if err != nil {
		return nil, err
	}
	t := &Theme{styles: files.styles, feeds: files.feeds, proof: files.proof, form: files.form, finder: files.finder, bars: files.bars, digest: hex.EncodeToString(files.sum.Sum(nil)), layouts: slices.Sorted(maps.Keys(files.layouts)), bound: map[string]words{}}
	words, wrongWords := readWords(files.locales)
	var wrongTags, wrongTemplates error
	t.locales, wrongTags = words.locales()
	t.source, wrongTemplates = parseAll(files)
	if err := errors.Join(wrongWords, wrongTags, wrongTemplates); err != nil {
		return nil, err
	}
	own := ownFiles{files, words, t.uses()}
	if err := own.unknownNames(t); err != nil {
		return nil, err
	}
	if err := own.escape(t); err != nil {
		return nil, err
	}
	t.Unused = own.unused(t)
	return t, nil
}

// WithProse returns the theme with another way to turn prose into HTML.
func (t *Theme) WithProse(p Prose) *Theme {
	return &Theme{source: t.source, layouts: t.layouts, locales: t.locales, styles: t.styles, feeds: t.feeds, proof: t.proof, form: t.form, finder: t.finder, bars: t.bars, digest: t.digest, prose: p, Unused: t.Unused, bound: map[string]words{}}
}

// Layouts lists the layouts by name.
func (t *Theme) Layouts() []string { return t.layouts }

// Languages lists the languages that the theme speaks.
func (t *Theme) Languages() []string { return slices.Sorted(maps.Keys(t.locales)) }

// Locale returns the words of a language or, of a regional one, of the language itself (nl of
// nl-BE); nil where the theme does not speak it.
func (t *Theme) Locale(lang string) *Locale {
	if l, ok := t.locales[lang]; ok {
		return l
	}
	base, _, _ := strings.Cut(lang, "-")
	return t.locales[base]
}

// Speaks reports whether there are words of a language.
func (t *Theme) Speaks(lang string) bool { return t.Locale(lang) != nil }

// Render executes a layout in the page's language. On an error nothing useful has been written.
func (t *Theme) Render(to io.Writer, layout string, p Page) error {
	w, err := t.in(p.Frame.Lang)
	if err != nil {
		return err
	}
	if err := w.set.ExecuteTemplate(to, layout, p); err != nil {
		return fmt.Errorf("execute layout %s: %w", layout, err)
	}
	return nil
}

// in returns the words of a language, with the templates bound to them, which are escaped once,
// when they are first used.
func (t *Theme) in(lang string) (words, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if w, ok := t.bound[lang]; ok {
		return w, nil
	}
	locale := t.Locale(lang)
	if locale == nil {
		return words{}, fmt.Errorf("theme does not speak %q: write theme/locales/%s.json", lang, lang)
	}
	set, err := t.source.Clone()
	if err != nil {
		return words{}, fmt.Errorf("clone templates: %w", err)
	}
	w := words{locale, lang, t.prose, set, &sync.Map{}}
	set.Funcs(w.funcs())
	t.bound[lang] = w
	return w, nil
}

// files is a theme's content by name, each already the last of those laid over one another.
type files struct {
	layouts  map[string]templateFile
	partials map[string]templateFile
	styles   []byte
	feeds    []byte
	proof    []byte
	form     []byte
	finder   []byte
	bars     []byte
	locales  map[string][]localeSource // all of a language's files, the embedded one first
	sum      hash.Hash                 // of all that was read
	stray    []string                  // a desk's own files that are not read
}

// templateFile is a layout or a partial.
type templateFile struct {
	text     string
	embedded string // what the theme that comes with balie has under that name, or ""
	own      bool   // a desk's
}

// collect reads the folders of each file system in turn; the first is the embedded theme.
func collect(layers []fs.FS) (files, error) {
	f := files{layouts: map[string]templateFile{}, partials: map[string]templateFile{}, locales: map[string][]localeSource{}, sum: sha256.New()}
	for i, layer := range layers {
		if layer == nil {
			continue
		}
		if err := f.add(layer, i > 0); err != nil {
			return f, err
		}
	}
	return f, nil
}

func (f *files) add(layer fs.FS, own bool) error {
	if own {
		f.stray = append(f.stray, strayFolders(layer)...)
	}
	return each(layer, func(folder, name, ext string, data []byte) {
		fmt.Fprintf(f.sum, "%s/%s%s %d %s", folder, name, ext, len(data), data)
		switch {
		case folder == "layouts" && ext == ".html":
			f.layouts[name] = templateOver(f.layouts[name], data, own)
		case folder == "partials" && ext == ".html":
			f.partials[name] = templateOver(f.partials[name], data, own)
		case folder == "locales" && ext == ".json":
			f.locales[name] = append(f.locales[name], localeSource{data: data, own: own})
		case folder == "assets" && name == "style" && ext == ".css":
			f.styles = data
		case folder == "assets" && name == "feed" && ext == ".css":
			f.feeds = data
		case folder == "assets" && name == "proof" && ext == ".js":
			f.proof = script(data)
		case folder == "assets" && name == "form" && ext == ".js":
			f.form = script(data)
		case folder == "assets" && name == "search" && ext == ".js":
			f.finder = script(data)
		case folder == "assets" && name == "bars" && ext == ".js":
			f.bars = script(data)
		case own && ext != ".md": // a README may stand anywhere
			f.stray = append(f.stray, folder+"/"+name+ext)
		}
	})
}

func templateOver(before templateFile, data []byte, own bool) templateFile {
	t := templateFile{text: string(data), embedded: before.embedded, own: own}
	if !own {
		t.embedded = t.text
	}
	return t
}

// folders are where a theme's files are.
var folders = []string{"layouts", "partials", "assets", "locales"}

// strayFolders lists the directories of a theme that are not read.
func strayFolders(layer fs.FS) (names []string) {
	entries, err := fs.ReadDir(layer, ".")
	if err != nil {
		return nil // each says so
	}
	for _, e := range entries {
		if e.IsDir() && !slices.Contains(folders, e.Name()) && !strings.HasPrefix(e.Name(), ".") {
			names = append(names, e.Name())
		}
	}
	return names
}

// each reads every file of a theme's folders. A folder that is not there has none. Symbolic links
// are not followed: they may lead out of the repository.
func each(layer fs.FS, yield func(folder, name, ext string, data []byte)) error {
	for _, folder := range folders {
		info, err := fs.Lstat(layer, folder)
		if isMissing(err) || err == nil && !info.IsDir() {
			continue
		}
		entries, err := fs.ReadDir(layer, folder)
		if err != nil {
			return fmt.Errorf("read theme folder %s: %w", folder, err)
		}
		for _, e := range entries {
			if !e.Type().IsRegular() {
				continue
			}
			data, err := fs.ReadFile(layer, path.Join(folder, e.Name()))
			if err != nil {
				return fmt.Errorf("read theme: %w", err)
			}
			ext := path.Ext(e.Name())
			yield(folder, strings.TrimSuffix(e.Name(), ext), ext, data)
		}
	}
	return nil
}

// parseAll makes one set of all templates, each named after its file. A file may define more, for
// its own use. The error names every file with a mistake.
func parseAll(f files) (*template.Template, error) {
	set, errs := template.New("").Funcs(words{}.funcs()), []error(nil)
	for _, group := range []struct {
		folder string
		files  map[string]templateFile
	}{{"partials", f.partials}, {"layouts", f.layouts}} {
		for _, name := range slices.Sorted(maps.Keys(group.files)) {
			file, before := group.folder+"/"+name+".html", trees(set)
			if _, err := set.New(name).Parse(strings.TrimRight(group.files[name].text, "\n")); err != nil {
				errs = append(errs, templateError(file, err))
				continue
			}
			for defined, tree := range trees(set) {
				if was := before[defined]; was != nil && was != tree {
					errs = append(errs, &FileError{File: file, Err: fmt.Errorf("defines %q, which another template is named already", defined), Hint: "give it another name"})
				}
			}
		}
	}
	return set, errors.Join(errs...)
}

// trees are the templates that have been defined, by name.
func trees(set *template.Template) map[string]*parse.Tree {
	all := map[string]*parse.Tree{}
	for _, t := range set.Templates() {
		if t.Tree != nil {
			all[t.Name()] = t.Tree
		}
	}
	return all
}

// buffers are reused: a sentence with a date in it executes a partial.
var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}
