package site

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"balie/content"
	"balie/generator/calendarfile"
	"balie/generator/markdown"
)

// Calendar is the planned work of the site or of a service as a file for calendars. The title of
// one that is called off gets its words when it is written.
type Calendar struct {
	Service Words // empty: the whole site's
	Desk    string
	Lang    string
	URL     string
	Events  []CalendarEvent
}

// CalendarEvent is one maintenance.
type CalendarEvent struct {
	calendarfile.Event
	TitleLang string // where it is not the calendar's
}

const calendarFile = "maintenance.ics"

// calendars plans the calendar of the site and of each service.
func (m *Plan) calendars(lang string) {
	m.planCalendar(lang, "/", nil, m.maintenance)
	for _, s := range m.services {
		m.planCalendar(lang, "/services/"+s.ID+"/", s.Name, s.work)
	}
}

func (m *Plan) planCalendar(lang, path string, service content.Text, all []*maintenance) {
	list := m.inCalendar(all)
	numbers := make([]uint64, len(list))
	for i, f := range list {
		numbers[i] = f.number
	}
	m.addFile(lang, path+calendarFile, sourcesOf(numbers...), func() any {
		v := Calendar{Service: m.words(service, lang), Desk: m.words(m.Tree.Site.Name, lang).Text, Lang: lang, URL: m.absolute(lang, path+calendarFile)}
		for _, f := range list {
			v.Events = append(v.Events, m.calendarEvent(f, lang))
		}
		return v
	})
}

// inCalendar lists the maintenance that is planned for after a year ago, by its planned start.
func (m *Plan) inCalendar(all []*maintenance) []*maintenance {
	since := m.days[0].from
	list := slices.DeleteFunc(slices.Clone(all), func(f *maintenance) bool { return f.Course.Planned.End.Before(since) && !f.Active() })
	slices.SortFunc(list, func(a, b *maintenance) int { return -compareLast(a, b) })
	return list
}

// calendarEvent is a maintenance as it is planned, also once it has begun: when it really began and
// ended is on its page.
func (m *Plan) calendarEvent(f *maintenance, lang string) CalendarEvent {
	title := m.words(f.Title, lang)
	v := CalendarEvent{TitleLang: title.Lang, Event: calendarfile.Event{
		UID: strings.Trim(f.path, "/") + "@" + m.host, Stamp: f.last, Modified: m.lastCommitted(f, lang),
		Start: f.Course.Planned.Start, End: f.Course.Planned.End, Cancelled: f.Status == content.Cancelled,
		Summary: title.Text, URL: m.absolute(lang, f.path),
	}}
	if v.Stamp.IsZero() {
		v.Stamp = v.Start
	}
	for _, e := range f.Updates {
		if e.Data().Planned != nil {
			v.Sequence++
		}
		if e.Kind == content.Cancelled {
			v.Sequence++
		}
	}
	if last := f.lastWithText(); last != nil {
		v.Description = m.calendarText(f, last, lang)
	}
	v.Description = joined(v.Description, v.URL)
	for _, name := range m.names(f.Course.Services, lang) {
		v.Categories = append(v.Categories, name.Text)
	}
	return v
}

// lastCommitted is when what is said of a maintenance was last changed, by git; zero: not known.
func (m *Plan) lastCommitted(f *maintenance, lang string) time.Time {
	var last time.Time
	for _, e := range f.Updates {
		_, at := m.committed(e.Path)
		last = later(last, at)
		if t := e.Translations[lang]; t != nil {
			_, at = m.committed(t.Path)
			last = later(last, at)
		}
	}
	return last
}

// calendarTextLength is how many bytes of an update a calendar shows. Some take no more than 8 kB.
const calendarTextLength = 4_000

func (m *Plan) calendarText(f *maintenance, e *content.Event, lang string) string {
	source, _ := e.In(lang, m.paths.Source)
	origin := strings.TrimSuffix(m.base, m.paths.Prefix)
	text := m.Prose.PlainText(source, markdown.Options{At: f.path, Link: func(path string) string { return origin + m.link(lang)(path) }})
	if len(text) <= calendarTextLength {
		return text
	}
	end := calendarTextLength
	for !utf8.RuneStart(text[end]) {
		end--
	}
	return text[:end] + "…"
}
