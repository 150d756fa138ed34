package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// listedDay is a day as the service's page lists it.
type listedDay struct {
	N     int
	Text  string
	Links []string
}

// listedDays are those of a service's page with scripts or without.
func listedDays(t *testing.T, ctx context.Context, url string) []listedDay {
	t.Helper()
	do(t, ctx, chromedp.Navigate(url))
	return ask(t, ctx, chromedp.Evaluate[[]listedDay](`[...document.querySelectorAll("#days li")].map((li) => ({n: +li.dataset.n, text: li.textContent, links: [...li.querySelectorAll("a")].map((a) => a.href)}))`))
}

// hears waits until the focused bar says something, for whoever does not see it and for whoever
// does.
func hears(t *testing.T, ctx context.Context, want string) {
	t.Helper()
	ask(t, ctx, chromedp.Poll[bool](fmt.Sprintf(`document.activeElement.ariaValueText === %q && document.querySelector(".past .note:not([hidden])")?.innerText === %[1]q`, want)))
}

// onTheBar moves the focus from a service's name on the home page to its bar.
func onTheBar(t *testing.T, ctx context.Context, home, service string) {
	t.Helper()
	do(t, ctx, chromedp.Navigate(home), chromedp.Focus(chromedp.CSS(`.rows a[href="`+service+`"]`)), chromedp.KeyEvent(kb.Tab))
}

// TestBarsInABrowser goes through a service's days on the home page by keyboard and by pointer, and
// on from there to an incident.
func TestBarsInABrowser(t *testing.T) {
	ctx := browser(t)
	r := serveSample(t, "marketplace")
	guarded(t, ctx, r.addr)
	home, service := "http://"+r.addr+"/en/", "/en/services/checkout/"
	days := listedDays(t, ctx, "http://"+r.addr+service)
	if len(days) != 2 || days[0].N != 89 || len(days[1].Links) != 1 {
		t.Fatalf("%+v", days)
	}
	onTheBar(t, ctx, home, service)
	if got := ask(t, ctx, chromedp.Evaluate[string](`[document.activeElement.type, document.activeElement.ariaLabel].join()`)); got != "range,Checkout, day by day" {
		t.Fatalf("after the service's name comes %q", got)
	}
	hears(t, ctx, days[0].Text)
	do(t, ctx, chromedp.KeyEvent(kb.Home))
	hears(t, ctx, "Sunday 23 August: no trouble known")
	do(t, ctx, chromedp.KeyEvent(kb.End), chromedp.KeyEvent(kb.ArrowLeft))
	hears(t, ctx, "Thursday 19 November: no trouble known")
	do(t, ctx, chromedp.KeyEvent(kb.Escape))
	if ask(t, ctx, chromedp.Evaluate[bool](`!document.querySelector(".past .note").hidden`)) {
		t.Error("after Escape a day is still shown")
	}
	do(t, ctx, chromedp.KeyEvent(strings.Repeat(kb.ArrowLeft, 88-days[1].N)))
	hears(t, ctx, days[1].Text)
	do(t, ctx, chromedp.KeyEvent(kb.Tab))
	if got := ask(t, ctx, chromedp.Evaluate[string](`document.activeElement.pathname`)); got != "/en/services/search/" {
		t.Errorf("after the bar comes %q", got)
	}

	const at = `(() => { const b = document.querySelectorAll(".past svg")[%d].getBoundingClientRect(); return [b.left + b.width * %g, b.top + 9] })()`
	spot := ask(t, ctx, chromedp.Evaluate[[]float64](fmt.Sprintf(at, 0, (float64(days[1].N)+.5)/90)))
	do(t, ctx, chromedp.MouseClickXY(spot[0], spot[1]))
	hears(t, ctx, days[1].Text)
	loadPage(t, ctx, chromedp.KeyEvent(kb.Enter))
	if got := ask(t, ctx, chromedp.Location()); got != days[1].Links[0] {
		t.Errorf("Enter leads to %s and not to %s", got, days[1].Links[0])
	}
}

// TestDaysThatAreNotKnown: before a service was there nothing is said of it, on its own page too.
func TestDaysThatAreNotKnown(t *testing.T) {
	ctx := browser(t)
	r := serveSample(t, "marketplace")
	guarded(t, ctx, r.addr)
	do(t, ctx, chromedp.Navigate("http://"+r.addr+"/en/services/labels/"), chromedp.Focus(chromedp.CSS(".past input")), chromedp.KeyEvent(kb.Home))
	hears(t, ctx, "Sunday 23 August: not known")
	do(t, ctx, chromedp.KeyEvent(strings.Repeat(kb.ArrowRight, 9)))
	hears(t, ctx, "Tuesday 1 September: not known")
}

// TestADayWithTwoIncidents: Enter leads to the first link, Tab to the next, and Escape back.
func TestADayWithTwoIncidents(t *testing.T) {
	ctx := browser(t)
	r := serveSampleWith(t, "marketplace", func(s *server) {
		dir := filepath.Join(s.dir, "incidents", "2026", "1119-codes")
		if err := os.MkdirAll(dir, 0o777); err != nil {
			t.Fatal(err)
		}
		for name, text := range map[string]string{
			"incident.yaml":                    "title: {nl: Codes, en: Codes}\nservices: {checkout: degraded_performance}\n",
			"2026-11-20T0900-investigating.md": "Wij kijken.\n",
			"2026-11-20T0930-resolved.md":      "Voorbij.\n",
		} {
			if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o666); err != nil {
				t.Fatal(err)
			}
		}
	})
	guarded(t, ctx, r.addr)
	onTheBar(t, ctx, "http://"+r.addr+"/en/", "/en/services/checkout/")
	hears(t, ctx, "Friday 20 November: Down, still going on · Problems for 30\u00a0minutes · Codes · Payments fail")
	const focused = `document.activeElement.textContent || document.activeElement.type`
	for i, want := range []string{"Codes", "Payments fail", "range"} {
		do(t, ctx, chromedp.KeyEvent([]string{kb.Enter, kb.Tab, kb.Escape}[i]))
		if got := ask(t, ctx, chromedp.Evaluate[string](focused)); got != want {
			t.Errorf("the focus is on %q and not on %q", got, want)
		}
	}
}

// TestBarsFromRightToLeft: time runs as one reads, and the arrow keys move as one sees.
func TestBarsFromRightToLeft(t *testing.T) {
	ctx := browser(t)
	r := serveSampleWith(t, "marketplace", func(s *server) {
		locale := filepath.Join(s.dir, "theme", "locales", "ar.json")
		if err := errors.Join(os.MkdirAll(filepath.Dir(locale), 0o777), os.WriteFile(locale, []byte(`{"language.direction": "rtl", "language.name": "العربية"}`), 0o666)); err != nil {
			t.Fatal(err)
		}
		setup := filepath.Join(s.dir, "site.yaml")
		data, err := os.ReadFile(setup)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(setup, bytes.Replace(data, []byte("[nl, it, en, fr, de]"), []byte("[nl, it, en, fr, de, ar]"), 1), 0o666); err != nil {
			t.Fatal(err)
		}
	})
	guarded(t, ctx, r.addr)
	onTheBar(t, ctx, "http://"+r.addr+"/ar/", "/ar/services/checkout/")
	do(t, ctx, chromedp.KeyEvent(kb.ArrowRight), chromedp.KeyEvent(kb.ArrowRight), chromedp.KeyEvent(kb.ArrowLeft))
	hears(t, ctx, "Thursday 19 November: no trouble known")
	left := ask(t, ctx, chromedp.Evaluate[[]float64](`[...document.querySelectorAll(".past")[0].querySelectorAll(".d-ok,.d-at")].map((e) => e.getBoundingClientRect().left)`))
	if len(left) != 2 || left[1] > 100 {
		t.Errorf("yesterday is not at the left: %v", left)
	}
	spot := ask(t, ctx, chromedp.Evaluate[[]float64](`(() => { const b = document.querySelector(".past svg").getBoundingClientRect(); return [b.right - 1, b.top + 9] })()`))
	do(t, ctx, chromedp.MouseClickXY(spot[0], spot[1]))
	hears(t, ctx, "Sunday 23 August: no trouble known")
}

// TestServiceDaysWithoutScript opens the list of a service's days.
func TestServiceDaysWithoutScript(t *testing.T) {
	ctx := browser(t)
	r := serveSample(t, "marketplace")
	do(t, ctx, withoutScript)
	days := listedDays(t, ctx, "http://"+r.addr+"/services/checkout/")
	do(t, ctx, chromedp.Click(chromedp.CSS("#days summary")), chromedp.WaitVisible(chromedp.CSS("#days li a")))
	if len(days) != 2 || !strings.HasPrefix(days[0].Text, "Vrijdag 20 november: Grote storing, nog bezig") {
		t.Errorf("%+v", days)
	}
}
