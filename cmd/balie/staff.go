package main

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"time"

	"balie/generator/site"
	"balie/generator/web"
	"balie/ingest/metrics"
)

// openStaff opens the staff's port. It serves the metrics and, as they were built, the staff's
// pages. An intake alone has no pages of cases: it serves in plain text what needs a person.
func (s *server) openStaff() (net.Listener, http.Handler, error) {
	staff, err := listen(s.staffAddr)
	if err != nil {
		return nil, nil, err
	}
	s.staffAddr = staff.Addr().String()
	pages, err := s.staffPages()
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", s.metrics.Handler())
	mux.Handle("GET /mail/", s.outbox.Mailbox())
	mux.Handle("GET /hooks/{$}", s.notifier.Page())
	mux.HandleFunc("GET /intake/{$}", s.troubles)
	if !s.intakeOnly {
		mux.HandleFunc("GET "+site.FindPath+"{$}", s.generator.FindTickets)
	}
	mux.Handle("/", pages)
	return staff, mux, err
}

func (s *server) staffPages() (http.Handler, error) {
	if s.intakeOnly {
		mux := http.NewServeMux()
		mux.HandleFunc("GET /{$}", s.troubles)
		return mux, nil
	}
	return web.Handler(web.Config{Root: s.outputs.Staff, Private: true, Reload: s.pages})
}

// troubles says what needs a person: warnings, what waits, what can't be used, mails that were not
// sent, and what is wrong with the content. It has no texts of customers, and no addresses.
func (s *server) troubles(w http.ResponseWriter, r *http.Request) {
	var text strings.Builder
	if err := s.writeTroubles(r, &text); err != nil {
		s.log().ErrorContext(r.Context(), "the staff's page failed", "error", err)
		http.Error(w, "the store can't be read now", http.StatusServiceUnavailable)
		return
	}
	h := w.Header()
	h.Set("Content-Type", "text/plain; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("X-Robots-Tag", "noindex")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
	io.WriteString(w, text.String()) // whoever asked may have gone
}

func (s *server) writeTroubles(r *http.Request, w io.Writer) error {
	now, err := s.standing(r.Context())
	if err != nil {
		return err
	}
	all, err := s.store.Aside(r.Context())
	if err != nil {
		return err
	}
	committer, err := s.committer()
	if err != nil {
		return err
	}
	fmt.Fprintf(w, "%d wait for git, the oldest for %s\n", now.Waiting, now.Oldest.Round(time.Second))
	for _, name := range s.warnings(r.Context(), committer) {
		fmt.Fprintf(w, "warning: %s\n", name)
	}
	for _, ref := range s.lostNames() {
		fmt.Fprintf(w, "lost: %s\n", ref)
	}
	fmt.Fprintf(w, "\n%d can't be used; balie intake has show ID, retry ID, drop ID\n", len(all))
	for _, a := range all {
		fmt.Fprintf(w, "%d  %s  %s  %d bytes\n    %s\n", a.Seq, a.At.Format(time.RFC3339), asideOf(a), len(a.Body), oneLine(printable(a.Reason)))
	}
	if err := s.writeUnsent(r.Context(), w, now); err != nil {
		return err
	}
	if s.live.Current().Tree.Site.Follow.Hooks {
		fmt.Fprintf(w, "\n%d calls to programs that follow wait, %d programs took none for three days; /hooks/ shows them\n", now.WaitingCalls, now.GivenUp)
	}
	fmt.Fprintf(w, "\n%d errors and %d warnings in the content\n", now.Errors, now.Warnings)
	if err := problemsAsText(w, s.wrong()); err != nil {
		return err
	}
	olderAsText(w, s.live.Current())
	return nil
}

// shownUnsent is how many mails of each sort are listed.
const shownUnsent = 50

// writeUnsent lists the mails that wait, and those that were given up or came too late, with what
// the server said.
func (s *server) writeUnsent(ctx context.Context, w io.Writer, now metrics.Standing) error {
	if s.live.Current().Tree.Site.Mail == nil {
		return nil
	}
	// No mail is put off for a day.
	waiting, err := s.store.DueMails(ctx, s.clock().AddDate(0, 0, 1), shownUnsent)
	if err != nil {
		return err
	}
	unsent, err := s.store.UnsentMails(ctx, shownUnsent)
	if err != nil {
		return err
	}
	fmt.Fprintf(w, "\n%d mails wait to be sent, %d failed; /mail/ID/ shows one\n", now.WaitingMails, now.FailedMails)
	for _, m := range append(waiting, unsent...) {
		fmt.Fprintf(w, "%d  %s  %s  to %s\n", m.Seq, m.State, m.Event, m.Recipient)
		if m.Reason != "" {
			fmt.Fprintf(w, "    %s\n", withoutAddresses(oneLine(printable(m.Reason))))
		}
	}
	return nil
}

// withoutAddresses leaves out the words with an @: what refuses an address often repeats it.
func withoutAddresses(s string) string {
	words := strings.Fields(s)
	for i, word := range words {
		if strings.Contains(word, "@") {
			words[i] = "…"
		}
	}
	return strings.Join(words, " ")
}
