package notify

import (
	"bytes"
	"cmp"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"balie/content"
	"balie/ingest/store"
)

// message is the body of a call.
type message struct {
	Type      string `json:"type"`
	Timestamp string `json:"timestamp"`
	Data      any    `json:"data"`
}

// verification is the data of the call that verifies.
type verification struct {
	Challenge string `json:"challenge"`
	Follows   string `json:"follows"`
}

// update is the data of a call about an update.
type update struct {
	Key        string                            `json:"key"`
	Title      string                            `json:"title"`
	Text       string                            `json:"text,omitempty"`
	Language   string                            `json:"language"`
	Status     content.Kind                      `json:"status"`
	Impact     content.Impact                    `json:"impact,omitempty"`
	Services   map[string]content.ComponentState `json:"services,omitempty"`
	Planned    *planned                          `json:"planned,omitempty"`
	Workaround string                            `json:"workaround,omitempty"`
	NextUpdate string                            `json:"next_update,omitempty"`
	URL        string                            `json:"url"`
}

type planned struct {
	Start string `json:"start"`
	End   string `json:"end"`
}

// body makes the message of a call from the current reading. It is nil where there is nothing to be
// told any more.
func (n *Notifier) body(ctx context.Context, f store.Follower, event string) ([]byte, error) {
	if event == verifyEvent {
		challenge, err := n.challenge(ctx, f)
		if err != nil {
			return nil, err
		}
		return json.Marshal(message{"endpoint.verify", stamp(f.Asked), verification{challenge, f.Follows}})
	}
	tree := n.Tree()
	u, ok := tree.PublicUpdate(event)
	if !ok || f.Confirmed.IsZero() {
		return nil, nil
	}
	kind := "incident."
	if u.Maintenance != nil {
		kind = "maintenance."
	}
	return json.Marshal(message{kind + string(u.Event.Kind), stamp(u.Event.At), n.updateOf(tree, u, f.Language)})
}

func (n *Notifier) updateOf(tree *content.Tree, u content.Followed, lang string) update {
	source := tree.Site.Source()
	if !slices.Contains(tree.Site.Languages, lang) {
		lang = source
	}
	page := "/" + u.Dir() + "/"
	if lang != source {
		page = "/" + lang + page
	}
	text, in := u.Event.In(lang, source)
	v := update{Key: u.Dir(), Text: n.PlainText(text, page), Language: in, URL: n.site(tree) + page, Services: map[string]content.ComponentState{}}
	v.Title, _ = u.Title().In(lang, source)
	if u.Maintenance != nil {
		at := u.Maintenance.At(u.Event.At)
		v.Status, v.Planned = at.Status, &planned{stamp(at.Planned.Start), stamp(at.Planned.End)}
		for _, s := range at.Services {
			v.Services[s.Key] = s.Value
		}
		return v
	}
	at := u.Incident.At(u.Event.At)
	v.Status, v.Impact = at.Status, at.Impact
	for _, s := range at.Services {
		v.Services[s.Key] = s.Value
	}
	if at.Workaround != nil {
		v.Workaround, _ = at.Workaround.In(lang, source)
	}
	if !at.NextUpdate.IsZero() {
		v.NextUpdate = stamp(at.NextUpdate)
	}
	return v
}

func (n *Notifier) site(tree *content.Tree) string {
	return strings.TrimSuffix(cmp.Or(n.BaseURL, tree.Site.BaseURL), "/")
}

func stamp(t time.Time) string { return t.UTC().Format(time.RFC3339) }

// challenge returns what a follower must answer. Whoever asked can't know it, so that no page that
// they can write to answers for them.
func (n *Notifier) challenge(ctx context.Context, f store.Follower) (string, error) {
	key, err := n.Store.Secret(ctx, "challenges")
	if err != nil {
		return "", err
	}
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(f.Token))
	return hex.EncodeToString(mac.Sum(nil)[:16]), nil
}

// isChallenge reports whether an answer has a challenge: as {"challenge": "…"}, or alone. A page
// that only repeats what it is sent does not.
func isChallenge(answer []byte, challenge string) bool {
	var said struct {
		Challenge string `json:"challenge"`
	}
	if err := json.Unmarshal(answer, &said); err == nil {
		return hmac.Equal([]byte(said.Challenge), []byte(challenge))
	}
	return hmac.Equal(bytes.TrimSpace(answer), []byte(challenge))
}
