package generator_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"balie/content/sample"
	"balie/generator/statusapi"
)

// apiSchemas compiles the schema of each document, by its path below /api/v2/; "incident" is that
// of one incident.
func apiSchemas(t *testing.T) map[string]*jsonschema.Schema {
	t.Helper()
	file, err := os.Open("statusapi/schema/statusapi.json")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	schema, err := jsonschema.UnmarshalJSON(file)
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("statusapi.json", schema); err != nil {
		t.Fatal(err)
	}
	schemas := map[string]*jsonschema.Schema{}
	for name, def := range map[string]string{
		"summary.json": "summaryDocument", "status.json": "statusDocument", "components.json": "componentsDocument", "incidents.json": "incidentsDocument",
		"incidents/unresolved.json": "unresolvedDocument", "scheduled-maintenances.json": "maintenancesDocument",
		"scheduled-maintenances/upcoming.json": "upcomingDocument", "scheduled-maintenances/active.json": "activeDocument", "incident": "incident",
	} {
		if schemas[name], err = c.Compile("statusapi.json#/$defs/" + def); err != nil {
			t.Fatal(err)
		}
	}
	return schemas
}

// apiFiles are the files of the status API in a built site, by their path, and none but those.
func apiFiles(t *testing.T, site string) map[string]string {
	t.Helper()
	files := map[string]string{}
	err := filepath.WalkDir(site, func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		rel, err := filepath.Rel(site, p)
		name := filepath.ToSlash(rel)
		if err != nil || !strings.HasPrefix(name, "api/") && (path.Dir(name) != "incidents" || path.Ext(name) != ".json") {
			return err
		}
		data, err := os.ReadFile(p)
		files[name] = string(data)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// checkAPI holds each document of a built site to its schema, and returns what the largest takes
// compressed.
func checkAPI(t *testing.T, site string) (files map[string]string, largest int, which string) {
	t.Helper()
	schemas, files := apiSchemas(t), apiFiles(t, site)
	seen := 0
	for name, data := range files {
		below := strings.TrimPrefix(name, "api/v2/")
		schema := schemas[below]
		if schema == nil {
			schema = schemas["incident"]
			id := strings.TrimSuffix(path.Base(name), ".json")
			if files["incidents/"+id+".json"] != files["api/v2/incidents/"+id+".json"] || !strings.Contains(data, `{"id":"`+id+`"`) {
				t.Errorf("%s is not at both addresses, or of another incident", name)
			}
		} else {
			seen++
		}
		value, err := jsonschema.UnmarshalJSON(strings.NewReader(data))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if err := schema.Validate(value); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if size := compressed(t, data); size > largest {
			largest, which = size, name
		}
	}
	if seen != 8 {
		t.Errorf("%d of the eight documents", seen)
	}
	return files, largest, which
}

func compressed(t testing.TB, data string) int {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := w.Write([]byte(data)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Len()
}

// TestStatusAPIOfSamples: every document of every sample desk is as the schema says, and at most 15
// kB as it is sent.
func TestStatusAPIOfSamples(t *testing.T) {
	for _, name := range append(sample.Names(), sample.Starter) {
		c := config(t, desk(t, name))
		if _, err := buildOnce(t, c, at); err != nil {
			t.Fatal(err)
		}
		files, largest, which := checkAPI(t, c.Out)
		t.Logf("%s: %d documents, the largest is %s with %d bytes compressed", name, len(files), which, largest)
		if largest > 15_000 {
			t.Errorf("%s: %s has %d bytes compressed", name, which, largest)
		}
	}
}

// hostileDesk has what people write by mistake, or in order to break what reads it.
func hostileDesk() map[string]string {
	const pay, search, work = "incidents/2026/1119-pay/", "incidents/2026/1118-search/", "maintenance/2026/1120-"
	return map[string]string{
		"site.yaml":     "name: 'Desk \"]]>'\nbase_url: https://help.example/desk/\nlanguages: [en, nl]\ntime_zone: America/St_Johns\n",
		"services.yaml": "- id: shop\n  name: 'Shop <&\"'\n  services:\n  - {id: pay, name: \"\\u202eשלום 💥\", since: 2099-01-01}\n- {id: mail, name: Mail, description: '</script>'}\n",

		pay + "incident.yaml":                        "title: \"]]> <script>alert('\\u2029')</script> 💥 \\\"שלום\\\" \\u202e\\x07\"\nservices: {pay: major_outage, gone: partial_outage}\nimpact: none\n",
		pay + "2026-11-19T1000Z-confirmed.md":        "First, and only confirmed. See [how](../../../help/) and ![shot](shot.png), <b>bold</b> `a\x1b[31m`\u202e\n\n```html\n</script>\n```\n",
		pay + "2026-11-19T1000Z-update-a.md":         "---\nservices: {pay: operational, gone: operational, other: degraded_performance}\n---\nIn the same second.\n",
		pay + "2026-11-19T1100Z-monitoring.md":       "---\nservices: {other: operational}\n---\n" + strings.Repeat("All components work. 💥 ", 4_500) + "\n",
		pay + "2026-11-19T1130Z-identified.md":       "---\nservices: {pay: major_outage}\n---\nA\x00B.\n",
		pay + "2026-11-19T1200Z-note.md":             "PRIVATE note\n",
		pay + "2026-11-19T1210Z-reports.md":          "---\ncount: 3\nid: 0123456789abcdef\n---\n",
		pay + "2099-01-01T1200Z-resolved.md":         "PRIVATE future\n",
		search + "incident.yaml":                     "title: Search\nservices: {gone: major_outage}\n",
		search + "2026-11-18T1000Z-investigating.md": "~~struck~~\n",
		search + "2026-11-18T1100Z-resolved.md":      "Over.\n",
		search + "2026-11-18T1200Z-update.md":        "---\nservices: {mail: major_outage}\n---\nAfter the end.\n",
		search + "2026-11-18T1300Z-postmortem.md":    "---\ncause: 'A \"cause\"'\nactions: [{text: Test it, done: 2026-11-19}, {text: Ask}]\n---\nWhat happened: [this](#x).\n",
		search + "2026-11-18T1400Z-waived.md":        "PRIVATE reason\n",

		"incidents/2026/1117-staff/incident.yaml":                     "title: PRIVATE incident\nservices: {pay: major_outage}\nvisibility: staff\n",
		"incidents/2026/1117-staff/2026-11-17T1000Z-investigating.md": "PRIVATE\n",
		"incidents/2026/1121-later/incident.yaml":                     "title: PRIVATE later\n",
		"incidents/2026/1121-later/2026-11-21T1000Z-investigating.md": "PRIVATE\n",

		work + "off/maintenance.yaml":              "title: Off\nservices: [mail, gone]\nplanned: {start: 2026-11-20T20:00:00Z, end: 2026-11-20T21:00:00Z}\n",
		work + "off/2026-11-19T1000Z-scheduled.md": "---\n---\n",
		work + "off/2026-11-19T1100Z-cancelled.md": "Not needed.\n",
		work + "now/maintenance.yaml":              "title: Now\nservices: {mail: under_maintenance}\nplanned: {start: 2026-11-20T14:00:00Z, end: 2026-11-20T16:00:00Z}\nautomatic: true\n",
		work + "soon/maintenance.yaml":             "title: Soon\nservices: {mail: partial_outage}\nplanned: {start: 2026-11-20T18:00:00Z, end: 2026-11-20T19:00:00Z}\n",
		work + "done/maintenance.yaml":             "title: Done\nservices: {mail: partial_outage}\nplanned: {start: 2026-11-19T18:00:00Z, end: 2026-11-19T19:00:00Z}\nautomatic: true\n",
		work + "done/2026-11-19T1830Z-update.md":   "Half of it.\n",
	}
}

// layOut writes files into a new directory.
func layOut(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		full := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(full), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(full, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// read decodes a document of a site.
func read[D any](t *testing.T, files map[string]string, name string) (d D) {
	t.Helper()
	if err := json.Unmarshal([]byte(files[name]), &d); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return d
}

// states lists how far a case was with each update, newest first.
func states(c statusapi.Case) string {
	var list []string
	for _, u := range c.Updates {
		list = append(list, u.Status)
	}
	return strings.Join(list, " ")
}

// TestStatusAPIOfHostileDesk: whatever people write, every document is valid and tells what its
// desk's pages tell, and no more.
func TestStatusAPIOfHostileDesk(t *testing.T) {
	files := hostileDesk()
	dir := layOut(t, files)
	c := config(t, dir)
	c.Follow, c.Staff = "", ""
	g := follow(t, c)
	defer g.Close()
	if _, err := g.build(nil, at); err != nil {
		t.Fatal(err)
	}
	built, _, _ := checkAPI(t, c.Out)
	for name, data := range built {
		if strings.Contains(data, "PRIVATE") {
			t.Errorf("%s tells what is private", name)
		}
	}

	summary := read[statusapi.Summary](t, built, "api/v2/summary.json")
	if s := summary.Status; s.Indicator != statusapi.Minor || s.Description != "Minor Service Outage" {
		t.Errorf("with an open incident, all of whose components work: %v", s)
	}
	if len(summary.Incidents) != 1 || len(summary.Maintenances) != 2 {
		t.Fatalf("the summary has %d incidents and %d maintenances", len(summary.Incidents), len(summary.Maintenances))
	}
	pay := summary.Incidents[0]
	if states(pay.Case) != "monitoring investigating investigating" || pay.Status != "monitoring" || pay.Impact != "minor" || pay.ResolvedAt != nil {
		t.Errorf("%s: %s, impact %s", states(pay.Case), pay.Status, pay.Impact)
	}
	first := pay.Updates[2]
	if want := "First, and only confirmed. See how (https://help.example/desk/help/) and shot, <b>bold</b> a[31m\n\n</script>"; first.Body != want {
		t.Errorf("%q", first.Body)
	}
	if a := first.Affected; len(a) != 2 || a[0].Name != "Shop <&\" - \u202eשלום 💥" || a[0].OldStatus != "operational" || a[0].NewStatus != "major_outage" || a[1].Name != "gone" || a[1].Code != statusapi.ID("/services/gone/") {
		t.Errorf("%+v", a)
	}
	if got := pay.Components; len(got) != 3 || got[0].Status != "operational" || got[1].Name != "gone" || got[2].Name != "other" {
		t.Errorf("%+v", got)
	}

	search := read[statusapi.Incident](t, built, "incidents/"+statusapi.ID("/incidents/2026/1118-search/")+".json")
	if states(search.Case) != "postmortem resolved resolved investigating" || search.Status != "postmortem" || search.Impact != "critical" {
		t.Errorf("%s: %s, impact %s", states(search.Case), search.Status, search.Impact)
	}
	if want := "A \"cause\"\n\nWhat happened: this (https://help.example/desk/incidents/2026/1118-search/#x).\n\n- Test it (2026-11-19)\n- Ask"; search.PostmortemBody != want || search.PostmortemPublished == nil {
		t.Errorf("%q", search.PostmortemBody)
	}
	if got := search.Updates[3].Body; got != "Investigating" {
		t.Errorf("an update that says nothing: %q", got)
	}

	var all []string
	for _, m := range read[statusapi.MaintenancesDocument](t, built, "api/v2/scheduled-maintenances.json").Maintenances {
		all = append(all, m.Name+" "+m.Status+" ["+states(m.Case)+"]")
	}
	if want := []string{"Off completed [completed scheduled]", "Soon scheduled []", "Now in_progress []", "Done completed [in_progress]"}; !slices.Equal(all, want) {
		t.Errorf("%q", all)
	}
	off := read[statusapi.MaintenancesDocument](t, built, "api/v2/scheduled-maintenances.json").Maintenances[0]
	if got := off.Updates[0].Body; got != "Cancelled\n\nNot needed." {
		t.Errorf("%q", got)
	}

	// What was for staff alone appears with its own dates once it is public.
	const staffs = "incidents/2026/1117-staff/incident.yaml"
	if err := os.WriteFile(filepath.Join(dir, staffs), []byte(strings.Replace(files[staffs], "visibility: staff\n", "", 1)), 0o666); err != nil {
		t.Fatal(err)
	}
	if _, err := g.build([]string{staffs}, at); err != nil {
		t.Fatal(err)
	}
	built, _, _ = checkAPI(t, c.Out)
	if i := read[statusapi.Incident](t, built, "incidents/"+statusapi.ID("/incidents/2026/1117-staff/")+".json"); !i.CreatedAt.At.Equal(time.Date(2026, 11, 17, 10, 0, 0, 0, time.UTC)) {
		t.Errorf("made public, it began at %v", i.CreatedAt)
	}
	if s := read[statusapi.StatusDocument](t, built, "api/v2/status.json").Status; s.Indicator != statusapi.Critical {
		t.Errorf("with a major outage: %v", s)
	}
}

// TestStatusAPIFollowsUpdates: a new update changes its incident's documents and those of the whole
// desk, and none of another incident.
func TestStatusAPIFollowsUpdates(t *testing.T) {
	dir := desk(t, "marketplace")
	c := config(t, dir)
	g := follow(t, c)
	defer g.Close()
	if _, err := g.build(nil, at); err != nil {
		t.Fatal(err)
	}
	before := apiFiles(t, c.Out)
	open := g.reading.Tree.Incidents[len(g.reading.Tree.Incidents)-1]
	update := open.Dir + "/2026-11-20T144100Z-update.md"
	if err := os.WriteFile(filepath.Join(dir, update), []byte("More.\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	if _, err := g.build([]string{update}, at); err != nil {
		t.Fatal(err)
	}
	var changed []string
	for name, data := range apiFiles(t, c.Out) {
		if data != before[name] && strings.Contains(path.Dir(name), "incidents") && !strings.HasSuffix(name, "unresolved.json") {
			changed = append(changed, name)
		}
	}
	slices.Sort(changed)
	id := statusapi.ID("/" + open.Dir + "/")
	if want := []string{"api/v2/incidents/" + id + ".json", "incidents/" + id + ".json"}; !slices.Equal(changed, want) {
		t.Errorf("changed: %s, want %s", changed, want)
	}
	if got := read[statusapi.StatusDocument](t, apiFiles(t, c.Out), "api/v2/status.json").Page.UpdatedAt.At; !got.Equal(time.Date(2026, 11, 20, 14, 41, 0, 0, time.UTC)) {
		t.Errorf("the page was updated at %s", got)
	}
}
