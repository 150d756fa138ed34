package outbox

import (
	"context"
	"fmt"
	netmail "net/mail"
	"strconv"
	"strings"
	"time"

	"balie/content"
	"balie/ingest/mail"
	"balie/ingest/store"
	"balie/themes/view"
)

// followers is the recipient of the row that says that an update was noted for all who follow. It
// comes after their own rows, so that what was interrupted is done again.
const followers = "followers"

// recipientName is how the outbox knows all that one address follows.
func recipientName(recipient int64) string {
	return followers + "/" + strconv.FormatInt(recipient, 10)
}

// followingRecipient returns the number in one of recipientName's.
func followingRecipient(name string) (recipient int64, ok bool) {
	digits, ok := strings.CutPrefix(name, followers+"/")
	recipient, err := strconv.ParseInt(digits, 10, 64)
	return recipient, ok && err == nil
}

const (
	unconfirmedFor = 7 * 24 * time.Hour // how long is waited for a confirmation
	confirmsPerDay = 3                  // mails that ask one address for it within 24 hours
	confirmEvery   = time.Hour          // how often one asks about the same thing at most
)

// confirmName begins the events of mails that ask for a confirmation. The subscription's number
// comes after it, and the second.
const confirmName = "confirm "

// AskToFollow notes that somebody asked with an e-mail address to follow something, and mails the
// address, where it is confirmed. An address that follows it already is told so. What is done does
// not depend on which of them it is, but for how often the address was asked of late.
func (o *Outbox) AskToFollow(ctx context.Context, address string, what content.Follows, lang string) error {
	now := o.Now()
	address = strings.ToLower(address)
	return o.Store.Write(ctx, func(tx *store.Tx) error {
		f, _, err := tx.PutFollower(store.Follower{Medium: store.ByMail, Address: address, Follows: string(what), Language: lang, Asked: now})
		if err != nil {
			return err
		}
		may, err := mayAsk(tx, address, what, now)
		if err != nil || !may {
			return err
		}
		event := fmt.Sprintf("%s%d %d", confirmName, f.Seq, now.Unix())
		_, err = tx.PutMail(store.Mail{Event: event, Recipient: recipientName(f.Recipient), State: store.MailWaits, Added: now, Due: now})
		return err
	})
}

// mayAsk reports whether an address may be mailed about something that it was to follow, and counts
// that mail.
func mayAsk(tx *store.Tx, address string, what content.Follows, now time.Time) (bool, error) {
	if first, err := tx.Spend("confirm "+string(what)+" "+address, now, now.Add(confirmEvery-time.Second)); err != nil || !first {
		return false, err
	}
	for n := range confirmsPerDay {
		first, err := tx.Spend(fmt.Sprintf("confirm %d of a day %s", n, address), now, now.Add(24*time.Hour))
		if err != nil || first {
			return first, err
		}
	}
	return false, nil
}

// noteUpdates puts a mail into the store for each address that follows what a new public update is
// of. Followers are read only where there is one.
func (o *Outbox) noteUpdates(ctx context.Context, tree *content.Tree, now time.Time) error {
	if !tree.Site.Follow.Mail {
		return nil
	}
	after := now.Add(-rememberedFor) // what turns up later is not even listed
	if since := o.sinceOf(tree); since.After(after) {
		after = since
	}
	var everyone []store.Follower
	var mails []store.Mail
	for _, u := range tree.PublicUpdates(after, now) {
		event := eventName(u.Event)
		if o.known[[2]string{event, followers}] {
			continue
		}
		if noted, err := o.Store.HasMail(ctx, event, followers); err != nil {
			return err
		} else if noted { // by another intake
			o.known[[2]string{event, followers}] = true
			continue
		}
		if everyone == nil {
			var err error
			if everyone, err = o.Store.Followers(ctx, store.ByMail); err != nil {
				return err
			}
		}
		mails = append(mails, o.mailsAbout(tree, u, everyone, now)...)
		if len(mails) < maxTogether {
			continue
		}
		if err := o.putAll(ctx, mails); err != nil {
			return err
		}
		mails = nil
	}
	return o.putAll(ctx, mails)
}

// mailsAbout lists the mails about an update, one for each address, and last the row that says that
// they were noted. A requester with the address who is told of it already is told once.
func (o *Outbox) mailsAbout(tree *content.Tree, u content.Followed, everyone []store.Follower, now time.Time) (mails []store.Mail) {
	m := store.Mail{Event: eventName(u.Event), State: store.MailWaits, Added: now, Due: u.Event.At}
	told := o.toldRequesters(tree, m.Event)
	seen, isOf := map[int64]bool{}, map[string]bool{}
	for _, f := range everyone {
		of, known := isOf[f.Follows]
		if !known {
			of = u.IsOf(content.Follows(f.Follows), now)
			isOf[f.Follows] = of
		}
		if !of || seen[f.Recipient] || told[f.Address] || !u.Event.At.After(f.Confirmed) {
			continue
		}
		seen[f.Recipient] = true
		m.Recipient = recipientName(f.Recipient)
		mails = append(mails, m)
	}
	m.Recipient, m.State = followers, store.MailStopped
	if len(mails) > 0 && now.Sub(u.Event.At) > maxAge {
		mails, m.State = nil, store.MailLate
	}
	return append(mails, m)
}

// toldRequesters returns the addresses of the requesters to whom the outbox tells of an update of
// their ticket's incident.
func (o *Outbox) toldRequesters(tree *content.Tree, event string) map[string]bool {
	told := map[string]bool{}
	for _, t := range tree.Tickets {
		if t.Updates && o.known[[2]string{event, t.Dir}] {
			told[strings.ToLower(t.Requester.Email)] = true
		}
	}
	return told
}

// rememberedFor is how long it is known who was told of an update. That it was noted is known for
// good.
const rememberedFor = 2 * maxAge

// forgetEvery is how often it is looked for what can be forgotten of followers.
const forgetEvery = time.Hour

// forget forgets those who never confirmed, and who was told of what.
func (o *Outbox) forget(ctx context.Context, now time.Time) error {
	if now.Sub(o.forgotAt) < forgetEvery {
		return nil
	}
	o.forgotAt = now
	return o.Store.Write(ctx, func(tx *store.Tx) error {
		if err := tx.ForgetUnconfirmed(now.Add(-unconfirmedFor)); err != nil {
			return err
		}
		return tx.ForgetFollowerMails(now.Add(-rememberedFor))
	})
}

// followingMail makes a mail to an address that follows something, or is asked whether it wants to.
func (o *Outbox) followingMail(ctx context.Context, c *composer, tree *content.Tree, m store.Mail, recipient int64, now time.Time) (*mail.Message, error) {
	if !tree.Site.Follow.Mail {
		return nil, errNothing
	}
	all, err := o.Store.FollowersTo(ctx, recipient)
	if err != nil {
		return nil, err
	}
	if about, ok := strings.CutPrefix(m.Event, confirmName); ok {
		seq, _, _ := strings.Cut(about, " ")
		for _, f := range all {
			if strconv.FormatInt(f.Seq, 10) == seq {
				return c.confirmMail(tree, f, m.Event, now)
			}
		}
		return nil, errNothing
	}
	u, ok := tree.PublicUpdate(m.Event)
	if !ok {
		return nil, errNothing
	}
	for _, f := range all {
		if !f.Confirmed.IsZero() && u.Event.At.After(f.Confirmed) && u.IsOf(content.Follows(f.Follows), now) {
			return c.updateMail(tree, u, f, now)
		}
	}
	return nil, errNothing
}

// anyonesMail is the mail about an update as one who follows all would get it in the source
// language: what the mailbox shows of an update that was too old when it was first seen.
func (c *composer) anyonesMail(tree *content.Tree, event string, now time.Time) (*mail.Message, error) {
	u, ok := tree.PublicUpdate(event)
	if !ok {
		return nil, errNothing
	}
	return c.updateMail(tree, u, store.Follower{Follows: string(content.FollowsAll)}, now)
}

func (c *composer) updateMail(tree *content.Tree, u content.Followed, f store.Follower, now time.Time) (*mail.Message, error) {
	s := c.settingFor(tree, f, now)
	what := content.Follows(f.Follows)
	v := s.UpdateMail(u, what, f.Token)
	m := c.toFollower(f, s, now)
	to := " " + recipientName(f.Recipient)
	m.ID, m.Parent = c.followID(eventName(u.Event)+to), c.followID(u.Dir()+to)
	m.Thread = []string{m.Parent} // no mail has this id: those of a case stand together by it
	m.Stop, m.List = v.Stop, strings.ReplaceAll(f.Follows, "/", "-")+"."+c.host
	words := c.theme.Locale(v.Lang)
	kind, err := words.T("kind." + string(v.Kind))
	if err != nil {
		return nil, err
	}
	if m.Subject, err = words.T("feed.entry", "case", v.Case.Text, "kind", kind); err != nil {
		return nil, err
	}
	return m, c.render(m, "updatemail", v)
}

func (c *composer) confirmMail(tree *content.Tree, f store.Follower, event string, now time.Time) (*mail.Message, error) {
	s := c.settingFor(tree, f, now)
	v := s.ConfirmMail(content.Follows(f.Follows), f.Token, !f.Confirmed.IsZero())
	m := c.toFollower(f, s, now)
	m.ID = c.followID(event + " " + recipientName(f.Recipient))
	subject := "mail.confirm"
	if v.Known {
		subject = "mail.confirm.known"
	}
	var err error
	if m.Subject, err = c.theme.Locale(v.Lang).T(subject); err != nil {
		return nil, err
	}
	return m, c.render(m, "confirmmail", v)
}

// settingFor is what the views of a follower's mails are made by.
func (c *composer) settingFor(tree *content.Tree, f store.Follower, now time.Time) view.Setting {
	s := c.at(tree, now)
	for _, lang := range tree.Site.Languages {
		if lang == f.Language {
			s.Lang = lang
		}
	}
	return s
}

// toFollower is a mail to a follower, without what it says.
func (c *composer) toFollower(f store.Follower, s view.Setting, now time.Time) *mail.Message {
	m := &mail.Message{From: c.from, To: netmail.Address{Address: f.Address}, Lang: s.Lang, Date: now}
	if c.setup.Site.Mail.Replies {
		m.Envelope = c.key.FollowerAddress(c.from.Address, f.Recipient)
	}
	if m.From.Name == "" {
		m.From.Name, _ = c.setup.Site.Name.In(s.Lang, c.setup.Site.Source())
	}
	return m
}

func (c *composer) followID(name string) string { return mail.MessageID(name, "follow", c.host) }
