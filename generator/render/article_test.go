package render_test

import (
	"bytes"
	"image"
	"image/png"
	"strings"
	"testing"
	"testing/fstest"
)

func drawn(t *testing.T, width, height int) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, width, height))); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// An article that is not translated says so before its text, and has its own lang; its frame has
// the page's.
func TestArticlePage(t *testing.T) {
	text := "---\ntitle: Titel\nsummary: Kort.\n---\n## Een\n![Het scherm](shot.png)\n## Twee\n> **Let op:** ja\n## Drie\n|a|\n|-|\n|b|\n"
	b := build(t, fstest.MapFS{
		"site.yaml":               {Data: []byte("name: Hulp\nbase_url: https://help.example\nlanguages: [nl, en]\ntime_zone: UTC\n")},
		"articles/a/b.md":         {Data: []byte(text)},
		"articles/a/c.md":         {Data: []byte("Tekst.\n")},
		"articles/a/shot.png":     {Data: drawn(t, 4, 3)},
		"articles/a/shot.en.png":  {Data: drawn(t, 8, 6)},
		"articles/a/broken.png":   {Data: []byte("no picture")},
		"articles/a/broken-en.md": {Data: []byte("![Wat er stond](broken.png)\n")},
	}, at("2026-11-20T12:00"), nil)
	page := string(b.public["en/help/a/b/index.html"])
	last := 0
	for _, part := range []string{
		`<p class="note">In Dutch: this has not been translated yet.</p>`, `<h1><span lang="nl">Titel</span></h1>`, `<p class="lead" lang="nl">Kort.</p>`, `<h2 id="contents">On this page</h2>`,
		`<ul lang="nl"><li><a href="#h-een">Een</a></li><li><a href="#h-twee">Twee</a></li><li><a href="#h-drie">Drie</a></li></ul>`, `<div class="prose" lang="nl"><h2 id="h-een"><a href="#h-een">Een</a></h2>`,
		`<img src="/help/a/shot.en.png" alt="Het scherm" loading="lazy" width="8" height="6">`, `<blockquote class="notice">`, `<th scope="col">a</th>`, `<h2 id="helped">Did this help?</h2>`,
		`href="/en/contact/">No, ask us</a>`, `<a rel="next" href="/en/help/a/broken-en/" lang="nl">Broken en ›</a>`,
	} {
		i := strings.Index(page[last:], part)
		if i < 0 {
			t.Fatalf("no %s after\n%s", part, page[last:])
		}
		last += i
	}
	if !bytes.Equal(b.public["help/a/shot.png"], drawn(t, 4, 3)) || b.public["en/help/a/shot.png"] != nil || b.public["help/a/broken.png"] != nil {
		t.Error("the pictures are not those beside the article")
	}
	if broken := string(b.public["help/a/broken-en/index.html"]); !strings.Contains(broken, `<div class="prose"><p>Wat er stond</p></div>`) {
		t.Errorf("a picture that is none:\n%s", broken)
	}
}
