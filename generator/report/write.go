package report

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"time"
)

// CSV writes the rows of a table under a line of its columns' keys, as RFC 4180 has it. The total
// is left out, so that a column can be summed.
//
// A text that a spreadsheet would take for a formula gets an apostrophe before it: customers write
// subjects. Since a spreadsheet in much of Europe cuts lines at semicolons, whatever the quotes,
// what follows one in a text, or a tab or line end, is treated the same.
func (t *Table) CSV(w io.Writer) error {
	out := csv.NewWriter(w)
	out.UseCRLF = true
	line := make([]string, len(t.Columns))
	for i, c := range t.Columns {
		line[i] = c.Key()
	}
	out.Write(line)
	for _, row := range t.Rows {
		for i, c := range t.Columns {
			line[i] = row[i].csv(c.Kind)
		}
		out.Write(line)
	}
	out.Flush()
	if err := out.Error(); err != nil {
		return fmt.Errorf("write table %s: %w", t.ID, err)
	}
	return nil
}

func (c Cell) csv(k Kind) string {
	if !c.Known {
		return ""
	}
	switch v := c.plain(k).(type) {
	case string:
		if k == TextKind {
			return harmless(v)
		}
		return v
	case json.Number:
		return v.String()
	default:
		return fmt.Sprint(v)
	}
}

var formula = regexp.MustCompile(`(^|[;\t\r\n])([ \v\f"']*[=+\-@＝＋－＠])`)

// harmless keeps a text from being run by a spreadsheet (OWASP, CSV Injection).
func harmless(s string) string { return formula.ReplaceAllString(s, "$1'$2") }

// plain is a cell as JSON has it: nil for none; times in UTC, durations in whole seconds,
// percentages and averages with one decimal.
func (c Cell) plain(k Kind) any {
	if !c.Known {
		return nil
	}
	switch k {
	case TextKind:
		return c.Text
	case PercentKind, AverageKind:
		return tenths(c.Tenths(k))
	case DurationKind:
		return int64(c.Duration() / time.Second)
	case DateKind:
		return c.At.Format(time.DateOnly)
	case TimeKind:
		return c.At.UTC().Format(time.RFC3339)
	}
	return c.N
}

func tenths(n int64) json.Number {
	return json.Number(strconv.FormatInt(n/10, 10) + "." + strconv.FormatInt(n%10, 10))
}

// JSON writes a table as {"table","at","columns":[{"key","kind"}],"rows":[{…}],"total"}: each row
// has every key, null where there is nothing.
func (t *Table) JSON(w io.Writer, at time.Time) error {
	type column struct {
		Key  string `json:"key"`
		Kind Kind   `json:"kind"`
	}
	document := struct {
		Table   string           `json:"table"`
		At      string           `json:"at"`
		Columns []column         `json:"columns"`
		Rows    []map[string]any `json:"rows"`
		Total   map[string]any   `json:"total"`
	}{Table: t.ID, At: at.UTC().Format(time.RFC3339), Columns: []column{}, Rows: []map[string]any{}}
	for _, c := range t.Columns {
		document.Columns = append(document.Columns, column{c.Key(), c.Kind})
	}
	for _, row := range t.Rows {
		document.Rows = append(document.Rows, t.object(row))
	}
	if t.Total != nil {
		document.Total = t.object(t.Total)
	}
	out := json.NewEncoder(w)
	out.SetEscapeHTML(false)
	out.SetIndent("", "  ")
	if err := out.Encode(document); err != nil {
		return fmt.Errorf("write table %s: %w", t.ID, err)
	}
	return nil
}

// object is a row by its columns' keys; the encoder sorts them, so the same row is the same bytes.
func (t *Table) object(row []Cell) map[string]any {
	object := make(map[string]any, len(row))
	for i, c := range t.Columns {
		object[c.Key()] = row[i].plain(c.Kind)
	}
	return object
}
