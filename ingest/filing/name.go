package filing

import (
	"encoding/base32"
	"encoding/binary"
	"fmt"
	"io"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"balie/content"
)

// number returns the next number of a day that no ticket has or had, and the directory of its
// ticket.
func number(v view, day content.Date) (number, dir string, err error) {
	instance := 0
	for range maxTries {
		var n int
		if n, instance, err = v.counted(day); err != nil {
			return "", "", err
		}
		number = content.NewNumber(day, instance, n)
		dir = content.TicketDir(number)
		if v.tree.Ticket(number) == nil && !slices.Contains(v.tree.Erased, number) && !isUnread(v.tree, number) {
			return number, dir, nil
		}
	}
	return "", "", ErrAllTaken
}

// isUnread reports whether a directory of tickets/ has a number's name but holds no ticket that
// reads.
func isUnread(tree *content.Tree, number string) bool {
	return slices.ContainsFunc(tree.Unread, func(dir string) bool {
		return strings.HasPrefix(dir, "tickets/") && path.Base(dir) == number
	})
}

// draw draws the four digits of a number that staff give.
func (f *Filer) draw(content.Date) (n, instance int, err error) {
	b, err := f.random(8)
	if err != nil {
		return 0, 0, err
	}
	return 1000 + int(binary.BigEndian.Uint64(b)%9000), 0, nil
}

// lastCount returns the highest counter that an instance gave on a day, by the tree, or 0. A ticket
// that was filed under another number than the one it was given counts with both.
func lastCount(t *content.Tree, day content.Date, instance int) int {
	prefix := prefixOf(day, instance)
	first, _ := slices.BinarySearchFunc(t.Tickets, prefix, func(t *content.Ticket, prefix string) int { return strings.Compare(t.Number, prefix) })
	last := 0
	for _, ticket := range t.Tickets[first:] {
		if !strings.HasPrefix(ticket.Number, prefix) {
			break
		}
		last = max(last, countOf(ticket.Number, prefix), countOf(ticket.Given, prefix))
	}
	return last
}

// countOf returns the counter of a number that begins with prefix, or 0.
func countOf(number, prefix string) int {
	rest, ok := strings.CutPrefix(number, prefix)
	if !ok || len(rest) < 3 {
		return 0
	}
	count, err := strconv.Atoi(rest[:len(rest)-1])
	if err != nil {
		return 0
	}
	return count
}

var notSlug = regexp.MustCompile(`[^a-z0-9]+`)

// caseDir names a new incident or maintenance by its day and the first words of its title. Where
// the name is taken it ends in -2, -3 and so on.
func (f *Filer) caseDir(v view, root string, day time.Time, title string, try int) (string, error) {
	words := strings.Split(strings.Trim(notSlug.ReplaceAllString(withoutMarks.Replace(strings.ToLower(title)), "-"), "-"), "-")
	slug := strings.Join(words[:min(len(words), 5)], "-")
	if slug == "" {
		b, err := f.random(5)
		if err != nil {
			return "", err
		}
		slug = base32lower.EncodeToString(b)
	}
	first := path.Join(root, day.In(v.tree.Zone).Format("2006/0102")+"-"+strings.Trim(slug[:min(len(slug), 60)], "-"))
	dir := first
	for n := 2; ; n++ {
		has, err := hasCase(v, dir)
		if err != nil || !has && try == 0 {
			return dir, err
		}
		if !has {
			try--
		}
		dir = fmt.Sprintf("%s-%d", first, n)
	}
}

// hasCase reports whether a directory is a case's, be it one that does not read.
func hasCase(v view, dir string) (bool, error) {
	for d := range publicCases(v.tree) {
		if d == dir {
			return true, nil
		}
	}
	if slices.Contains(v.tree.Unread, dir) {
		return true, nil
	}
	rows, err := v.rows.OfCase(dir)
	return len(rows) > 0, err
}

// withoutMarks writes letters without their marks.
var withoutMarks = strings.NewReplacer(
	"à", "a", "á", "a", "â", "a", "ã", "a", "ä", "a", "å", "a",
	"ç", "c", "è", "e", "é", "e", "ê", "e", "ë", "e",
	"ì", "i", "í", "i", "î", "i", "ï", "i", "ñ", "n",
	"ò", "o", "ó", "o", "ô", "o", "õ", "o", "ö", "o", "ø", "o",
	"ù", "u", "ú", "u", "û", "u", "ü", "u", "ý", "y", "ÿ", "y",
)

var base32lower = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

// random reads random bytes, one caller after the other.
func (f *Filer) random(n int) ([]byte, error) {
	f.drawing.Lock()
	defer f.drawing.Unlock()
	b := make([]byte, n)
	if _, err := io.ReadFull(f.Random, b); err != nil {
		return nil, fmt.Errorf("read random bytes: %w", err)
	}
	return b, nil
}
