package main

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"balie/content"
)

// loadPage runs steps that end in another page, and waits until that is there.
func loadPage(t *testing.T, ctx context.Context, steps ...chromedp.Action[chromedp.Void]) {
	t.Helper()
	loads := chromedp.Events(ctx, page.LoadEventFired)
	do(t, ctx, steps...)
	for _, err := range loads {
		if err != nil {
			t.Fatal(err)
		}
		return
	}
}

// choose answers a select as a person does.
func choose(t *testing.T, ctx context.Context, id, value string) {
	t.Helper()
	ask(t, ctx, chromedp.Evaluate[bool](fmt.Sprintf(`(() => {
		const e = document.getElementById(%q);
		e.value = %q;
		return e.dispatchEvent(new Event("input", {bubbles: true})) && e.dispatchEvent(new Event("change", {bubbles: true}));
	})()`, id, value)))
}

func isShown(t *testing.T, ctx context.Context, id string) bool {
	t.Helper()
	return ask(t, ctx, chromedp.Evaluate[bool](fmt.Sprintf(`document.getElementById(%q).checkVisibility()`, id)))
}

// TestFormScriptInABrowser fills in a form on a phone: fields come and go with the answers, lengths
// and questions are counted, and a draft survives a reload and another language, until it is
// cleared or sent.
func TestFormScriptInABrowser(t *testing.T) {
	ctx := browser(t)
	r := serveSampleWith(t, "webshop", func(s *server) { s.here = true })
	guarded(t, ctx, r.addr)
	subject, item, message := chromedp.CSS("#f-subject"), chromedp.CSS("#f-item"), chromedp.CSS("#f-message")
	form := "http://" + r.addr + "/forms/contact/"
	do(t, ctx, chromedp.EmulateViewport(375, 700, chromedp.EmulateMobile), chromedp.Navigate(form), chromedp.Click(chromedp.CSS("#goon button")))
	if isShown(t, ctx, "f-item") {
		t.Error("an order is asked for before the topic is known")
	}
	choose(t, ctx, "f-topic", "orders")
	if news := ask(t, ctx, chromedp.Evaluate[string](`document.getElementById("news").textContent`)); !isShown(t, ctx, "f-item") || !strings.Contains(news, "Bestelnummer") {
		t.Errorf("no order is asked for; told: %q", news)
	}
	do(t, ctx, chromedp.SendKeys(item, "2026-1048"), chromedp.SendKeys(subject, "Kortingscode"))
	choose(t, ctx, "f-topic", "design")
	if isShown(t, ctx, "f-item") || !ask(t, ctx, chromedp.Evaluate[bool](`document.getElementById("f-item").disabled`)) {
		t.Error("an order is still asked for")
	}
	do(t, ctx, chromedp.SendKeys(message, "Waar is mijn bestelling? Kan ik het adres nog wijzigen? "))
	if isShown(t, ctx, "f-message-several") {
		t.Error("two questions are taken for several")
	}
	do(t, ctx, chromedp.SendKeys(message, "Wanneer betalen jullie terug?"))
	if left := ask(t, ctx, chromedp.Text(chromedp.CSS("#f-subject-length"))); !isShown(t, ctx, "f-message-several") || !strings.Contains(left, "108") {
		t.Errorf("three questions are not several, or of 120 characters are %q left", left)
	}
	if got := ask(t, ctx, chromedp.Evaluate[shaped](shape)); got.Wide > 0 || got.Unnamed > 0 || got.H1 != 1 {
		t.Errorf("%+v", got)
	}

	loadPage(t, ctx, chromedp.Navigate(form))
	if got := ask(t, ctx, chromedp.Value(message)); !strings.Contains(got, "terug?") {
		t.Errorf("after a reload the message is %q", got)
	}
	loadPage(t, ctx, chromedp.Click(chromedp.CSS(".langs a[lang=en]")))
	if at, got := ask(t, ctx, chromedp.Location()), ask(t, ctx, chromedp.Value(subject)); !strings.HasSuffix(at, "/en/forms/contact/") || got != "Kortingscode" {
		t.Errorf("in English, at %s, the subject is %q", at, got)
	}
	do(t, ctx, chromedp.SendKeys(subject, strings.Repeat(" te lang", 20)))
	if over := ask(t, ctx, chromedp.Text(chromedp.CSS("#f-subject-length"))); !strings.Contains(over, "too many: 52") {
		t.Errorf("172 characters of 120: %q", over)
	}
	do(t, ctx, chromedp.Click(chromedp.CSS("#draft button")))
	if left := ask(t, ctx, chromedp.Evaluate[string](`document.getElementById("f-message").value + localStorage.length`)); left != "0" {
		t.Errorf("after clearing there is %q", left)
	}

	loadPage(t, ctx, chromedp.Navigate(form))
	do(t, ctx, chromedp.Click(chromedp.CSS("#goon button")), chromedp.SendKeys(subject, "Kortingscode"), chromedp.SendKeys(message, "Hij werkt niet."), chromedp.SendKeys(chromedp.CSS("#f-name"), "Noor"))
	choose(t, ctx, "f-topic", "orders")
	do(t, ctx, chromedp.SendKeys(item, "2026-1048"), chromedp.SendKeys(chromedp.CSS("#f-email"), "noor@mail.example"))
	choose(t, ctx, "f-topic", "design")
	do(t, ctx, chromedp.Click(chromedp.CSS("form.ask .acts button")), chromedp.WaitVisible(chromedp.CSS(".story")))
	_, token, _ := strings.Cut(ask(t, ctx, chromedp.Location()), "/t/")
	var ticket *content.Ticket
	r.until("the ticket is there", func() bool { ticket = r.live.Current().Tree.Follow(strings.Trim(token, "/?")); return ticket != nil })
	if _, has := ticket.Fields.Get("item"); has {
		t.Errorf("what was not asked was recorded: %v", ticket.Fields)
	}
	loadPage(t, ctx, chromedp.Navigate(form))
	if left := ask(t, ctx, chromedp.Value(subject)); left != "" {
		t.Errorf("after sending there is %q", left)
	}
}

// TestFormWithoutScriptInABrowser reads conditions, comes back with mistakes, and goes on in
// another language with what was typed.
func TestFormWithoutScriptInABrowser(t *testing.T) {
	ctx := browser(t)
	r := serveSampleWith(t, "webshop", func(s *server) { s.here = true })
	guarded(t, ctx, r.addr)
	subject, message := chromedp.CSS("#f-subject"), chromedp.CSS("#f-message")
	do(t, ctx, withoutScript, chromedp.EmulateViewport(375, 700, chromedp.EmulateMobile), chromedp.Navigate("http://"+r.addr+"/forms/contact/"))
	if when := ask(t, ctx, chromedp.Text(chromedp.CSS("#f-item-when0"))); !strings.Contains(when, "‘Bestellingen’") {
		t.Errorf("the condition says %q", when)
	}
	loadPage(t, ctx, chromedp.SendKeys(message, "Hij werkt niet."), chromedp.Submit(message))
	loadPage(t, ctx, chromedp.Click(chromedp.CSS(".langs button[lang=en]")))
	if lang, kept := ask(t, ctx, chromedp.Evaluate[string](`document.documentElement.lang`)), ask(t, ctx, chromedp.Value(message)); lang != "en" || kept != "Hij werkt niet." {
		t.Errorf("in %q the message is %q", lang, kept)
	}
	loadPage(t, ctx, chromedp.SendKeys(subject, "Code\r"))
	if lang, summary := ask(t, ctx, chromedp.Evaluate[string](`document.documentElement.lang`)), ask(t, ctx, chromedp.Text(chromedp.CSS(".errors"))); lang != "en" || !strings.Contains(summary, "E-mail address: Please fill this in.") && !strings.Contains(summary, "Your e-mail address: Please fill this in.") {
		t.Errorf("after Enter, in %q: %s", lang, summary)
	}
	if got := ask(t, ctx, chromedp.Evaluate[shaped](shape)); got.Wide > 0 || got.Unnamed > 0 {
		t.Errorf("%+v", got)
	}
}
