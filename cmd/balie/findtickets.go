package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"balie/content"
	"balie/generator"
)

func (t *terminal) find() *cobra.Command {
	var format string
	c := &cobra.Command{
		Use:   "find WORDS",
		Short: "find tickets by what is in them: texts, notes, fields, requester, organisation, number, payment",
		Long: `All words must be in a ticket, each as a word or a part of one, without regard to case and accents.
It finds tickets in every state. A number or an address comes first, then what is in the subject; else the newest is first.`,
		Args: argCount(1, 99),
		RunE: runE(func(ctx context.Context, args []string) error {
			if format != "table" && format != "json" {
				return usagef("--format %s: there are table and json", format)
			}
			return t.runFind(ctx, strings.Join(args, " "), format)
		}),
	}
	c.Flags().StringVar(&format, "format", "table", "table or json")
	t.refFlag(c)
	return c
}

func (t *terminal) runFind(ctx context.Context, query, format string) error {
	o, d, err := t.openAt(ctx, "")
	if err != nil {
		return err
	}
	defer o.Close()
	found, _ := generator.NewFinder(o.Tree, d, o.now).Find(query, 0, 0)
	if format == "json" {
		return printJSON(t.out, found)
	}
	if len(found) == 0 {
		fmt.Fprintln(t.err, "no ticket has all of these words")
	}
	for _, f := range found {
		at := f.At.In(o.Tree.Zone).Format("Mon 2 Jan 2006 15:04")
		fmt.Fprintf(t.out, "%s  %s  %s  %s\n", content.SayNumber(f.Number), at, spaced(f.State), printable(oneLine(f.Subject)))
		if f.Excerpt != "" {
			fmt.Fprintf(t.out, "    %s\n", printable(f.Excerpt))
		}
	}
	return nil
}
