package markdown

import (
	"fmt"
	"strings"
	"testing"
)

func TestOutline(t *testing.T) {
	source := "# Een *kop*\n\n`[geen](/a/)` [a](/a/) [![foto](f.png \"t\")](</b c/>)\n\n## Een kop\n\n[met naam][r], <https://x.example> en [c](\n/d/)\n\n[r]: /e/\\_f/ 'x'\n"
	o := New().Outline(source)
	var got []string
	for _, l := range o.Links {
		line := 1 + strings.Count(source[:l.At], "\n")
		got = append(got, fmt.Sprint(l.To, " ", line, ":", l.At-strings.LastIndexByte(source[:l.At], '\n'), " ", l.Image, " ", l.Words))
	}
	want := []string{"/a/ 3:19 false ", "f.png 3:33 true foto", "/b c/ 3:46 false ", "/e/_f/ 10:6 false ", "/d/ 7:41 false "}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
	if fmt.Sprint(o.Headings) != "[{h-een-kop Een kop 1} {h-een-kop-2 Een kop 2}]" {
		t.Error(o.Headings)
	}
}

// An outline names the headings as the page does.
func TestHeadingsOfAnArticle(t *testing.T) {
	c := New()
	source := "# A\n\n## B [c](/c/)\n\n# A"
	html, headings := c.Article(source, Options{Top: 2, IDs: true})
	want := `<h2 id="h-a"><a href="#h-a">A</a></h2>` + "\n" + `<h3 id="h-b-c">B <a href="/c/">c</a></h3>` + "\n" + `<h2 id="h-a-2"><a href="#h-a-2">A</a></h2>`
	if string(html) != want {
		t.Errorf("got  %s\nwant %s", html, want)
	}
	for i, h := range c.Outline(source).Headings {
		if h.ID != headings[i].ID || h.Text != headings[i].Text {
			t.Errorf("%v, on the page %v", h, headings[i])
		}
	}
	if fmt.Sprint(headings) != "[{h-a A 2} {h-b-c B c 3} {h-a-2 A 2}]" {
		t.Error(headings)
	}
}

func TestElementsOfArticles(t *testing.T) {
	for in, want := range map[string]string{
		"> **Let op:** dit":                     "<blockquote class=\"notice\"><p><strong>Let op:</strong> dit</p>\n</blockquote>",
		"> **Attention** : ceci":                "<blockquote class=\"notice\"><p><strong>Attention</strong> : ceci</p>\n</blockquote>",
		"> **Hard** gezegd":                     "<blockquote>\n<p><strong>Hard</strong> gezegd</p>\n</blockquote>",
		"> *Zacht:* gezegd":                     "<blockquote>\n<p><em>Zacht:</em> gezegd</p>\n</blockquote>",
		"> - **Lijst:** x":                      "<blockquote>\n<ul>\n<li><strong>Lijst:</strong> x</li>\n</ul>\n</blockquote>",
		"```html\n<b>\n```":                     "<pre tabindex=\"0\"><code>&lt;b&gt;\n</code></pre>",
		"    a\n\n    b":                        "<pre tabindex=\"0\"><code>a\n\nb\n</code></pre>",
		"|a|\n|-|\n|b|":                         "<div class=\"scroll\" tabindex=\"0\"><table>\n<thead>\n<tr>\n<th scope=\"col\">a</th>\n</tr>\n</thead>\n<tbody>\n<tr>\n<td>b</td>\n</tr>\n</tbody>\n</table></div>",
		"![het *scherm*](shot.png)":             `<p><img src="/help/a/shot.nl.png" alt="het scherm" loading="lazy" width="40" height="30"></p>`,
		"![weg](weg.png)":                       "<p>weg</p>",
		"![](weg.png)":                          "<p></p>",
		"![elders](https://a.example/shot.png)": `<p><a href="https://a.example/shot.png">elders</a></p>`,
	} {
		got := New().HTML(in, Options{Picture: func(address string) (Picture, bool) {
			return Picture{"/help/a/shot.nl.png", 40, 30}, address == "shot.png"
		}})
		if string(got) != want {
			t.Errorf("%s\n got %s\nwant %s", in, got, want)
		}
	}
}

func FuzzOutline(f *testing.F) {
	for _, s := range []string{"[a](/b) ![c](d)", "[a]: /b\n\n[a]", "# a\n\n[![x](y)](<z w>)", "- [a](\n/b)\n\t> ![](c)", "|[a](b)|\n|-|\n|![c](d)|"} {
		f.Add(s)
	}
	c := New()
	f.Fuzz(func(t *testing.T, s string) {
		o := c.Outline(s)
		for _, l := range o.Links {
			if l.At < 0 || l.At > len(s) {
				t.Errorf("%q: %v", s, l)
			}
		}
		_, headings := c.Article(s, Options{IDs: true})
		if len(headings) != len(o.Headings) {
			t.Fatalf("%q: %v, on the page %v", s, o.Headings, headings)
		}
		for i, h := range headings {
			if h.ID != o.Headings[i].ID {
				t.Errorf("%q: %v, on the page %v", s, o.Headings, headings)
			}
		}
	})
}
