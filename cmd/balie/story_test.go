package main

import (
	"context"
	"fmt"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"balie/content"
)

// width is a screen on which a story is played.
var widths = map[string]func(context.Context) chromedp.Action[chromedp.Void]{
	"375": func(context.Context) chromedp.Action[chromedp.Void] {
		return chromedp.EmulateViewport(375, 667, chromedp.EmulateMobile)
	},
	"1280": func(context.Context) chromedp.Action[chromedp.Void] { return chromedp.EmulateViewport(1280, 800) },
}

// customer is somebody with a browser at a desk.
type customer struct {
	*running
	ctx    context.Context
	script bool
}

// newCustomer opens a browser of a width, with or without script.
func newCustomer(r *running, ctx context.Context, width string, script bool) *customer {
	c := &customer{r, ctx, script}
	do(r.T, ctx, widths[width](ctx))
	if !script {
		do(r.T, ctx, withoutScript)
	}
	return c
}

func (c *customer) open(path string) {
	c.Helper()
	if !strings.HasPrefix(path, "http") {
		path = "http://" + c.addr + path
	}
	do(c.T, c.ctx, chromedp.Navigate(path))
}

// press clicks what a selector names and waits for what comes then.
func (c *customer) press(selector, then string) {
	c.Helper()
	do(c.T, c.ctx, chromedp.Click(chromedp.CSS(selector)), chromedp.WaitVisible(chromedp.CSS(then)))
}

func (c *customer) fill(values map[string]string) {
	c.Helper()
	for name, value := range values {
		do(c.T, c.ctx, chromedp.SendKeys(chromedp.CSS(`#ask [name="`+name+`"], .act [name="`+name+`"]`), value))
	}
}

// reads reports an error where the page does not say something.
func (c *customer) reads(texts ...string) {
	c.Helper()
	page := ask(c.T, c.ctx, chromedp.Text(chromedp.CSS("main")))
	for _, text := range texts {
		if !strings.Contains(strings.ReplaceAll(page, "\u00a0", " "), text) {
			c.Errorf("%s does not say %q:\n%s", ask(c.T, c.ctx, chromedp.Location()), text, page)
		}
	}
}

// lookFor searches from the page's own box and waits for results.
func (c *customer) lookFor(words, results string) {
	c.Helper()
	box := chromedp.CSS(`form.find input[type="search"]`)
	do(c.T, c.ctx, chromedp.SendKeys(box, words), chromedp.Submit(box), chromedp.WaitVisible(chromedp.CSS(results)))
}

// ticket returns the ticket whose follow page is open, once git has it.
func (c *customer) ticket() *content.Ticket {
	c.Helper()
	token := regexp.MustCompile(`/t/([a-z2-7]+)/`).FindStringSubmatch(ask(c.T, c.ctx, chromedp.Location()))
	if token == nil {
		c.Fatalf("no follow page: %s", ask(c.T, c.ctx, chromedp.Location()))
	}
	var found *content.Ticket
	c.soon("the ticket is read", func() bool {
		for _, t := range c.live.Current().Tree.Tickets {
			if t.Follow == token[1] {
				found = t
			}
		}
		return found != nil
	})
	return found
}

// staff runs a command as staff do, and commits what it wrote.
func (c *customer) staff(args ...string) {
	c.Helper()
	c.balie(append([]string{"new"}, args...)...)
	c.git("add", "-A")
	c.git("commit", "-qm", "by staff")
}

// TestWebshopCustomers: one finds an answer and leaves, one hands in a question, one hands in five,
// which staff divide.
func TestWebshopCustomers(t *testing.T) {
	for _, width := range []string{"375", "1280"} {
		for _, script := range []bool{true, false} {
			t.Run(fmt.Sprintf("%s script %v", width, script), func(t *testing.T) {
				ctx := browser(t)
				r := serveSampleWith(t, "webshop", func(s *server) { s.here = true })
				guarded(t, ctx, r.addr)
				c := newCustomer(r, ctx, width, script)
				before := len(r.live.Current().Tree.Tickets)
				c.open("/")
				c.lookFor("verzendkostn per land", ".results a")
				c.press(".results li:first-child a", "article h1")
				c.reads("Verzendkosten")

				c.handIn("betaaldatum op factuur wijzigen", "Kan ik de betaaldatum op een factuur wijzigen?", "ola@klant.example")
				if one := c.ticket(); one.Searched == nil || one.Searched.Query != "betaaldatum op factuur wijzigen" || len(one.Searched.Offered) == 0 {
					t.Errorf("searched: %+v", one.Searched)
				}
				c.handIn("vijf dingen", "1. Waar vind ik mijn factuur?\n2. Hoe maak ik een kortingscode?\n3. Kan ik een variant kopiëren?\n4. Hoe zet ik afhalen aan?\n5. Wanneer betalen jullie uit?", "ola@klant.example")
				whole, page := c.ticket(), ask(t, ctx, chromedp.Location())
				r.committed()
				c.staff("split", whole.Number, "Factuur vinden", "Kortingscode maken", "Variant kopiëren", "Afhalen aanzetten", "--author", "fatima")
				var now *content.Ticket
				r.soon("the ticket is split", func() bool {
					now = r.live.Current().Tree.Ticket(whole.Number)
					return now.Events[len(now.Events)-1].Kind == content.Split
				})
				c.open(page)
				for _, number := range now.Events[len(now.Events)-1].Data().Into {
					c.reads(content.SayNumber(number))
				}
				if got := len(r.live.Current().Tree.Tickets); got != before+2+4 {
					t.Errorf("%d tickets, and there were %d", got, before)
				}
			})
		}
	}
}

// handIn asks a question after a search that did not help.
func (c *customer) handIn(words, text, email string) {
	c.Helper()
	c.open("/forms/contact/")
	if c.script {
		c.lookFor(words, "#count:not(:empty)")
		c.press("#goon button", "#ask textarea")
	} else {
		c.lookFor(words, "#ways a, .results")
		c.press(`a[href*="searched="]`, "#ask textarea")
	}
	c.fill(map[string]string{"message": text, "email": email, "name": "Ola"})
	do(c.T, c.ctx, chromedp.Click(chromedp.CSS(`#ask [name="topic"][value="other"], #ask [name="topic"]`)))
	if c.script {
		do(c.T, c.ctx, chromedp.WaitReady(chromedp.CSS("#ask")))
	}
	do(c.T, c.ctx, chromedp.Submit(chromedp.CSS(`#ask textarea[name="message"]`)), chromedp.WaitVisible(chromedp.CSS(".receipt")))
}

// TestServicedeskEditor: an editor hands in, is asked back, answers, confirms, rates and starts a
// follow-up, all on the follow page.
func TestServicedeskEditor(t *testing.T) {
	for _, width := range []string{"375", "1280"} {
		for _, script := range []bool{true, false} {
			t.Run(fmt.Sprintf("%s script %v", width, script), func(t *testing.T) {
				ctx := browser(t)
				r := serveSampleWith(t, "servicedesk", func(s *server) { s.here = true })
				guarded(t, ctx, r.addr)
				c := newCustomer(r, ctx, width, script)
				c.editor(t)
			})
		}
	}
}

func (c *customer) editor(t *testing.T) {
	form := c.live.Current().Tree.Form("request")
	_, answer := c.post("/forms/request", exampleJSON(form))
	follow := regexp.MustCompile(`"follow":"([^"]*)"`).FindStringSubmatch(answer)
	if follow == nil {
		t.Fatal(answer)
	}
	c.open(follow[1])
	number := c.ticket().Number
	c.committed()
	last := func(kind content.Kind) func() bool {
		return func() bool {
			events := c.live.Current().Tree.Ticket(number).Events
			return events[len(events)-1].Kind == kind
		}
	}
	c.staff("waiting", number, "--canned", "welke-pagina", "--author", "lotte")
	c.soon("staff ask back", last(content.Waiting))
	c.open(follow[1])
	c.reads(content.SayNumber(number))
	c.fill(map[string]string{"message": "Het is de pagina over het zwembad."})
	do(t, c.ctx, chromedp.Submit(chromedp.CSS(`.act [name="message"]`)), chromedp.WaitVisible(chromedp.CSS("#sent")))
	c.soon("the answer is read", last(content.Message))
	c.committed()
	c.staff("reply", number, "--solved", "-m", "Hersteld.", "--author", "lotte")
	c.soon("staff call it solved", last(content.Solved))
	c.open(follow[1])
	c.reads("Hersteld.")
	c.press(`[aria-labelledby="done"] button`, "#sent")
	c.press(`.rate [name="score"][value="5"]`, ".rate")
	c.fill(map[string]string{})
	do(t, c.ctx, chromedp.SendKeys(chromedp.CSS(`.rate [name="message"]`), "Snel, dank u."), chromedp.Submit(chromedp.CSS(`.rate [name="message"]`)), chromedp.WaitVisible(chromedp.CSS("#sent")))
	c.reads("Snel, dank u.")
	c.committed()
	c.closeByHand(number)
	c.open(follow[1])
	c.fill(map[string]string{"message": "Nu staat het weer fout."})
	do(t, c.ctx, chromedp.Submit(chromedp.CSS(`.act [name="message"]`)), chromedp.WaitVisible(chromedp.CSS(".receipt")))
	c.reads(content.SayNumber(number))
	next := c.ticket().Number
	if next == number {
		t.Fatal("what was closed goes on")
	}
	c.open(follow[1])
	c.reads(content.SayNumber(next))
}

// closeByHand closes a ticket, as the hour after "solved" does.
func (c *customer) closeByHand(number string) {
	c.Helper()
	t := c.live.Current().Tree.Ticket(number)
	name := c.clock().UTC().Format("2006-01-02T150405Z") + "-closed-lotte.md"
	c.edit(filepath.ToSlash(filepath.Join(t.Dir, name)), "---\nresolution: handled\n---\n")
	c.git("add", "-A")
	c.git("commit", "-qm", "closed")
	c.soon("it is closed", func() bool {
		return c.live.Current().Tree.Ticket(number).At(c.clock()).State == content.ClosedState
	})
}
