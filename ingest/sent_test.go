package ingest

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"balie/content"
)

// Each thing that is done on a follow page is confirmed there in words, for ten minutes, and no
// address confirms what did not happen.
func TestWhatWasSentIsConfirmed(t *testing.T) {
	in := newIntake(t, nil)
	_, follow := in.hand(t)
	confirms := func(kind, words string) {
		t.Helper()
		for _, one := range []string{"message", "confirmed", "reopened", "rated", "received", "reply", "<b>"} {
			page := in.get(follow + "?sent=" + one).body
			if got := strings.Contains(page, `role="status" tabindex="-1" id="sent"`); got != (one == kind) {
				t.Errorf("after %s, %s is confirmed: %t", kind, one, got)
			}
			if one == kind && !strings.Contains(page, words) {
				t.Errorf("%s: no words\n%s", kind, page)
			}
		}
	}
	confirms("", "")
	do := func(kind, words string, pairs ...string) {
		t.Helper()
		in.now = in.now.Add(time.Minute)
		if a := in.post(follow, pairs...); a.StatusCode != http.StatusSeeOther || a.Header.Get("Location") != follow+"?sent="+kind+"#sent" {
			t.Fatalf("%s: answer %d to %s", kind, a.StatusCode, a.Header.Get("Location"))
		}
		confirms(kind, words)
	}
	do("message", "Uw bericht is aangekomen.", "message", "Nog iets")
	do("confirmed", "U liet weten dat het is opgelost.", "action", "solved")
	do("rated", "Uw oordeel is aangekomen.", "action", "rate", "score", "2", "message", "Te laat & <b>kort</b>")
	do("reopened", "Uw vraag staat weer open.", "action", "undo")
	in.now = in.now.Add(confirmedFor + time.Second)
	confirms("", "")
	in.sound(t)
}

// A rating may have words, which stand in the event and on the page. The same rating again is one,
// another word about it is another.
func TestARatingInWords(t *testing.T) {
	in := newIntake(t, nil)
	_, follow := in.hand(t)
	in.now = in.now.Add(time.Hour)
	in.post(follow, "action", "solved")
	in.now = in.now.Add(time.Minute)
	rate := []string{"action", "rate", "score", "2", "message", "Te laat & <b>kort</b>"}
	for range 2 {
		in.post(follow, rate...)
	}
	in.post(follow, "action", "rate", "score", "2", "message", "")
	if event := in.added()["2026-11-20T150609Z-rated.md"]; !strings.Contains(event, "score: 2\n") || !strings.HasSuffix(event, "\n---\nTe laat & <b>kort</b>\n") || len(in.changes) != 3 {
		t.Errorf("%d commits, files %v", len(in.changes), in.added())
	}
	page := in.get(follow).body
	for _, want := range []string{"Te laat &amp; &lt;b&gt;kort&lt;/b&gt;", "Uw oordeel: matig. Dank u.", "<summary>Mijn oordeel veranderen</summary>"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q\n%s", want, page)
		}
	}
	rate[5] = strings.Repeat("x", 2001)
	a := in.post(follow, rate...)
	if a.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(a.body, `name="message" rows="3" maxlength="2000">`+"\n"+rate[5]) || strings.Contains(a.body, `href="#f-message"`) {
		t.Errorf("too long: %d\n%.2000s", a.StatusCode, a.body)
	}
	in.post(follow, "action", "rate", "score", "2", "message", "Nog iets")
	if len(in.changes) != 4 {
		t.Errorf("%d commits", len(in.changes))
	}
	in.sound(t)
}

// The first page after sending is a receipt, also before git has the ticket, until somebody writes.
func TestReceipt(t *testing.T) {
	in := newIntake(t, nil)
	in.stale = true
	number, follow := in.hand(t)
	receipt := `<p class="number num">` + content.SayNumber(number) + `</p>`
	page := in.get(follow).body
	for _, want := range []string{receipt, "Ontvangen.", "Een mens antwoordt uiterlijk", "U hoeft niets te doen.", `value="https://hulp.example` + follow + `" readonly`} {
		if !strings.Contains(page, want) {
			t.Errorf("the receipt lacks %s", want)
		}
	}
	in.now = in.now.Add(time.Minute)
	in.post(follow, "message", "Nog iets")
	if page := in.get(follow).body; strings.Contains(page, receipt) || !strings.Contains(page, "Wij zijn aan zet.") {
		t.Errorf("still a receipt\n%s", page)
	}
}

// A link from a closed question leads to the one that follows it before git has that one.
func TestAFollowUpIsLinkedBeforeGitHasIt(t *testing.T) {
	in := newIntake(t, nil)
	_, follow := in.hand(t)
	in.now = in.now.Add(time.Hour)
	in.post(follow, "action", "solved")
	in.settle()
	in.now = in.now.Add(time.Hour)
	in.stale = true
	next := in.post(follow, "message", "Toch weer stuk").Header.Get("Location")
	if page := in.get(follow).body; !strings.Contains(page, `href="`+next+`"`) {
		t.Errorf("the old page\n%s", page)
	}
	if page := in.get(next).body; !strings.Contains(page, `href="`+follow+`"`) {
		t.Errorf("the new page\n%s", page)
	}
}

// Who files an emergency reads which number to call, and never that there is nothing to do, until
// the call is on record.
func TestAnEmergencySaysToCall(t *testing.T) {
	in := newIntake(t, map[string]string{
		"policy/2026-01-01.yaml": strings.Replace(smallDesk["policy/2026-01-01.yaml"], "lanes:\n", "lanes:\n  - {id: emergency, name: {nl: Nood, en: Emergency}, requires: call, call: +32 (0)2 555 01 00}\n", 1),
		"forms/contact.yaml":     strings.Replace(smallDesk["forms/contact.yaml"], "lane: standard", "lane: emergency", 1),
	})
	number, follow := in.hand(t)
	const call, nothing = `Bel nu <a class="num" href="tel:&#43;3225550100">&#43;32 (0)2 555 01 00</a>`, "U hoeft niets te doen"
	page := in.get(follow).body
	if !strings.Contains(page, call) || strings.Contains(page, nothing) {
		t.Errorf("before the call\n%s", page)
	}
	in.now = in.now.Add(time.Minute)
	in.post(follow, "message", "Nog iets")
	if page := in.get(follow).body; !strings.Contains(page, "tel:") || strings.Contains(page, nothing) {
		t.Errorf("after a message\n%s", page)
	}
	in.now = in.now.Add(time.Minute)
	in.write(content.TicketDir(number)+"/"+content.EventName(in.now, content.Call, "anna")+".md", "Geheim.\n")
	if page := in.get(follow).body; strings.Contains(page, "tel:") || !strings.Contains(page, nothing) || strings.Contains(page, "Geheim") {
		t.Errorf("after the call\n%s", page)
	}
}
