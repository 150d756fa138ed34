package check

import (
	"fmt"
	"net/mail"
	"net/netip"
	"net/url"
	"regexp"
	"slices"
	"time"

	"balie/content"
)

// setup checks everything but the cases.
func (c *checker) setup(now time.Time) {
	c.site()
	c.services()
	c.people()
	for _, f := range c.Forms {
		c.form("forms/"+f.ID+".yaml", f)
	}
	c.hooks()
	c.articles()
	c.policies(now)
	for set, dates := range c.Holidays {
		c.holidays("holidays/"+set+".yaml", dates)
	}
	c.lanesReached()
	c.closingMail(now)
	c.unreadReplies()
}

// unreadReplies finds mail that invites answers where nothing reads them.
func (c *checker) unreadReplies() {
	m := c.Site.Mail
	if m == nil || !m.Replies || c.words.misread["hooks.yaml"] || slices.ContainsFunc(c.Hooks, func(h *content.Hook) bool { return h.Kind == content.EmailHook }) {
		return
	}
	c.warn("site.yaml", "mail.replies", content.CodeNoEffect, "add a hook of kind email to hooks.yaml; or write replies: false, and each mail says that it is not read",
		"mail.replies: mails invite answers, and nothing reads what is sent back")
}

// closingMail finds what closes by rule and tells nobody: versions in force or to come that never
// run, and mail of which nothing says since when it goes out.
func (c *checker) closingMail(now time.Time) {
	coming, closes := false, false
	for _, p := range c.Policies {
		coming, closes = coming || p == c.PolicyAt(now), closes || p.Closing != nil
		if coming && p.Closing != nil && c.Site.Mail == nil && p.Closing.Unreachable != content.CloseAnyway && !c.words.misread["site.yaml"] {
			c.warn(p.Path, "closing~", content.CodeNoEffect, "add mail: … to site.yaml; or unreachable: close, where requesters look at the page of their question anyway",
				"closing: nothing is closed by itself: no mail would tell the requester")
		}
	}
	if m := c.Site.Mail; m != nil && closes && m.Since.IsZero() && !c.isMisread("site.yaml", "mail", "mail.since") {
		c.error("site.yaml", "mail~", content.CodeMissingKey, "add since: …, the day from which mail goes out: what was asked or solved before it closes nothing by itself",
			"mail: since is missing, and the policy closes tickets by itself")
	}
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
	if s.FeedHost != "" && !isHost(s.FeedHost) {
		c.error(file, "feed_host", content.CodeValue, "write a host alone, such as help.example", "feed_host: %q is no host", s.FeedHost)
	}
	if a := s.Brand.Accent; a != "" && !hexColour.MatchString(a) {
		c.error(file, "brand.accent", content.CodeValue, `write six hexadecimal digits in quotes, such as "#0b5d8c"`, "brand.accent: %q is no colour", a)
	}
	duplicates(s.Channels, func(ch content.Channel) string { return ch.ID }, func(i int, id string) {
		key := fmt.Sprintf("channels[%d].id", i)
		c.error(file, key, content.CodeDuplicate, "keep one of them", "%s: a second %q", key, id)
	})
	for i, ch := range s.Channels {
		key := fmt.Sprintf("channels[%d]", i)
		c.identifier(file, key+".id", ch.ID)
		const either = "write use: … where it exists, or not: … with the reason where it does not"
		switch {
		case ch.Use != nil && ch.Not != nil:
			c.error(file, key, content.CodeValue, either, "%s: both use and not", key)
		case ch.Use == nil && ch.Not == nil && !c.words.misread[file]:
			c.error(file, key, content.CodeMissingKey, either, "%s: neither use nor not", key)
		}
	}
	c.intakeSettings(file)
	if s.Follow.Mail && s.Mail == nil && !c.words.misread[file] {
		c.error(file, "follow.mail", content.CodeMissingKey, "add mail: …, or take follow.mail out", "follow.mail: no mail goes out")
	}
}

func (c *checker) intakeSettings(file string) {
	if m := c.Site.Mail; m != nil {
		c.address(file, "mail.from", m.From)
	}
	if i := c.Site.Identity; i != nil {
		claims := names{what: "claim", where: "claims that are read are ", known: []string{"id", "name", "email", "phone", "organisation"}}
		for _, claim := range i.Claims {
			c.reference(file, "identity.claims."+claim.Key+"~", claim.Key, claims, content.Error)
		}
	}
	if scan := c.Site.Attachments.Scan; len(scan) > 0 && scan[0] == "" {
		c.error(file, "attachments.scan", content.CodeValue, "write the command first, such as [clamdscan, -]", "attachments.scan: no command")
	}
	if g := c.Site.Guard; g != nil {
		for i, proxy := range g.TrustedProxies {
			if _, err := netip.ParsePrefix(proxy); err != nil {
				key := fmt.Sprintf("guard.trusted_proxies[%d]", i)
				c.error(file, key, content.CodeValue, "write a network such as 127.0.0.1/32", "%s: %q is no network", key, proxy)
			}
		}
	}
}

func (c *checker) address(file, key, s string) {
	if _, err := mail.ParseAddress(s); s != "" && err != nil {
		c.error(file, key, content.CodeValue, "write an address such as help@example.org", "%s: %q is no e-mail address", key, s)
	}
}

func isHost(s string) bool {
	u, err := url.Parse("https://" + s)
	return err == nil && u.Host == s && u.Hostname() != ""
}

// absoluteURL wants http or https and a host; plain: neither query nor fragment nor a password.
func (c *checker) absoluteURL(file, key, s string, plain bool) {
	if problem, hint := webAddress(s, plain); problem != "" {
		c.error(file, key, content.CodeValue, hint, "%s: %s", key, problem)
	}
}

// SiteAddress says what is wrong with the address of a site; "" is none, and right.
func SiteAddress(s string) (problem, hint string) { return webAddress(s, true) }

func webAddress(s string, plain bool) (problem, hint string) {
	u, err := url.Parse(s)
	switch {
	case s == "":
	case err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Hostname() == "":
		return fmt.Sprintf("%q is no web address", s), "write a whole address, such as https://help.example"
	case plain && (u.RawQuery != "" || u.Fragment != "" || u.User != nil):
		return fmt.Sprintf("%q has more than a host and a path", s), "end it with the host, or with a path"
	}
	return "", ""
}

func (c *checker) identifier(file, key, id string) {
	if id != "" && !content.IsID(id) {
		c.error(file, key, content.CodeName, content.IDHint, "%s: %q is no id", key, id)
	}
}

func (c *checker) services() {
	const file = "services.yaml"
	seen := map[string]bool{}
	each := func(key string, s *content.Service) {
		c.identifier(file, key+".id", s.ID)
		if s.ID != "" && seen[s.ID] {
			c.error(file, key+".id", content.CodeDuplicate, "give it another id", "%s.id: a second %q", key, s.ID)
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
				c.error(file, key+".services", content.CodeValue, "put them one level up", "%s: a group in a group", key)
			}
		}
	}
}

func (c *checker) people() {
	for _, p := range c.People {
		switch {
		case !content.IsAuthor(p.Key):
			c.error("people.yaml", p.Key+"~", content.CodeName, content.NameHint+": it stands in file names", "%q is no name for an author", p.Key)
		case p.Key == content.Balie:
			c.error("people.yaml", p.Key+"~", content.CodeName, "give this person another", "%q is the name under which rules write", p.Key)
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

func (c *checker) article(a *content.Article) {
	if a.Body == "" && !c.words.misread[a.Path] {
		c.warn(a.Path, "", content.CodeNoText, "write it, or take the file out", "an article without a text")
	}
	for i, id := range a.Services {
		c.reference(a.Path, fmt.Sprintf("services[%d]", i), id, c.words.services, content.Error)
	}
	for i, id := range a.Related {
		key := fmt.Sprintf("related[%d]", i)
		c.reference(a.Path, key, id, c.words.articles, content.Error)
		if id == a.ID() || slices.Contains(a.Related[:i], id) {
			c.warn(a.Path, key, content.CodeNoEffect, "take it out", "%s: this article itself, or one that is named already", key)
		}
	}
	if len(a.Related) > content.MaxRelated {
		c.warn(a.Path, "related", content.CodeNoEffect, fmt.Sprintf("keep the best %d", content.MaxRelated), "related: no more than %d are shown", content.MaxRelated)
	}
	for _, t := range a.Translations {
		c.stale(t.Path, a.Whole, t.Translates)
		c.ofSourceAlone(t)
	}
}

// ofSourceAlone finds keys in a translation that only its source may say.
func (c *checker) ofSourceAlone(t *content.Prose) {
	for key, isSet := range map[string]bool{"related": len(t.Related) > 0, "services": len(t.Services) > 0} {
		if isSet {
			c.warn(t.Path, key+"~", content.CodeNoEffect, "write it into the article in the source language", "%s: not read in a translation", key)
		}
	}
}
