package report

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"balie/content/desk"
)

// stories calls check with stories to which anything happened, and instants in them.
func stories(t *testing.T, n int, check func(t *testing.T, random *rand.Rand, s *story, now time.Time)) {
	for seed := range uint64(n) {
		random := rand.New(rand.NewPCG(seed, 11))
		s := newStory(t)
		s.anything(random, 30)
		s.incident("2026/1010-shop", "2026-10-10T10:00 investigating anna", "2026-10-14T10:00 monitoring anna {next_update: 2026-10-16T10:00}", "2026-10-17T10:00 resolved anna", "2026-11-09T10:00 postmortem anna {cause: A fuse}")
		s.incident("2026/1110-shop", "2026-11-10T10:00 investigating anna", "2026-11-10T12:00 update anna")
		now := s.at("2026-10-05T00:00").Add(time.Duration(random.IntN(60*24*3600)) * time.Second)
		check(t, random, s, now)
		if t.Failed() {
			t.Fatalf("seed %d, %v", seed, now)
		}
	}
}

// written is everything a report says.
func written(t testing.TB, f *Facts, r *Report) string {
	var b bytes.Buffer
	for _, table := range r.Tables {
		if err := table.JSON(&b, f.At); err != nil {
			t.Fatal(err)
		}
		if err := table.CSV(&b); err != nil {
			t.Fatal(err)
		}
	}
	fmt.Fprintf(&b, "%+v %v %+v %+v %+v", r.Backlog, r.Oldest, r.Recent, r.Estimate, r.Notice)
	for _, c := range r.Charts {
		fmt.Fprintf(&b, "%+v", c)
	}
	return b.String()
}

func both(t testing.TB, f *Facts) string { return written(t, f, Public(f)) + written(t, f, Staff(f)) }

// What a report says of an instant is what it would have said then: later events don't matter.
func TestThePastIsWhatItWas(t *testing.T) {
	stories(t, 25, func(t *testing.T, _ *rand.Rand, s *story, now time.Time) {
		whole, past := both(t, gather(t, s.load().Tree, now)), both(t, gather(t, s.until(now).load().Tree, now))
		if whole != past {
			t.Errorf("%s", difference(whole, past))
		}
	})
}

// difference is where two texts part.
func difference(a, b string) string {
	as, bs := strings.Split(a, "\n"), strings.Split(b, "\n")
	for i := range min(len(as), len(bs)) {
		if as[i] != bs[i] {
			return fmt.Sprintf("line %d:\n%s\n%s", i, as[i], bs[i])
		}
	}
	return "one is longer"
}

// A cache changes nothing, whichever way time goes and whatever changes in the tree.
func TestCacheChangesNothing(t *testing.T) {
	hits := 0
	stories(t, 10, func(t *testing.T, random *rand.Rand, s *story, now time.Time) {
		loaded := s.load()
		tree := loaded.Tree
		d, err := desk.New(tree.Setup)
		if err != nil {
			t.Fatal(err)
		}
		var cache Cache
		for range 6 {
			cached, fresh := Gather(tree, d, now, &cache), Gather(tree, d, now, new(Cache))
			if got, want := both(t, cached), both(t, fresh); got != want {
				t.Fatal(difference(got, want))
			}
			hits += len(cache.tickets)
			now = now.Add(time.Duration(random.IntN(30*24)-12*24) * time.Hour)
			path := tree.Tickets[random.IntN(len(tree.Tickets))].Dir
			s.event(path, now.UTC().Format(time.RFC3339)+" merged anna {into: \""+tree.Tickets[0].Number+"\"}")
			loaded = loaded.Reload(s.files, []string{path}, nil)
			tree = loaded.Tree
		}
	})
	if hits == 0 {
		t.Error("nothing was ever kept")
	}
}

// A promise that changed empties the cache, and so does another version of the policy coming into force.
func TestCacheForgets(t *testing.T) {
	s := newStory(t)
	s.ticket("", "2026-11-02T09:00 received", "2026-11-02T10:00 reply anna", "2026-11-02T11:00 confirmed")
	s.write("policy/2026-11-10.yaml", strings.Replace(policy, "within: 4h", "within: 30m", 1))
	tree := s.load().Tree
	d, _ := desk.New(tree.Setup)
	var cache Cache
	first := Gather(tree, d, s.at("2026-11-03T09:00"), &cache)
	again := Gather(tree, d, s.at("2026-11-04T09:00"), &cache)
	if first.Tickets[0] != again.Tickets[0] {
		t.Error("what is settled was looked at again")
	}
	if later := Gather(tree, d, s.at("2026-11-11T09:00"), &cache); later.Tickets[0] == first.Tickets[0] {
		t.Error("another version is in force, and nothing was looked at again")
	}
	other, _ := desk.New(tree.Setup)
	if later := Gather(tree, other, s.at("2026-11-11T09:00"), &cache); later.Tickets[0] == first.Tickets[0] {
		t.Error("the promises were compiled again, and nothing was looked at again")
	}
}

// Sums are those of what they sum up, percentages those of their counts, and half is answered before nine in ten are.
func TestFiguresAgree(t *testing.T) {
	stories(t, 15, func(t *testing.T, _ *rand.Rand, s *story, now time.Time) {
		f := gather(t, s.load().Tree, now)
		for _, r := range []*Report{Public(f), Staff(f)} {
			agree(t, r)
			if n := r.Table("backlog"); n.total("desk") != r.Backlog.Desk || n.total("requester") != r.Backlog.Requester || n.total("third_party") != r.Backlog.ThirdParty {
				t.Errorf("backlog: %+v", r.Backlog)
			}
			if n := r.Table("ageing").total("unanswered"); n != len(f.aged()) || n > r.Backlog.Desk {
				t.Errorf("%d by age, %d wait, the desk owes %d", n, len(f.aged()), r.Backlog.Desk)
			}
			weeks := r.Table("first_response_by_week")
			for _, id := range []string{"lane", "channel"} {
				split := r.Table("first_response_by_" + id)
				for _, column := range []string{"arrived", "answered", "unanswered", "without", "decided"} {
					if a, b := weeks.total(column), split.total(column); a != b {
						t.Errorf("%s: %d by week, %d by %s", column, a, b, id)
					}
				}
			}
			if grid, days := r.Table("by_weekday_and_hour"), r.Table("by_weekday"); grid != nil {
				for i, d := range weekdays {
					if a, b := grid.total(weekdayIDs[d]), int(days.Cell(i, "came").N); a != b {
						t.Errorf("%v: %d by hour, %d by weekday", d, a, b)
					}
				}
			}
		}
	})
}

func agree(t *testing.T, r *Report) {
	for _, table := range r.Tables {
		for i, c := range table.Columns {
			for _, row := range table.Rows {
				if len(row) != len(table.Columns) {
					t.Fatalf("%s: a row of %d cells", table.ID, len(row))
				}
				if c.Kind == PercentKind && row[i].Known && (row[i].N > row[i].Of || row[i].Of < Fewest) {
					t.Errorf("%s: %+v", table.ID, row[i])
				}
			}
			if table.Total != nil && c.Kind == CountKind && table.Total[i].Known && int(table.Total[i].N) != table.total(c.ID) {
				t.Errorf("%s: %s", table.ID, c.ID)
			}
		}
		if table.Index("p50_working") < 0 {
			continue
		}
		for row := range table.Rows {
			n := func(id string) int64 { return table.Cell(row, id).N }
			if n("arrived") != n("answered")+n("unanswered")+n("without") || n("p50_working") > n("p90_working") || n("p50_calendar") > n("p90_calendar") || n("p50_working") > n("p50_calendar") {
				t.Errorf("%s: %+v", table.ID, table.Rows[row])
			}
			if s := table.Cell(row, "within_target"); s.Known && (s.N != n("met") || s.Of != n("decided")) {
				t.Errorf("%s: %+v", table.ID, s)
			}
		}
	}
}

// A ticket more changes only the rows that count it.
func TestATicketMore(t *testing.T) {
	stories(t, 20, func(t *testing.T, random *rand.Rand, s *story, _ time.Time) {
		now := s.at("2026-12-01T12:00")
		before := Staff(gather(t, s.load().Tree, now))
		arrived := s.at("2026-10-12T09:00").Add(time.Duration(random.IntN(30*24)) * time.Hour)
		s.ticket("channel: phone", arrived.UTC().Format(time.RFC3339)+" received", arrived.Add(time.Hour).UTC().Format(time.RFC3339)+" reply zoe")
		after := Staff(gather(t, s.load().Tree, now))
		week := weekOf(arrived, s.zone).String()
		for _, id := range []string{"first_response_by_week", "first_response_by_lane", "first_response_by_channel", "flow"} {
			for _, row := range changed(before.Table(id), after.Table(id)) {
				if row[0].Text != week && row[0].Text != weekOf(arrived.Add(time.Hour), s.zone).String() {
					t.Errorf("%s: a ticket of %s changed %+v", id, week, row)
				}
			}
		}
		if a, b := before.Table("flow").total("arrivals"), after.Table("flow").total("arrivals"); b != a+1 {
			t.Errorf("%d arrivals, then %d", a, b)
		}
		for _, id := range []string{"ageing", "oldest", "pauses", "demotions", "reopenings", "ratings", "incidents_owed"} {
			if rows := changed(before.Table(id), after.Table(id)); len(rows) > 0 {
				t.Errorf("%s: %+v", id, rows)
			}
		}
	})
}

// changed are the rows of one table that another has not.
func changed(before, after *Table) (rows [][]Cell) {
	same := func(a, b Cell) bool { a.At, b.At = a.At.UTC(), b.At.UTC(); return a == b }
	for _, row := range after.Rows {
		if !slices.ContainsFunc(before.Rows, func(r []Cell) bool { return slices.EqualFunc(r, row, same) }) {
			rows = append(rows, row)
		}
	}
	return rows
}

// Who has too much open, package desk and a report find alike.
func TestCandidatesAreTheDesks(t *testing.T) {
	found := 0
	stories(t, 15, func(t *testing.T, _ *rand.Rand, s *story, now time.Time) {
		s.write("policy/2024-01-01.yaml", strings.Replace(policy, "open_tickets: 10", "open_tickets: 1", 1))
		tree := s.load().Tree
		d, _ := desk.New(tree.Setup)
		got, want := Gather(tree, d, now, new(Cache)).Requesters(), d.Requesters(tree, d.Open(tree, now), now)
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%+v, the desk says %+v", got, want)
		}
		candidates, _ := got.Candidates()
		found += len(candidates)
	})
	if found == 0 {
		t.Error("nobody ever had too much open")
	}
}

// total is the sum of a column of counts.
func (t *Table) total(column string) (sum int) {
	for row := range t.Rows {
		sum += int(t.Cell(row, column).N)
	}
	return sum
}
