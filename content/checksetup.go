package content

import (
	"fmt"
	"net/mail"
	"net/netip"
	"net/url"
	"path"
	"regexp"
	"slices"
	"strings"
	"time"
)

// checkSetup checks everything but the cases.
func (c *checker) checkSetup(now time.Time) {
	c.site()
	c.services()
	c.people()
	c.forms()
	c.hooks()
	c.articles()
	for _, p := range c.Policies {
		c.policy(p, now)
	}
	for set, dates := range c.Holidays {
		c.holidays("holidays/"+set+".yaml", dates)
	}
	c.lanesReached()
}

var hexColour = regexp.MustCompile(`^#[0-9a-fA-F]{6}$`)

func (c *checker) site() {
	const file = "site.yaml"
	s := c.Site
	c.absoluteURL(file, "base_url", s.BaseURL, true)
	c.absoluteURL(file, "intake_url", s.IntakeURL, true)
	c.absoluteURL(file, "home", s.Home, false)
	for i, l := range s.Links {
		c.absoluteURL(file, fmt.Sprintf("links[%d].url", i), l.URL, false)
	}
	duplicates(s.Languages, func(l string) string { return l }, func(i int, l string) {
		c.error(file, fmt.Sprintf("languages[%d]", i), "duplicate", "keep one of them", "languages[%d]: %q stands twice", i, l)
	})
	if s.Brand.Accent != "" && !hexColour.MatchString(s.Brand.Accent) {
		c.error(file, "brand.accent", "wrong-value", `write six hexadecimal digits in quotes: "#0b5d8c"`, "brand.accent: %q is no colour", s.Brand.Accent)
	}
	if s.Brand.Logo != "" {
		c.logo(file, s.Brand.Logo)
	}
	duplicates(s.Channels, func(ch Channel) string { return ch.ID }, func(i int, id string) {
		c.error(file, fmt.Sprintf("channels[%d].id", i), "duplicate", "", "channels[%d]: a second %q", i, id)
	})
	for i, ch := range s.Channels {
		if (ch.Use == nil) == (ch.Not == nil) {
			c.error(file, fmt.Sprintf("channels[%d]", i), "missing-key", "add use: … where it exists, or not: … with the reason", "channels[%d]: says either how it is used or why it is not there", i)
		}
	}
	c.intakeSettings(file)
}

func (c *checker) logo(file, logo string) {
	switch ext := path.Ext(logo); {
	case c.Logo == nil:
		c.error(file, "brand.logo", "unknown-reference", "write its path from the repository's root", "brand.logo: there is no file %q", logo)
	case ext != ".svg" && ext != ".png":
		c.error(file, "brand.logo", "wrong-value", "use an SVG or PNG file", "brand.logo: %q is neither", logo)
	}
}

func (c *checker) intakeSettings(file string) {
	if m := c.Site.Mail; m != nil {
		if _, err := mail.ParseAddress(m.From); err != nil && m.From != "" {
			c.error(file, "mail.from", "wrong-value", "", "mail.from: %q is no e-mail address", m.From)
		}
	}
	if g := c.Site.Guard; g != nil {
		for i, proxy := range g.TrustedProxies {
			if _, err := netip.ParsePrefix(proxy); err != nil {
				c.error(file, fmt.Sprintf("guard.trusted_proxies[%d]", i), "wrong-value", "write a network such as 127.0.0.1/32", "guard.trusted_proxies[%d]: %q is no network", i, proxy)
			}
		}
	}
}

// absoluteURL wants http or https and a host; plain: neither query nor fragment.
func (c *checker) absoluteURL(file, key, s string, plain bool) {
	if s == "" {
		return
	}
	u, err := url.Parse(s)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" || plain && (u.RawQuery != "" || u.Fragment != "" || u.User != nil) {
		c.error(file, key, "wrong-value", "write a whole address such as https://help.example", "%s: %q is no web address", key, s)
	}
}

func (c *checker) identifier(file, key, id string) {
	if id != "" && !identifier.MatchString(id) {
		c.error(file, key, "wrong-name", "use small letters, digits, - and _", "%s: %q is no id", key, id)
	}
}

func (c *checker) services() {
	const file = "services.yaml"
	seen := map[string]bool{}
	each := func(key string, s *Service) {
		c.identifier(file, key+".id", s.ID)
		if seen[s.ID] {
			c.error(file, key+".id", "duplicate", "give it another id", "%s: a second %q", key, s.ID)
		}
		seen[s.ID] = true
	}
	for i, s := range c.Services {
		key := fmt.Sprintf("[%d]", i)
		each(key, s)
		for j, sub := range s.Services {
			key := fmt.Sprintf("[%d].services[%d]", i, j)
			each(key, sub)
			if len(sub.Services) > 0 {
				c.error(file, key+".services", "wrong-value", "", "%s: a group in a group", key)
			}
		}
	}
}

func (c *checker) people() {
	for _, p := range c.People {
		if !authorName.MatchString(p.Key) {
			c.error("people.yaml", p.Key+"~", "wrong-name", "use small letters, digits and _: it stands in file names", "%q is no name for an author", p.Key)
		}
		if p.Key == Balie {
			c.error("people.yaml", p.Key+"~", "wrong-name", "", "%q is the name under which rules write", p.Key)
		}
	}
}

// reserved are names that no field may take: the intake uses them itself.
var reserved = []string{"incident", "language", "identity", "altcha", "website"}

func (c *checker) forms() {
	for _, f := range c.Forms {
		file := "forms/" + f.ID + ".yaml"
		if !identifier.MatchString(f.ID) {
			c.error(file, "", "wrong-name", "use small letters, digits, - and _", "%q is no name for a form", f.ID)
		}
		if f.Lane != "" && !slices.Contains(c.words.lanes, f.Lane) {
			c.reference(file, "lane", "lane", f.Lane, c.words.lanes, "the policy")
		}
		c.formFields(file, f)
	}
}

func (c *checker) formFields(file string, f *Form) {
	duplicates(f.Fields, func(fd Field) string { return fd.ID }, func(i int, id string) {
		c.error(file, fmt.Sprintf("fields[%d].id", i), "duplicate", "give it another id", "fields[%d]: a second field %q", i, id)
	})
	duplicates(f.Fields, func(fd Field) string { return string(fd.Role) }, func(i int, role string) {
		c.error(file, fmt.Sprintf("fields[%d].role", i), "duplicate", "", "fields[%d]: a second field with the role %q", i, role)
	})
	for i := range f.Fields {
		c.field(file, fmt.Sprintf("fields[%d]", i), &f.Fields[i])
	}
	if !slices.ContainsFunc(f.Fields, func(fd Field) bool { return fd.Role == "body" }) {
		c.warn(file, "fields", "no-body", "give one field the role body", "no field has the role body: nobody can say what is the matter")
	}
}

func (c *checker) field(file, key string, f *Field) {
	if f.ID != "" && !fieldName.MatchString(f.ID) {
		c.error(file, key+".id", "wrong-name", "use small letters, digits and _", "%s.id: %q is no name for a field", key, f.ID)
	}
	if slices.Contains(reserved, f.ID) {
		c.error(file, key+".id", "wrong-name", "reserved: "+strings.Join(reserved, ", "), "%s.id: %q is a name that the intake uses itself", key, f.ID)
	}
	if f.Pattern != "" {
		if _, err := regexp.Compile(f.Pattern); err != nil {
			c.error(file, key+".pattern", "wrong-value", "Go's syntax (RE2): no look-ahead, no back references", "%s.pattern: %v", key, err)
		}
	}
	if (f.Type == "choice") != (len(f.Choices) > 0) && f.Type != "checkbox" && f.Type != "" {
		c.error(file, key, "wrong-value", "", "%s: choices belong to a field of type choice, which has at least one", key)
	}
	if f.MaxLength > 0 && f.MinLength > f.MaxLength {
		c.error(file, key+".min_length", "wrong-value", "", "%s: min_length is more than max_length", key)
	}
	duplicates(f.Choices, func(ch Choice) string { return ch.ID }, func(i int, id string) {
		c.error(file, fmt.Sprintf("%s.choices[%d].id", key, i), "duplicate", "", "%s.choices[%d]: a second %q", key, i, id)
	})
	if f.Type == "hidden" && f.Required && f.Value == "" {
		c.error(file, key, "wrong-value", "give it a value", "%s: a required hidden field that nobody can fill", key)
	}
}

func (c *checker) hooks() {
	const file = "hooks.yaml"
	duplicates(c.Hooks, func(h *Hook) string { return h.Name }, func(i int, name string) {
		c.error(file, fmt.Sprintf("[%d].name", i), "duplicate", "", "[%d]: a second hook %q", i, name)
	})
	for i, h := range c.Hooks {
		c.identifier(file, fmt.Sprintf("[%d].name", i), h.Name)
		needsForm := h.Kind == "standard" || h.Kind == "email"
		if needsForm && h.Form == "" {
			c.error(file, fmt.Sprintf("[%d]", i), "missing-key", "add form: …", "[%d]: a hook of kind %s files by a form", i, h.Kind)
		}
		if h.Form != "" && !slices.Contains(c.words.forms, h.Form) {
			c.reference(file, fmt.Sprintf("[%d].form", i), "form", h.Form, c.words.forms, "forms/")
		}
	}
}

func (c *checker) articles() {
	for _, s := range c.Sections {
		for _, a := range s.Articles {
			c.article(a)
		}
	}
	for _, a := range c.Replies {
		c.article(a)
	}
}

func (c *checker) article(a *Article) {
	if a.Body == "" {
		c.warn(a.Path, "", "no-text", "", "an article without a text")
	}
	for lang, t := range a.Translations {
		c.stale(t.Path, a.Body, t.Translates, lang)
	}
}

func (c *checker) holidays(file string, dates Holidays) {
	for _, d := range dates {
		if _, err := ParseDate(d.Key); err != nil {
			c.error(file, d.Key+"~", "wrong-value", "", "%v", err)
		}
	}
}

// lanesReached warns of lanes that no form, requirement or event would ever file under.
func (c *checker) lanesReached() {
	if len(c.Policies) == 0 || len(c.Forms) == 0 {
		return
	}
	p := c.Policies[len(c.Policies)-1]
	for i, l := range p.Lanes {
		reached := l.Requires != "" || slices.ContainsFunc(c.Forms, func(f *Form) bool { return f.Lane == l.ID || f.Lane == "" && DefaultLane(p) == l.ID })
		if !reached {
			c.warn(p.Path, fmt.Sprintf("lanes[%d].id", i), "unreachable", "name it in a form, or give it requires: …", "lanes[%d]: no form files under %q", i, l.ID)
		}
	}
}

// DefaultLane is where a form files that names no lane: "standard" where the policy has it, else the last that needs no evidence.
func DefaultLane(p *Policy) string {
	if p == nil {
		return "standard"
	}
	last := "standard"
	for _, l := range p.Lanes {
		if l.ID == "standard" {
			return l.ID
		}
		if l.Requires == "" {
			last = l.ID
		}
	}
	return last
}

var dayNames = []string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"}

// Days returns the weekdays of a key of hours: mon, or mon-thu; nil where it is neither.
func Days(key string) []time.Weekday {
	from, to, isRange := strings.Cut(key, "-")
	first := slices.Index(dayNames, from)
	last := first
	if isRange {
		last = slices.Index(dayNames, to)
	}
	if first < 0 || last < 0 {
		return nil
	}
	var days []time.Weekday
	for d := first; ; d = (d + 1) % 7 {
		days = append(days, time.Weekday(d))
		if d == last {
			return days
		}
	}
}
