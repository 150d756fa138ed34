// Package headers says with which HTTP headers the files of a public site are to be sent: once, for
// web, which sends them, and for the file /_headers, by which static hosts are told (Netlify,
// Cloudflare Pages and those that read the same format).
//
// Pages may load nothing from elsewhere and run no script but the theme's own, which reads the
// search index and, where the desk wants proof of work, asks the intake for a challenge. Feeds, the
// status API and the index may be read by the scripts of other sites: a form's page may be the
// intake's. The fingerprinted stylesheet is kept for a year; whatever else is revalidated at each
// visit, which those hosts do of themselves.
//
// No page may be shown in a frame but the one made for it. X-Frame-Options says so, which a browser
// leaves out of account where a policy has frame-ancestors (CSP 3, "Relation to X-Frame-Options"):
// so the rule for that page allows it by a second policy. Had the policy of all pages
// frame-ancestors, no second one could loosen it.
//
// They join the headers of all rules that a path matches, and with a comma the values of one
// header: so no two rules give the same header to one path, but for Content-Security-Policy: of
// several policies a browser obeys all (CSP 3, 4.2). A path in a rule has at most one star, which
// stands for any characters, as Cloudflare has it. Sources:
// https://docs.netlify.com/manage/routing/headers/,
// https://developers.cloudflare.com/pages/configuration/headers/.
package headers

import (
	"net/http"
	"net/url"
	"strings"
)

// Rule is what the paths that match are sent with.
type Rule struct {
	Path    string // with at most one *
	Headers []Header
}

// Header is one line.
type Header struct{ Name, Value string }

// scriptless is the policy of pages that run no script, up to where their forms post.
const scriptless = "default-src 'none'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; base-uri 'none'; form-action "

// Everywhere is the rule for every answer, those that something is not found too. Forms post to the
// site itself and to other origins. The theme's scripts may read files of the site and, with a
// proof, ask the origins to which forms post.
func Everywhere(formsGo []string, proof bool) Rule {
	intakes := strings.Join(append([]string{"'self'"}, formsGo...), " ")
	policy := scriptless + intakes + "; script-src 'self'; connect-src "
	if proof {
		policy += intakes
	} else {
		policy += "'self'"
	}
	return Rule{"/*", []Header{
		{"Content-Security-Policy", policy},
		{"X-Frame-Options", "DENY"},
		{"X-Content-Type-Options", "nosniff"},
		{"Referrer-Policy", "strict-origin-when-cross-origin"},
	}}
}

// Origins are those of some addresses; an address that is none, or empty, has no origin.
func Origins(addresses ...string) []string {
	var list []string
	for _, a := range addresses {
		if u, err := url.Parse(a); err == nil && u.Host != "" && !strings.ContainsAny(u.Host, "; ,'") {
			list = append(list, u.Scheme+"://"+u.Host)
		}
	}
	return list
}

// anywhere lets scripts of other sites read a file, embedded lets their pages load it, also those
// that ask for that (Cross-Origin-Embedder-Policy).
var (
	anywhere = Header{"Access-Control-Allow-Origin", "*"}
	embedded = Header{"Cross-Origin-Resource-Policy", "cross-origin"}
)

const json = "application/json; charset=utf-8"

// Files are the rules for some of the files, besides.
func Files() []Rule {
	// Browsers show XML by its stylesheet under this type alone; Chromium shows what comes under
	// those of Atom and RSS as its source.
	const xml = "application/xml"
	feed := func(path, media string) Rule {
		return Rule{path, []Header{{"Content-Type", media + "; charset=utf-8"}, anywhere}}
	}
	return []Rule{
		{"/assets/*", []Header{{"Cache-Control", "public, max-age=31536000, immutable"}}},
		{"/api/*", []Header{{"Content-Type", json}, anywhere}},
		{"/incidents/*.json", []Header{{"Content-Type", json}, anywhere}},
		{"/search/index/*", []Header{anywhere}},
		feed("/*.atom", xml),
		feed("/*.rss", xml),
		feed("/feed.json", "application/feed+json"),
		feed("/*/feed.json", "application/feed+json"),
		{"/*.ics", []Header{{"Content-Type", "text/calendar; charset=utf-8"}, anywhere}},
		{"/*.svg", []Header{embedded}},
		{"/embed.js", []Header{anywhere, embedded}},
		{"/embed.json", []Header{anywhere}},
		{"/*/embed.json", []Header{anywhere}},
	}
}

// Framed are the rules for the page that other sites may show in a frame, in each language. They
// name each path: with a star they would hold for other pages of that name.
func Framed(languages []string) []Rule {
	allow := []Header{{"Content-Security-Policy", "frame-ancestors *"}}
	rules := []Rule{{"/embed/", allow}}
	for _, lang := range languages {
		rules = append(rules, Rule{"/" + lang + "/embed/", allow})
	}
	return rules
}

// Staff are the rules for the staff's site. What customers sent lies beneath /attachments/: it is
// saved and never shown, whatever it is, as the intake does it.
func Staff() []Rule {
	return []Rule{
		{"/*", []Header{
			{"Content-Security-Policy", scriptless + "'self'; frame-ancestors 'none'"}, {"X-Content-Type-Options", "nosniff"},
			{"Referrer-Policy", "no-referrer"}, {"Cache-Control", "no-store"}, {"X-Robots-Tag", "noindex"},
		}},
		{"/attachments/*", []Header{
			{"Content-Type", "application/octet-stream"},
			{"Content-Disposition", "attachment"},
			{"Content-Security-Policy", "sandbox; default-src 'none'"},
		}},
	}
}

// Apply sets the headers of those rules that a path matches. Policies add up, as hosts do it.
func Apply(to http.Header, path string, rules ...Rule) {
	for _, r := range rules {
		if !r.matches(path) {
			continue
		}
		for _, h := range r.Headers {
			if h.Name == "Content-Security-Policy" {
				to.Add(h.Name, h.Value)
			} else {
				to.Set(h.Name, h.Value)
			}
		}
	}
}

func (r Rule) matches(path string) bool {
	before, after, star := strings.Cut(r.Path, "*")
	if !star {
		return path == r.Path
	}
	return len(path) >= len(before)+len(after) && strings.HasPrefix(path, before) && strings.HasSuffix(path, after)
}

// File is /_headers of a site whose paths begin with a prefix.
func File(prefix string, rules ...Rule) []byte {
	var b strings.Builder
	for _, r := range rules {
		b.WriteString(prefix + r.Path + "\n")
		for _, h := range r.Headers {
			b.WriteString("  " + h.Name + ": " + h.Value + "\n")
		}
	}
	return []byte(b.String())
}
