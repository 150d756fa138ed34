package markdown

import (
	"regexp"
	"strings"
	"sync"
	"testing"

	"golang.org/x/net/html"
)

func TestHTML(t *testing.T) {
	link := func(p string) string { return "/it" + p }
	for _, c := range []struct{ name, in, want string }{
		{"headings move to below the page's", "# One\n\n## Two", "<h4>One</h4>\n<h5>Two</h5>"},
		{"html is text", "<script>alert(1)</script> <b>x</b>", "<p>&lt;script&gt;alert(1)&lt;/script&gt; &lt;b&gt;x&lt;/b&gt;</p>"},
		{"a block of html is text", "<div onclick=x>\nhi\n</div>", "<p>&lt;div onclick=x&gt;\nhi\n&lt;/div&gt;</p>"},
		{"site links get the language", "[a](/help/x/)", `<p><a href="/it/help/x/">a</a></p>`},
		{"a dead scheme is no link", "[*a*](javascript:alert(1)) [b](data:text/html,x) [c](VBScript:x)", "<p><em>a</em> b c</p>"},
		{"an escaped scheme is no link", "[a](java&#115;cript:alert(1))", "<p>a</p>"},
		{"another host without a scheme is no link", "[a](//evil.example) [b](/\\\\evil.example)", "<p>a b</p>"},
		{"an autolink of another scheme is text", "<javascript:alert(1)>", "<p>javascript:alert(1)</p>"},
		{"bare addresses", "see https://a.example/x.", `<p>see <a href="https://a.example/x">https://a.example/x</a>.</p>`},
		{"an image from elsewhere is a link", "![map](https://a.example/m.png)", `<p><a href="https://a.example/m.png">map</a></p>`},
		{"an image of ours", "![map](/brand/m.png)", `<p><img src="/it/brand/m.png" alt="map"></p>`},
		{"mail", "[m](mailto:a@b.example)", `<p><a href="mailto:a@b.example">m</a></p>`},
		{"a hard break", "a  \nb", "<p>a<br>\nb</p>"},
	} {
		got := string(New().HTML(c.in, Options{Top: 4, Link: link}))
		if got != c.want {
			t.Errorf("%s:\n got %s\nwant %s", c.name, got, c.want)
		}
	}
}

func TestRelativeLinks(t *testing.T) {
	o := Options{At: "/incidents/2026/1121-a/", Link: func(p string) string { return "/desk" + p }}
	for in, want := range map[string]string{
		"../1120-b/":           "/desk/incidents/2026/1120-b/",
		"../1120-b/#2026-x":    "/desk/incidents/2026/1120-b/#2026-x",
		"../../../help/?q=a&b": "/desk/help/?q=a&amp;b",
		"../../../../../x/":    "/desk/x/",
		"#2026-x":              "/desk/incidents/2026/1121-a/#2026-x",
		"feed.atom":            "/desk/incidents/2026/1121-a/feed.atom",
		"/help/":               "/desk/help/",
		"https://a.example/..": "https://a.example/..",
		"mailto:a@b.example":   "mailto:a@b.example",
	} {
		if got := string(New().HTML("[x]("+in+")", o)); got != `<p><a href="`+want+`">x</a></p>` {
			t.Errorf("%s: %s", in, got)
		}
	}
	if got := string(New().HTML("![x](../a.png)", o)); got != `<p><img src="/desk/incidents/2026/a.png" alt="x"></p>` {
		t.Error(got)
	}
	if got := string(New().HTML("[x](../a/)", Options{})); got != `<p><a href="../a/">x</a></p>` {
		t.Error(got)
	}
}

func TestTablesAlignByClass(t *testing.T) {
	got := string(New().HTML("| a | b |\n|---|--:|\n| x | 1 |", Options{}))
	if !strings.Contains(got, `<td class="n">1</td>`) || !strings.HasPrefix(got, `<div class="scroll" tabindex="0"><table>`) || strings.Contains(got, "style=") {
		t.Error(got)
	}
}

func TestHeadingIDs(t *testing.T) {
	got := string(New().HTML("## Wat nu?\n\n## Wat nu?\n\n## 日本", Options{IDs: true}))
	for _, want := range []string{`id="h-wat-nu"`, `id="h-wat-nu-2"`, `id="h-日本"`} {
		if !strings.Contains(got, want) {
			t.Errorf("no %s in %s", want, got)
		}
	}
}

func TestText(t *testing.T) {
	c := New()
	if got := c.Text("## Kop\n\nEen *mooie* [link](/x) en `code`.\n\n- a\n- b", 0); got != "Kop Een mooie link en code. a b" {
		t.Errorf("%q", got)
	}
	if got := c.Text("een twee drie vier", 12); got != "een twee…" {
		t.Errorf("%q", got)
	}
}

func TestPlain(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"a\nb\n\nc", "<p dir=\"auto\">a<br>\nb</p><p dir=\"auto\">c</p>"},
		{"<script>x</script>", `<p dir="auto">&lt;script&gt;x&lt;/script&gt;</p>`},
		{"zie https://a.example/b_(c), en (http://x.example).", `<p dir="auto">zie <a href="https://a.example/b_(c)" rel="nofollow noreferrer">https://a.example/b_(c)</a>, en (<a href="http://x.example" rel="nofollow noreferrer">http://x.example</a>).</p>`},
		{`https://a.example/"onmouseover=x`, `<p dir="auto"><a href="https://a.example/" rel="nofollow noreferrer">https://a.example/</a>&#34;onmouseover=x</p>`},
		{"javascript:alert(1) https:// http:///x", `<p dir="auto">javascript:alert(1) https:// http:///x</p>`},
		{"**a** [b](c)", `<p dir="auto">**a** [b](c)</p>`},
		{"a\u202eb\x07\ufeff", `<p dir="auto">ab</p>`},
		{"\n\n  \n", ""},
	} {
		if got := string(Plain(c.in)); got != c.want {
			t.Errorf("%q:\n got %s\nwant %s", c.in, got, c.want)
		}
	}
}

// harmless parses what came out, and reports an element or an attribute that prose can't have.
func harmless(t *testing.T, out string) {
	t.Helper()
	tags := " p br a em strong del code pre ul ol li blockquote hr img h1 h2 h3 h4 h5 h6 div table thead tbody tr th td "
	z := html.NewTokenizer(strings.NewReader(out))
	for z.Next() != html.ErrorToken {
		token := z.Token()
		if token.Type != html.StartTagToken && token.Type != html.SelfClosingTagToken {
			continue
		}
		if !strings.Contains(tags, " "+token.Data+" ") {
			t.Fatalf("<%s> in %q", token.Data, out)
		}
		for _, a := range token.Attr {
			if strings.HasPrefix(a.Key, "on") || a.Key == "style" || (a.Key == "href" || a.Key == "src") && !allowed(a.Val) {
				t.Fatalf("%s=%q in %q", a.Key, a.Val, out)
			}
		}
	}
}

func FuzzHTML(f *testing.F) {
	for _, s := range []string{"<a href=javascript:x>", "[x](\tjavascript:x)", "![x](data:x)", "<svg/onload=x>", "[a]: javascript:x\n[a]", "<x@y.example>", "&lt;b&gt;", "|a|\n|-:|\n|<b>|"} {
		f.Add(s)
	}
	c := New()
	f.Fuzz(func(t *testing.T, s string) {
		harmless(t, string(c.HTML(s, Options{IDs: true})))
		harmless(t, string(Plain(s)))
		c.Text(s, 40)
	})
}

// Where no address can be, looking for one changes nothing but the spaces before a line's end, of which it leaves some.
func FuzzBare(f *testing.F) {
	for _, s := range []string{"a *b* _c_ ~~d~~ (e) f", "http:x https:/y www x", "a\nb  \nc\\\nd", "|a b|\n|-|\n| c  d|", "[a b](/c d) ![e f](g) `h i`", "- a b\n  - c d\n\n      e f", "  a ( b", "&amp; & b &nbsp; c"} {
		f.Add(s)
	}
	c := New()
	looks := &Converter{md: c.md, bare: c.md, buffers: sync.Pool{New: newBuffer}}
	trailing := regexp.MustCompile(`\s+(<br>|\n)`)
	html := func(c *Converter, s string) string {
		return trailing.ReplaceAllString(string(c.HTML(s, Options{})), "$1")
	}
	f.Fuzz(func(t *testing.T, s string) {
		if got, want := html(c, s), html(looks, s); got != want {
			t.Errorf("%q: %q, looking for addresses %q", s, got, want)
		}
		if got, want := c.Text(s, 0), looks.Text(s, 0); got != want {
			t.Errorf("%q: %q, looking for addresses %q", s, got, want)
		}
	})
}

func BenchmarkHTML(b *testing.B) {
	c := New()
	source := "De bank weigert betalingen sinds een wijziging van haar certificaat. Wij hebben een **nieuw certificaat** gevraagd.\n\nOverschrijven gaat wel; zie [de uitleg](/help/betalen/overschrijven/).\n"
	for b.Loop() {
		c.HTML(source, Options{Top: 4})
	}
}
