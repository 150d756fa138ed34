package main

import (
	"context"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"balie/content"
	"balie/content/repository"
)

func (t *terminal) check() *cobra.Command {
	var format string
	c := &cobra.Command{
		Use:   "check",
		Short: "say everything that is wrong with the content, by file, line and column",
		Args:  takes(0, 0),
		RunE: does(func(ctx context.Context, _ []string) error {
			print, ok := problemFormats[format]
			if !ok {
				return usagef("--format %s: there are text, github, json and sarif", format)
			}
			err := t.runCheck(ctx, print)
			if format != "text" && errors.Is(err, repository.ErrNotContent) { // a program is told in its own way
				return errors.Join(print(t.out, content.Check(content.Load(embed.FS{}), t.clock())), errProblems)
			}
			return err
		}),
	}
	c.Flags().StringVar(&format, "format", "text", "text, github (annotations on a pull request), json or sarif")
	t.refFlag(c)
	return c
}

func (t *terminal) runCheck(ctx context.Context, print func(io.Writer, []content.Problem) error) error {
	r, err := t.open(ctx)
	if err != nil {
		return err
	}
	defer r.Close()
	problems, err := r.problems(ctx)
	if err != nil {
		return err
	}
	if err := print(t.out, problems); err != nil {
		return err
	}
	if content.HasErrors(problems) {
		return errProblems
	}
	return nil
}

// problemFormats are the ways in which problems are printed.
var problemFormats = map[string]func(io.Writer, []content.Problem) error{
	"text":   problemsAsText,
	"github": problemsAsCommands,
	"json":   problemsAsJSON,
	"sarif":  problemsAsSARIF,
}

func problemsAsText(w io.Writer, problems []content.Problem) error {
	for _, p := range problems {
		if _, err := fmt.Fprintln(w, p); err != nil {
			return err
		}
	}
	return nil
}

// jsonProblem is a problem as programs read it. Line and column are null where the whole file is meant.
type jsonProblem struct {
	File     *string          `json:"file"`
	Line     *int             `json:"line"`
	Column   *int             `json:"column"`
	Severity content.Severity `json:"severity"`
	Code     string           `json:"code"`
	Message  string           `json:"message"`
	Hint     *string          `json:"hint"`
}

func asJSON(problems []content.Problem) []jsonProblem {
	list := []jsonProblem{}
	for _, p := range problems {
		j := jsonProblem{File: orNull(p.File), Severity: p.Severity, Code: p.Code, Message: p.Message, Hint: orNull(p.Hint)}
		if p.Line > 0 {
			j.Line, j.Column = &p.Line, &p.Column
		}
		list = append(list, j)
	}
	return list
}

func problemsAsJSON(w io.Writer, problems []content.Problem) error {
	return printJSON(w, asJSON(problems))
}

// problemsAsCommands prints GitHub's workflow commands (docs.github.com, "Workflow commands for GitHub Actions").
func problemsAsCommands(w io.Writer, problems []content.Problem) error {
	data := strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")
	property := strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C")
	for _, p := range problems {
		place := "file=" + property.Replace(p.File)
		if p.Line > 0 {
			place += fmt.Sprintf(",line=%d,col=%d", p.Line, p.Column)
		}
		message := p.Message
		if p.Hint != "" {
			message += "\n" + p.Hint
		}
		if _, err := fmt.Fprintf(w, "::%s %s,title=%s::%s\n", p.Severity, place, property.Replace(p.Code), data.Replace(message)); err != nil {
			return err
		}
	}
	return nil
}

// problemsAsSARIF prints SARIF 2.1.0 (OASIS).
func problemsAsSARIF(w io.Writer, problems []content.Problem) error {
	type object = map[string]any
	rules, results, known := []object{}, []object{}, map[string]bool{}
	for _, p := range problems {
		if !known[p.Code] {
			known[p.Code] = true
			rules = append(rules, object{"id": p.Code})
		}
		place := object{"artifactLocation": object{"uri": p.File}}
		if p.Line > 0 {
			place["region"] = object{"startLine": p.Line, "startColumn": p.Column}
		}
		message := p.Message
		if p.Hint != "" {
			message += "\n" + p.Hint
		}
		results = append(results, object{"ruleId": p.Code, "level": string(p.Severity), "message": object{"text": message},
			"locations": []object{{"physicalLocation": place}}})
	}
	return printJSON(w, object{
		"$schema": "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
		"version": "2.1.0",
		"runs":    []object{{"tool": object{"driver": object{"name": "balie", "rules": rules}}, "columnKind": "unicodeCodePoints", "results": results}},
	})
}

func printJSON(w io.Writer, v any) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(v)
}
