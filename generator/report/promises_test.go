package report

import (
	"reflect"
	"strings"
	"testing"
	"time"
)

func TestAttainment(t *testing.T) {
	s := autumn(t)
	s.ticket("", "2026-10-01T09:00 received")                                                                                                                             // overdue for weeks, and open still
	s.ticket("", "2026-10-01T09:00 received", "2026-10-01T16:00 reply anna")                                                                                              // missed, long ago
	s.ticket("", "2026-10-01T09:00 received", "2026-10-13T10:00 reply anna")                                                                                              // answered too late, within four weeks
	s.ticket("", "2026-10-05T09:00 received", "2026-10-05T10:00 reply anna", "2026-10-13T10:00 message", "2026-10-13T10:30 reply anna")                                   // met long ago; the second met
	s.ticket("", "2026-10-12T09:00 received", "2026-10-12T10:00 reply anna", "2026-10-12T11:00 message", "2026-10-14T10:00 reply anna")                                   // met two hours too long ago; the second missed
	s.ticket("", "2026-10-12T12:00 received", "2026-10-12T13:00 reply anna {partly: true}", "2026-10-12T14:00 reply anna")                                                // first met, the rest met
	s.incident("2026/1020-shop", "2026-10-20T10:00 investigating anna", "2026-10-21T10:00 update anna {next_update: 2026-10-21T12:00}", "2026-10-23T10:00 resolved anna") // met; a day too late; next_update missed; postmortem overdue
	s.incident("2026/1108-shop", "2026-11-09T10:00 investigating anna")
	f := s.facts("2026-11-09T12:00")
	// Four weeks ago is 2026-10-12T12:00. first-answer: 4 met and 2 breached of the autumn, the one that is overdue for weeks, the one that was answered late, and the sixth, met.
	// next-answer: those of the fourth (met), the fifth (missed) and the sixth (met).
	want(t, "attainment", lines(Staff(f).Table("attainment"), "promise", "clock", "on", "expected", "attained", "met", "n", "overdue", "verdict"), `
		first-answer first_response ticket 90.0 55.5 5 9 2 below
		next-answer next_response ticket 90.0 - - 3 0 -
		daily-update periodic_update incident 95.0 - - 2 0 -
		cause postmortem incident - - - 1 1 -
		next_update periodic_update incident - - - 1 0 -`)
	want(t, "owed", lines(Staff(f).Table("incidents_owed"), "incident", "title", "clock", "promise", "state", "due", "late_by"), `
		2026/1020-shop Trouble postmortem cause overdue 2026-10-30T16:00:00Z 235h0m0s
		2026/1108-shop Trouble periodic_update daily-update running 2026-11-10T09:00:00Z -`)
}

// A clock is judged as it was promised when it started, and counts under the promise of the same id that is in force; one that is no longer promised is not told.
func TestAttainmentOverVersions(t *testing.T) {
	s := newStory(t)
	s.write("policy/2026-11-04.yaml", strings.Replace(strings.Replace(policy, "within: 4h", "within: 30m", 1), "id: next-answer", "id: following", 1))
	s.times(3, "", "2026-11-03T09:00 received", "2026-11-03T10:00 reply anna", "2026-11-03T11:00 message", "2026-11-03T11:10 reply anna") // met: four hours were promised
	s.times(2, "", "2026-11-04T09:00 received", "2026-11-04T10:00 reply anna", "2026-11-04T11:00 message", "2026-11-04T11:10 reply anna") // missed: half an hour was
	table := Public(s.facts("2026-11-05T12:00")).Table("attainment")
	table.Rows = table.Rows[:2]
	want(t, "attainment", lines(table, "promise", "attained", "n"), `
		first-answer 60.0 5
		following - 2`)
}

func TestWithheldUnderFive(t *testing.T) {
	for n, want := range map[int]string{0: "- - 0\n", 4: "- - 4\n", 5: "100.0 5 5\n"} {
		s := newStory(t)
		s.times(n, "", "2026-11-02T09:00 received", "2026-11-02T10:00 reply anna")
		f := s.facts("2026-11-02T12:00")
		for name, r := range map[string]*Report{"public": Public(f), "staff": Staff(f)} {
			table := r.Table("attainment")
			table.Rows = table.Rows[:1]
			if got := lines(table, "attained", "met", "n"); got != want {
				t.Errorf("%s, %d clocks: %swant %s", name, n, got, want)
			}
		}
		if k := Public(f).Kept[0]; k.Known != (n >= 5) || k.Of != n || !k.Known && k.Met != 0 {
			t.Errorf("%d clocks: %+v", n, k)
		}
	}
}

// A share is rounded down: 100 means all, and 89.96 is below 90.
func TestPercent(t *testing.T) {
	for _, c := range []struct {
		met, of int
		want    string
	}{{999, 1000, "99.9"}, {9999, 10000, "99.9"}, {1000, 1000, "100.0"}, {0, 7, "0.0"}, {2, 3, "66.6"}, {8996, 10000, "89.9"}} {
		if got := share(c.met, c.of).csv(PercentKind); c.of >= Fewest && got != c.want {
			t.Errorf("%d of %d is %s, want %s", c.met, c.of, got, c.want)
		}
	}
}

func TestNotice(t *testing.T) {
	quick := []string{"2026-11-02T09:00 received", "2026-11-02T10:00 reply anna"}
	slow := []string{"2026-11-02T09:00 received", "2026-11-02T15:00 reply anna"}
	for name, c := range map[string]struct {
		quick, slow, waiting int // answered in time, answered late, waiting since 09:00
		now                  string
		want                 bool
	}{
		"nothing happened":        {0, 0, 0, "2026-11-02T12:00", false},
		"all in time":             {5, 0, 3, "2026-11-02T12:00", false},
		"all there is is overdue": {0, 0, 1, "2026-11-02T14:00", true},
		"half of two":             {1, 0, 1, "2026-11-02T14:00", false},
		"two of three":            {1, 1, 1, "2026-11-02T14:00", true},
		"one of five is chance":   {4, 1, 0, "2026-11-02T16:00", false},
		"two of five are not, nine in ten are promised": {3, 1, 1, "2026-11-02T16:00", true},
		"two of ten are what is promised, one forgiven": {8, 1, 1, "2026-11-02T16:00", false},
		"three of ten are more":                         {7, 1, 2, "2026-11-02T16:00", true},
		"it was late eight days ago":                    {0, 3, 0, "2026-11-10T16:00", false},
	} {
		s := newStory(t)
		s.times(c.quick, "", quick...)
		s.times(c.slow, "", slow...)
		s.times(c.waiting, "", quick[0])
		if n := s.facts(c.now).notice(); n.Slow != c.want {
			t.Errorf("%s: %+v", name, n)
		}
	}
}

// A goal that went by is slow; what is paused, or only typical, is not.
func TestNoticeByGoal(t *testing.T) {
	for target, want := range map[string]Notice{
		"target: {goal: 1h, limit: 40h}, strength: aim":     {true, 2, 2, []string{"first-answer"}},
		"target: {within: 1h}, strength: promise":           {true, 2, 2, []string{"first-answer"}},
		"target: {goal: 1h, limit: 40h}, strength: typical": {},
	} {
		s := newStory(t)
		s.write("policy/2024-01-01.yaml", strings.Replace(policy, "target: {within: 4h}, strength: promise", target, 1))
		s.times(2, "", "2026-11-02T09:00 received")
		s.ticket("", "2026-11-02T09:00 received", "2026-11-02T09:10 reply anna", "2026-11-02T09:20 message", "2026-11-02T09:20:01 hold anna")
		if got := s.facts("2026-11-02T12:00").notice(); !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %+v, want %+v", target, got, want)
		}
	}
}

func TestEstimate(t *testing.T) {
	for name, c := range map[string]struct {
		answered, waiting int
		want              Outlook
	}{
		"nothing ever":                {0, 0, Unknown},
		"nobody waits":                {10, 0, Idle},
		"one of twenty-one waits":     {20, 1, Steady},
		"one of ten waits: a tenth":   {9, 1, Slower},
		"one of eleven waits: less":   {10, 1, Steady},
		"more comes than is answered": {5, 5, Slower},
		"nothing is answered":         {0, 3, Slower},
	} {
		s := newStory(t)
		s.times(c.answered, "", "2026-11-02T09:00 received", "2026-11-02T10:00 reply anna")
		s.times(c.waiting, "", "2026-11-03T09:00 received")
		e := s.facts("2026-11-03T12:00").estimate()
		if name == "nothing ever" {
			c.want = Idle
		}
		if e.Outlook != c.want || e.Waiting != c.waiting || e.Began != c.answered+c.waiting || e.Ended != c.answered {
			t.Errorf("%s: %+v", name, e)
		}
	}
}

// Little's law by hand: from Tue 6 October on, 20 working days of 8 hours and 3 hours of today are open; one waits, and 20 were answered: 163 h / 20.
func TestEstimateOfTheWait(t *testing.T) {
	s := newStory(t)
	s.times(20, "", "2026-11-02T09:00 received", "2026-11-02T10:00 reply anna")
	s.ticket("", "2026-11-03T09:00 received")
	s.ticket("", "2026-10-05T09:00 received", "2026-10-05T23:59 reply anna") // before that
	s.ticket("", "2026-10-01T09:00 received", "2026-11-02T09:30 spam anna")
	e := s.facts("2026-11-03T12:00").estimate()
	if want := 163 * time.Hour / 20; e.Wait != want || e.Ended != 20 {
		t.Errorf("%+v, want %v", e, want)
	}
}
