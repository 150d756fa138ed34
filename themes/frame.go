package themes

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"html/template"
	"maps"
	"net/url"
	"slices"
	"strings"
	"time"

	"balie/content"
	"balie/themes/view"
)

// Frame is what every page has around what it shows.
type Frame struct {
	Lang       string
	Dir        string // ltr or rtl
	Site       Words  // the site's name
	Path       string // the page's, without its language: /incidents/2026/1120-payments/
	Home       string // the link to the home page in this language
	Canonical  string // the absolute address; "" where a page has none
	NoIndex    bool   // not for search engines
	Private    bool   // reached by an unguessable address, which no referrer may tell
	Staff      bool   // of the staff tree
	Finds      bool   // staff can search
	Stylesheet string
	Script     string // of forms, where the desk wants proof of work; else ""
	FormScript string // of forms, and of the page for an address that has none
	// Resend lets what was typed go along to another language: its links send the form again.
	Resend    bool
	Finder    string // the script that searches as one types
	Bars      string // the script that goes through a service's days
	Logo      string // an image's address, or ""
	Drawn     bool   // the logo is one colour and drawn by the stylesheet in the accent
	Languages []LanguageLink
	Feeds     []FeedLink   // of the page's own
	Outage    *view.Outage // with which the page opens, or nil
	// What is the same on many pages of a language is made once.
	Opening  template.HTML // up to the page's own part of the head
	Masthead template.HTML // whose desk it is, and the main menu
	Names    template.HTML // of the site's feeds, for the head; not of staff's pages
	Foot     template.HTML
}

// Words are a text of a desk, and its language where it is not the page's.
type Words struct{ Text, Lang string }

// LanguageLink is the same page in a language, named in that language.
type LanguageLink struct {
	Lang, Name, URL, Absolute string
	Current                   bool
}

// NavLink is one entry of the main menu; its word is the message nav.<id>.
type NavLink struct {
	ID, URL string
	Current bool
}

// FeedLink is a feed that a page names to programs: its title is the message feed.<scope>.
type FeedLink struct{ Type, Scope, URL string }

// Masthead is the partial of that name's view.
type Masthead struct {
	Frame   Frame
	Entries []NavLink
}

// Place is where a page stands.
type Place struct {
	Lang    string
	Path    string // without the language
	Nav     string // the entry of the menu to which it belongs: status, help, promises, contact, or ""
	Feed    string // a path whose own feeds the page names, or ""
	Formats string // which ones it has: "atom", or "" for atom, rss and json
	NoIndex bool
	Private bool // a follow page: one language, no address to be found by
	Staff   bool
	Query   string       // of the page's address, without ?, which goes along to another language
	Typed   bool         // a form came back as it was typed
	Outage  *view.Outage // with which the page opens, or nil
	Intake  bool         // the intake serves it in other languages too
}

// Site says where a desk's pages and those who read them are.
type Site struct {
	BaseURL string // default: site.yaml's
	// Links is what each link's path begins with. The default is the path of BaseURL. An intake on
	// another host gives BaseURL, so that its pages lead back to the site.
	Links string
	// Finds says that staff can search where their pages are served.
	Finds bool
	Logo  []byte // the file that site.yaml's brand names; without it there is none
}

// Frames makes the frames of one desk's pages.
type Frames struct {
	theme  *Theme
	setup  *content.Setup
	base   string
	paths  Paths
	assets Paths // of the host that serves the page
	sheet  Asset
	feeds  Asset
	script Asset // without a path where none is wanted
	form   Asset
	finder Asset
	bars   Asset
	logo   Asset
	drawn  bool
	finds  bool
	langs  map[string]*langFrame
	look   string
}

// langFrame is what all frames of a language share.
type langFrame struct {
	frame     Frame
	mastheads map[string]template.HTML // by entry; "" for a page that belongs to none
	names     []LanguageLink
}

// Frames makes a theme one desk's own: its name, colours, menu and foot.
func (t *Theme) Frames(setup *content.Setup, at Site) (*Frames, error) {
	base := strings.TrimSuffix(cmp.Or(at.BaseURL, setup.Site.BaseURL), "/")
	prefix := pathOf(base)
	f := &Frames{theme: t, setup: setup, base: base, finds: at.Finds, langs: map[string]*langFrame{}}
	f.paths = Paths{Source: setup.Site.Source(), Prefix: cmp.Or(strings.TrimSuffix(at.Links, "/"), prefix)}
	f.assets = Paths{Prefix: prefix}
	f.logo, f.drawn = logoAsset(setup.Site.Brand.Logo, at.Logo)
	f.sheet = t.stylesheet(setup.Site.Brand.Accent, f.logoURL())
	f.feeds = t.feedStylesheet(setup.Site.Brand.Accent)
	f.form = newAsset("form", ".js", t.form)
	f.finder = newAsset("search", ".js", t.finder)
	f.bars = newAsset("bars", ".js", t.bars)
	if setup.Site.Guard.WantsProof() {
		f.script = newAsset("proof", ".js", t.proof)
	}
	for _, lang := range setup.Site.Languages {
		if err := f.prepare(lang); err != nil {
			return nil, err
		}
	}
	f.look = f.hash()
	return f, nil
}

// Paths returns how addresses are made on this desk.
func (f *Frames) Paths() Paths { return f.paths }

// Assets are the files that the frames name, to be published beside the pages.
func (f *Frames) Assets() []Asset {
	list := []Asset{f.sheet}
	for _, a := range []Asset{f.logo, f.script, f.form, f.finder, f.bars, f.feeds} {
		if a.Path != "" {
			list = append(list, a)
		}
	}
	return list
}

// FeedStylesheet is the link to the stylesheet by which browsers show feeds.
func (f *Frames) FeedStylesheet() string { return f.assetURL(f.feeds) }

// Look is the hash of all that goes into a page besides its place and its view: the theme's files,
// and what frames share.
func (f *Frames) Look() string { return f.look }

func (f *Frames) hash() string {
	h := sha256.New()
	write := func(parts ...string) {
		for _, p := range parts {
			fmt.Fprintf(h, "%d %s", len(p), p)
		}
	}
	write(f.theme.digest, f.sheet.Path, f.base, f.paths.Source, f.paths.Prefix)
	for _, lang := range f.setup.Site.Languages {
		shared := f.langs[lang]
		write(lang, fmt.Sprint(shared.frame), fmt.Sprint(shared.names))
		for _, entry := range slices.Sorted(maps.Keys(shared.mastheads)) {
			write(entry, string(shared.mastheads[entry]))
		}
	}
	return hex.EncodeToString(h.Sum(nil))
}

func (f *Frames) logoURL() string { return f.assetURL(f.logo) }

// assetURL is where an asset is, or "" where there is none.
func (f *Frames) assetURL(a Asset) string {
	if a.Path == "" {
		return ""
	}
	return f.assets.Prefix + "/" + a.Path
}

// Frame returns the frame of a page. A language that the desk does not have gets its source
// language's.
func (f *Frames) Frame(p Place) Frame {
	shared, ok := f.langs[p.Lang]
	if !ok {
		p.Lang = f.paths.Source
		shared = f.langs[p.Lang]
	}
	frame := shared.frame
	frame.Resend, frame.Outage = p.Typed, p.Outage
	frame.Path, frame.NoIndex, frame.Private, frame.Staff = p.Path, p.NoIndex || p.Private || p.Staff, p.Private, p.Staff
	frame.Masthead = shared.mastheads[p.Nav]
	if !frame.NoIndex {
		frame.Canonical = f.base + f.paths.Local(p.Lang, p.Path)
	}
	if !p.Private && !p.Staff {
		frame.Languages = f.languages(shared.names, p)
	}
	if p.Staff {
		frame.Names, frame.Finds = "", f.finds
	}
	if p.Feed != "" {
		frame.Feeds = f.feedLinks(p.Lang, p.Feed, "own", p.Formats)
	}
	return frame
}

func (f *Frames) languages(names []LanguageLink, p Place) []LanguageLink {
	if len(names) < 2 {
		return nil
	}
	list := slices.Clone(names)
	for i := range list {
		local := f.paths.Local(list[i].Lang, p.Path)
		list[i].URL, list[i].Absolute = f.paths.Prefix+local, f.base+local
		if p.Intake {
			list[i].URL = f.assets.Prefix + local
		}
		if p.Query != "" {
			list[i].URL += "?" + p.Query
		}
		list[i].Current = list[i].Lang == p.Lang
	}
	return list
}

// prepare makes what all frames of a language share.
func (f *Frames) prepare(lang string) error {
	w, err := f.theme.in(lang)
	if err != nil {
		return err
	}
	shared := &langFrame{names: f.names(), mastheads: map[string]template.HTML{}, frame: Frame{
		Lang: lang, Dir: w.word("language.direction"), Site: f.text(f.setup.Site.Name, lang), Home: f.paths.URL(lang, "/"),
		Stylesheet: f.assetURL(f.sheet), Script: f.assetURL(f.script), Finder: f.assetURL(f.finder), Bars: f.assetURL(f.bars), FormScript: f.assetURL(f.form), Logo: f.logoURL(), Drawn: f.drawn,
	}}
	if shared.frame.Opening, err = w.partial("opening", shared.frame); err != nil {
		return err
	}
	if shared.frame.Foot, err = w.partial("foot", f.foot(lang)); err != nil {
		return err
	}
	if shared.frame.Names, err = w.partial("feednames", f.feedLinks(lang, "/", "site", "")); err != nil {
		return err
	}
	f.langs[lang] = shared
	return f.mastheads(w, shared)
}

// mastheads makes the masthead for each entry that may be the current one.
func (f *Frames) mastheads(w words, shared *langFrame) (err error) {
	nav := f.nav(w.lang)
	for _, current := range append([]NavLink{{}}, nav...) {
		list := slices.Clone(nav)
		for i := range list {
			list[i].Current = list[i].ID == current.ID
		}
		if shared.mastheads[current.ID], err = w.partial("masthead", Masthead{shared.frame, list}); err != nil {
			return err
		}
	}
	return nil
}

// text is a text in a language, with its own where it has not been translated.
func (f *Frames) text(t content.Text, lang string) Words {
	s, in := t.In(lang, f.paths.Source)
	if in == lang {
		in = ""
	}
	return Words{s, in}
}

func (f *Frames) names() []LanguageLink {
	var list []LanguageLink
	for _, lang := range f.setup.Site.Languages {
		name := lang
		if l := f.theme.Locale(lang); l != nil {
			name = l.word("language.name")
		}
		list = append(list, LanguageLink{Lang: lang, Name: name})
	}
	return list
}

func (f *Frames) nav(lang string) []NavLink {
	nav := []NavLink{{ID: "status", URL: f.paths.URL(lang, "/")}}
	if len(f.setup.Sections) > 0 {
		nav = append(nav, NavLink{ID: "help", URL: f.paths.URL(lang, "/help/")})
	}
	if len(f.setup.Policies) > 0 {
		nav = append(nav, NavLink{ID: "promises", URL: f.paths.URL(lang, "/promises/")})
	}
	return append(nav, NavLink{ID: "contact", URL: f.paths.URL(lang, "/contact/")})
}

var feedTypes = []struct{ name, media string }{{"atom", "application/atom+xml"}, {"rss", "application/rss+xml"}, {"json", "application/feed+json"}}

func (f *Frames) feedLinks(lang, path, scope, formats string) []FeedLink {
	var list []FeedLink
	for _, t := range feedTypes {
		if formats == "" || strings.Contains(formats, t.name) {
			list = append(list, FeedLink{t.media, scope, f.paths.URL(lang, path+"feed."+t.name)})
		}
	}
	return list
}

// Foot is what the foot of each page shows.
type Foot struct {
	Root     string // the language's root: feeds and pages stand beneath it
	Contact  string
	Links    []Link
	Promises bool
	Help     bool
	Zone     time.Time // some instant on the site's clock
}

func (f *Frames) foot(lang string) Foot {
	v := Foot{Root: f.paths.URL(lang, "/"), Contact: f.paths.URL(lang, "/contact/"), Promises: len(f.setup.Policies) > 0, Help: len(f.setup.Sections) > 0}
	if f.setup.Zone != nil {
		v.Zone = time.Unix(0, 0).In(f.setup.Zone)
	}
	for _, l := range f.setup.Site.Links {
		w := f.text(l.Text, lang)
		v.Links = append(v.Links, Link{w.Text, l.URL, w.Lang})
	}
	return v
}

// Paths makes addresses: the source language lives at the root, each other one under its tag.
type Paths struct {
	Source string // the source language
	Prefix string // before every path: "", /desk, or https://help.example
}

// URL is the link to a page in a language.
func (p Paths) URL(lang, path string) string { return p.Prefix + p.Local(lang, path) }

// Local is a page's path on the site, the prefix left off.
func (p Paths) Local(lang, path string) string {
	if lang == p.Source {
		return path
	}
	return "/" + lang + path
}

// pathOf is the path of an absolute address, without its last slash.
func pathOf(base string) string {
	u, err := url.Parse(base)
	if err != nil {
		return ""
	}
	return strings.TrimSuffix(u.EscapedPath(), "/")
}

// NewPaths makes the addresses of a site at an absolute address.
func NewPaths(source, base string) Paths {
	return Paths{Source: source, Prefix: pathOf(strings.TrimSuffix(base, "/"))}
}
