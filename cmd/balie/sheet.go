package main

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// width is the most columns that a line takes, if it can be shortened.
const width = 118

// sheet prints lines and tables for people, with times in one zone. It keeps the first error.
type sheet struct {
	out  io.Writer
	zone *time.Location
	now  time.Time
	err  error
}

func (t *terminal) sheet(o *openedRepository) *sheet {
	return &sheet{out: t.out, zone: o.Tree.Zone, now: o.now}
}

func (s *sheet) linef(format string, args ...any) {
	if s.err == nil {
		_, s.err = fmt.Fprintf(s.out, format+"\n", args...)
	}
}

// time writes an instant to the minute, with the year if it is another than now.
func (s *sheet) time(t time.Time) string { return s.format(t, "15:04") }

// exact writes an instant to the second, since a second may keep or break a promise.
func (s *sheet) exact(t time.Time) string {
	if t.Second() == 0 {
		return s.time(t)
	}
	return s.format(t, "15:04:05")
}

func (s *sheet) format(t time.Time, clock string) string {
	if t.IsZero() {
		return "–"
	}
	t = t.In(s.zone)
	if t.Year() != s.now.In(s.zone).Year() {
		return t.Format("Mon 02 Jan 2006 " + clock)
	}
	return t.Format("Mon 02 Jan " + clock)
}

// moment writes the instant that the sheet is about, with its year and zone.
func (s *sheet) moment() string {
	clock := "15:04"
	if s.now.Second() != 0 {
		clock = "15:04:05"
	}
	return s.now.In(s.zone).Format("Mon 02 Jan 2006 "+clock) + ", " + s.zone.String()
}

// grid is a table for people. Empty columns are left out, and the last one is cut to the width.
type grid struct {
	head []string
	rows [][]string
}

func (g *grid) row(cells ...string) { g.rows = append(g.rows, cells) }

func (s *sheet) grid(g grid) {
	widths := make([]int, len(g.head))
	for _, row := range g.rows {
		for i, cell := range row {
			widths[i] = max(widths[i], utf8.RuneCountInString(cell))
		}
	}
	for i, w := range widths {
		if w > 0 {
			widths[i] = max(w, utf8.RuneCountInString(g.head[i]))
		}
	}
	for _, row := range slices.Concat([][]string{g.head}, g.rows) {
		s.linef("%s", padRow(row, widths))
	}
}

// padRow joins a row's cells, each padded to its column's width.
func padRow(row []string, widths []int) string {
	var line strings.Builder
	used := 0
	for i, cell := range row[:len(row)-1] {
		if widths[i] == 0 {
			continue
		}
		fmt.Fprintf(&line, "%-*s  ", widths[i], cell)
		used += widths[i] + 2
	}
	line.WriteString(shorten(row[len(row)-1], max(width-used, 12)))
	return strings.TrimRight(line.String(), " ")
}

func shorten(s string, n int) string {
	r := []rune(s)
	if len(r) <= n {
		return s
	}
	return strings.TrimRight(string(r[:n-1]), " ") + "…"
}

// text prints prose, each line indented and broken between words.
func (s *sheet) text(indent, text string) {
	for line := range strings.Lines(printable(text)) {
		for _, part := range wrap(strings.TrimRight(line, "\n"), width-len(indent)) {
			s.linef("%s", strings.TrimRight(indent+part, " "))
		}
	}
}

// wrap breaks a line between words; a word that is too long stays whole.
func wrap(line string, n int) []string {
	if utf8.RuneCountInString(line) <= n {
		return []string{line}
	}
	var lines []string
	current := ""
	for word := range strings.FieldsSeq(line) {
		if current != "" && utf8.RuneCountInString(current)+1+utf8.RuneCountInString(word) > n {
			lines, current = append(lines, current), ""
		}
		if current != "" {
			current += " "
		}
		current += word
	}
	return append(lines, current)
}

// spaced writes a word of the format as people say it: third_party is a third party.
func spaced[S ~string](word S) string { return strings.ReplaceAll(string(word), "_", " ") }

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// printable replaces characters by which a customer's text could control the terminal.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if r == '\n' || r == '\t' || r >= ' ' && r != 0x7f && !(0x80 <= r && r < 0xa0) && !slices.Contains(bidi, r) {
			return r
		}
		return '\ufffd'
	}, s)
}

// bidi are the characters that change the direction of text (Unicode TR9, 2.1 to 2.4).
var bidi = []rune{0x202a, 0x202b, 0x202c, 0x202d, 0x202e, 0x2066, 0x2067, 0x2068, 0x2069}
