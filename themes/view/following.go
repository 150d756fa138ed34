package view

import (
	"html/template"
	"slices"
	"strings"

	"balie/content"
)

// Following is the page with all ways to hear of incidents and maintenance.
type Following struct {
	Lang       string
	Home       string // where it is said when to come back
	Mail       bool   // people can follow by mail: there is the form
	Hooks      bool   // programs can follow: there is theirs
	Action     string // where the form posts
	Served     string // when it was, signed; "" where nobody asks
	Choice     Choice
	Fields     []Field   // besides
	Errors     []Mistake // of what was sent
	HookAction string    // where the one for programs posts
	HookFields []Field   // besides Choice
	Asked      bool      // it was sent: the page says what comes, and not what was known

	Feed            string // the address of the feed of all, absolute
	Atom, RSS, JSON string
	Calendar        string       // the address of the calendar of maintenance, absolute
	Subscribe       template.URL // the same for a calendar program
}

// Choice is what can be followed, in groups.
type Choice struct {
	Field
	All     Option
	Grouped []OptionGroup
}

// OptionGroup is a part of a list to choose from. Its Label is its own, or the word for its Code.
type OptionGroup struct {
	Label, Code string
	Options     []Option
}

// Following returns the page with what was asked for chosen: services/checkout, or all. Site is the
// site's absolute address, without its last slash.
func (s Setting) Following(site string, chosen content.Follows) Following {
	path := func(p string) string { return s.Pages + s.in(s.Lang, p) }
	v := Following{
		Lang: s.Lang, Home: path("/"), Mail: s.Tree.Site.Follow.Mail && s.Tree.Site.Mail != nil, Action: s.Intake + "/follow",
		Feed: site + s.in(s.Lang, "/feed.atom"), Atom: path("/feed.atom"), RSS: path("/feed.rss"), JSON: path("/feed.json"),
	}
	v.Calendar = site + s.in(s.Lang, "/maintenance.ics")
	v.Subscribe = CalendarLink(v.Calendar)
	if v.Hooks = s.Tree.Site.Follow.Hooks; v.Hooks {
		var asked Form
		s.ask(&asked, content.HookForm())
		v.Choice.Field, v.HookFields, v.HookAction = asked.Fields[0], asked.Fields[1:], v.Action+"/hooks"
	}
	if v.Mail {
		var asked Form
		s.ask(&asked, content.FollowForm())
		v.Choice.Field, v.Fields = asked.Fields[0], asked.Fields[1:]
	}
	v.Choice.Required = false // one is always chosen
	if v.Mail || v.Hooks {
		v.choose(s, chosen)
	}
	return v
}

// CalendarLink is the link by which a calendar program subscribes to a calendar's address.
func CalendarLink(address string) template.URL {
	_, rest, _ := strings.Cut(address, "://")
	return template.URL("webcal://" + rest)
}

// choose lists what can be followed. What was chosen is among it, if the public may know of it.
func (v *Following) choose(s Setting, chosen content.Follows) {
	option := func(what content.Follows, label content.Text) Option {
		text, _ := label.In(s.Lang, s.source())
		return Option{string(what), text, what == chosen}
	}
	v.Choice.All = Option{Value: string(content.FollowsAll), Selected: chosen == content.FollowsAll}
	s.Tree.EachService(func(group, service *content.Service) {
		var label string
		if group != nil {
			label, _ = group.Name.In(s.Lang, s.source())
		}
		n := len(v.Choice.Grouped)
		if n == 0 || v.Choice.Grouped[n-1].Label != label {
			v.Choice.Grouped = append(v.Choice.Grouped, OptionGroup{Label: label, Code: "services"})
			n++
		}
		last := &v.Choice.Grouped[n-1]
		last.Options = append(last.Options, option(content.ServiceFollows(service.ID), service.Name))
	})
	incidents, maintenance := OptionGroup{Code: "incidents"}, OptionGroup{Code: "maintenance"}
	for _, i := range slices.Backward(s.Tree.Incidents) {
		if what := content.Follows(i.Dir); i.Public() && (what == chosen || i.At(s.Now).Open) {
			incidents.Options = append(incidents.Options, option(what, i.Title))
		}
	}
	for _, m := range s.Tree.Maintenance {
		what, status := content.Follows(m.Dir), m.At(s.Now).Status
		if what == chosen || status != content.Completed && status != content.Cancelled {
			maintenance.Options = append(maintenance.Options, option(what, m.Title))
		}
	}
	for _, g := range []OptionGroup{incidents, maintenance} {
		if len(g.Options) > 0 {
			v.Choice.Grouped = append(v.Choice.Grouped, g)
		}
	}
}

// FollowURL returns the address at which something can be followed by mail, or "" where nothing
// can be.
func (s Setting) FollowURL(what content.Follows) string {
	if !s.Tree.Site.Follow.Mail || s.Tree.Site.Mail == nil {
		return ""
	}
	return s.Intake + s.in(s.Lang, "/follow/") + "?follows=" + string(what)
}

// Subscription is the page of one who follows something by mail.
type Subscription struct {
	State  SubscriptionState
	What   Named
	Action string // where its button posts
	Others string // the page on which other things can be followed
}

// SubscriptionState is what the page says and asks.
type SubscriptionState string

// The states.
const (
	Unconfirmed  SubscriptionState = "confirm" // nothing is mailed before it is confirmed
	Subscribed   SubscriptionState = "on"
	AsksToStop   SubscriptionState = "stop"
	Unsubscribed SubscriptionState = "ended"
	Unknown      SubscriptionState = "gone" // it ended, or never was
)

// Named is what somebody follows. Of is all, service or case; where it is all there is no text.
type Named struct{ Of, Text, Lang, URL string }

// Subscription returns the page of a subscription with a token.
func (s Setting) Subscription(state SubscriptionState, what content.Follows, token string) Subscription {
	v := Subscription{State: state, What: s.named(what), Action: s.Intake + "/follow/" + token, Others: s.Intake + s.in(s.Lang, "/follow/")}
	if state == Subscribed || state == AsksToStop {
		v.Action += "/stop"
	}
	return v
}

// named says in the setting's language what is followed: what is gone by its name in the files.
func (s Setting) named(what content.Follows) Named {
	if what == content.FollowsAll {
		return Named{Of: "all", URL: s.Pages + s.in(s.Lang, "/")}
	}
	n := Named{Of: "case", Text: string(what), URL: s.Pages + s.in(s.Lang, "/"+string(what)+"/")}
	title := content.Text(nil)
	if id := what.ServiceID(); id != "" {
		n.Of = "service"
		if service := s.Tree.Service(id); service != nil {
			title = service.Name
		}
	}
	for _, i := range s.Tree.Incidents {
		if i.Dir == string(what) && i.Public() {
			title = i.Title
		}
	}
	for _, m := range s.Tree.Maintenance {
		if m.Dir == string(what) {
			title = m.Title
		}
	}
	if title == nil {
		n.URL = ""
		return n
	}
	var in string
	if n.Text, in = title.In(s.Lang, s.source()); in != s.Lang {
		n.Lang = in
	}
	return n
}
