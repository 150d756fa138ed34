package content

import (
	"fmt"
	"regexp"
	"strings"
	"time"
)

// eventName is what the name of an event's file says.
type eventName struct {
	stem   string // without language and .md: the event's identity
	at     time.Time
	kind   Kind
	author string
	lang   string // of a translation, else ""
}

var eventFile = regexp.MustCompile(`^((\d{4}-\d\d-\d\dT\d{4}(?:\d\d)?)(Z?)-([a-z_]+)(?:-([a-z0-9_]+))?)(?:\.([a-z]{2,3}(?:-[A-Z]{2})?))?\.md$`)

// parseEventName reads 2026-11-20T1405-investigating.md, 2026-11-20T140509Z-reply-anna.md or 2026-11-20T1405-update.en.md.
// With problem, the name says nothing; hint is the next step.
func parseEventName(file string, zone *time.Location) (name eventName, problem, hint string) {
	m := eventFile.FindStringSubmatch(file)
	if m == nil {
		return name, "this is no event's name", "name it <time>-<kind>[-<author>].md, such as 2026-11-20T1405-investigating.md"
	}
	name = eventName{stem: m[1], kind: Kind(m[4]), author: m[5], lang: m[6]}
	layout := "2006-01-02T1504"
	if len(m[2]) > len(layout) {
		layout += "05"
	}
	t, err := time.Parse(layout, m[2])
	if err != nil || t.Year() < 1970 {
		return name, fmt.Sprintf("%s is not a time", m[2]), "write the date and the time as in 2026-11-20T1405"
	}
	if m[3] == "Z" {
		name.at = t.In(zone)
		return name, "", ""
	}
	name.at, problem, _ = localOnce(t, zone)
	if problem != "" {
		_, instants := LocalStrict(DateOf(t), t.Hour()*3600+t.Minute()*60+t.Second(), zone)
		hint = "name it in UTC: " + utcName(name.at)
		if len(instants) == 2 {
			hint = fmt.Sprintf("name it in UTC: %s or %s", utcName(instants[0]), utcName(instants[1]))
		}
		return name, m[2] + " " + problem, hint
	}
	return name, "", ""
}

func utcName(t time.Time) string { return t.UTC().Format("2006-01-02T150405Z") }

// EventName returns the stem of an event's file: in UTC with seconds.
func EventName(at time.Time, kind Kind, author string) string {
	name := utcName(at) + "-" + string(kind)
	if author != "" {
		name += "-" + author
	}
	return name
}

// LocalEventName returns the stem of an event's file in the site's zone, as people write it: to the minute where the seconds are 0.
// Where the local time comes twice it is in UTC.
func LocalEventName(at time.Time, zone *time.Location, kind Kind, author string) string {
	local := at.In(zone)
	h, m, s := local.Clock()
	if _, instants := LocalStrict(DateOf(local), h*3600+m*60+s, zone); len(instants) != 1 {
		return EventName(at, kind, author)
	}
	layout := "2006-01-02T150405"
	if s == 0 {
		layout = "2006-01-02T1504"
	}
	name := local.Format(layout) + "-" + string(kind)
	if author != "" {
		name += "-" + author
	}
	return name
}

var (
	identifier  = regexp.MustCompile(`^[a-z0-9][a-z0-9_-]{0,63}$`)
	fieldName   = regexp.MustCompile(`^[a-z][a-z0-9_]{0,63}$`)
	authorName  = regexp.MustCompile(`^[a-z0-9_]{1,64}$`)
	languageTag = regexp.MustCompile(`^[a-z]{2,3}(-[A-Z]{2})?$`)
	caseSlug    = regexp.MustCompile(`^(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])-[a-z0-9][a-z0-9-]{0,79}$`)
	yearName    = regexp.MustCompile(`^(19[7-9]\d|[2-9]\d{3})$`)
	followToken = regexp.MustCompile(`^[a-z2-7]{26,64}$`)
	storedFile  = regexp.MustCompile(`^[0-9a-f]{16}(\.[a-z0-9]{1,8})?$`)
)

// splitFront cuts front matter from a file's text. above is how many lines of the file stand above the YAML; ok is false where the block is not closed.
func splitFront(text string) (front, body string, above int, ok bool) {
	if !strings.HasPrefix(text, "---\n") {
		return "", text, 0, true
	}
	rest := text[4:]
	if strings.HasPrefix(rest, "---\n") || rest == "---" {
		return "", strings.TrimPrefix(rest[3:], "\n"), 1, true
	}
	end := strings.Index(rest, "\n---\n")
	if end < 0 {
		if strings.HasSuffix(rest, "\n---") {
			return rest[:len(rest)-3], "", 1, true
		}
		return "", "", 0, false
	}
	return rest[:end+1], rest[end+5:], 1, true
}
