package site

import (
	"encoding/binary"
	"sync"

	"balie/content"
)

// Sources are the numbers of the facts of cases that a page shows, where it shows nothing else but
// the setup. A page whose sources are those of the last build shows the same: its view is not made,
// nor its hash. Pages without sources have their view made at every build.
//
// A picture's are the digest of its file, so that it is read again only where it is another.
//
// Only pages whose number or length grows with the desk have sources: of single cases, of months,
// of services, and feeds. Without them a rebuild after one update at 10,000 incidents takes sixteen
// times the processor's time (6.7 s against 0.4 s, measured one after the other).
type Sources string

// sourcesOf returns the sources of a page that shows some facts, by their numbers.
func sourcesOf(numbers ...uint64) Sources {
	list := make([]byte, 0, 8*len(numbers))
	for _, n := range numbers {
		list = binary.LittleEndian.AppendUint64(list, n)
	}
	return Sources(list)
}

func numbersOf(cases []*caseFacts) []uint64 {
	numbers := make([]uint64, len(cases))
	for i, f := range cases {
		numbers[i] = f.number
	}
	return numbers
}

// cache keeps what several pages of a plan show of an event in a language, so that it is made once.
type cache[V any] struct{ made sync.Map }

type cacheKey struct {
	event *content.Event
	lang  string
}

func (c *cache[V]) of(e *content.Event, lang string, make func() V) V {
	key := cacheKey{e, lang}
	if v, ok := c.made.Load(key); ok {
		return v.(V)
	}
	v := make()
	c.made.Store(key, v)
	return v
}
