package view

import (
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"balie/content/load"
)

const formDesk = `
site.yaml|name: Balie
|base_url: https://hulp.example
|languages: [nl, en]
|time_zone: Europe/Brussels
services.yaml|- {id: shop, name: {nl: Winkel, en: Shop}}
policy/2026-01-01.yaml|calendars: {week: {hours: {mon-fri: ["09:00-17:00"]}}}
|lanes: [{id: standard, name: Gewoon}]
|coverage:
|  excluded:
|    - {id: custom, text: {nl: Maatwerk, en: Custom work}, why: {nl: Dat kost uren, en: It takes hours}, instead: quote}
|    - {id: legal, text: Juridisch advies, why: Wij zijn geen jurist}
forms/contact.yaml|title: Contact
|fields:
|  - {id: topic, type: choice, label: {nl: "Waarover?", en: "What about?"}, choices: [{id: orders, label: {nl: Bestellingen, en: Orders}}, {id: other, label: Anders}]}
|  - {id: part, type: service}
|  - {id: done, type: checkbox, label: Klaar}
|  - {id: order, type: text, max_length: 100, when: {topic: [orders, other], part: shop, done: "true"}}
|  - {id: code, type: text, pattern: "[0-9]{8}", max_length: 100}
|  - {id: message, role: body, type: textarea}
|  - {id: files, type: file, max_files: 3, max_size: 10MB}
|  - {id: small, type: file, max_files: 3, max_size: 1MB}
forms/quote.yaml|title: {nl: Offerte, en: Quote}
|fields: [{id: message, role: body, type: textarea}]
`

func formSetting(t *testing.T, lang string) Setting {
	t.Helper()
	files, name := fstest.MapFS{}, ""
	for line := range strings.SplitSeq(strings.TrimSpace(formDesk), "\n") {
		file, text, _ := strings.Cut(line, "|")
		if file != "" {
			name, files[file] = file, &fstest.MapFile{}
		}
		files[name].Data = append(files[name].Data, text+"\n"...)
	}
	loaded := load.Load(files, nil)
	if problems := loaded.Problems(); len(problems) > 0 {
		t.Fatal(problems)
	}
	return Setting{Tree: loaded.Tree, Lang: lang, Now: time.Date(2026, 11, 20, 14, 0, 0, 0, time.UTC), Attach: true}
}

func TestFormSaysItsConditionsAndLimits(t *testing.T) {
	s := formSetting(t, "en")
	v := s.Form(s.Tree.Form("contact"), nil, "", nil)
	field := map[string]Field{}
	for _, f := range v.Fields {
		field[f.ID] = f
	}
	when := field["order"].When
	if len(when) != 3 || when[0].Label != "What about?" || strings.Join(when[0].Answers, "+") != "Orders+Anders" || strings.Join(when[0].Values, "+") != "orders+other" ||
		when[1].Answers[0] != "Shop" || when[2].Answers != nil || when[2].Label != "Klaar" {
		t.Errorf("conditions: %+v", when)
	}
	if !field["order"].Counted || !field["message"].Counted || field["code"].Counted || field["topic"].Counted || !field["message"].Several || field["order"].Several {
		t.Errorf("counted: %+v", v.Fields)
	}
	if field["files"].AllSize != 20e6 || field["small"].AllSize != 0 {
		t.Errorf("together: %d, %d", field["files"].AllSize, field["small"].AllSize)
	}
}

func TestFormSaysWhatIsNotIncluded(t *testing.T) {
	s := formSetting(t, "en")
	v := s.Form(s.Tree.Form("contact"), nil, "", nil)
	want := []Excluded{{"Custom work", "It takes hours", "Quote", "/en/forms/quote/"}, {Text: "Juridisch advies", Why: "Wij zijn geen jurist"}}
	if len(v.Excluded) != 2 || v.Excluded[0] != want[0] || v.Excluded[1] != want[1] || v.Promises != "/en/promises/" {
		t.Errorf("%+v, %s", v.Excluded, v.Promises)
	}
	if v := s.Form(s.Tree.Form("quote"), nil, "", nil); v.Excluded != nil || v.Promises != "" {
		t.Errorf("the form that is there instead: %+v", v.Excluded)
	}
}
