// Package tick turns what has fallen due by rule into events: reminders, closing notices, closings,
// and the states of a maintenance that follows its plan.
//
// desk.Due says what is due. Here each action becomes an event by the author balie, named by the
// instant at which it fell due, with its text in the requester's language. Path and bytes depend on
// the commit and that instant alone, so two machines that do it at once write the same file.
package tick

import (
	"fmt"
	"io/fs"

	"balie/content"
	"balie/content/desk"
	"balie/ingest/commit"
	"balie/ingest/filing"
	"balie/themes"
)

// Change returns one commit with an event for each action. files are those that the tree was read
// from: the words come from the desk's theme.
func Change(tree *content.Tree, files fs.FS, actions []desk.Action) (commit.Change, error) {
	theme, err := themes.Of(files)
	if err != nil {
		return commit.Change{}, err
	}
	var events []filing.RuleEvent
	for _, a := range actions {
		e := &content.Event{Kind: a.Kind, At: a.At, Author: content.Balie}
		if a.Resolution != "" {
			e.Front = &content.Front{Resolution: a.Resolution}
		}
		if a.Ticket != nil {
			if e.Body, err = textOf(tree, theme, a); err != nil {
				return commit.Change{}, err
			}
		}
		events = append(events, filing.RuleEvent{Dir: a.Case, Event: e})
	}
	return filing.RuleChange(events)
}

// textOf returns the text for the requester, in the ticket's language where the theme speaks it.
func textOf(tree *content.Tree, theme *themes.Theme, a desk.Action) (string, error) {
	locale := theme.Locale(a.Ticket.Language)
	if locale == nil {
		locale = theme.Locale(tree.Site.Source())
	}
	if locale == nil {
		return "", fmt.Errorf("text of %s: the theme speaks neither %q nor %q", a.Kind, a.Ticket.Language, tree.Site.Source())
	}
	number := content.SayNumber(a.Ticket.Number)
	switch a.Kind {
	case content.Reminder:
		return locale.T("tick.reminder")
	case content.Solved:
		return noticeText(tree, locale, a)
	case content.Closed:
		return locale.T("tick.closed", "number", number)
	}
	return "", nil
}

// noticeText returns the closing notice, after an answer or a question that met no reaction.
func noticeText(tree *content.Tree, locale *themes.Locale, a desk.Action) (string, error) {
	key, args := "tick.notice", []any{"n", closeAfter(tree, a)}
	if a.Answer != nil {
		key, args = "tick.answered", append(args, "date", locale.FullDate(a.Answer.At.In(tree.Zone)))
	}
	if closeAfter(tree, a) == 0 {
		key += "_only"
	}
	return locale.T(key, args...)
}

// closeAfter returns the number of working days from the notice to the closing, by the policy in
// force at the notice, or 0 where the ticket never closes.
func closeAfter(tree *content.Tree, a desk.Action) int {
	if p := tree.PolicyAt(a.At); p != nil && p.Closing != nil {
		return p.Closing.Close
	}
	return 0
}
