package content

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"
)

// TestCheckDigit: every single-digit error and every swap of neighbours is caught: in every number of four digits and their check digit,
// and in some tickets' numbers of each length.
func TestCheckDigit(t *testing.T) {
	for n := range 10_000 {
		caught(t, withCheckDigit(fmt.Sprintf("%04d", n)))
	}
	r := rand.New(rand.NewPCG(1, 2))
	for range 200 {
		for length := 9; length < 20; length++ {
			digits := make([]byte, length)
			for i := range digits {
				digits[i] = '0' + byte(r.IntN(10))
			}
			caught(t, withCheckDigit(string(digits)))
		}
	}
}

func withCheckDigit(digits string) string { return digits + string('0'+CheckDigit(digits)) }

// caught changes each digit to each other, and swaps each with its neighbour.
func caught(t *testing.T, number string) {
	t.Helper()
	if CheckDigit(number) != 0 {
		t.Fatalf("%s does not check", number)
	}
	for i := range len(number) {
		wrong := []byte(number)
		for d := byte('0'); d <= '9'; d++ {
			if wrong[i] = d; d != number[i] && CheckDigit(string(wrong)) == 0 {
				t.Fatalf("%s for %s is not caught", wrong, number)
			}
		}
		if i == 0 || number[i] == number[i-1] {
			continue
		}
		swapped := []byte(number)
		swapped[i], swapped[i-1] = swapped[i-1], swapped[i]
		if CheckDigit(string(swapped)) == 0 {
			t.Fatalf("%s for %s is not caught", swapped, number)
		}
	}
}

func TestNewNumber(t *testing.T) {
	day := Date{2026, time.November, 20}
	for _, c := range []struct {
		instance, counter int
		want              string
	}{{4, 21, "2611204216"}, {1, 0, "2611201004"}, {0, 99, "2611200991"}, {9, 12345, "2611209123452"}} {
		got := NewNumber(day, c.instance, c.counter)
		if got != c.want {
			t.Errorf("instance %d, counter %d: %s, want %s", c.instance, c.counter, got, c.want)
		}
		if n, ok := ParseNumber(got); !ok || n != got {
			t.Errorf("%s is read as %s, %v", got, n, ok)
		}
	}
}

// TestNumbersApart: no two of a day are the same, whoever gives them.
func TestNumbersApart(t *testing.T) {
	seen := map[string]string{}
	for instance := range 10 {
		for counter := range 2000 {
			n, who := NewNumber(Date{2026, time.November, 20}, instance, counter), fmt.Sprint(instance, " ", counter)
			if other, taken := seen[n]; taken {
				t.Fatalf("%s is given by %s and by %s", n, who, other)
			}
			seen[n] = who
		}
	}
}

func TestParseNumber(t *testing.T) {
	for _, c := range []struct {
		written, number string
		ok              bool
	}{
		{"2611204216", "2611204216", true},
		{" 2611 2042-16\n", "2611204216", true},
		{"2611\u00a02042\u202f16", "2611204216", true},
		{"2611–2042‑16", "2611204216", true},
		{"2611204217", "2611204217", false},
		{"261120421", "", false},
		{"26112042160000000000000", "", false},
		{"", "", false},
		{"٢٦١١٢٠٤٢١٦", "", false},
		{"2611204216x", "", false},
	} {
		if n, ok := ParseNumber(c.written); n != c.number || ok != c.ok {
			t.Errorf("%q: %q, %v, want %q, %v", c.written, n, ok, c.number, c.ok)
		}
	}
	if said := SayNumber("2611204216"); said != "2611 2042 16" {
		t.Errorf("said %q", said)
	}
}
