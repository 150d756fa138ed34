package ingest

import (
	"encoding/base32"
	"encoding/hex"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"sync"

	"balie/content"
)

// numbers gives ticket numbers: a counter for each day, which goes on after a restart from what the tree has. One day is counted at a time.
type numbers struct {
	mu   sync.Mutex
	day  content.Date
	last int
}

// next returns the day's next number.
func (n *numbers) next(t *content.Tree, day content.Date, instance int) string {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.day != day {
		n.day, n.last = day, 0
	}
	if n.last == 0 {
		n.last = lastCounter(t, day, instance)
	}
	n.last++
	return content.NewNumber(day, instance, n.last)
}

// lastCounter is the highest counter that an instance gave on a day, by the tree; 0 where there is none.
func lastCounter(t *content.Tree, day content.Date, instance int) int {
	prefix := fmt.Sprintf("%02d%02d%02d%d", day.Year%100, day.Month, day.Day, instance)
	first, _ := slices.BinarySearchFunc(t.Tickets, prefix, func(t *content.Ticket, prefix string) int { return strings.Compare(t.Number, prefix) })
	last := 0
	for _, ticket := range t.Tickets[first:] {
		rest, ok := strings.CutPrefix(ticket.Number, prefix)
		if !ok {
			break
		}
		for _, number := range []string{rest, numberAfter(ticket.Given, prefix)} { // a number that was given is used, though its ticket is kept under another
			if len(number) < 3 {
				continue
			}
			if counter, err := strconv.Atoi(number[:len(number)-1]); err == nil {
				last = max(last, counter)
			}
		}
	}
	return last
}

func numberAfter(number, prefix string) string {
	rest, _ := strings.CutPrefix(number, prefix)
	return rest
}

var base32lower = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

// newToken is a follow page's address: 160 random bits.
func newToken(random io.Reader) (string, error) {
	b, err := randomBytes(random, 20)
	return base32lower.EncodeToString(b), err
}

// newID is what an event is accepted under: 64 random bits.
func newID(random io.Reader) (content.Hex, error) {
	b, err := randomBytes(random, 8)
	return content.Hex(hex.EncodeToString(b)), err
}

func randomBytes(random io.Reader, n int) ([]byte, error) {
	b := make([]byte, n)
	if _, err := io.ReadFull(random, b); err != nil {
		return nil, fmt.Errorf("read random bytes: %w", err)
	}
	return b, nil
}

// oneAtATime lets many read from a source of random bytes that knows nothing of the others.
type oneAtATime struct {
	mu sync.Mutex
	r  io.Reader
}

func (o *oneAtATime) Read(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.r.Read(p)
}
