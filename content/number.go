package content

import (
	"fmt"
	"strings"
	"unicode"
)

// damm is the quasigroup of order 10 of Damm's check digit (H. M. Damm, Total anti-symmetrische
// Quasigruppen, 2004): it catches every single-digit error and every swap of neighbours.
var damm = [10][10]byte{
	{0, 3, 1, 7, 5, 9, 8, 6, 4, 2},
	{7, 0, 9, 2, 1, 5, 4, 8, 6, 3},
	{4, 2, 0, 6, 8, 7, 1, 3, 5, 9},
	{1, 7, 5, 0, 9, 8, 3, 4, 2, 6},
	{6, 1, 2, 3, 0, 4, 5, 9, 7, 8},
	{3, 6, 7, 4, 2, 0, 9, 5, 8, 1},
	{5, 8, 6, 9, 7, 2, 0, 1, 3, 4},
	{8, 9, 4, 5, 3, 6, 2, 0, 1, 7},
	{9, 4, 3, 8, 6, 1, 7, 2, 0, 5},
	{2, 5, 8, 1, 4, 3, 6, 7, 9, 0},
}

// CheckDigit is 0 for digits that end in their own check digit.
func CheckDigit(digits string) byte {
	var interim byte
	for i := range len(digits) {
		interim = damm[interim][digits[i]-'0']
	}
	return interim
}

// NewNumber builds a ticket number: the date of receipt in the site's zone (YYMMDD), the giver's
// instance (0 to 9), a counter of at least two digits, and the check digit.
func NewNumber(received Date, instance, counter int) string {
	digits := fmt.Sprintf("%02d%02d%02d%d%02d", received.Year%100, received.Month, received.Day, instance, counter)
	return digits + string('0'+CheckDigit(digits))
}

// ParseNumber reads a ticket number as people write it, with spaces and dashes, and returns its
// digits; "" where it has others than digits, or too few or too many. ok is false where it cannot
// be one.
func ParseNumber(s string) (number string, ok bool) {
	number = strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Pd, r) || unicode.IsSpace(r) {
			return -1
		}
		return r
	}, s)
	if len(number) < 10 || len(number) > 20 || strings.Trim(number, numerals) != "" {
		return "", false
	}
	return number, CheckDigit(number) == 0
}

// SayNumber groups a number for people: 2611 2042 16.
func SayNumber(number string) string {
	var b strings.Builder
	for i := range len(number) {
		if i > 0 && i%4 == 0 {
			b.WriteByte(' ')
		}
		b.WriteByte(number[i])
	}
	return b.String()
}

// TicketDir is where a ticket with a valid number lives.
func TicketDir(number string) string {
	return fmt.Sprintf("tickets/20%s/%s/%s/%s", number[:2], number[2:4], number[4:6], number)
}

// DayOf returns the day that a number begins with; ok is false where there is no such day.
func DayOf(n string) (d Date, ok bool) {
	d, _, ok = readDate("20" + n[:2] + "-" + n[2:4] + "-" + n[4:6])
	return d, ok
}

// Dated reports whether a number begins with a day that there is.
func Dated(n string) bool {
	_, ok := DayOf(n)
	return ok
}
