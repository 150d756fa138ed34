package site

import (
	"fmt"
	"html"
	"html/template"
	"slices"
	"strings"
	"time"

	"balie/content"
	"balie/generator/banner"
	"balie/themes/view"
)

// Badge is a service's state, or that of all, as a picture. Its words are put in when it is drawn.
type Badge struct {
	Name  Words
	State content.ComponentState
	Lang  string
}

// Banner is what is wrong now, told on other sites: the worst open incident, or the worst that
// touches a service. Its words are put in when it is written.
type Banner struct {
	Lang   string
	Update string // the newest update of the incident
	URL    string // for those who read it elsewhere
	Outage *view.Outage
}

// EmbedPage is the page that other sites show in a frame.
type EmbedPage struct {
	Outage *view.Outage // nil: nothing is open
	Home   string
	Zone   time.Time // some instant on the site's clock
}

// Programs is the page about all that programs may read.
type Programs struct {
	API       []APIDocument
	Feeds     []string
	Calendar  string
	Subscribe template.URL // the calendar's, by which a program for calendars opens
	Overall   BadgeUse
	Services  []BadgeUse
	Script    string // to paste into a page
	Of        string // the same of one service; "" where there is none
	Frame     string
	Follow    string // where programs have themselves called; "" where they can't
}

// APIDocument is a document of the status API. The theme has a word for each ID.
type APIDocument struct{ ID, URL string }

// BadgeUse is a badge, and what to paste in order to show it.
type BadgeUse struct {
	Name           Words
	URL            string // on this site
	Address        string
	HTML, Markdown string
}

// overall names the badge of all services. A service of that name has none of its own.
const overall = "overall"

// forPrograms plans what other sites show of this one, in a language, and the page about it.
func (m *Plan) forPrograms(lang string) {
	m.add(lang, "/programs/", Page{Layout: "programs", Nav: "status"}, func() any { return m.programs(lang) })
	m.add(lang, "/embed/", Page{Layout: "embed", Hidden: true}, func() any {
		return EmbedPage{Outage: m.Outage(lang), Home: m.url(lang, "/"), Zone: time.Unix(0, 0).In(m.Tree.Zone)}
	})
	m.banner(lang, "/", m.open)
	m.badge(lang, overall, m.Tree.Site.Name, m.answer(lang).State)
	for _, s := range m.services {
		m.banner(lang, "/services/"+s.ID+"/", s.worstFirst(m.open))
		if s.ID != overall {
			m.badge(lang, s.ID, s.Name, s.badgeState())
		}
	}
	m.calendars(lang)
}

// worstFirst are the open incidents that touch a service, out of all that are open.
func (s *service) worstFirst(open []*incident) []*incident {
	return slices.DeleteFunc(slices.Clone(open), func(f *incident) bool { return !slices.Contains(s.open, f) })
}

// badgeState is a service's state. It is never operational while an open incident touches it.
func (s *service) badgeState() content.ComponentState {
	if len(s.open) > 0 {
		return worse(s.state, content.DegradedPerformance)
	}
	return s.state
}

func badgePath(id string) string { return "/badges/" + id + ".svg" }

func (m *Plan) badge(lang, id string, name content.Text, state content.ComponentState) {
	m.addFile(lang, badgePath(id), "", func() any { return Badge{m.words(name, lang), state, lang} })
}

// banner plans the file of a banner. The source language's stands below its tag too: who writes
// data-lang into a page need not know which language is the source.
func (m *Plan) banner(lang, path string, open []*incident) {
	m.addFile(lang, path+"embed.json", "", func() any {
		v := Banner{Lang: lang}
		if len(open) == 0 {
			return v
		}
		worst := open[0]
		v.Update, v.URL = worst.path[1:]+worst.Last().Name, m.absolute(lang, worst.path)
		v.Outage = m.setting(lang).Outage(m.asOpen(open))
		return v
	})
	if lang == m.paths.Source {
		again := m.pages[len(m.pages)-1]
		again.File = lang + "/" + again.File
		m.pages = append(m.pages, again)
	}
}

// embedScript plans the script by which other sites show the banner.
func (m *Plan) embedScript() { m.addBytes("embed.js", banner.Script) }

func (m *Plan) programs(lang string) Programs {
	calendar := m.absolute(lang, "/"+calendarFile)
	script := html.EscapeString(m.base + "/embed.js")
	v := Programs{
		Calendar: calendar, Subscribe: view.CalendarLink(calendar),
		Overall: m.badgeUse(lang, overall, m.Tree.Site.Name),
		Script:  fmt.Sprintf(`<script src="%s" async data-lang="%s"></script>`, script, lang),
		Frame:   fmt.Sprintf(`<iframe src="%s" title="%s" width="100%%" height="160"></iframe>`, html.EscapeString(m.absolute(lang, "/embed/")), html.EscapeString(m.words(m.Tree.Site.Name, lang).Text)),
	}
	for _, format := range []string{"atom", "rss", "json"} {
		v.Feeds = append(v.Feeds, m.absolute(lang, "/feed."+format))
	}
	for _, name := range []string{"summary", "status", "components", "incidents", "scheduled-maintenances"} {
		path := "/api/v2/" + name + ".json"
		v.API = append(v.API, APIDocument{strings.TrimPrefix(name, "scheduled-"), m.base + path})
	}
	for _, s := range m.services {
		if s.ID != overall {
			v.Services = append(v.Services, m.badgeUse(lang, s.ID, s.Name))
		}
	}
	if len(m.services) > 0 {
		v.Of = fmt.Sprintf(`<script src="%s" async data-lang="%s" data-service="%s"></script>`, script, lang, m.services[0].ID)
	}
	if m.Tree.Site.Follow.Hooks {
		v.Follow = m.url(lang, "/follow/")
	}
	return v
}

func (m *Plan) badgeUse(lang, id string, name content.Text) BadgeUse {
	v := BadgeUse{Name: m.words(name, lang), URL: m.url(lang, badgePath(id)), Address: m.absolute(lang, badgePath(id))}
	page := m.absolute(lang, "/")
	if id != overall {
		page = m.absolute(lang, "/services/"+id+"/")
	}
	alt := strings.Join(strings.Fields(v.Name.Text), " ")
	v.HTML = fmt.Sprintf(`<a href="%s"><img src="%s" alt="%s" height="24"></a>`, html.EscapeString(page), html.EscapeString(v.Address), html.EscapeString(alt))
	v.Markdown = fmt.Sprintf("[![%s](%s)](%s)", markdownText.Replace(alt), v.Address, page)
	return v
}

// markdownText escapes what ends or marks up the text of a picture.
var markdownText = strings.NewReplacer(`\`, `\\`, `[`, `\[`, `]`, `\]`, `*`, `\*`, `_`, `\_`, "`", "\\`", `<`, `\<`, `&`, `\&`)
