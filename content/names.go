package content

import (
	"fmt"
	"strings"
	"time"
)

// FileName is what the name of an event's file says: <time>-<kind>[-<author>][.<language>].md
type FileName struct {
	Stem   string // without language and .md: the event's identity
	At     time.Time
	Kind   Kind
	Author string
	Lang   string // of a translation, else ""
	Rest   string // all of the stem behind the time's dash

	day             Date // the time as it is written
	seconds         int
	utc, hasSeconds bool
}

const eventExample = "name it <time>-<kind>[-<author>].md, such as 2026-11-20T1405-investigating.md"

// ParseEventName reads the name of an event's file. With problem, the name says nothing; hint is
// the next step.
func ParseEventName(file string, of CaseType, zone *time.Location) (name FileName, problem, hint string) {
	stem, isMarkdown := strings.CutSuffix(file, ".md")
	if !isMarkdown {
		return name, "this is no event's name", eventExample
	}
	stem, lang, translated := strings.Cut(stem, ".")
	if translated && !IsLanguage(lang) {
		return name, fmt.Sprintf("%q is no language", lang), "name it <time>-<kind>.md, or <time>-<kind>.<language>.md where it is a translation, such as " + stem + ".en.md"
	}
	name = FileName{Stem: stem, Lang: lang}
	if problem, hint = name.readTime(); problem != "" {
		return name, problem, hint
	}
	kind, author, authored := strings.Cut(name.Rest, "-")
	name.Kind, name.Author = Kind(kind), author
	switch {
	case kind == "":
		return name, "the name does not say what it is", eventExample
	case authored && !IsAuthor(author) && Dashed(of, name.Rest) == "":
		return name, fmt.Sprintf("%q is no name for an author", author), NameHint + ", as in people.yaml"
	}
	problem, hint = name.settle(zone)
	if problem == "" && of == TicketCase && !name.hasSeconds {
		return name, "a ticket's events are named to the second", "name it " + name.inUTC(name.At)
	}
	return name, problem, hint
}

// readTime reads the time at the front of the stem.
func (n *FileName) readTime() (problem, hint string) {
	day, rest, ok := readDate(n.Stem)
	switch {
	case noSuchDay(n.Stem):
		return "the name does not begin with a time", "there is no day " + n.Stem[:10]
	case !ok || !strings.HasPrefix(rest, "T"):
		return "the name does not begin with a time", eventExample
	}
	n.day = day
	n.seconds, rest, n.hasSeconds, ok = readClock(rest[1:], "")
	rest, n.utc = strings.CutPrefix(rest, "Z")
	if !ok || rest != "" && rest[0] != '-' || !Usable(day) {
		return "the name does not begin with a time", "write it as in 2026-11-20T1405 or 2026-11-20T130509Z, from 1970 to 2999"
	}
	n.Rest = strings.TrimPrefix(rest, "-")
	return "", ""
}

// settle makes an instant of the time; a local one must exist exactly once.
func (n *FileName) settle(zone *time.Location) (problem, hint string) {
	if n.utc {
		n.At = Local(n.day, n.seconds, time.UTC).In(zone)
		return "", ""
	}
	n.At, problem, _ = localOnce(n.day, n.seconds, zone)
	if problem == "" {
		return "", ""
	}
	written := strings.TrimSuffix(n.Stem, "-"+n.Rest)
	hint = "name it in UTC: " + n.inUTC(n.At)
	if _, instants := localStrict(n.day, n.seconds, zone); len(instants) == 2 {
		hint = fmt.Sprintf("name it in UTC: %s for the first, %s for the second", n.inUTC(instants[0]), n.inUTC(instants[1]))
	}
	return written + " " + problem, hint
}

// inUTC is the whole name with another time.
func (n *FileName) inUTC(at time.Time) string {
	name := utcName(at) + "-" + n.Rest
	if n.Lang != "" {
		name += "." + n.Lang
	}
	return name + ".md"
}

func utcName(t time.Time) string { return t.UTC().Format("2006-01-02T150405Z") }

// Dashed returns the kind of a case type that a name begins with, were its underscores dashes; ""
// where there is none.
func Dashed(of CaseType, rest string) Kind {
	for _, r := range Kinds[of] {
		k := strings.ReplaceAll(string(r.Kind), "_", "-")
		if k != string(r.Kind) && (rest == k || strings.HasPrefix(rest, k+"-")) {
			return r.Kind
		}
	}
	return ""
}

// EventName returns the stem of an event's file: in UTC with seconds.
func EventName(at time.Time, kind Kind, author string) string {
	return eventStem(utcName(at), kind, author)
}

// LocalEventName returns the stem of an event's file in the site's zone, as people write it: to the
// minute where the seconds are 0. Where the local time comes twice it is in UTC.
func LocalEventName(at time.Time, zone *time.Location, kind Kind, author string) string {
	local := at.In(zone)
	h, m, s := local.Clock()
	if _, instants := localStrict(DateOf(local), h*3600+m*60+s, zone); len(instants) != 1 {
		return EventName(at, kind, author)
	}
	layout := "2006-01-02T150405"
	if s == 0 {
		layout = "2006-01-02T1504"
	}
	return eventStem(local.Format(layout), kind, author)
}

func eventStem(at string, kind Kind, author string) string {
	if author == "" {
		return at + "-" + string(kind)
	}
	return at + "-" + string(kind) + "-" + author
}

const (
	lower     = "abcdefghijklmnopqrstuvwxyz"
	upper     = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	numerals  = "0123456789"
	NameHint  = "write small letters, digits and _"
	SlugHint  = "write small letters, digits and dashes"
	IDHint    = "write small letters, digits, - and _"
	maxName   = 64 // characters of an id
	maxSlug   = 80
	minFollow = 26 // letters of base32: 130 bits
)

// made reports whether s has at most a number of characters, all of a set, the first one none of
// not.
func made(s string, most int, of, not string) bool {
	return s != "" && len(s) <= most && strings.Trim(s, of) == "" && strings.IndexByte(not, s[0]) < 0
}

func IsID(s string) bool     { return made(s, maxName, lower+numerals+"_-", "_-") }
func IsAuthor(s string) bool { return made(s, maxName, lower+numerals+"_", "") }
func IsField(s string) bool  { return made(s, maxName, lower+numerals+"_", numerals+"_") }
func IsSlug(s string) bool   { return made(s, maxSlug, lower+numerals+"-", "-") }

// IsOrganisation reports whether s is an organisation's id, which the platform may have given.
func IsOrganisation(s string) bool { return made(s, maxName, lower+upper+numerals+"_.-", ".-") }

// IsLanguage reports whether s is a tag such as nl, pt-BR or zh-Hant.
func IsLanguage(s string) bool {
	parts := strings.Split(s, "-")
	if len(parts[0]) < 2 || !made(parts[0], 3, lower, "") {
		return false
	}
	if parts = parts[1:]; len(parts) > 0 && isScript(parts[0]) {
		parts = parts[1:]
	}
	return len(parts) == 0 || len(parts) == 1 && len(parts[0]) == 2 && made(parts[0], 2, upper, "")
}

func isScript(s string) bool {
	return len(s) == 4 && made(s[:1], 1, upper, "") && made(s[1:], 3, lower, "")
}

// IsCaseSlug reports <mmdd>-<slug>.
func IsCaseSlug(s string) bool {
	if len(s) < 6 || s[4] != '-' {
		return false
	}
	_, _, ok := readDate("2000-" + s[:2] + "-" + s[2:4]) // a leap year
	return ok && IsSlug(s[5:])
}

// IsYear reports whether s is a year of four digits, from 1970 on.
func IsYear(s string) bool { return len(s) == 4 && Usable(Date{Year: digits(s)}) }

// IsFollow reports whether s can be a token that nobody guesses: at least 128 bits in base32.
func IsFollow(s string) bool { return len(s) >= minFollow && made(s, maxName, lower+"234567", "") }

// IsStored reports whether s is the name of an attachment's file: 16 hex digits and its ending.
func IsStored(s string) bool {
	hex, ext, has := strings.Cut(s, ".")
	return len(hex) == 16 && made(hex, 16, "0123456789abcdef", "") && (!has || made(ext, 8, lower+numerals, ""))
}
