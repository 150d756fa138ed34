package content

import (
	"slices"
	"strings"
)

// Nearest words a hint: the known word that is likely meant, if one is close, and all of them
// behind lead.
func Nearest(word string, known []string, lead string) string {
	all := lead + strings.Join(known, ", ")
	if len(known) == 0 {
		all = lead + "none"
	}
	if len(known) > 16 {
		all = lead + strings.Join(known[:15], ", ") + ", …"
	}
	if best := Closest(word, known); best != "" {
		return "did you mean \"" + best + "\"? " + all
	}
	return all
}

// Closest returns the known word that is likely meant, or "".
func Closest(word string, known []string) (best string) {
	least := 1 + max(1, len(word)/3)
	for _, k := range known {
		if n := Edits(word, k); n < least {
			best, least = k, n
		}
	}
	if best == "" {
		return begun(word, known)
	}
	return best
}

// begun returns the one known word that a word is the beginning of, or "".
func begun(word string, known []string) string {
	var all []string
	for _, k := range known {
		if len(word) >= 3 && strings.HasPrefix(k, strings.ToLower(word)) {
			all = append(all, k)
		}
	}
	if len(all) != 1 {
		return ""
	}
	return all[0]
}

// WordList lists words with commas between them.
func WordList[T ~string](words []T) string {
	var b strings.Builder
	for i, w := range words {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(string(w))
	}
	return b.String()
}

// Edits is the number of letters to insert, delete, change or swap with a neighbour between two
// words (optimal string alignment).
func Edits(a, b string) int {
	x, y := []rune(strings.ToLower(a)), []rune(strings.ToLower(b))
	if len(x) > 60 || len(y) > 60 {
		return 60
	}
	var before []int
	row := make([]int, len(y)+1)
	for j := range row {
		row[j] = j
	}
	for i, c := range x {
		next := make([]int, len(y)+1)
		next[0] = i + 1
		for j, d := range y {
			change := row[j]
			if c != d {
				change++
			}
			next[j+1] = min(row[j+1]+1, next[j]+1, change)
			if i > 0 && j > 0 && c == y[j-1] && x[i-1] == d {
				next[j+1] = min(next[j+1], before[j-1]+1)
			}
		}
		before, row = slices.Clone(row), next
	}
	return row[len(y)]
}
