package main

import (
	"cmp"
	"context"
	"fmt"
	"strings"
	"time"

	"balie/content"
	"balie/content/live"
	"balie/ingest/delivery"
	"balie/ingest/mail"
	"balie/ingest/outbox"
	"balie/ingest/secret"
	"balie/themes"
)

// openOutbox makes the outbox of what the intake serves.
func (s *server) openOutbox(ctx context.Context) error {
	key, err := s.store.Secret(ctx, delivery.ReplySecret)
	if err != nil {
		return err
	}
	s.outbox = &outbox.Outbox{
		Tree:    func() *content.Tree { return s.live.Current().Tree },
		Theme:   s.mailTheme,
		Store:   s.store,
		Filer:   s.intake.Filer(),
		Key:     mail.ReplyKey(key),
		BaseURL: s.baseURL,
		Now:     s.clock,
		Log:     s.log(),
		Finds:   s.outputs.Finds,
	}
	if s.sendsMail() {
		s.outbox.Server = mailServer
	} else if !s.draft {
		fmt.Fprintf(s.err, "balie: no mail goes out from instance %d: instance 1 sends it\n", s.instance)
	}
	return nil
}

// sendsMail reports whether mail goes out from here. What is half written in a draft must not
// leave. Of intakes that do not share a store the first one sends: each would send the same.
func (s *server) sendsMail() bool {
	return !s.draft && (s.instance == 1 || s.store.Shared())
}

// mailServer returns the server that site.yaml names, with the secrets that it names.
func mailServer(m *content.Mail) (mail.Server, error) {
	server := mail.Server{Host: m.SMTP.Host, Port: m.SMTP.Port, TLS: m.SMTP.TLS}
	for _, wanted := range []struct {
		from *content.Secret
		into *string
	}{{m.SMTP.Username, &server.Username}, {m.SMTP.Password, &server.Password}} {
		if wanted.from == nil {
			continue
		}
		value, err := secret.Read(*wanted.from)
		if err != nil {
			return mail.Server{}, fmt.Errorf("sign in to the mail server: %w", err)
		}
		*wanted.into = value
	}
	return server, nil
}

// keepNoting puts what is to be mailed into the outbox, and what programs are to be told into the
// store: at each reading, and once a minute for what time alone makes late.
func (s *server) keepNoting(ctx context.Context, readings <-chan *live.Reading) error {
	minute := time.NewTicker(time.Minute)
	defer minute.Stop()
	for {
		if s.live.Current().Fit && (s.draft || s.sendsMail()) {
			if err := s.outbox.Note(ctx); err != nil && ctx.Err() == nil {
				s.report(fmt.Errorf("what is to be mailed is not noted: %w", err))
			}
		}
		s.noteCalls(ctx)
		select {
		case <-ctx.Done():
			return nil
		case <-readings:
		case <-minute.C:
		}
	}
}

// reportMail tells that mail can't be sent now, and when it can again.
func (s *server) reportMail(err error) {
	s.mailFails.Store(err != nil)
	if err == nil {
		fmt.Fprintln(s.err, "balie: mail is sent again")
		return
	}
	s.report(fmt.Errorf("mail can't be sent: %w; it is kept, and tried again", err))
}

// mailTheme is the current theme for mails: its links are absolute. Nil where no version of the
// setup is right.
func (s *server) mailTheme() *themes.Theme {
	return s.mailProse.of(s.live.Current(), func(r *live.Reading) themes.Paths {
		return themes.Paths{Source: r.Tree.Site.Source(), Prefix: strings.TrimSuffix(cmp.Or(s.baseURL, r.Tree.Site.BaseURL), "/")}
	})
}
