package view

import (
	"time"

	"balie/content"
)

// UpdateMail is a message about one public update to somebody who follows by mail. All its
// addresses are absolute, where the setting's are.
type UpdateMail struct {
	Lang       string
	What       Named // what they follow
	Case       Named // what the update is of
	Kind       content.Kind
	Body       string // Markdown
	BodyLang   string // where it is not Lang
	States     []NamedState
	Workaround Named
	Planned    *content.Planned // of maintenance, in the site's zone
	Next       time.Time        // when the next update comes; zero: nobody says, or it has passed
	Contact    string
	Stop       string // where they end these mails
}

// NamedState is a service and its state; "" where the update is of maintenance.
type NamedState struct {
	Service Named
	State   content.ComponentState
}

// UpdateMail returns the message about an update to somebody who follows what it is of. It shows
// the services as they were with the update.
func (s Setting) UpdateMail(f content.Followed, what content.Follows, token string) UpdateMail {
	e := f.Event
	v := UpdateMail{
		Lang: s.Lang, What: s.named(what), Case: s.named(content.Follows(f.Dir())), Kind: e.Kind,
		Contact: s.Pages + s.in(s.Lang, "/contact/"), Stop: s.stopURL(token),
	}
	var in string
	if v.Body, in = e.In(s.Lang, s.source()); in != s.Lang {
		v.BodyLang = in
	}
	if f.Maintenance != nil {
		at := f.Maintenance.At(e.At)
		if at.Status != content.Cancelled && at.Status != content.Completed {
			v.Planned = &content.Planned{Start: at.Planned.Start.In(s.Tree.Zone), End: at.Planned.End.In(s.Tree.Zone)}
		}
		for _, id := range at.Services.Keys() {
			v.States = append(v.States, NamedState{Service: s.named(content.ServiceFollows(id))})
		}
		return v
	}
	at := f.Incident.At(e.At)
	for _, entry := range at.Services {
		v.States = append(v.States, NamedState{s.named(content.ServiceFollows(entry.Key)), entry.Value})
	}
	if at.Open && at.NextUpdate.After(s.Now) {
		v.Next = at.NextUpdate.In(s.Tree.Zone)
	}
	if at.Open && at.Workaround != nil {
		if v.Workaround.Text, in = at.Workaround.In(s.Lang, s.source()); in != s.Lang {
			v.Workaround.Lang = in
		}
	}
	return v
}

func (s Setting) stopURL(token string) string { return s.Intake + "/follow/" + token + "/stop" }

// ConfirmMail is a message to somebody with whose address it was asked to follow something.
type ConfirmMail struct {
	Lang  string
	What  Named
	URL   string // where it is confirmed or, where it is Known, what is followed
	Known bool   // it was confirmed before
	Stop  string // where it ends; "" where it is not Known
}

// ConfirmMail returns that message.
func (s Setting) ConfirmMail(what content.Follows, token string, known bool) ConfirmMail {
	v := ConfirmMail{Lang: s.Lang, What: s.named(what), URL: s.Intake + "/follow/" + token, Known: known}
	if known {
		v.Stop = s.stopURL(token)
	}
	return v
}
