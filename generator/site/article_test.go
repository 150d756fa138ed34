package site

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"balie/content"
	"balie/content/check"
	"balie/content/load"
	"balie/content/sample"
)

const articles = `
-- forms/contact.yaml --
title: {nl: Contact}
order: 1
fields: [{id: message, role: body, type: textarea}]
-- forms/find.yaml --
title: {nl: Zoek}
order: 2
steps: [search]
fields: [{id: message, role: body, type: textarea}]
-- articles/pay/fails.md --
---
title: Betalen lukt niet
order: 1
services: [pay, gone]
related: [pay/bank, pay/nowhere, pay/fails]
---
## Eerst
Kijk [verder](../refund/#h-zo), [hier](/it/help/pay/refund/) of [daar](/help/pay/refund/). ![het scherm](shot.png)
### Dan
x
## Tot slot
x
-- articles/pay/refund.md --
---
title: Een betaling terug
keywords: [geld, bank]
order: 2
---
## Zo
x
-- articles/pay/refund.it.md --
---
title: Rimborso
translates: 00000000
---
x
-- articles/pay/bank.md --
---
title: Betalen via de bank
summary: Kort.
---
x
-- articles/other/mail.md --
Niets van dat alles.
-- articles/other/letter.md --
Ook niet.
-- articles/other/stamps.md --
Ook niet.
-- articles/other/parcels.md --
Ook niet.
`

// pictured is a tree with two pictures in the section pay.
func pictured(t *testing.T, parts ...string) *content.Tree {
	tree := tree(t, parts...)
	for _, p := range []*content.Picture{{Path: "articles/pay/shot.it.png", Name: "shot.png", Lang: "it", Width: 30, Height: 20}, {Path: "articles/pay/shot.png", Name: "shot.png", Width: 40, Height: 30}} {
		i := slices.IndexFunc(tree.Sections, func(s *content.Section) bool { return s.ID == "pay" })
		tree.Sections[i].Pictures = append(tree.Sections[i].Pictures, p)
	}
	return tree
}

func loose(t *testing.T, parts ...string) *content.Tree {
	t.Helper()
	return load.Load(filesOf(parts...), nil).Tree
}

func TestArticle(t *testing.T) {
	in := on(t, loose(t, desk, articles, down), "2026-11-20 14:00")
	v := viewOf[Article](t, in, "help/pay/fails/index.html")
	if got := fmt.Sprint(v.Contents); got != "[{h-eerst Eerst [{h-dan Dan []}]} {h-tot-slot Tot slot []}]" {
		t.Error(got)
	}
	if v.Previous != nil || v.Next == nil || v.Next.URL != "/desk/help/pay/refund/" {
		t.Error(v.Previous, v.Next)
	}
	if len(v.Related) != 1 || v.Related[0].Title != "Betalen via de bank" {
		t.Error(v.Related)
	}
	if v.Ask != "/desk/forms/find/?article=pay/fails" {
		t.Error(v.Ask)
	}
	for _, link := range []string{`"/desk/help/pay/refund/#h-zo"`, `"/desk/it/help/pay/refund/"`, `"/desk/help/pay/refund/"`} {
		if !strings.Contains(string(v.Body.HTML), link) {
			t.Errorf("no %s in %s", link, v.Body.HTML)
		}
	}
	other := viewOf[Article](t, in, "it/help/pay/refund/index.html")
	if other.Contents != nil || other.Troubles != nil || other.Body.Lang != "" || other.Previous == nil || other.Next == nil || other.Next.Lang != "nl" || other.Ask != "/desk/it/forms/find/?article=pay/refund" {
		t.Errorf("%+v", other)
	}
	var related []string
	for _, r := range other.Related {
		related = append(related, r.Title)
	}
	if got := strings.Join(related, ", "); got != "Betalen via de bank" {
		t.Errorf("related by words: %s", got)
	}
	in.Now = in.Now.AddDate(0, 0, -1)
	if v := viewOf[Article](t, in, "help/pay/fails/index.html"); v.Troubles != nil {
		t.Errorf("before the incident: %v", v.Troubles)
	}
}

func TestPicturesInArticles(t *testing.T) {
	in := on(t, pictured(t, desk, strings.ReplaceAll(articles, "services: [pay, gone]\nrelated: [pay/bank, pay/nowhere, pay/fails]\n", "")), "2026-11-20 14:00")
	in.Read = func(path string) ([]byte, error) { return []byte(path), nil }
	for file, want := range map[string]string{
		"help/pay/fails/index.html":    `<img src="/desk/help/pay/shot.png" alt="het scherm" loading="lazy" width="40" height="30">`,
		"it/help/pay/fails/index.html": `<img src="/desk/help/pay/shot.it.png" alt="het scherm" loading="lazy" width="30" height="20">`,
	} {
		if v := viewOf[Article](t, in, file); !strings.Contains(string(v.Body.HTML), want) {
			t.Errorf("%s: no %s in %s", file, want, v.Body.HTML)
		}
	}
	if got := string(viewOf[[]byte](t, in, "help/pay/shot.it.png")); got != "articles/pay/shot.it.png" {
		t.Error(got)
	}
}

// A picture that is not there is its words, and nothing else of the page is held up.
func TestPictureThatIsNotThere(t *testing.T) {
	v := viewOf[Article](t, on(t, loose(t, desk, articles), "2026-11-20 14:00"), "help/pay/fails/index.html")
	if !strings.Contains(string(v.Body.HTML), "</a>. het scherm</p>") {
		t.Error(v.Body.HTML)
	}
}

func TestArticlesOfAService(t *testing.T) {
	in := on(t, loose(t, desk, articles, down), "2026-11-20 14:00")
	for file, list := range map[string][]Link{
		"the incident": viewOf[Incident](t, in, "incidents/2026/1120-pay/index.html").Articles,
		"the service":  viewOf[Service](t, in, "services/pay/index.html").Articles,
	} {
		if len(list) != 1 || list[0].URL != "/desk/help/pay/fails/" {
			t.Errorf("%s: %v", file, list)
		}
	}
	if list := viewOf[Service](t, in, "services/mail/index.html").Articles; list != nil {
		t.Error(list)
	}
}

// TestKnownPages holds what check knows of a site's pages to the plan.
func TestKnownPages(t *testing.T) {
	for _, name := range sample.Names() {
		fsys, err := sample.FS(name)
		if err != nil {
			t.Fatal(err)
		}
		tree := load.Load(fsys, nil).Tree
		in := on(t, tree, "2026-11-22 12:00")
		in.Queue = &Queue{}
		for _, p := range new(Planner).Plan(in).Public() {
			if p.Lang == tree.Site.Source() && !strings.HasPrefix(p.Path, "/badges/") && !check.HasPage(tree, p.Path) {
				t.Errorf("%s: check does not know %s", name, p.Path)
			}
		}
		for _, path := range []string{"/nowhere/", "/help/nowhere/", "/help/x/y/", "/forms/nowhere/", "/services/nowhere/", "/incidents/", "/incidents/2026/", "/maintenance/2026/0101-x/", "/t/"} {
			if check.HasPage(tree, path) {
				t.Errorf("%s: check knows %s", name, path)
			}
		}
	}
}
