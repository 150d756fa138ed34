package ingest

import (
	"net/http"
	"strings"
	"testing"
)

// The language switch keeps the incident and what the customer did before and, on a form that came
// back, what was typed.
func TestLanguageSwitch(t *testing.T) {
	in := newIntake(t, nil)
	page := in.get("/forms/contact?incident=2026/1118-payments&searched=betalen&identity=x")
	if want := `<a href="/en/forms/contact/?incident=2026%2F1118-payments&amp;searched=betalen" lang="en"`; !strings.Contains(page.body, want) {
		t.Errorf("no %s in\n%s", want, page.body)
	}
	back := in.post("/forms/contact", "message", "<b>Zo</b>", "email", "jo", "incident", "2026/1118-payments", "language", "nl")
	if want := `<button form="ask" name="action" value="en" lang="en">`; back.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(back.body, want) || !strings.Contains(back.body, `id="ask"`) {
		t.Errorf("answer %d has no %s in\n%s", back.StatusCode, want, back.body)
	}
	other := in.post("/forms/contact", "message", "<b>Zo</b>", "email", "jo", "incident", "2026/1118-payments", "language", "nl", "action", "en")
	for _, want := range []string{`<html lang="en"`, "&lt;b&gt;Zo&lt;/b&gt;</textarea>", `value="jo"`, `name="incident" value="2026/1118-payments"`, `action="/en/forms/contact"`, `<input type="hidden" name="language" value="en">`, `value="nl" lang="nl">`} {
		if other.StatusCode != http.StatusOK || !strings.Contains(other.body, want) {
			t.Errorf("answer %d has no %s", other.StatusCode, want)
		}
	}
	if strings.Contains(other.body, `class="errors"`) || len(in.changes) > 0 {
		t.Error("it was judged or filed")
	}
	if a := in.post("/forms/contact", "message", "Zo", "action", "xx"); a.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("a language that the site does not have: %d", a.StatusCode)
	}
}
