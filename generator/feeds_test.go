package generator_test

import (
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/mmcdole/gofeed"

	"balie/content"
	"balie/content/sample/large"
	"balie/generator/web"
	"balie/generator/web/browsertest"
)

// told is an update as a desk commits it, maybe with a translation from the start or later.
type told struct {
	id         string // in the source language's feeds
	at         time.Time
	file       string // without .md
	serviceA   bool
	text       string // as it is now, "" before it was committed
	translated string // its translation as it is now, "" while there is none
}

// desk of told updates: an incident in turn is of the services a and b.
func makeTold(random *rand.Rand, n int) []*told {
	var list []*told
	at := time.Date(2026, 10, 2, 10, 0, 0, 0, time.UTC)
	for i := range n {
		if random.IntN(8) > 0 { // else at the same second as the one before
			at = at.Add(time.Duration(1+random.IntN(8*3600)) * time.Second)
		}
		dir := fmt.Sprintf("incidents/2026/1001-%c", 'a'+i%6)
		stem := at.Format("2006-01-02T150405Z") + "-update"
		list = append(list, &told{id: "tag:help.example,2026:" + dir + "/" + stem, at: at, file: dir + "/" + stem, serviceA: i%2 == 0})
	}
	return list
}

// subscriber is a feed reader: it keeps the ids it has seen and when each was published, asks again
// with what the server said of the last answer, and walks the archives where there may be more new
// entries than a document holds: where one of its last ten is new, since an update may come ten
// later than its date.
type subscriber struct {
	t         *testing.T
	host      string
	path      string
	seen      map[string]time.Time
	texts     map[string]string // as they were last read
	tags      map[string]string // by address
	unchanged int
	archives  int
}

var prevArchive = regexp.MustCompile(`rel="prev-archive" type="application/atom\+xml" href="([^"]+)"`)

// poll reads what is new or, where everything is asked for, all archives.
func (s *subscriber) poll(everything bool) {
	s.t.Helper()
	var anew []string
	address := s.path
	for first := true; address != ""; first = false {
		items, older, changed := s.get(address, everything)
		if !first {
			s.archives++
		}
		late := false
		ids := map[string]bool{}
		for i, item := range items {
			if ids[item.GUID] {
				s.t.Errorf("%s has %s twice", address, item.GUID)
			}
			ids[item.GUID], s.texts[item.GUID] = true, item.Content
			at, known := s.seen[item.GUID]
			if known && !at.Equal(*item.PublishedParsed) {
				s.t.Errorf("%s: %s was published %s, and now %s", address, item.GUID, at, item.PublishedParsed)
			}
			if !known {
				s.seen[item.GUID] = *item.PublishedParsed
				anew = append(anew, item.GUID)
			}
			late = late || i >= len(items)-10 && slices.Contains(anew, item.GUID)
		}
		if !everything && (!changed || !late) {
			return
		}
		address = older
	}
}

func (s *subscriber) get(address string, anyway bool) (items []*gofeed.Item, older string, changed bool) {
	s.t.Helper()
	r, err := http.NewRequest("GET", s.host+address, nil)
	if err != nil {
		s.t.Fatal(err)
	}
	if tag := s.tags[address]; tag != "" && !anyway {
		r.Header.Set("If-None-Match", tag)
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		s.t.Fatal(err)
	}
	defer resp.Body.Close()
	if resp.StatusCode == http.StatusNotModified {
		s.unchanged++
		return nil, "", false
	}
	body, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK {
		s.t.Fatal(address, resp.Status, err)
	}
	s.tags[address] = resp.Header.Get("ETag")
	feed, err := gofeed.NewParser().ParseString(string(body))
	if err != nil {
		s.t.Fatal(address, err)
	}
	if m := prevArchive.FindSubmatch(body); m != nil {
		older = strings.TrimPrefix(string(m[1]), "https://help.example")
	}
	return feed.Items, older, true
}

// TestReaderHearsOfEachUpdateOnce: a reader of any format and language has each update once,
// however updates, corrections and translations are committed, and however rarely it polls. A
// translation that comes after its update is an entry of its own, in its language alone.
func TestReaderHearsOfEachUpdateOnce(t *testing.T) {
	const n = 200
	random := rand.New(rand.NewPCG(7, 11))
	now, _ := at(nil)
	d := &gitDesk{t: t, dir: t.TempDir(), random: random, clock: now.Add(-60 * 24 * time.Hour)}
	d.git("init", "-q", "-b", "main")
	d.write("site.yaml", "name: Desk\nbase_url: https://help.example\nlanguages: [nl, en]\ntime_zone: Europe/Amsterdam\n")
	d.write("services.yaml", "- {id: a, name: A}\n- {id: b, name: B}\n")
	for i := range 6 {
		d.write(fmt.Sprintf("incidents/2026/1001-%c/incident.yaml", 'a'+i), fmt.Sprintf("title: Incident %d\nservices: {%c: major_outage}\n", i, 'a'+i%2))
	}
	d.commit()
	c := configAt(t, d.dir, "main")
	c.Follow, c.Staff = "", ""
	f := follow(t, c)
	defer f.Close()
	build := func() {
		result, err := f.build(nil, at)
		if err != nil || content.HasErrors(result.Problems) {
			t.Fatal(err, result)
		}
	}
	build()
	handler, err := web.Handler(web.Config{Root: c.Out})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(handler)
	defer server.Close()
	var readers []*subscriber
	for _, path := range []string{"/", "/en/", "/services/a/", "/en/services/a/"} {
		for _, format := range []string{"atom", "rss", "json"} {
			readers = append(readers, &subscriber{t: t, host: server.URL, path: path + "feed." + format, seen: map[string]time.Time{}, texts: map[string]string{}, tags: map[string]string{}})
		}
	}

	all := makeTold(random, n)
	order := make([]*told, 0, n) // updates come up to ten late
	for block := range slices.Chunk(slices.Clone(all), 10) {
		random.Shuffle(len(block), func(i, j int) { block[i], block[j] = block[j], block[i] })
		order = append(order, block...)
	}
	repeated := map[string]bool{} // those whose translation came when the source had been read
	read := map[*told]bool{}      // by a reader of any feed
	edits := 0
	translate := func(u *told) {
		edits++
		u.translated = fmt.Sprintf("English %d.", edits)
		if read[u] {
			repeated[u.id] = true
		}
		d.write(u.file+".en.md", u.translated+"\n")
	}
	for next, long := 0, 0; next < n; {
		switch { // usually every few commits, and twice after more than a feed holds
		case next > 40 && long == 0, next > 120 && long == 1:
			long++
			for end := min(n, next+65); next < end; next++ {
				u := order[next]
				u.text = "Nederlands."
				d.write(u.file+".md", u.text+"\n")
				if next%9 == 0 {
					d.commit()
					build()
				}
			}
		default:
			for range 1 + random.IntN(6) {
				if next == n {
					break
				}
				u := order[next]
				next++
				u.text = "Nederlands."
				d.write(u.file+".md", u.text+"\n")
				if random.IntN(4) == 0 {
					translate(u)
				}
			}
		}
		// A correction, or a translation that comes late.
		if old := order[random.IntN(next)]; random.IntN(2) == 0 {
			if edits++; old.translated == "" {
				translate(old)
			} else {
				old.text, old.translated = fmt.Sprintf("Beter %d.", edits), fmt.Sprintf("Better %d.", edits)
				d.write(old.file+".md", old.text+"\n")
				d.write(old.file+".en.md", old.translated+"\n")
			}
		}
		d.commit()
		build()
		for _, r := range readers {
			r.poll(false)
			r.hasHeard(order[:next])
		}
		for _, u := range order[:next] {
			read[u] = true
		}
	}
	late := 0
	for _, r := range readers {
		if r.poll(true); strings.HasSuffix(r.path, ".json") { // it has no archives
			continue
		}
		want := map[string]bool{}
		for _, u := range all {
			if text := r.texts[u.id+"#en"]; text != "" && text != "<p>"+u.translated+"</p>" || !strings.HasPrefix(r.path, "/en/") && r.texts[u.id] != "" && r.texts[u.id] != "<p>"+u.text+"</p>" {
				t.Errorf("%s: %s is not read as it was put right: %q %q", r.path, u.id, r.texts[u.id], text)
			}
			if strings.Contains(r.path, "/services/a/") && !u.serviceA {
				continue
			}
			if english := strings.HasPrefix(r.path, "/en/"); !english || u.translated == "" || repeated[u.id] {
				want[u.id] = true
			}
			if strings.HasPrefix(r.path, "/en/") && u.translated != "" {
				want[u.id+"#en"] = true
			}
		}
		for id := range want {
			if _, ok := r.seen[id]; !ok {
				t.Errorf("%s: never %s", r.path, id)
			}
		}
		if len(r.seen) != len(want) {
			t.Errorf("%s: %d entries, want %d", r.path, len(r.seen), len(want))
		}
		if late += r.archives; r.unchanged == 0 && strings.Contains(r.path, "/services/") {
			t.Errorf("%s: never unchanged", r.path)
		}
	}
	if late == 0 || len(repeated) == 0 {
		t.Errorf("%d archives, %d late translations", late, len(repeated))
	}
}

// hasHeard fails where a reader has not heard of an update that is there. A reader of JSON may have
// missed what came while it was away.
func (s *subscriber) hasHeard(there []*told) {
	s.t.Helper()
	if strings.HasSuffix(s.path, ".json") {
		return
	}
	for _, u := range there {
		if strings.Contains(s.path, "/services/a/") && !u.serviceA {
			continue
		}
		_, source := s.seen[u.id]
		_, english := s.seen[u.id+"#en"]
		if !source && !english || english && !strings.HasPrefix(s.path, "/en/") {
			s.t.Fatalf("%s: after %d updates, %s is seen %v, its translation %v", s.path, len(there), u.id, source, english)
		}
	}
}

// TestOneUpdateWritesItsFeedsAlone: one new update writes the feeds of its case, its services and
// the site with the archive of its month each, whether a desk has few cases or ten times as many.
func TestOneUpdateWritesItsFeedsAlone(t *testing.T) {
	for _, n := range []int{60, 600} {
		dir := t.TempDir()
		if err := large.Incidents(dir, n); err != nil {
			t.Fatal(err)
		}
		c := config(t, dir)
		c.Follow, c.Staff = "", ""
		g := follow(t, c)
		defer g.Close()
		if _, err := g.build(nil, largeNow); err != nil {
			t.Fatal(err)
		}
		before := feedsIn(t, c.Out)
		incidents := g.reading.Tree.Incidents
		last := incidents[len(incidents)-1]
		update := last.Dir + "/" + large.Now().Add(-time.Minute).Format("2006-01-02T150405Z") + "-update.md"
		if err := os.WriteFile(filepath.Join(dir, update), []byte("One more thing.\n"), 0o666); err != nil {
			t.Fatal(err)
		}
		if _, err := g.build([]string{update}, largeNow); err != nil {
			t.Fatal(err)
		}
		want := []string{"history.atom", "history.rss", last.Dir + "/feed.atom"}
		scopes := []string{""}
		for _, s := range last.Services {
			scopes = append(scopes, "services/"+s.Key+"/")
		}
		for _, scope := range scopes {
			want = append(want, scope+"feed.atom", scope+"feed.rss", scope+"feed.json", scope+"feed-2026-11.atom")
		}
		var got []string
		for file, text := range feedsIn(t, c.Out) {
			if before[file] != text {
				got = append(got, file)
			}
		}
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) {
			t.Errorf("%d incidents: written\n%s\nwant\n%s", n, strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
		if len(before) < n {
			t.Errorf("%d feeds of %d incidents", len(before), n)
		}
	}
}

// feedsIn reads the feeds of a site, each with when it was written.
func feedsIn(t *testing.T, dir string) map[string]string {
	t.Helper()
	files := map[string]string{}
	err := fs.WalkDir(os.DirFS(dir), ".", func(file string, d fs.DirEntry, err error) error {
		if ext := path.Ext(file); err != nil || ext != ".atom" && ext != ".rss" && path.Base(file) != "feed.json" {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		files[file] = info.ModTime().String()
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

type shownFeed struct {
	Text                  string
	Width, Links, Escaped int
	Background            string
}

const whatIsShown = `(() => {
	const seen = (e) => e.getBoundingClientRect().height > 0, all = [...document.querySelectorAll("*")];
	const text = all.filter((e) => seen(e) && !e.children.length).map((e) => e.textContent).join("\n");
	return { text, width: document.documentElement.scrollWidth, links: all.filter((e) => e instanceof HTMLAnchorElement && seen(e)).length,
		escaped: (text.match(/<\/p>|&lt;/g) ?? []).length, background: getComputedStyle(document.documentElement).backgroundColor };
})()`

// TestBrowserShowsFeeds: whoever opens a feed on a phone reads what it is for and its entries,
// under a site whose address has a path too.
func TestBrowserShowsFeeds(t *testing.T) {
	ctx := browsertest.Start(t, 3*time.Minute)
	mux := http.NewServeMux()
	server := httptest.NewServer(mux)
	defer server.Close()
	c := config(t, desk(t, "marketplace"))
	c.Follow, c.Staff, c.BaseURL = "", "", server.URL+"/desk"
	if _, err := buildOnce(t, c, at); err != nil {
		t.Fatal(err)
	}
	handler, err := web.Handler(web.Config{Root: c.Out})
	if err != nil {
		t.Fatal(err)
	}
	mux.Handle("/", web.Under(func() []string { return []string{"/desk"} }, handler))
	for file, links := range map[string]int{"en/feed.atom": 2, "en/feed-2026-11.atom": 2, "en/feed.rss": 0, "history.atom": 0, "history.rss": 0} {
		if err := chromedp.Do(ctx, chromedp.EmulateViewport(375, 700, chromedp.EmulateMobile), chromedp.Navigate(c.BaseURL+"/"+file)); err != nil {
			t.Fatal(file, err)
		}
		shown, err := chromedp.Run(ctx, chromedp.Evaluate[shownFeed](whatIsShown))
		if err != nil {
			t.Fatal(file, err)
		}
		about := strings.HasPrefix(file, "history.") || strings.Contains(shown.Text, "This is a feed")
		if entries := strings.Count(shown.Text, "\n"); !about || entries < 5 || shown.Links != links || shown.Escaped > 0 || shown.Background != "rgb(251, 250, 247)" {
			t.Errorf("%s: %+v", file, shown)
		}
		// A feed in Statuspage's shape has nothing that Statuspage's has not, so no viewport.
		if shown.Width > 375 && !strings.HasPrefix(file, "history.") {
			t.Errorf("%s is %d wide", file, shown.Width)
		}
	}
}
