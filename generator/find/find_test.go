package find

import (
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"balie/content"
	"balie/content/load"
)

var now = time.Date(2026, 11, 20, 14, 0, 0, 0, time.UTC)

// desk has five tickets, one of them yet to come.
func desk(t testing.TB) *content.Tree {
	t.Helper()
	files := map[string]string{
		"site.yaml":               "name: Desk\nbase_url: https://desk.example\nlanguages: [en, nl]\ntime_zone: Europe/Amsterdam\n",
		"organisations/0042.yaml": "name: Müller & Söhne\n",
	}
	ticket := func(day, number, record string, events ...string) {
		dir := "tickets/2026/11/" + day + "/" + number + "/"
		files[dir+"ticket.yaml"] = record
		for i := 0; i < len(events); i += 2 {
			files[dir+"2026-11-"+day+"T"+events[i]+".md"] = events[i+1]
		}
	}
	ticket("18", "2611181011", "subject: Invoice wrong\nrequester: {name: Zoë Łukasz, email: Zoe@shop.example, id: shop-7}\norganisation: \"0042\"\nfields: {page: /checkout/pay}\nsearched: {query: double debit}\n",
		"100000Z-received", "I paid twice.\n", "110000Z-note-anna", "Ask FRANÇOIS about the straße.\n", "120000Z-closed-anna", "")
	ticket("19", "2611191015", "subject: Paid twice\nrequester: {phone: +32 470 12 34 56}\n", "100000Z-received", "The invoice is wrong.\n", "110000Z-spam-anna", "")
	ticket("19", "2611191028", "subject: Other\n", "110000Z-received", strings.Repeat("x", 3000)+" needle "+strings.Repeat("y", 3000)+"\n", "120000Z-paid", "---\nreference: INV-12\n---\n")
	ticket("19", "2611191031", "subject: About 2611181011\n", "120000Z-received", "See zoe@shop.example, twice.\n")
	ticket("20", "2611201012", "subject: Twice tomorrow\n", "150000Z-received", "Later.\n")
	fsys := fstest.MapFS{}
	for name, text := range files {
		fsys[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return load.Load(fsys, nil).Tree
}

func TestFind(t *testing.T) {
	var x Index
	tickets := x.Update(desk(t))
	for _, c := range []struct{ query, want string }{
		{"", ""},
		{" \x00 \t", ""},
		// The subject comes first, then the newest; what is yet to come is not found.
		{"twice", "2611191015 2611191031 2611181011"},
		{"TWICE paid", "2611191015 2611181011"},
		{"twi nvoic", "2611191015 2611181011"},
		{"zoe lukasz", "2611181011"},
		{"ZOE@SHOP.EXAMPLE", "2611181011 2611191031"}, // the address first
		{"shop-7", "2611181011"},
		{"2611 1810-11", "2611181011 2611191031"}, // the number first
		{"261118", "2611191031 2611181011"},
		{"+32 470 12 34 56", "2611191015"},
		{"0042", "2611181011"},
		{"muller sohne", "2611181011"},
		{"Müller invoice", "2611181011"},
		{"francois strasse", "2611181011"},
		{"checkout/pay", "2611181011"},
		{"double debit", "2611181011"},
		{"inv-12", "2611191028"},
		{"needle", "2611191028"},
		{"<script>", ""},
		{"twice nothing", ""},
		{strings.Repeat("z", 10_000), ""},
		{strings.Repeat("twice ", 5_000), "2611191015 2611191031 2611181011"},
		{"\xff\xfe", ""},
	} {
		var got []string
		for _, f := range tickets.Find(c.query, now) {
			got = append(got, f.Ticket.Number)
		}
		if got := strings.Join(got, " "); got != c.want {
			t.Errorf("%.40q: %s, want %s", c.query, got, c.want)
		}
	}
}

func TestExcerpt(t *testing.T) {
	var x Index
	tickets := x.Update(desk(t))
	for _, c := range []struct{ query, want string }{
		{"francois", "Ask FRANÇOIS about the straße."},
		{"shop-7", "I paid twice."}, // the beginning, where no text has it
		{"checkout", "/checkout/pay"},
		{"needle", strings.Repeat("x", maxExcerpt) + "…"},
	} {
		if got := tickets.Find(c.query, now)[0].Excerpt(); got != c.want {
			t.Errorf("%q: %q, want %q", c.query, got, c.want)
		}
	}
}

// A new reading folds only the tickets that are other records.
func TestUpdate(t *testing.T) {
	var x Index
	tree := desk(t)
	before := x.Update(tree)
	changed := *tree.Tickets[0]
	changed.Subject = "Another subject"
	tickets := append([]*content.Ticket{&changed}, tree.Tickets[2:]...)
	after := x.Update(content.NewTree(tree.Setup, nil, nil, tickets))
	if got := after.Find("another subject", now); len(got) != 1 || got[0].Ticket != &changed {
		t.Errorf("found %v", got)
	}
	if len(before.Find("another subject", now)) > 0 {
		t.Error("what was searched before is another now")
	}
	if len(x.entries) != 4 {
		t.Errorf("%d tickets are kept", len(x.entries))
	}
	x.Update(tree)
	if n := testing.AllocsPerRun(10, func() { x.Update(tree) }); n > 2 {
		t.Errorf("%v allocations where nothing changed", n)
	}
}

func FuzzFind(f *testing.F) {
	var x Index
	tickets := x.Update(desk(f))
	for _, s := range []string{"twice", "2611 1800 14", "ß\x00", "é é", "\u202eabc"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, query string) {
		for _, found := range tickets.Find(query, now) {
			if n := len([]rune(found.Excerpt())); n > maxExcerpt+wordsBefore {
				t.Fatalf("an excerpt of %d characters", n)
			}
		}
	})
}
