package main

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"balie/content"
	"balie/generator/statusapi"
)

// TestAnOutageEverywhere: an alert that is posted is told on every interface at once (home, help,
// forms, feeds, status API, badges, banner), each with what to do meanwhile where it has a place
// for that; when staff call it resolved, all of them are calm.
func TestAnOutageEverywhere(t *testing.T) {
	t.Setenv("BALIE_HOOK_TEST", "a-secret")
	r := serveSample(t, "webshop")
	site := "http://" + r.addr + r.paths()[0]
	for _, i := range r.live.Current().Tree.Incidents { // the story's own are over
		if i.Public() && i.At(r.clock()).Open {
			r.balie("new", "update", i.ID, "resolved", "-m", "Voorbij.")
		}
	}
	r.edit("hooks.yaml", "- {name: alerts, kind: alertmanager, secret: {env: BALIE_HOOK_TEST}, service_label: service, visibility: public, states: {critical: major_outage}, title: {nl: Afrekenen ligt plat}, text: {nl: Wij kijken.}}\n")
	r.git("add", "-A")
	r.git("commit", "-qm", "all is calm, and a hook")
	r.until("the hook is there", func() bool { return r.live.Current().Tree.Hook("alerts") != nil })
	var service string
	r.live.Current().Tree.EachService(func(_, s *content.Service) {
		if service == "" {
			service = s.ID
		}
	})
	indicator := func() string {
		var d statusapi.StatusDocument
		if err := json.Unmarshal([]byte(r.get(site+"/api/v2/status.json")), &d); err != nil {
			t.Fatal(err)
		}
		return string(d.Status.Indicator)
	}
	r.until("the API is calm", func() bool { return indicator() == "none" })

	body := `{"version":"4","groupKey":"g","status":"firing","alerts":[{"status":"firing","labels":{"service":"` + service + `","severity":"critical"},"startsAt":"2026-11-20T14:00:00Z","endsAt":"0001-01-01T00:00:00Z","fingerprint":"f"}]}`
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, site+"/hooks/alerts", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer a-secret")
	answer, err := http.DefaultClient.Do(request)
	if err != nil || answer.StatusCode != http.StatusAccepted {
		t.Fatalf("%v %v", answer, err)
	}
	answer.Body.Close()
	dir := func() string {
		for _, i := range r.live.Current().Tree.Incidents {
			if i.Source != nil && i.Source.Hook == "alerts" {
				return i.Dir
			}
		}
		return ""
	}
	r.until("the incident is there", func() bool { return dir() != "" })
	r.balie("new", "update", strings.TrimPrefix(dir(), "incidents/"), "identified", "-m", "De oorzaak is gevonden.", "--workaround", "Betaal bij levering.")
	r.git("add", "-A")
	r.git("commit", "-qm", "identified")
	r.until("the API tells of it", r.shows(site+"/api/v2/summary.json", `"status":"identified"`))
	if got := indicator(); got != "critical" {
		t.Errorf("the indicator is %s", got)
	}

	const title, meanwhile = "Afrekenen ligt plat", "Betaal bij levering."
	article := r.live.Current().Tree.Sections[0].Articles[0]
	for page, wants := range map[string][]string{
		"/":                           {"<h1>" + title, meanwhile},
		"/" + dir() + "/":             {title, meanwhile},
		"/help/":                      {title, meanwhile},
		"/help/" + article.ID() + "/": {title, meanwhile},
		"/contact/":                   {title, meanwhile},
		"/forms/" + r.live.Current().Tree.Forms[0].ID + "/": {title, meanwhile},
		"/feed.atom":                         {title, meanwhile},
		"/services/" + service + "/feed.rss": {title, meanwhile},
		"/history.atom":                      {title, "<strong>Identified</strong>"},
		"/api/v2/summary.json":               {title, `"status":"identified"`, "De oorzaak is gevonden."},
		"/api/v2/incidents/unresolved.json":  {title},
		"/badges/" + service + ".svg":        {"Grote storing"},
		"/embed.json":                        {title, meanwhile},
	} {
		for _, want := range wants {
			r.soon(page+" says "+want, func() bool {
				return strings.Contains(strings.NewReplacer("&lt;", "<", "&gt;", ">").Replace(r.get(site+page)), want)
			})
		}
	}

	r.balie("new", "update", strings.TrimPrefix(dir(), "incidents/"), "resolved", "-m", "Het werkt weer.")
	r.git("add", "-A")
	r.git("commit", "-qm", "resolved")
	r.until("the API is calm again", func() bool { return indicator() == "none" })
	for _, page := range []string{"/help/", "/contact/", "/forms/" + r.live.Current().Tree.Forms[0].ID + "/", "/api/v2/incidents/unresolved.json", "/embed.json"} {
		r.soon(page+" tells of it no more", func() bool { return !strings.Contains(r.get(site+page), title) })
	}
}
