package generator_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"balie/content"
	"balie/generator"
)

// TestMarks: the staff's pages of tickets say what there is to know of who asks, as things are now. Whatever changes that, another's ticket, its end or only time,
// a generator that goes on makes the same of it as a clean build.
func TestMarks(t *testing.T) {
	dir := desk(t, "servicedesk")
	write := func(path, text string) string {
		full := filepath.Join(dir, path)
		if err := os.MkdirAll(filepath.Dir(full), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(full, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
		return path
	}
	asks := func(counter int, email, at string) (number string, changed []string) {
		number = content.NewNumber(content.Date{Year: 2026, Month: time.November, Day: 20}, 2, counter)
		ticket := content.TicketDir(number)
		return number, []string{
			write(ticket+"/ticket.yaml", "form: request\nchannel: email\nlanguage: nl\nsubject: Vraag\nrequester: {email: "+email+"}\norganisation: \"0042\"\n"),
			write(ticket+"/2026-11-20T"+at+"Z-received.md", "---\n---\nVraag.\n"),
		}
	}
	policy := "policy/2026-01-01.yaml"
	rules, err := os.ReadFile(filepath.Join(dir, policy))
	if err != nil {
		t.Fatal(err)
	}
	write(policy, string(rules)+"fair_use: {open_tickets: 2}\n")

	c := config(t, dir)
	g := follow(t, c)
	defer g.Close()
	now, _ := at(nil)
	step := 0
	rebuild := func(changed ...string) {
		t.Helper()
		step++
		clock := func(*time.Location) (time.Time, error) { return now, nil }
		clean := config(t, dir)
		for _, build := range []func() (*generator.Result, error){
			func() (*generator.Result, error) { return g.build(changed, clock) },
			func() (*generator.Result, error) { return buildOnce(t, clean, clock) },
		} {
			if result, err := build(); err != nil || content.HasErrors(result.Problems) {
				t.Fatal(err, result)
			}
		}
		same(t, step, c.Staff, clean.Staff)
	}
	page := func(file string) string {
		data, err := os.ReadFile(filepath.Join(c.Staff, file))
		if err != nil {
			t.Fatal(err)
		}
		return string(data)
	}
	says := func(number, words string, want bool) {
		t.Helper()
		if got := strings.Contains(page("tickets/"+number+"/index.html"), words); got != want {
			t.Errorf("step %d: that the page of %s says %q is %v", step, number, words, got)
		}
	}
	beyond := func(people int) string {
		return fmt.Sprintf("Voor organisatie 0042 mogen 3 mensen vragen; deze klant is een ander. Het zijn er %d.", people)
	}
	femke := "2611181040" // the sample's own fourth

	rebuild()
	says(femke, beyond(4), true)
	says(femke, "vragen open", false)

	one, changed := asks(1, "new@wolvekerke.example", "100000")
	rebuild(changed...)
	says(one, beyond(5), true)
	says(femke, beyond(5), true)
	if n := strings.Count(page("index.html"), "niet een van de 3"); n != 2 {
		t.Errorf("%d marks in the queue", n)
	}

	two, changed := asks(2, "new@wolvekerke.example", "100100")
	three, more := asks(3, "NEW@wolvekerke.example", "144300") // a minute from now
	rebuild(append(changed, more...)...)
	says(one, "zijn 3 vragen open; fair use is 2", false)

	now = now.Add(time.Minute)
	rebuild()
	for _, number := range []string{one, two, three} {
		says(number, "zijn 3 vragen open; fair use is 2", true)
		says(number, beyond(5), true)
	}

	solved := write(content.TicketDir(two)+"/2026-11-20T144300Z-solved-duc.md", "Klaar.\n")
	rebuild(solved)
	says(one, "vragen open", false)

	spam := write(content.TicketDir(one)+"/2026-11-20T144300Z-spam-duc.md", "")
	rebuild(spam)
	says(one, "deze klant is een ander", false)
	says(three, beyond(5), true)

	allowed := write(policy, strings.Replace(string(rules), "requesters_per_organisation: 3", "requesters_per_organisation: 5", 1))
	rebuild(allowed)
	says(femke, "deze klant is een ander", false)
	says(three, "deze klant is een ander", false)
}
