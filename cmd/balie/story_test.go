package main

import (
	"context"
	"fmt"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"balie/content"
)

// widths are the screens on which stories are played.
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
	ahead  atomic.Int64 // of the desk's first time
}

// newCustomer serves a desk and opens a browser of a width, with or without script.
func newCustomer(t *testing.T, desk, width string, script bool) *customer {
	ctx := browser(t)
	c := &customer{ctx: ctx, script: script}
	c.running = serveSampleWith(t, desk, func(s *server) {
		first := s.clock
		s.here, s.clock = true, func() time.Time { return first().Add(time.Duration(c.ahead.Load())) }
	})
	guarded(t, ctx, c.addr)
	do(t, ctx, widths[width](ctx))
	if !script {
		do(t, ctx, withoutScript)
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

// staff runs a command as staff do a minute later, and commits what it wrote.
func (c *customer) staff(args ...string) {
	c.Helper()
	c.ahead.Add(int64(time.Minute))
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
				c := newCustomer(t, "webshop", width, script)
				before := len(c.live.Current().Tree.Tickets)
				c.open("/")
				c.lookFor("verzendkostn per land", ".results a")
				c.press(".results li:first-child a", "article h1")
				c.reads("Verzendkosten")

				c.handIn("betaaldatum op factuur wijzigen", "Kan ik de betaaldatum op een factuur wijzigen?", "ola@klant.example")
				if one := c.ticket(); one.Searched == nil || one.Searched.Query != "betaaldatum op factuur wijzigen" || len(one.Searched.Offered) == 0 {
					t.Errorf("searched: %+v", one.Searched)
				}
				c.handIn("vijf dingen", "1. Waar vind ik mijn factuur?\n2. Hoe maak ik een kortingscode?\n3. Kan ik een variant kopiëren?\n4. Hoe zet ik afhalen aan?\n5. Wanneer betalen jullie uit?", "ola@klant.example")
				whole, page := c.ticket(), ask(t, c.ctx, chromedp.Location())
				c.committed()
				c.staff("split", whole.Number, "Factuur vinden", "Kortingscode maken", "Variant kopiëren", "Afhalen aanzetten", "--author", "fatima")
				var now *content.Ticket
				c.soon("the ticket is split", func() bool {
					now = c.live.Current().Tree.Ticket(whole.Number)
					return now.Events[len(now.Events)-1].Kind == content.Split
				})
				c.open(page)
				for _, number := range now.Events[len(now.Events)-1].Data().Into {
					c.reads(content.SayNumber(number))
				}
				if got := len(c.live.Current().Tree.Tickets); got != before+2+4 {
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
		do(c.T, c.ctx, chromedp.SendKeys(chromedp.CSS(`form.find input[type="search"]`), words), chromedp.WaitVisible(chromedp.CSS("#count:not(:empty)")))
		c.press("#goon button", "#ask textarea")
	} else {
		c.lookFor(words, "#ways a, .results")
		c.press(`a[href*="searched="]`, "#ask textarea")
	}
	c.fill(map[string]string{"message": text, "email": email, "name": "Ola"})
	ask(c.T, c.ctx, chromedp.Evaluate[bool](`document.querySelector("#ask [name=topic]").value = "other", true`))
	c.press("#ask .acts button", ".receipt, .errors")
}

// TestServicedeskEditor: an editor hands in, is asked back, answers, confirms, rates and starts a
// follow-up, all on the follow page.
func TestServicedeskEditor(t *testing.T) {
	for _, width := range []string{"375", "1280"} {
		for _, script := range []bool{true, false} {
			t.Run(fmt.Sprintf("%s script %v", width, script), func(t *testing.T) {
				newCustomer(t, "servicedesk", width, script).editor(t)
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
	do(t, c.ctx, chromedp.Click(chromedp.CSS(`.rate [name="score"][value="5"]`)), chromedp.SendKeys(chromedp.CSS(`.rate [name="message"]`), "Snel, dank u."))
	c.press(".rate button", "details .rate, details summary")
	c.reads("Snel, dank u.")
	c.committed()
	c.ahead.Add(int64(61 * time.Minute)) // what was confirmed closes after an hour
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
