package feed

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"html"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/mmcdole/gofeed"
)

func sample(n int) Feed {
	f := Feed{
		ID: "tag:hulp.muntplein.example,2026:/", Title: "Muntplein: storingen & onderhoud", Lang: "nl", Author: "Muntplein",
		Home: "https://hulp.muntplein.example/", Self: "https://hulp.muntplein.example/feed.atom",
	}
	at := time.Date(2026, 11, 20, 14, 5, 0, 0, time.FixedZone("CET", 3600))
	for i := range n {
		f.Entries = append(f.Entries, Entry{
			ID: fmt.Sprintf("tag:hulp.muntplein.example,2026:incidents/2026/1120-payments/%d", i), Title: "Betalen <mislukt>: oorzaak gevonden",
			Link: "https://hulp.muntplein.example/incidents/2026/1120-payments/#x", HTML: "<p>De bank weigert &amp; betalingen.\x01</p>", Text: "De bank weigert & betalingen.",
			Published: at.Add(-time.Duration(i/2) * time.Minute), Updated: at.Add(time.Hour),
		})
	}
	return f
}

func write(t testing.TB, f Feed, format Format) string {
	t.Helper()
	var b bytes.Buffer
	if err := f.Write(&b, format); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestReadersUnderstand(t *testing.T) {
	for _, format := range []Format{Atom, RSS, JSON} {
		f := sample(4)
		f.Entries[1].Lang = "it"
		text := write(t, f, format)
		got, err := gofeed.NewParser().ParseString(text)
		if err != nil {
			t.Fatalf("%s: %v\n%s", format, err, text)
		}
		if got.Title != f.Title || got.Language != "nl" || got.Link != f.Home || got.FeedLink != f.Self || len(got.Items) != 4 {
			t.Errorf("%s: %q %q %q %q %d\n%s", format, got.Title, got.Language, got.Link, got.FeedLink, len(got.Items), text)
		}
		for i, item := range got.Items {
			want := f.Entries[i]
			if item.GUID != want.ID || item.Title != want.Title || item.Link != want.Link || item.Content != "<p>De bank weigert &amp; betalingen.</p>" {
				t.Errorf("%s: %+v", format, item)
			}
			if format != RSS && (!item.PublishedParsed.Equal(want.Published) || !item.UpdatedParsed.Equal(want.Updated)) {
				t.Errorf("%s: published %v, updated %v", format, item.PublishedParsed, item.UpdatedParsed)
			}
		}
	}
}

// Go's own decoder lets an attribute stand twice in an element; XML 1.0 (3.1, "Unique Att Spec") does not, nor does anybody else's.
func TestNoAttributeTwice(t *testing.T) {
	f := sample(3)
	f.Archive, f.Current = true, "https://a.example/feed.atom"
	f.Entries[1].Lang = "it"
	for _, format := range []Format{Atom, RSS} {
		decoder := xml.NewDecoder(strings.NewReader(write(t, f, format)))
		for {
			token, err := decoder.Token()
			if err == io.EOF {
				break
			}
			if err != nil {
				t.Fatal(format, err)
			}
			element, _ := token.(xml.StartElement)
			names := map[xml.Name]bool{}
			for _, a := range element.Attr {
				if names[a.Name] {
					t.Errorf("%s: <%s> has %v twice", format, element.Name.Local, a.Name)
				}
				names[a.Name] = true
			}
		}
	}
}

// An entry's date is its update's own in every format, also where another has the same.
func TestRSSDatesAreTheUpdates(t *testing.T) {
	f := sample(6)
	got, err := gofeed.NewParser().ParseString(write(t, f, RSS))
	if err != nil {
		t.Fatal(err)
	}
	for i, item := range got.Items {
		if !item.PublishedParsed.Equal(f.Entries[i].Published) {
			t.Errorf("item %d: %s, want %s", i, item.Published, f.Entries[i].Published)
		}
	}
}

func TestAtomSaysWhereArchivesAre(t *testing.T) {
	f := sample(1)
	f.Archive, f.Current, f.Older = true, "https://a.example/feed.atom", "https://a.example/feed-2026-10.atom"
	f.Entries[0].Lang, f.Entries[0].TitleLang = "it", "fr"
	text := write(t, f, Atom)
	for _, want := range []string{
		`<feed xml:lang="nl" `, ` xmlns="http://www.w3.org/2005/Atom">`, `<link rel="self" type="application/atom+xml" href="https://hulp.muntplein.example/feed.atom">`,
		`<link rel="prev-archive" type="application/atom+xml" href="https://a.example/feed-2026-10.atom">`, `<link rel="current"`, `<fh:archive>`,
		`<entry><title xml:lang="fr">Betalen `, `<content type="html" xml:lang="it">`, `<published>2026-11-20T13:05:00Z</published>`,
	} {
		if !strings.Contains(text, want) {
			t.Errorf("no %s in\n%s", want, text)
		}
	}
	if strings.Contains(text, "next-archive") || strings.Count(text, "<published>") != 1 {
		t.Error(text)
	}
}

// What a text says that looks like markup must still be text once a reader has decoded the description and taken it for HTML.
func TestDescriptionIsHTML(t *testing.T) {
	f := sample(1)
	f.Entries[0].Text = `<script>alert("&")</script>`
	got, err := gofeed.NewParser().ParseString(write(t, f, RSS))
	if err != nil || html.UnescapeString(got.Items[0].Description) != f.Entries[0].Text || strings.Contains(got.Items[0].Description, "<") {
		t.Errorf("%v, %q", err, got.Items[0].Description)
	}
	if text := write(t, f, JSON); !strings.Contains(text, `"summary":"<script>alert(\"&\")</script>"`) {
		t.Errorf("a summary is text: %s", text)
	}
}

func TestEmptyFeedHasATimeOfItsOwn(t *testing.T) {
	began := time.Date(2026, 10, 1, 0, 0, 0, 0, time.FixedZone("CEST", 7200))
	for _, format := range []Format{Atom, RSS, JSON} {
		text := write(t, Feed{Title: "leeg", Began: began}, format)
		got, err := gofeed.NewParser().ParseString(text)
		if err != nil {
			t.Errorf("%s: %v", format, err)
			continue
		}
		if format == Atom && !got.UpdatedParsed.Equal(began) || strings.Contains(text, "1970") {
			t.Error(text)
		}
		if format == JSON && !strings.Contains(text, `"items":[]`) {
			t.Error(text)
		}
	}
}

func BenchmarkAtom(b *testing.B) {
	f := sample(5)
	for b.Loop() {
		write(b, f, Atom)
	}
}
