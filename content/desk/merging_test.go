package desk

import (
	"strings"
	"testing"

	"balie/content"
)

// What was handed in and never answered is owed by somebody, whatever the ticket was merged into.
func TestMergedInVain(t *testing.T) {
	const other = "ticket 2604132 {channel: form; requester: {email: a@x.example}}\n2026-04-13 08:00 received\n"
	into := func(name string) string { return ` merged {into: "` + number(name) + `"}` }
	first := "ticket 2604131 {channel: form; requester: {email: a@x.example}}\n2026-04-13 10:00 received\n2026-04-13 11:00" + into("2604132")
	for _, c := range []struct {
		name, other string
		merged      bool
	}{
		{"open", other, true},
		{"another requester's", strings.Replace(other, "a@x", "b@x", 1), false},
		{"solved", other + "2026-04-13 08:45 solved: so", true},
		{"closed", other + "2026-04-13 08:45 solved: so\n2026-04-13 08:46 closed", false},
		{"closed by the requester", other + "2026-04-13 08:45 confirmed", false},
		{"spam", other + "2026-04-13 08:45 spam", false},
		{"spam, and taken back", other + "2026-04-13 08:45 spam\n2026-04-13 10:59 reopened", true},
		{"spam, and taken back too late", other + "2026-04-13 08:45 spam\n2026-04-13 11:01 reopened", false},
		{"closed in the same second", other + "2026-04-13 08:45 solved: so\n2026-04-13 11:00 closed", false},
		{"closed later", other + "2026-04-13 11:45 solved: so\n2026-04-13 11:46 closed", true},
		{"this one in the same second", other + "2026-04-13 11:00" + into("2604131"), true},
		{"this one before", other + "2026-04-13 10:30" + into("2604131"), false},
		{"this one later", other + "2026-04-13 11:01" + into("2604131"), true},
		{"a closed one", other + "2026-04-13 09:30" + into("2604133"), true},
		{"one that was closed since", other + "2026-04-13 09:30" + into("2604134"), false},
	} {
		w := makeWorld(t, map[string]string{"2026-01-01": mergePolicy}, first, c.other,
			"ticket 2604133 {channel: form; requester: {email: a@x.example}}\n2026-04-13 08:00 received\n2026-04-13 08:30 confirmed",
			"ticket 2604134 {channel: form; requester: {email: a@x.example}}\n2026-04-13 08:00 received\n2026-04-13 10:30 confirmed")
		got := w.Ticket(w.ticket("2604131"), w.tree, w.at("2026-04-14"))
		switch {
		case c.merged && got.State != content.MergedState:
			t.Errorf("into one that is %s: %s", c.name, got.State)
		case !c.merged && (got.State != content.New || got.Owes != content.OwesDesk || len(got.NoEffect) != 1 || got.NoEffect[0].Kind != content.Merged):
			t.Errorf("into one that is %s: %s owes %q since %s, without effect %v", c.name, got.State, got.Owes, w.short(got.Since), got.NoEffect)
		}
		if effect := w.tree.MergeEffect(w.ticket("2604131").Events[1]); c.merged != (effect == content.MergeCounts) {
			t.Errorf("into one that is %s: the merge has the effect %d", c.name, effect)
		}
	}
}

// Of a ticket's merges the first that takes effect counts. Taking its file out undoes it.
func TestTheFirstMergeThatTakesEffect(t *testing.T) {
	const same = "{channel: form; requester: {email: a@x.example}}\n2026-04-13 09:00 received\n"
	into := func(at, name string) string { return "2026-04-13 " + at + ` merged {into: "` + number(name) + "\"}\n" }
	others, second, third := into("10:00", "2604134"), into("11:00", "2604132"), into("12:00", "2604133")
	for _, c := range []struct{ name, merges, want string }{
		{"of all", others + second + third, number("2604132")},
		{"the first is another requester's", others + third, number("2604133")},
		{"the one that took effect is taken out, and a later one does", third, number("2604133")},
		{"none is left", others, ""},
		{"nothing is left", "", ""},
	} {
		w := makeWorld(t, map[string]string{"2026-01-01": mergePolicy}, "ticket 2604131 "+same+c.merges, "ticket 2604132 "+same, "ticket 2604133 "+same,
			strings.Replace("ticket 2604134 "+same, "a@x", "b@x", 1))
		got := w.Ticket(w.ticket("2604131"), w.tree, w.at("2026-04-14"))
		if got.MergedInto != c.want || (c.want == "") != (got.State == content.New) {
			t.Errorf("%s: %s into %q, want %q", c.name, got.State, got.MergedInto, c.want)
		}
		for _, survivor := range []string{"2604132", "2604133", "2604134"} {
			wait := 1
			if number(survivor) == c.want {
				wait = 2
			}
			if n := len(w.Ticket(w.ticket(survivor), w.tree, w.at("2026-04-14")).Unanswered); n != wait {
				t.Errorf("%s: %d messages wait on %s, want %d", c.name, n, survivor, wait)
			}
		}
	}
}

// A ticket whose merge has no effect runs on by its own clocks, and what is written to it is its own.
func TestAfterAMergingInVain(t *testing.T) {
	w := makeWorld(t, map[string]string{"2026-01-01": mergePolicy}, `ticket 2604131 {channel: form; requester: {email: a@x.example}}
		2026-04-13 10:00 received
		2026-04-13 11:00 merged {into: "`+number("2604132")+`"}
		2026-04-13 12:00 reply
		2026-04-13 13:00 message`, `ticket 2604132 {channel: form; requester: {email: a@x.example}}
		2026-04-13 08:00 received
		2026-04-13 08:45 confirmed`)
	w.want("its clocks", w.told("2604131", "2026-04-13 13:30"), `first_response (first) received 04-13 10:00 > 04-13 14:00 met 04-13 12:00
		next_response (next) message 04-13 13:00 > 04-14 13:00 running`)
	w.want("the other's", w.told("2604132", "2026-04-13 13:30"), "first_response (first) received 04-13 08:00 > 04-13 13:00 cancelled 04-13 08:45")
}

// Many duplicates of one that is closed are settled in time.
func TestManyMergedInVain(t *testing.T) {
	stories := []string{"ticket 260413100 {channel: form; requester: {email: a@x.example}}\n2026-04-13 08:00 received\n2026-04-13 08:45 confirmed"}
	for i := range 40 {
		stories = append(stories, "ticket 2604131"+string(rune('0'+(i+10)/10))+string(rune('0'+i%10))+" {channel: form; requester: {email: a@x.example}}\n2026-04-13 10:00 received\n2026-04-13 11:00 merged {into: \""+number("260413100")+"\"}")
	}
	w := makeWorld(t, map[string]string{"2026-01-01": mergePolicy}, stories...)
	if queue := w.Queue(w.tree, w.at("2026-04-14"), false); len(queue) != 40 {
		t.Errorf("%d in the queue", len(queue))
	}
}

// What a merge brings to a ticket gives its later events an effect: nothing is said of them.
func TestAnEventHasEffectByAMerge(t *testing.T) {
	w := makeWorld(t, map[string]string{"2026-01-01": mergePolicy}, `ticket 2604131 {channel: form; requester: {email: a@x.example}}
		2026-04-13 10:00 received
		2026-04-13 10:30 solved: so
		2026-04-13 12:00 solved: that too
		2026-04-13 13:00 solved`, `ticket 2604132 {channel: form; requester: {email: a@x.example}}
		2026-04-13 09:00 received
		2026-04-13 11:00 merged {into: "`+number("2604131")+`"}`)
	w.want("what is said", w.said(new(Checker), never, "2026-04-14"),
		w.ticket("2604131").Dir+"/2026-04-13T110000Z-solved-anna.md no-effect")
	for _, p := range w.problems {
		if p.Code == content.CodeNoEffect {
			t.Errorf("check says %s", p.Message)
		}
	}
}
