package balie

import (
	"go/build"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// arrows is the import table: whom of ours each package may import, and whom of others. ARCHITECTURE.md says why.
// A package that is not listed, an arrow that is not listed, and one that is listed and not used are failures.
// golang.org/x is the standard library's annex: any package may import it, and it is not listed.
var arrows = map[string][]string{
	"balie/cmd/balie":                   {"balie/content", "balie/content/check", "balie/content/desk", "balie/content/desk/queuefile", "balie/content/gitfs", "balie/content/live", "balie/content/load", "balie/content/repository", "balie/content/sample", "balie/generator", "balie/generator/headers", "balie/generator/markdown", "balie/generator/render", "balie/generator/site", "balie/generator/web", "balie/ingest", "balie/ingest/attachment", "balie/ingest/commit", "balie/ingest/delivery", "balie/ingest/filing", "balie/ingest/form", "balie/ingest/githubapi", "balie/ingest/lost", "balie/ingest/mail", "balie/ingest/metrics", "balie/ingest/notify", "balie/ingest/outbox", "balie/ingest/remote", "balie/ingest/requestid", "balie/ingest/secret", "balie/ingest/store", "balie/ingest/tick", "balie/ingest/worktree", "balie/themes", "github.com/spf13/cobra"},
	"balie/content":                     {},
	"balie/content/check":               {"balie/content", "balie/content/load"},
	"balie/content/live":                {"balie/content", "balie/content/check", "balie/content/desk", "balie/content/load", "balie/content/repository", "balie/content/watch", "balie/themes"},
	"balie/content/load":                {"balie/content", "gopkg.in/yaml.v3"},
	"balie/content/desk":                {"balie/content"},
	"balie/content/desk/queuefile":      {"balie/content", "balie/content/desk"},
	"balie/content/gitfs":               {"balie/content/gitfs/git"},
	"balie/content/gitfs/git":           {},
	"balie/content/repository":          {"balie/content", "balie/content/gitfs", "balie/content/load"},
	"balie/content/sample":              {"balie/content", "balie/content/load"},
	"balie/content/sample/large":        {"balie/content", "balie/content/load"},
	"balie/generator":                   {"balie/content", "balie/content/check", "balie/content/desk", "balie/content/desk/queuefile", "balie/content/live", "balie/generator/find", "balie/generator/headers", "balie/generator/markdown", "balie/generator/output", "balie/generator/render", "balie/generator/report", "balie/generator/search", "balie/generator/site", "balie/themes", "balie/themes/view"},
	"balie/generator/badge":             {"balie/content"},
	"balie/generator/banner":            {},
	"balie/generator/calendarfile":      {"github.com/arran4/golang-ical"},
	"balie/generator/feed":              {"github.com/gorilla/feeds"},
	"balie/generator/find":              {"balie/content"},
	"balie/generator/headers":           {},
	"balie/generator/markdown":          {"github.com/yuin/goldmark", "github.com/yuin/goldmark/ast", "github.com/yuin/goldmark/extension", "github.com/yuin/goldmark/extension/ast", "github.com/yuin/goldmark/parser", "github.com/yuin/goldmark/renderer", "github.com/yuin/goldmark/renderer/html", "github.com/yuin/goldmark/text", "github.com/yuin/goldmark/util"},
	"balie/generator/output":            {"github.com/gofrs/flock"},
	"balie/generator/render":            {"balie/content", "balie/generator/badge", "balie/generator/banner", "balie/generator/calendarfile", "balie/generator/feed", "balie/generator/markdown", "balie/generator/site", "balie/generator/statusapi", "balie/themes"},
	"balie/generator/search":            {"github.com/blevesearch/snowballstem", "github.com/blevesearch/snowballstem/dutch", "github.com/blevesearch/snowballstem/english", "github.com/blevesearch/snowballstem/french", "github.com/blevesearch/snowballstem/german", "github.com/blevesearch/snowballstem/italian"},
	"balie/generator/report":            {"balie/content", "balie/content/desk"},
	"balie/generator/statusapi":         {},
	"balie/generator/site":              {"balie/content", "balie/generator/banner", "balie/generator/calendarfile", "balie/generator/headers", "balie/generator/markdown", "balie/generator/search", "balie/generator/statusapi", "balie/themes", "balie/themes/view"},
	"balie/content/watch":               {"github.com/fsnotify/fsnotify"},
	"balie/generator/web":               {"balie/generator/headers", "github.com/klauspost/compress/gzhttp"},
	"balie/generator/web/browsertest":   {"github.com/chromedp/chromedp"},
	"balie/ingest":                      {"balie/content", "balie/content/desk", "balie/ingest/attachment", "balie/ingest/commit", "balie/ingest/delivery", "balie/ingest/filing", "balie/ingest/form", "balie/ingest/guard", "balie/ingest/identity", "balie/ingest/mail", "balie/ingest/notify", "balie/ingest/secret", "balie/ingest/store", "balie/ingest/webhook", "balie/themes", "balie/themes/view"},
	"balie/ingest/commit":               {},
	"balie/ingest/delivery":             {"balie/content", "balie/content/desk", "balie/ingest/filing", "balie/ingest/form", "balie/ingest/mail", "balie/ingest/store", "balie/ingest/webhook", "balie/themes", "balie/themes/view"},
	"balie/ingest/commit/committest":    {"balie/ingest/commit"},
	"balie/ingest/filing":               {"balie/content", "balie/content/load", "balie/ingest/commit", "balie/ingest/store"},
	"balie/ingest/form":                 {"balie/content", "balie/ingest/attachment", "balie/themes/view", "github.com/gabriel-vasile/mimetype"},
	"balie/ingest/mail":                 {"balie/content", "balie/ingest/form", "github.com/jhillyerd/enmime/v2", "github.com/jhillyerd/enmime/v2/mediatype", "github.com/wneessen/go-mail"},
	"balie/ingest/mail/mailtest":        {"github.com/emersion/go-sasl", "github.com/emersion/go-smtp"},
	"balie/ingest/notify":               {"balie/content", "balie/ingest/store", "balie/themes", "code.dny.dev/ssrf"},
	"balie/ingest/outbox":               {"balie/content", "balie/content/desk", "balie/ingest/filing", "balie/ingest/mail", "balie/ingest/store", "balie/themes", "balie/themes/view"},
	"balie/ingest/secret":               {"balie/content"},
	"balie/ingest/identity":             {"balie/content", "balie/ingest/form", "github.com/golang-jwt/jwt/v5"},
	"balie/ingest/attachment":           {"balie/content", "github.com/bep/imagemeta"},
	"balie/ingest/guard":                {"balie/content", "github.com/altcha-org/altcha-lib-go"},
	"balie/ingest/metrics":              {"github.com/prometheus/client_golang/prometheus", "github.com/prometheus/client_golang/prometheus/collectors", "github.com/prometheus/client_golang/prometheus/promhttp"},
	"balie/ingest/remote":               {"balie/content", "balie/content/gitfs", "balie/content/gitfs/git", "balie/content/load", "balie/ingest/commit", "balie/ingest/lost", "balie/ingest/worktree"},
	"balie/ingest/lost":                 {"balie/content", "balie/content/gitfs", "balie/content/gitfs/git", "balie/content/load", "balie/content/repository", "balie/ingest/commit"},
	"balie/ingest/requestid":            {},
	"balie/ingest/store":                {"balie/ingest/commit", "github.com/jackc/pgx/v5", "github.com/jackc/pgx/v5/pgconn", "github.com/jackc/pgx/v5/stdlib", "modernc.org/sqlite"},
	"balie/ingest/store/pgtest":         {},
	"balie/ingest/tick":                 {"balie/content", "balie/content/desk", "balie/ingest/commit", "balie/ingest/filing", "balie/themes"},
	"balie/ingest/webhook":              {"balie/content", "balie/ingest/form", "balie/ingest/mail"},
	"balie/ingest/worktree":             {"balie/content/gitfs", "balie/content/gitfs/git", "balie/ingest/commit", "balie/ingest/commit/base"},
	"balie/themes":                      {"balie/content", "balie/themes/view"},
	"balie/themes/view":                 {"balie/content", "balie/content/desk"},
	"balie/ingest/commit/base":          {"balie/content/gitfs", "balie/content/gitfs/git", "balie/ingest/commit"},
	"balie/ingest/githubapi":            {"balie/content/gitfs", "balie/content/gitfs/git", "balie/ingest/commit", "balie/ingest/commit/base", "balie/ingest/identity", "github.com/google/go-github/v60/github"},
	"balie/ingest/githubapi/githubtest": {},
}

func TestImports(t *testing.T) {
	for dir, imports := range packages(t) {
		name := "balie"
		if dir != "." {
			name += "/" + filepath.ToSlash(dir)
		}
		allowed, known := arrows[name]
		if !known {
			t.Errorf("%s is not in the import table", name)
			continue
		}
		for _, i := range imports {
			if !slices.Contains(allowed, i) {
				t.Errorf("%s imports %s, which the table does not allow", name, i)
			}
		}
		for _, a := range allowed {
			if !slices.Contains(imports, a) {
				t.Errorf("the table lets %s import %s, and it does not", name, a)
			}
		}
	}
}

// TestDoors: each package of others enters by one package of ours.
func TestDoors(t *testing.T) {
	doors := map[string][]string{}
	for name, imports := range arrows {
		for _, i := range imports {
			if strings.Contains(strings.Split(i, "/")[0], ".") {
				doors[i] = append(doors[i], name)
			}
		}
	}
	for module, by := range doors {
		if len(by) > 1 {
			t.Errorf("%s has %d doors: %s", module, len(by), by)
		}
	}
}

// packages lists, for each directory with Go files, what they import besides the standard library and its annex; tests left out.
func packages(t *testing.T) map[string][]string {
	found := map[string][]string{}
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.IsDir() {
			return err
		}
		if name := d.Name(); path != "." && (strings.HasPrefix(name, ".") || name == "testdata") {
			return fs.SkipDir
		}
		p, err := build.ImportDir(path, 0)
		if _, none := err.(*build.NoGoError); none || err == nil && len(p.GoFiles) == 0 {
			return nil
		}
		if err != nil {
			return err
		}
		found[path] = nil
		for _, i := range p.Imports {
			if first := strings.Split(i, "/")[0]; first == "balie" || strings.Contains(first, ".") && !strings.HasPrefix(i, "golang.org/x/") {
				found[path] = append(found[path], i)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}
