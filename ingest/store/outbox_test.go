package store

import (
	"slices"
	"strings"
	"testing"
	"time"
)

// A mail is put once, waits until it is sent or given up, and is known for good.
func TestOutbox(t *testing.T) {
	forEachEngine(t, func(t *testing.T, open func() *Store) {
		s := open()
		const dir, other = "tickets/2026/11/20/2611201006", "tickets/2026/11/20/2611201014"
		write := func(do func(tx *Tx) error) {
			t.Helper()
			if err := s.Write(t.Context(), do); err != nil {
				t.Fatal(err)
			}
		}
		put := func(event, recipient string, state MailState) (added bool) {
			t.Helper()
			write(func(tx *Tx) (err error) {
				added, err = tx.PutMail(Mail{Event: event, Recipient: recipient, State: state, Added: friday, Due: friday})
				return err
			})
			return added
		}
		if !put("a", dir, MailWaits) || !put("a", "people/anna", MailWaits) || !put("b", other, MailWaits) || !put("c", dir, MailLate) || put("a", dir, MailWaits) {
			t.Error("a mail is put twice, or not at all")
		}
		due := func(at time.Time) (events []string) {
			t.Helper()
			mails, err := s.DueMails(t.Context(), at, 10)
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range mails {
				events = append(events, m.Event+" "+m.Recipient)
			}
			return events
		}
		if got := due(friday.Add(-time.Second)); len(got) != 0 {
			t.Errorf("due before their time: %q", got)
		}
		if got, want := due(friday), []string{"a " + dir, "a people/anna", "b " + other}; !slices.Equal(got, want) {
			t.Errorf("due: %q", got)
		}
		all, _ := s.DueMails(t.Context(), friday, 10)
		later := friday.Add(time.Hour)
		write(func(tx *Tx) error { return tx.SentMail(all[0].Seq, "Jan@Shop.example", later) })
		write(func(tx *Tx) error { return tx.PutOffMail(all[1].Seq, later, "the server is busy") })
		write(func(tx *Tx) error { return tx.FailMail(all[2].Seq, later, "no such mailbox") })
		s.Close()
		s = open()
		if next, err := s.NextMail(t.Context()); err != nil || !next.Equal(later) {
			t.Errorf("next at %v, %v", next, err)
		}
		if got, want := due(later), []string{"a people/anna"}; !slices.Equal(got, want) {
			t.Errorf("due later: %q", got)
		}
		if n, err := s.SentTo(t.Context(), "jan@shop.example", friday); n != 1 || err != nil {
			t.Errorf("%d were sent to the address, %v", n, err)
		}
		if n, err := s.SentTo(t.Context(), "jan@shop.example", later.Add(time.Second)); n != 0 || err != nil {
			t.Errorf("%d were sent to the address lately, %v", n, err)
		}
		unsent, err := s.UnsentMails(t.Context(), 10)
		if err != nil || len(unsent) != 2 || unsent[0].State != MailLate || unsent[1].Reason != "no such mailbox" {
			t.Errorf("unsent: %v, %v", unsent, err)
		}
		if waiting, failed, err := s.CountMails(t.Context()); waiting != 1 || failed != 1 || err != nil {
			t.Errorf("%d wait, %d failed, %v", waiting, failed, err)
		}
		if known, err := s.KnownMails(t.Context()); len(known) != 4 || !known[[2]string{"a", dir}] || err != nil {
			t.Errorf("known: %v, %v", known, err)
		}
		if err := s.Drop(t.Context(), []string{dir}); err != nil {
			t.Fatal(err)
		}
		if known, err := s.KnownMails(t.Context()); len(known) != 2 || err != nil {
			t.Errorf("known after the ticket was erased: %v, %v", known, err)
		}
	})
}

// Mail goes out from one instant on, whatever later starts say.
func TestMailSince(t *testing.T) {
	forEachEngine(t, func(t *testing.T, open func() *Store) {
		s := open()
		first, err := s.MailSince(t.Context(), friday)
		again, againErr := s.MailSince(t.Context(), friday.Add(time.Hour))
		if err != nil || againErr != nil || !first.Equal(friday) || !again.Equal(friday) {
			t.Errorf("%v, then %v, %v, %v", first, again, err, againErr)
		}
	})
}

// What is asked of the outbox again and again goes by an index, since it keeps every mail for good.
func TestTheOutboxIsReadByIndex(t *testing.T) {
	s := openStore(t, t.TempDir())
	for where, index := range map[string]string{toAddress: "outbox_address", waitsToSend: "outbox_due", wasGivenUp: "outbox_unsent"} {
		var args []any
		for range strings.Count(where, "?") {
			args = append(args, "x")
		}
		var id, parent, unused int
		var plan string
		if err := one(t.Context(), s.reader(), "EXPLAIN QUERY PLAN SELECT COUNT(*) FROM outbox WHERE "+where, args, &id, &parent, &unused, &plan); err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(plan, index) {
			t.Errorf("%s: %s", where, plan)
		}
	}
}
