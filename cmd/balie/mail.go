package main

import (
	"context"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"balie/ingest/mail"
	"balie/ingest/store"
)

// The exit statuses that mail servers know (sysexits.h).
const (
	exitUsage    = 64
	exitDataErr  = 65
	exitTempFail = 75
)

func (t *terminal) mail() *cobra.Command {
	c := &cobra.Command{
		Use:   "mail",
		Short: "mail that goes out and comes in: preview, test, receive",
		Args:  refuseArguments,
		RunE:  func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(t.mailPreview(), t.mailTest(), t.mailReceive())
	return c
}

func (t *terminal) mailReceive() *cobra.Command {
	f := &storeFlags{}
	var hook string
	c := &cobra.Command{
		Use:   "receive --hook NAME",
		Short: "take one mail from standard input, for a mail server's pipe",
		Long: `Receive puts a mail where what is posted to the hook is put: into the store of serve or ingest, which works it off within ten seconds. It runs beside them, and as a user who may write to the store; they must have run once.

It exits with 0 when the mail is durable, 75 when it can't be kept now and is to be tried again, 65 when it is no mail or too large, 64 when it was called wrongly. In Postfix:

    balie unix - n n - 4 pipe
      flags=DOR user=balie argv=/usr/bin/balie mail receive -C /srv/desk.git --hook mail`,
		Args: argCount(0, 0),
		RunE: runE(func(ctx context.Context, _ []string) error {
			if hook == "" {
				return failure{err: fmt.Errorf("--hook is missing"), hint: "name a hook of kind email in hooks.yaml", code: exitUsage}
			}
			return t.receiveMail(ctx, f, hook)
		}),
	}
	c.Flags().StringVar(&hook, "hook", "", "the hook of kind email that the mail is for, by its `NAME`")
	f.add(c, "which store's, 1 to 9")
	return c
}

func (t *terminal) receiveMail(ctx context.Context, f *storeFlags, hook string) error {
	raw, err := io.ReadAll(io.LimitReader(t.in, mail.MaxSize+1))
	if err != nil {
		return failure{err: fmt.Errorf("read the mail: %w", err), code: exitTempFail}
	}
	if len(raw) > mail.MaxSize {
		return failure{err: fmt.Errorf("the mail has more than %d bytes", mail.MaxSize), code: exitDataErr}
	}
	id, err := mail.ID(raw)
	if err != nil {
		return failure{err: err, code: exitDataErr}
	}
	intake := &intakeFlags{terminal: t, storeFlags: *f}
	err = intake.withStore(ctx, func(s *store.Store) error {
		if s == nil {
			return fmt.Errorf("no intake has run here yet")
		}
		return s.Write(ctx, func(tx *store.Tx) error {
			_, err := tx.PutDelivery(store.Delivery{Hook: hook, ID: id, Body: raw, Received: t.clock()})
			return err
		})
	})
	if err != nil {
		return failure{err: err, hint: "is there a serve or an ingest with this --state or --store?", code: exitTempFail}
	}
	return nil
}
