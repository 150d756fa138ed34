// Package web serves a built site: files from one directory, with the headers that a static host is
// told to send (package headers).
//
// Pages and feeds are revalidated at each visit, by their content. A directory is its index.html;
// what is not there is the nearest 404.html, in the language of the address. Nothing whose name
// begins with a dot is served. Pages may load nothing from elsewhere and run no script but the
// site's own. A search is answered by who knows the index.
package web

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"path"
	"slices"
	"strings"

	"github.com/klauspost/compress/gzhttp"

	"balie/generator/headers"
)

// Config says what is served.
type Config struct {
	Root    string          // the directory
	FormsGo func() []string // other origins that the pages' forms may post to: the intake's
	Proof   func() bool     // forms prove work by a script; nil: they don't
	Reload  *Reload         // pages load again when they are rebuilt; nil: they don't
	Private bool            // for staff: nothing is kept in caches or search engines
	// Search answers a search, and reports whether it was one; nil: the built page does.
	Search    func(w http.ResponseWriter, r *http.Request) bool
	Languages func() []string // those that have a folder of their own; nil: none
}

// Handler serves the site. The directory may be empty yet; it must exist.
func Handler(c Config) (http.Handler, error) {
	root, err := os.OpenRoot(c.Root)
	if err != nil {
		return nil, err
	}
	var h http.Handler = &site{Config: c, root: root}
	if c.Reload != nil {
		h = c.Reload.around(h)
	}
	return gzhttp.GzipHandler(h), nil
}

type site struct {
	Config
	root *os.Root
	tags etags
}

func (s *site) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.headers(w.Header())
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		http.Error(w, "method not allowed", http.StatusMethodNotAllowed)
		return
	}
	if s.Search != nil && s.Search(w, r) {
		return
	}
	name := strings.TrimPrefix(path.Clean("/"+r.URL.Path), "/")
	if hidden(name) {
		s.notFound(w, r)
		return
	}
	if strings.HasSuffix(r.URL.Path, "/") || name == "" {
		s.file(w, r, path.Join(name, "index.html"))
		return
	}
	if info, err := s.root.Stat(name); err == nil && info.IsDir() {
		// A relative address is right below any path that was taken off before.
		target := url.URL{Path: "./" + path.Base(name) + "/", RawQuery: r.URL.RawQuery}
		w.Header().Set("Location", target.String())
		w.WriteHeader(http.StatusMovedPermanently)
		return
	}
	s.file(w, r, name)
}

func hidden(name string) bool {
	return strings.HasPrefix(name, ".") || strings.Contains(name, "/.") || strings.ContainsAny(name, "\\\x00")
}

// types are those that Go's table lacks or that differ by machine, besides those that static hosts
// are told too.
var types = map[string]string{
	".json": "application/json; charset=utf-8",
	".csv":  "text/csv; charset=utf-8",
	".xml":  "application/xml; charset=utf-8",
	".svg":  "image/svg+xml",
	".css":  "text/css; charset=utf-8",
	".html": "text/html; charset=utf-8",
	".txt":  "text/plain; charset=utf-8",
	".png":  "image/png",
}

func (s *site) file(w http.ResponseWriter, r *http.Request, name string) {
	f, err := s.root.Open(name)
	if err != nil {
		s.notFound(w, r)
		return
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil || !info.Mode().IsRegular() {
		s.notFound(w, r)
		return
	}
	h := w.Header()
	if t, ok := types[path.Ext(name)]; ok {
		h.Set("Content-Type", t)
	}
	if s.Private {
		headers.Apply(h, "/"+name, headers.Staff()[1:]...)
	} else {
		headers.Apply(h, "/"+name, headers.Files()...)
		headers.Apply(h, "/"+strings.TrimSuffix(name, "index.html"), headers.Framed(s.languages())...)
	}
	if err := s.tag(w, r, name, f, info); err != nil {
		http.Error(w, "internal error", http.StatusInternalServerError)
		return
	}
	http.ServeContent(w, r, name, info.ModTime(), f)
}

// notFound answers with the 404 page of the address's language, or the source language's.
func (s *site) notFound(w http.ResponseWriter, r *http.Request) {
	page := "404.html"
	if lang, _, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/"); slices.Contains(s.languages(), lang) {
		page = lang + "/404.html"
	}
	data, err := s.root.ReadFile(page)
	if errors.Is(err, fs.ErrNotExist) {
		http.Error(w, "not found", http.StatusNotFound)
		return
	}
	w.Header().Set("Content-Type", types[".html"])
	w.WriteHeader(http.StatusNotFound)
	if r.Method != http.MethodHead {
		io.Copy(w, bytes.NewReader(data))
	}
}

func (s *site) languages() []string {
	if s.Languages == nil {
		return nil
	}
	return s.Languages()
}

func (s *site) headers(h http.Header) {
	if s.Private {
		headers.Apply(h, "/", headers.Staff()...)
		if s.Reload != nil {
			h.Set("Content-Security-Policy", h.Get("Content-Security-Policy")+"; script-src 'self'; connect-src 'self'")
		}
		return
	}
	var formsGo []string
	if s.FormsGo != nil {
		formsGo = s.FormsGo()
	}
	headers.Apply(h, "/", headers.Everywhere(formsGo, s.Proof != nil && s.Proof()))
	h.Set("Cache-Control", "no-cache")
}
