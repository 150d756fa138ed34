package main

import (
	"fmt"
	"io"
	"strings"
	"time"

	"balie/content"
	"balie/content/check"
	"balie/content/desk/queuefile"
	"balie/content/live"
	"balie/content/load"
)

// problems returns what a build finds wrong, and attachments that were altered.
func (o *openedRepository) problems() []content.Problem {
	return content.SortProblems(append(o.checker.Problems(o.Reading, o.now), check.Altered(o.Loaded)...))
}

// olderAsText says which files are shown as they were in an earlier commit.
func olderAsText(w io.Writer, r *live.Reading) {
	if r.Setup != nil {
		setup := load.Older{Commit: r.Setup.Commit}
		fmt.Fprintf(w, "balie: the setup and the theme are shown as they were in commit %s of %s\n", setup.Short(), day(r.Setup.At, r.Tree.Zone))
	}
	for _, o := range r.Loaded.Older {
		fmt.Fprintf(w, "balie: %s is shown as it was in commit %s of %s\n", o.File, o.Short(), day(o.At, r.Tree.Zone))
	}
}

func day(at time.Time, zone *time.Location) string { return at.In(zone).Format("2006-01-02 15:04") }

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

// jsonProblem is a problem as programs read it. Line and column are null if it is of the whole
// file.
type jsonProblem struct {
	File     *string          `json:"file"`
	Line     *int             `json:"line"`
	Column   *int             `json:"column"`
	Severity content.Severity `json:"severity"`
	Code     string           `json:"code"`
	Message  string           `json:"message"`
	Hint     *string          `json:"hint"`
}

func jsonProblems(problems []content.Problem) []jsonProblem {
	list := []jsonProblem{}
	for _, p := range problems {
		j := jsonProblem{File: queuefile.OrNull(p.File), Severity: p.Severity, Code: p.Code, Message: p.Message, Hint: queuefile.OrNull(p.Hint)}
		if p.Line > 0 {
			j.Line, j.Column = &p.Line, &p.Column
		}
		list = append(list, j)
	}
	return list
}

func problemsAsJSON(w io.Writer, problems []content.Problem) error {
	return printJSON(w, jsonProblems(problems))
}

func withHint(p content.Problem) string { return strings.TrimSuffix(p.Message+"\n"+p.Hint, "\n") }

// problemsAsCommands prints GitHub's workflow commands, which annotate a pull request.
func problemsAsCommands(w io.Writer, problems []content.Problem) error {
	data := strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")
	property := strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C")
	for _, p := range problems {
		location := "file=" + property.Replace(p.File)
		if p.Line > 0 {
			location += fmt.Sprintf(",line=%d,col=%d", p.Line, p.Column)
		}
		if _, err := fmt.Fprintf(w, "::%s %s,title=%s::%s\n", p.Severity, location, property.Replace(p.Code), data.Replace(withHint(p))); err != nil {
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
		location := object{"artifactLocation": object{"uri": p.File}}
		if p.Line > 0 {
			location["region"] = object{"startLine": p.Line, "startColumn": p.Column}
		}
		results = append(results, object{"ruleId": p.Code, "level": string(p.Severity), "message": object{"text": withHint(p)},
			"locations": []object{{"physicalLocation": location}}})
	}
	return printJSON(w, object{
		"$schema": "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
		"version": "2.1.0",
		"runs":    []object{{"tool": object{"driver": object{"name": "balie", "rules": rules}}, "columnKind": "unicodeCodePoints", "results": results}},
	})
}
