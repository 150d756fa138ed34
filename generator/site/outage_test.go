package site

import (
	"slices"
	"strings"
	"testing"

	"balie/content"
)

// anIncident is one that began on 20 November, as files.
func anIncident(name, record, hour string) string {
	dir := "-- incidents/2026/1120-" + name
	return dir + "/incident.yaml --\ntitle: {nl: " + name + "}\n" + record + "\n" + dir + "/2026-11-20T" + hour + "-investigating.md --\nWij kijken.\n"
}

// TestTheWorstSpeaks: of several open incidents the banner tells of the one with the worst state,
// then the highest impact, then the earliest; the others are counted, and stand below in that
// order.
func TestTheWorstSpeaks(t *testing.T) {
	in := on(t, tree(t, desk,
		anIncident("slow", "services: {mail: degraded_performance}", "0800"),
		anIncident("grave", "services: {mail: degraded_performance}\nimpact: major", "0900"),
		anIncident("down", "services: {search: major_outage}\nimpact: minor", "1200"),
		anIncident("later", "services: {pay: major_outage}\nimpact: critical", "1100"),
		anIncident("earlier", "services: {pay: major_outage}\nimpact: critical", "1000"),
		anIncident("hidden", "services: {pay: major_outage}\nimpact: critical\nvisibility: staff", "0700"),
	), "2026-11-20 14:00")
	home := viewOf[Home](t, in, "index.html")
	if a := home.Answer; a.Title.Text != "earlier" || a.State != content.MajorOutage || a.More != 4 || a.MoreID != "2026-1120-later" {
		t.Errorf("%+v", a)
	}
	var order []string
	for _, o := range home.Open {
		order = append(order, o.Title.Text)
	}
	if got := strings.Join(order, " "); got != "earlier later down grave slow" {
		t.Error(got)
	}
}

// TestMeanwhile: what to do meanwhile stands in the banners until another replaces it, it is
// withdrawn, or the incident is over. Each update shows what it set itself.
func TestMeanwhile(t *testing.T) {
	at := "-- incidents/2026/1120-pay/2026-11-20T"
	tree := tree(t, desk, down,
		at+"1310-update.md --\n---\nworkaround: {nl: Betaal met de kaart, it: Paga con la carta}\n---\nx\n",
		at+"1320-update.md --\ny\n",
		at+"1330-identified.md --\n---\nworkaround: {nl: Betaal morgen}\n---\nx\n",
		at+"1340-update.md --\n---\nworkaround: none\n---\nx\n",
		at+"1350-update.md --\n---\nworkaround: {nl: Bel ons}\n---\nx\n",
		at+"1400-resolved.md --\nx\n")
	for now, want := range map[string]Words{
		"13:06": {"", "nl"}, "13:11": {"Paga con la carta", ""}, "13:21": {"Paga con la carta", ""}, "13:31": {"Betaal morgen", "nl"},
		"13:41": {"", "nl"}, "13:51": {"Bel ons", "nl"}, "14:01": {},
	} {
		in := on(t, tree, "2026-11-20 "+now)
		home, page := viewOf[Home](t, in, "it/index.html"), viewOf[Incident](t, in, "it/incidents/2026/1120-pay/index.html")
		if home.Answer.Workaround != want || page.Workaround != want || len(home.Open) > 0 && home.Open[0].Workaround != want {
			t.Errorf("%s: %v, %v", now, home.Answer, page.Workaround)
		}
		line := new(Planner).Plan(in).Outage("it")
		if now != "14:01" && (line.Workaround != want.Text || line.In != want.Lang) || now == "14:01" && line != nil {
			t.Errorf("%s: %+v", now, line)
		}
	}
	var said []string
	for _, u := range viewOf[Incident](t, on(t, tree, "2026-11-20 14:01"), "incidents/2026/1120-pay/index.html").Updates {
		said = append(said, u.Workaround.Text)
	}
	if got := strings.Join(said, "|"); got != "|Bel ons||Betaal morgen||Betaal met de kaart||" {
		t.Error(got)
	}
}

// TestOverAsksOn: whom an incident that is over still troubles is led to the form.
func TestOverAsksOn(t *testing.T) {
	in := on(t, loose(t, desk, articles, down, "-- incidents/2026/1120-pay/2026-11-20T1510-resolved.md --\nVoorbij.\n"), "2026-11-20 14:00")
	if v := viewOf[Incident](t, in, "it/incidents/2026/1120-pay/index.html"); v.Ask != "" {
		t.Errorf("open: %q", v.Ask)
	}
	in.Now = in.Now.AddDate(0, 0, 1)
	if v := viewOf[Incident](t, in, "it/incidents/2026/1120-pay/index.html"); v.Ask != "/desk/it/forms/contact/" {
		t.Errorf("over: %q", v.Ask)
	}
}

// TestPagesOpenWithWhatIsOpen: each page of help, contact and forms does, and no other; an article
// with what touches its services.
func TestPagesOpenWithWhatIsOpen(t *testing.T) {
	parts := []string{
		desk, articles, "-- articles/other/post.md --\n---\nservices: [mail]\n---\nx\n-- policy/2026-01-01.yaml --\n" + officeHours,
		anIncident("mail", "services: {mail: degraded_performance}", "0800"),
		anIncident("hidden", "services: {mail: major_outage}\nvisibility: staff", "0800"),
	}
	parts[0] = strings.Replace(desk, "time_zone:", "mail: {from: hulp@muntplein.example, smtp: {host: mail.example}}\ntime_zone:", 1)
	in := on(t, loose(t, append(parts, down)...), "2026-11-20 14:00")
	opens := []string{"help", "section", "article", "contact", "form", "search", "notfound", "asklinks"}
	seen := map[string]bool{}
	for _, p := range new(Planner).Plan(in).Public() {
		seen[p.Layout] = true
		if (p.Outage != nil) != slices.Contains(opens, p.Layout) {
			t.Errorf("%s (%s): %+v", p.File, p.Layout, p.Outage)
		}
		if p.Outage == nil {
			continue
		}
		title, url := "Betalen lukt niet", "/desk/incidents/2026/1120-pay/"
		switch {
		case strings.HasSuffix(p.File, "help/other/post/index.html"):
			title, url = "mail", "/desk/incidents/2026/1120-mail/"
		case p.Lang == "it":
			title = "Non si paga"
		}
		if p.Lang == "it" {
			url = strings.Replace(url, "/desk/", "/desk/it/", 1)
		}
		if p.Outage.Title != title || p.Outage.URL != url || p.Outage.More != 1 {
			t.Errorf("%s: %+v", p.File, p.Outage)
		}
	}
	for _, layout := range append(opens, "home", "incident", "service", "history", "month", "promises") {
		if !seen[layout] {
			t.Errorf("no page %s", layout)
		}
	}
	in.Tree = loose(t, append(parts[:3], parts[4])...) // the one for staff alone
	for _, p := range new(Planner).Plan(in).Public() {
		if p.Outage != nil {
			t.Errorf("nothing is open, and %s says %+v", p.File, p.Outage)
		}
	}
}

// TestTheLineNamesNoTimeThatHasGoneBy: where the next update is late, the incident's own page says
// so.
func TestTheLineNamesNoTimeThatHasGoneBy(t *testing.T) {
	in := on(t, tree(t, desk, down), "2026-11-20 15:00")
	if line := new(Planner).Plan(in).Outage("nl"); line.Next == nil || line.Next.At.Format("15:04") != "16:00" {
		t.Errorf("%+v", line)
	}
	in = on(t, in.Tree, "2026-11-20 16:01")
	if line := new(Planner).Plan(in).Outage("nl"); line.Next != nil {
		t.Errorf("%+v", line.Next)
	}
	if v := viewOf[Incident](t, in, "incidents/2026/1120-pay/index.html"); v.Next == nil || !v.Next.Late {
		t.Errorf("%+v", v.Next)
	}
	if v := viewOf[Home](t, in, "index.html"); v.Open[0].Next == nil || !v.Open[0].Next.Late {
		t.Errorf("%+v", v.Open[0])
	}
}

const officeHours = `calendars: {office: {hours: {mon-fri: ["09:00-17:00"]}}}
lanes: [{id: standard, name: {nl: Gewoon}}]
promises: [{id: first, clock: first_response, target: {within: 4h}, strength: promise}]
`
