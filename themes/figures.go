package themes

import (
	"strconv"
	"strings"

	"balie/content"
)

// figureWords are how a language writes numbers.
type figureWords struct{ decimal, group string }

func (l *Locale) readFigureWords() figureWords {
	return figureWords{decimal: l.word("number.decimal"), group: l.word("number.group")}
}

// Number is 12.345.
func (l *Locale) Number(n int) string {
	s := strconv.Itoa(n)
	sign := ""
	if n < 0 {
		sign, s = "−", s[1:]
	}
	if len(s) < 5 { // up to 9999 people read it without a mark
		return sign + s
	}
	var b strings.Builder
	for i, r := range s {
		if i > 0 && (len(s)-i)%3 == 0 {
			b.WriteString(l.figures.group)
		}
		b.WriteRune(r)
	}
	return sign + b.String()
}

// Decimal is 99,61, of hundredths.
func (l *Locale) Decimal(hundredths int) string {
	whole, rest := hundredths/100, hundredths%100
	s := l.Number(whole)
	if rest == 0 {
		return s
	}
	return s + l.figures.decimal + two(rest)
}

// Money is € 5,00: always with its hundredths.
func (l *Locale) Money(m content.Money) string {
	amount := l.Number(int(m.Cents/100)) + l.figures.decimal + two(int(m.Cents%100))
	if key := "money." + m.Currency; l.Has(key) {
		return l.must(key, "amount", amount)
	}
	return l.must("money.other", "amount", amount, "currency", m.Currency)
}

// Percent is 99,61 %, of hundredths of a per cent.
func (l *Locale) Percent(hundredths int) string {
	return l.must("number.percent", "n", l.Decimal(hundredths))
}

// Bytes is 212 kB, in powers of ten, rounded up so that no file is of nothing.
func (l *Locale) Bytes(n int64) string {
	unit, size := "size.kb", int64(1000)
	switch {
	case n >= 1e9:
		unit, size = "size.gb", 1e9
	case n >= 1e6:
		unit, size = "size.mb", 1e6
	}
	tenths := int((n*10 + size - 1) / size)
	if unit == "size.kb" || tenths >= 100 {
		return l.must(unit, "size", l.Number((tenths+9)/10))
	}
	s := l.Number(tenths / 10)
	if tenths%10 > 0 {
		s += l.figures.decimal + strconv.Itoa(tenths%10)
	}
	return l.must(unit, "size", s)
}

// List is a, b en c.
func (l *Locale) List(items []string) string { return l.list(items, "list.and") }

// Either is “a”, “b” or “c”.
func (l *Locale) Either(items []string) (string, error) {
	quoted := make([]string, len(items))
	for i, item := range items {
		var err error
		if quoted[i], err = l.T("quoted", "text", item); err != nil {
			return "", err
		}
	}
	return l.list(quoted, "list.or"), nil
}

// list joins items by the locale's comma and, before the last, the word of a key.
func (l *Locale) list(items []string, last string) string {
	switch len(items) {
	case 0:
		return ""
	case 1:
		return items[0]
	}
	n := len(items) - 1
	return strings.Join(items[:n], l.word("list.comma")) + l.word(last) + items[n]
}
