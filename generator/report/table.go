package report

import (
	"slices"
	"time"

	"balie/content"
)

// Kind is how a column's cells are written.
type Kind string

// The kinds.
const (
	TextKind     Kind = "text"
	CountKind    Kind = "count"
	PercentKind  Kind = "percent"
	AverageKind  Kind = "average"
	DurationKind Kind = "duration"
	DateKind     Kind = "date"
	TimeKind     Kind = "time"
)

// Column is one column of a table. IDs are the names by which programs know it, and by which the
// theme finds a heading; no heading stands here.
type Column struct {
	ID    string
	Kind  Kind
	Unit  string // for programs: seconds, percent; "" for what has none
	Words string // of text that is an id: its vocabulary ("owes", "lane", …); "" for plain text
}

// Key is the column's name in CSV and JSON: its id, and its unit where it has one.
func (c Column) Key() string {
	if c.Unit == "" {
		return c.ID
	}
	return c.ID + "_" + c.Unit
}

// Table is figures with their names, fit for HTML, CSV and JSON.
type Table struct {
	ID      string
	Columns []Column
	Rows    [][]Cell
	Total   []Cell // under the rows; nil where they don't add up to anything
}

// Cell is one value; the zero Cell is none: not known, withheld, or empty.
type Cell struct {
	Known bool
	Text  string    // of text
	N     int64     // of a count; of a percentage or an average: N of Of; of a duration: nanoseconds
	Of    int64     // of a percentage or an average
	At    time.Time // of a time, and midnight UTC of a date
}

// Tenths is a percentage, or an average, in tenths. A percentage is rounded down, so that 100 means
// all and 94.96 is not yet 95.
func (c Cell) Tenths(k Kind) int64 {
	switch {
	case c.Of == 0:
		return 0
	case k == PercentKind:
		return 1000 * c.N / c.Of
	}
	return (20*c.N + c.Of) / (2 * c.Of)
}

// Duration is a cell of that kind as one.
func (c Cell) Duration() time.Duration { return time.Duration(c.N) }

func text(s string) Cell             { return Cell{Known: s != "", Text: s} }
func count(n int) Cell               { return Cell{Known: true, N: int64(n)} }
func span(d time.Duration) Cell      { return Cell{Known: true, N: int64(d)} }
func instant(t time.Time) Cell       { return Cell{Known: !t.IsZero(), At: t} }
func average(n, of int) Cell         { return Cell{Known: of > 0, N: int64(n), Of: int64(of)} }
func percentage(n, of int) Cell      { return average(n, of) }
func date(d content.Date) Cell       { return instant(d.In(time.UTC)) }
func textColumn(id string) Column    { return Column{ID: id, Kind: TextKind} }
func countColumn(id string) Column   { return Column{ID: id, Kind: CountKind} }
func dateColumn(id string) Column    { return Column{ID: id, Kind: DateKind} }
func timeColumn(id string) Column    { return Column{ID: id, Kind: TimeKind} }
func wordColumn(id, v string) Column { return Column{ID: id, Kind: TextKind, Words: v} }

func percentColumn(id string) Column { return Column{ID: id, Kind: PercentKind, Unit: "percent"} }
func durationColumn(id string) Column {
	return Column{ID: id, Kind: DurationKind, Unit: "seconds"}
}

// share is a percentage that is withheld where so few were counted that it says more about a person
// than about the desk.
func share(n, of int) Cell {
	if of < Fewest {
		return Cell{}
	}
	return percentage(n, of)
}

// Fewest is from how many on a percentage is shown.
const Fewest = 5

// Index is the place of the column with an id, or -1.
func (t *Table) Index(column string) int {
	return slices.IndexFunc(t.Columns, func(c Column) bool { return c.ID == column })
}

// Cell returns a row's cell by the column's id; none where there is no such column.
func (t *Table) Cell(row int, column string) Cell {
	if i := t.Index(column); i >= 0 {
		return t.Rows[row][i]
	}
	return Cell{}
}

func (t *Table) add(cells ...Cell) { t.Rows = append(t.Rows, cells) }

// sum gives the table a last line: the sums of its counts, but of those that don't add up to
// anything.
func (t *Table) sum(but ...string) {
	t.Total = make([]Cell, len(t.Columns))
	for i, c := range t.Columns {
		if c.Kind != CountKind || slices.Contains(but, c.ID) {
			continue
		}
		t.Total[i].Known = true
		for _, row := range t.Rows {
			t.Total[i].N += row[i].N
		}
	}
}

// Chart is bars that begin at zero, side by side for each label; the table with the same figures
// stands under it.
type Chart struct {
	ID     string
	Table  string // the id of that table
	Label  Column
	Series []Column
	Bars   []Bar
	Top    int64 // the longest bar, in the measure of its series; 0 where all are empty
}

// Bar is one label and its values, one a series.
type Bar struct {
	Label  Cell
	Values []Cell
}

// chart draws columns of a table.
func (t *Table) chart(id, label string, series ...string) Chart {
	c := Chart{ID: id, Table: t.ID, Label: t.Columns[t.Index(label)]}
	for _, s := range series {
		c.Series = append(c.Series, t.Columns[t.Index(s)])
	}
	for row := range t.Rows {
		bar := Bar{Label: t.Cell(row, label)}
		for _, s := range series {
			value := t.Cell(row, s)
			bar.Values = append(bar.Values, value)
			c.Top = max(c.Top, value.N)
		}
		c.Bars = append(c.Bars, bar)
	}
	return c
}
