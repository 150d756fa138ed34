package load

import (
	"fmt"
	"path"
	"slices"

	"balie/content"
)

// What stands here is wrong with a file by its own name and bytes, whatever other files say: a file
// with such an error does not read.

// isMisread reports whether a file, or one of some keys in it, could not be read: what it then
// seems to lack may be that. The problems are those of reading that file.
func isMisread(problems []content.Problem, keys ...string) bool {
	return slices.ContainsFunc(problems, func(p content.Problem) bool {
		return p.Severity == content.Error && (p.Key == "" || slices.Contains(keys, p.Key))
	})
}

func (c *caseReader) checkPlanned(file string, p content.Planned) {
	if !p.Start.IsZero() && !p.End.IsZero() && !p.End.After(p.Start) {
		c.keyed(file, "planned.end", content.CodeTime, "name a time after its start", "planned.end: a maintenance ends after it starts")
	}
}

func (c *caseReader) checkFollow(file string, t *content.Ticket, misread []content.Problem) {
	const random = "26 or more random letters a to z and digits 2 to 7"
	switch {
	case t.Follow == "" && isMisread(misread, "follow"):
	case t.Follow == "":
		c.problem(file, content.CodeNoFollow, "add follow: and "+random, "a ticket without a follow page: its requester can't see it")
		c.problems[len(c.problems)-1].Severity = content.Warning
	case !content.IsFollow(t.Follow):
		c.keyed(file, "follow", content.CodeValue, "write "+random, "follow: not a token that nobody can guess")
	}
}

// checkEvent finds what an event says of itself that can't be. Misread is what is wrong with its
// front matter.
func (c *caseReader) checkEvent(e *content.Event, misread []content.Problem) {
	f := e.Data()
	if next := f.NextUpdate; !next.IsZero() && !next.After(e.At) {
		c.keyed(e.Path, "next_update", content.CodeTime, "name a time after the update's own, which is "+e.At.Format("2006-01-02T15:04"), "next_update: %s is not after this update", next.Format("2006-01-02T15:04"))
	}
	if f.Planned != nil {
		c.checkPlanned(e.Path, *f.Planned)
	}
	switch e.Kind {
	case content.Linked:
		if (f.Incident == "") == (f.Ticket == "") && !isMisread(misread, "incident", "ticket") {
			c.problem(e.Path, content.CodeMissingKey, "write one of incident: … and ticket: …", "a link is to an incident or to a ticket")
		}
	case content.Merged:
		if len(f.Into) > 1 {
			c.keyed(e.Path, "into", content.CodeValue, "write one number", "into: a ticket is merged into one other")
		}
	case content.Demoted:
		if !f.Until.IsZero() && !f.Until.After(e.At) {
			c.keyed(e.Path, "until", content.CodeTime, "name a time after the event's own, which is "+e.At.Format("2006-01-02T15:04"), "until: a demotion ends after it starts")
		}
	}
	for i, a := range f.Attachments {
		if a.File != "" && !content.IsStored(a.File) {
			key := fmt.Sprintf("attachments[%d].file", i)
			c.keyed(e.Path, key, content.CodeName, storedHint, "%s: %q is no name of an attachment", key, a.File)
		}
	}
	for _, r := range e.References() {
		if r.Ticket != "" && c.kind == content.TicketCase && r.Ticket == path.Base(c.dir) {
			c.keyed(e.Path, r.Key, content.CodeValue, "write the number of the other ticket", "%s: this is the ticket itself", r.Key)
		}
	}
}
