package themes

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"html/template"
	"reflect"
	"sync"
	"time"

	"balie/content"
)

// words are the functions that templates have, in one language.
//
//	t KEY [NAME VALUE]...        the words for a key, as text
//	say KEY [NAME VALUE]...      the same, where values may be HTML that partial and join returned
//	has KEY                      whether there are words for it
//	partial NAME VIEW            a partial's HTML, to be put into a sentence
//	partialCached NAME VIEW      the same of a small view, such as a service's state, that comes back on page after page: made once
//	join NAME VIEWS              a partial's HTML for each, as a list in a sentence: a, b and c
//	link TEXT URL [LANG]         a Link, for the partial of that name
//	titled FRAME TITLE [TEXT]    a Head, for the partial top
//	moment FORM TIME             a time in words, and for programs the time itself, as HTML;
//	                             FORM is one of the next line's, shortday, or stacked: day over hour
//	at fullat shortat date fulldate shortdate day clock month monthname weekday zone   a time in words; iso for its datetime attribute
//	duration shortduration hours number decimal percent bytes                          figures in words; hours of minutes after midnight
//	markdown TEXT, plain TEXT    prose as HTML
//	withlinks TEXT               a text of the desk's, its addresses and phone numbers as links
//	either TEXTS                 a list in a sentence, in quotes: “a”, “b” or “c”
//	mistake MISTAKE              what is wrong with an answer
//	labelled MISTAKE             the same behind the field's label
//	money AMOUNT                 an amount in its currency
//	size SIZE, accepts TYPES     a limit in words, media types in words
//	languagename LANG            a language's name in the page's
//	inputtype TYPE               HTML's name for a field's type
//	number4 NUMBER               a ticket's number in groups
//	when PROMISE, windows TIMES, days COUNTS, worktime DURATION, shortwork DURATION   parts of the promises' sentences
//	cell VALUE                   a table's figure
//	drawbars CHART, groupname NAME SHORT, peak CHART, tenths VALUE UNIT   a chart's bars and words
//	add A B, list A B..., lower TEXT, capital TEXT, shape STATE, sameday A B, dayspan A B, asduration VALUE
type words struct {
	*Locale
	lang  string
	prose Prose
	set   *template.Template
	made  *sync.Map // by partialCached: template.HTML by the partial's name and its view
}

func (w words) funcs() template.FuncMap {
	return template.FuncMap{
		"t": w.T, "say": w.Say, "has": w.Has,
		"partial": w.partial, "partialCached": w.partialCached, "join": w.join, "link": newLink, "titled": titled,
		"at": w.At, "fullat": w.FullAt, "shortat": w.ShortAt, "date": w.Date, "fulldate": w.FullDate, "shortdate": w.ShortDate,
		"day": w.Day, "clock": w.Clock, "month": w.Month, "monthname": w.MonthName, "weekday": w.Weekday, "zone": w.Zone, "iso": iso, "moment": w.moment,
		"duration": w.Duration, "shortduration": w.ShortDuration, "hours": w.hours,
		"number": w.Number, "decimal": w.Decimal, "percent": w.Percent, "bytes": w.Bytes,
		"mistake": w.mistake, "labelled": w.labelled, "size": w.size, "money": w.Money, "accepts": accepts, "languagename": w.languageName, "inputtype": inputType,
		"markdown": w.markdown, "plain": w.plain, "number4": content.SayNumber, "withlinks": withLinks, "either": w.Either,
		"when": w.when, "worktime": w.worktime, "shortwork": w.ShortWork, "asduration": asDuration, "windows": w.windows, "days": w.days, "sameday": sameDay, "dayspan": w.daySpan, "capital": capital,
		"cell": w.cell, "drawbars": w.drawBars, "groupname": w.groupName, "peak": w.peak, "tenths": w.tenths,
		"add": func(a, b int) int { return a + b }, "list": func(items ...any) []any { return items }, "lower": w.lower, "shape": shape,
	}
}

// partial executes a partial by itself. What it returns has been escaped as HTML text, and may
// stand in a sentence.
func (w words) partial(name string, view any) (template.HTML, error) {
	b := buffers.Get().(*bytes.Buffer)
	defer func() { b.Reset(); buffers.Put(b) }()
	if err := w.set.ExecuteTemplate(b, name, view); err != nil {
		return "", err
	}
	return template.HTML(b.String()), nil
}

// partialCached remembers what a partial makes of a view, which must be comparable and one of few.
func (w words) partialCached(name string, view any) (template.HTML, error) {
	type made struct {
		name string
		view any
	}
	key := made{name, view}
	if html, ok := w.made.Load(key); ok {
		return html.(template.HTML), nil
	}
	html, err := w.partial(name, view)
	if err == nil {
		w.made.Store(key, html)
	}
	return html, err
}

// join executes a partial for each element of a slice.
func (w words) join(name string, views any) (template.HTML, error) {
	v := reflect.ValueOf(views)
	if !v.IsValid() || v.Kind() != reflect.Slice {
		return "", errors.New("join: not a slice")
	}
	items := make([]string, v.Len())
	for i := range items {
		html, err := w.partial(name, v.Index(i).Interface())
		if err != nil {
			return "", err
		}
		items[i] = string(html)
	}
	return template.HTML(w.List(items)), nil // the words between are the locale's own
}

// hours is 9.30 uur, of minutes after midnight.
func (w words) hours(minutes int) string {
	if minutes == 24*60 {
		return w.word("date.midnight")
	}
	return w.Clock(time.Date(2000, 1, 1, 0, minutes, 0, 0, time.UTC))
}

func (w words) markdown(source string) template.HTML {
	if w.prose.Markdown == nil {
		return typed(source)
	}
	return w.prose.Markdown(source, w.lang)
}

func (w words) plain(text string) template.HTML {
	if w.prose.Plain == nil {
		return typed(text)
	}
	return w.prose.Plain(text)
}

// typed is text as it was typed, lines and all: the stylesheet keeps its line breaks.
func typed(text string) template.HTML {
	return template.HTML(`<p class="typed">` + template.HTMLEscapeString(text) + `</p>`)
}

// Link is a text with an address; Lang is set where the text is in another language than the page.
type Link struct{ Text, URL, Lang string }

func newLink(text, url string, lang ...string) Link {
	l := Link{Text: text, URL: url}
	if len(lang) > 0 {
		l.Lang = lang[0]
	}
	return l
}

// Head is what the top of a page shows beside its frame.
type Head struct {
	Frame              Frame
	Title, Description string
}

func titled(f Frame, title string, description ...string) Head {
	h := Head{Frame: f, Title: title}
	if len(description) > 0 {
		h.Description = description[0]
	}
	return h
}

// iso is a time for programs, to the minute, with its offset.
func iso(t time.Time) string { return t.Format("2006-01-02T15:04Z07:00") }

// shapes are the stylesheet's names for what a state is drawn as.
var shapes = map[string]string{
	"operational": "ok", "degraded_performance": "slow", "partial_outage": "part", "major_outage": "down", "under_maintenance": "work",
}

// shape names the drawing of a service's state: ok, slow, part, down, work, or none for what is not
// known.
func shape(state any) string { return cmp.Or(shapes[fmt.Sprint(state)], "none") }

// Trouble is what went wrong with a request. Code is a key beneath error; Retry the minutes after
// which to try again, or 0; Typed what would else be lost.
type Trouble struct {
	Code  string
	Retry int
	Typed string
}
