package site

import (
	"strings"
	"time"
)

// Mistakes are what is wrong with the content, for staff: the first of them, and how many more
// there are.
type Mistakes struct {
	List []Mistake
	More int
}

// Mistake is something wrong with a file, and what is shown in its place.
type Mistake struct {
	File     string
	Position string // line:column, or "" for the whole file
	Message  string
	Hint     string
	Instead  Instead
	Commit   string // of Older: in short
	Since    time.Time
}

// Instead says what is shown in the place of a mistake.
type Instead string

// What may be shown.
const (
	Older   Instead = "older"   // the file, or the setup that it belongs to, as it was in a commit
	Unnamed Instead = "unnamed" // all but the name that leads nowhere
	Nothing Instead = "nothing"
)

// maxMistakes are listed on a page; balie check lists all.
const maxMistakes = 20

// mistakes are those of the files in a directory, "" for all.
func (m *Plan) mistakes(dir string) Mistakes {
	var found Mistakes
	for _, one := range m.Mistakes {
		if dir != "" && one.File != dir && !strings.HasPrefix(one.File, dir+"/") {
			continue
		}
		if len(found.List) == maxMistakes {
			found.More++
			continue
		}
		one.Since = m.zoned(one.Since)
		found.List = append(found.List, one)
	}
	return found
}
