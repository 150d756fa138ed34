package main

import (
	"cmp"
	"context"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"balie/content"
	"balie/content/check"
	"balie/content/load"
	"balie/ingest/commit"
)

func (t *terminal) translations() *cobra.Command {
	var format, language string
	c := &cobra.Command{
		Use:   "translations",
		Short: "list what is not translated, or was before its source changed, with the command for each",
		Long: `What has been like that for the longest comes first: what is missing since its source was committed, what is stale since its source changed.
A file of settings, such as services.yaml, is one line for each language that some of its texts lack.`,
		Args: argCount(0, 0),
		RunE: runE(func(ctx context.Context, _ []string) error {
			if format != "table" && format != "json" {
				return usagef("--format %s: there are table and json", format)
			}
			return t.runTranslations(ctx, language, format)
		}),
	}
	c.Flags().StringVar(&format, "format", "table", "table or json")
	c.Flags().StringVar(&language, "language", "", "only this language")
	t.refFlag(c)
	return c
}

// translationRow is a file that is behind in a language, as programs read it.
type translationRow struct {
	File     string                 `json:"file"`
	Language string                 `json:"language"`
	State    check.TranslationState `json:"state"`
	Since    jsonTime               `json:"since"`
	Command  string                 `json:"command"`
}

func (t *terminal) runTranslations(ctx context.Context, language, format string) error {
	o, err := t.open(ctx)
	if err != nil {
		return err
	}
	defer o.Close()
	if language != "" && !slices.Contains(o.Tree.Site.Languages, language) {
		return failf(content.Nearest(language, o.Tree.Site.Languages, "site.yaml has "), "no language %q", language)
	}
	found := new(check.Translations).Find(o.Tree, o.now, o.Committed)
	rows := make([]translationRow, 0, len(found))
	for _, u := range found {
		if language == "" || u.Language == language {
			rows = append(rows, translationRow{u.File, u.Language, u.State, jsonTime(u.Since), u.Command()})
		}
	}
	if format == "json" {
		return printJSON(t.out, rows)
	}
	if len(rows) == 0 {
		fmt.Fprintln(t.err, "everything is translated")
	}
	for _, r := range rows {
		since := "-"
		if at := time.Time(r.Since); !at.IsZero() {
			since = at.In(o.Tree.Zone).Format("2 Jan 2006")
		}
		fmt.Fprintf(t.out, "%-7s  %-5s  %11s  %s\n", r.State, r.Language, since, r.Command)
	}
	return nil
}

func (t *terminal) newTranslation() *cobra.Command {
	d := &draft{}
	c := &cobra.Command{
		Use:   "translation FILE LANGUAGE",
		Short: "write the translation of a text, or say what lacks a language in a file of settings",
		Long: `FILE is an update, an article or a canned reply in the source language: its translation is written beside it, and says which text it translates.
One that is there and no longer fits its source is written anew with --message; without, it says how to see what has changed.
Of a YAML file it lists each text that lacks the language, and writes nothing.`,
		Args: argCount(2, 2),
		RunE: runE(func(ctx context.Context, args []string) error {
			return t.write(ctx, d, func(w *writer) error { return w.translation(args[0], args[1]) })
		}),
	}
	c.Flags().StringVarP(&d.message, "message", "m", "", "the `TEXT`; - reads it from standard input")
	c.Flags().StringVar(&d.title, "title", "", "the title of an article's translation")
	return c
}

func (w *writer) translation(file, lang string) error {
	languages := w.tree.Site.Languages
	if lang == languages[0] {
		return failf("name another of site.yaml's languages: "+strings.Join(languages[1:], ", "), "%s is the language in which the source is written", lang)
	}
	if !slices.Contains(languages, lang) {
		return failf(content.Nearest(lang, languages, "site.yaml has "), "no language %q", lang)
	}
	file = w.inRepository(file)
	all := new(check.Translations).Find(w.tree, w.now, func(string) (first, last time.Time) { return first, last })
	i := slices.IndexFunc(all, func(u check.Untranslated) bool { return u.File == file && u.Language == lang })
	if i < 0 {
		if _, err := fs.Stat(w.repo, file); err != nil {
			return failf("balie translations lists what is not translated", "no file %s", file)
		}
		return failf("balie translations lists what is not", "%s is translated into %q", file, lang)
	}
	u := all[i]
	w.sayLacking(u)
	if !u.Prose {
		return nil
	}
	return w.translate(u)
}

// sayLacking lists the texts of a file that lack a language, each at its place.
func (w *writer) sayLacking(u check.Untranslated) {
	problems := make([]content.Problem, len(u.Keys))
	for i, key := range u.Keys {
		problems[i] = content.Problem{File: u.File, Key: key}
	}
	load.Locate(w.repo, problems)
	for _, p := range problems {
		w.notes = append(w.notes, fmt.Sprintf("%s:%d:%d: %s: add %s: …", p.File, p.Line, p.Column, cmp.Or(p.Key, "the text"), u.Language))
	}
}

// translate writes the translation of a text, or says how what it was made of has changed.
func (w *writer) translate(u check.Untranslated) error {
	source, prose := w.sourceOf(u.File)
	file := strings.TrimSuffix(u.File, ".md") + "." + u.Language + ".md"
	text, err := w.body()
	if err != nil {
		return err
	}
	if u.State == check.StaleTranslation && text == "" {
		w.notes = append(w.notes, file+" translates what "+u.File+" said before: git log -p -- "+u.File+" shows what changed",
			"when it says what the source says now, write into it: translates: "+check.QuoteHex(content.BodyDigest(source)))
		return nil
	}
	translates := content.BodyDigest(source)
	front := any(&content.Front{Translates: translates})
	if prose {
		front = &content.Prose{Title: w.draft.title, Translates: translates}
	}
	head, err := load.Encode(front)
	if err != nil {
		return err
	}
	data := []byte("---\n" + string(head) + "---\n")
	if text = content.PlainLines(text); text != "" {
		data = append(data, text+"\n"...)
	}
	return w.files.put(commit.File{Path: file, Data: data}, u.State == check.StaleTranslation)
}

// sourceOf returns the text that a translation is made of, and whether it is an article's or a
// canned reply's.
func (w *writer) sourceOf(file string) (source string, prose bool) {
	articles := slices.Clone(w.tree.Replies)
	for _, s := range w.tree.Sections {
		articles = append(articles, s.Articles...)
	}
	for _, a := range articles {
		if a.Path == file {
			return a.Whole, true
		}
	}
	events := func(list []*content.Event) {
		for _, e := range list {
			if e.Path == file {
				source = e.Body
			}
		}
	}
	for _, i := range w.tree.Incidents {
		events(i.Events)
	}
	for _, m := range w.tree.Maintenance {
		events(m.Events)
	}
	return source, false
}

// inRepository is a file's path from the repository's root, however it was named.
func (w *writer) inRepository(file string) string {
	if root, err := filepath.Abs(w.files.dir); err == nil {
		if full, err := filepath.Abs(file); err == nil {
			if rel, err := filepath.Rel(root, full); err == nil && filepath.IsLocal(rel) {
				if _, err := fs.Stat(w.repo, filepath.ToSlash(rel)); err == nil {
					return filepath.ToSlash(rel)
				}
			}
		}
	}
	return filepath.ToSlash(filepath.Clean(file))
}
