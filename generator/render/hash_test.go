package render

import (
	"hash/maphash"
	"testing"
	"time"
)

// Values that differ in anything have different hashes, and equal values have equal ones.
func TestHash(t *testing.T) {
	type row struct {
		Text string
		N    int
		List []string
		Map  map[string]int
		Next *row
		Any  any
		At   time.Time
	}
	at := time.Date(2026, 11, 20, 14, 0, 0, 0, time.UTC)
	seeds := [2]maphash.Seed{maphash.MakeSeed(), maphash.MakeSeed()}
	seen := map[Hash]int{}
	for i, v := range []any{
		nil, "", "a", 1, int64(1), true, row{}, &row{}, row{Text: "a"}, row{N: 1}, row{List: []string{"ab", ""}}, row{List: []string{"a", "b"}},
		row{Map: map[string]int{"a": 1, "b": 2}}, row{Map: map[string]int{"a": 2, "b": 1}}, row{Next: &row{}}, row{Any: 1}, row{Any: "1"},
		row{At: at}, row{At: at.Add(1)}, row{At: at.In(time.FixedZone("CET", 3600))}, row{At: at.In(time.FixedZone("", 0))}, []byte("a"), [2]string{"a", ""},
	} {
		one, err := hashOf(seeds, v)
		if err != nil {
			t.Fatal(err)
		}
		if again, _ := hashOf(seeds, v); again != one {
			t.Errorf("value %d has two hashes", i)
		}
		if other, ok := seen[one]; ok {
			t.Errorf("values %d and %d have one hash", other, i)
		}
		seen[one] = i
	}
	for _, v := range []any{func() {}, make(chan int), struct{ hidden int }{1}, map[int]string{1: ""}} {
		if _, err := hashOf(seeds, v); err == nil {
			t.Errorf("%T has a hash", v)
		}
	}
}
