package ingest

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"net/http"
	"slices"
	"sync"
	"time"

	"balie/content"
	"balie/ingest/form"
	"balie/themes/view"
)

// reply is the answer to what was accepted.
type reply struct {
	number   string
	kind     content.Kind
	at       time.Time
	token    string // of the follow page
	promises []view.Promised
	ticket   bool // a ticket was made
	made     bool // something was: else it was there already
}

// acceptedTicket is what a program is told of a new ticket.
type acceptedTicket struct {
	Number   string            `json:"number"`
	Follow   string            `json:"follow"`
	Received string            `json:"received"`
	Promises []acceptedPromise `json:"promises"`
}

type acceptedPromise struct {
	Promise  string `json:"promise"`
	Clock    string `json:"clock"`
	Strength string `json:"strength"`
	Due      string `json:"due"`
}

// acceptedEvent is what a program is told of an event on a ticket.
type acceptedEvent struct {
	Number string `json:"number"`
	Kind   string `json:"kind"`
	At     string `json:"at"`
}

// accepted tells a program what was made of it, and sends a browser to the follow page.
func (c *call) accepted(w http.ResponseWriter, r reply) error {
	path := "/t/" + r.token + "/"
	if !c.json { // by path alone: the browser stays where it is, whatever that is called from outside
		w.Header().Set("Location", c.own+path)
		return write(w, http.StatusSeeOther, nil)
	}
	follow := c.intake + path
	w.Header().Set("Location", follow)
	status := http.StatusCreated
	if !r.made {
		status = http.StatusOK
	}
	if !r.ticket {
		return writeJSON(w, "application/json", status, acceptedEvent{r.number, string(r.kind), utc(r.at)})
	}
	answer := acceptedTicket{Number: r.number, Follow: follow, Received: utc(r.at), Promises: []acceptedPromise{}}
	for _, p := range r.promises {
		answer.Promises = append(answer.Promises, acceptedPromise{p.Promise, string(p.Clock), string(p.Strength), utc(p.Due)})
	}
	return writeJSON(w, "application/json", status, answer)
}

func utc(t time.Time) string { return t.UTC().Format(time.RFC3339) }

// maxKey is how long an Idempotency-Key may be.
const maxKey = 255

// replies remembers what was answered under each Idempotency-Key, the last of them.
type replies struct {
	limit int
	mu    sync.Mutex
	byKey map[[32]byte]*remembered
	order [][32]byte
}

// remembered is one key's content and answer; done is closed when there is one, and no answer then means that it was not accepted.
type remembered struct {
	content [32]byte
	done    chan struct{}
	reply   *reply
}

// once carries out a submission unless the same was accepted under the same key before: then its answer is given again. id is what the events are accepted under.
// scope is what the key holds for: the same key on another form or ticket is another key.
func (c *call) once(scope string, a form.Answers, accept func(id content.Hex) (reply, error)) (reply, error) {
	key := c.r.Header.Get("Idempotency-Key")
	if key == "" {
		id, err := newID(c.Random)
		if err != nil {
			return reply{}, err
		}
		return accept(id)
	}
	if len(key) > maxKey {
		return reply{}, &refusal{status: http.StatusUnprocessableEntity, code: "conflict", detail: "the Idempotency-Key is longer than 255 characters"}
	}
	sum := hash([]byte(scope), []byte(key))
	for {
		was, mine := c.replies.begin(sum, fingerprint(a))
		if was == nil {
			return reply{}, &refusal{status: http.StatusUnprocessableEntity, code: "conflict", detail: "this Idempotency-Key was used with other content"}
		}
		if mine {
			return c.first(sum, was, accept)
		}
		select {
		case <-was.done:
		case <-c.r.Context().Done():
			return reply{}, errGone
		}
		if was.reply != nil {
			return *was.reply, nil
		}
	}
}

// first carries out what others may wait for; should it panic they must not wait for ever.
func (c *call) first(sum [32]byte, was *remembered, accept func(id content.Hex) (reply, error)) (r reply, err error) {
	done := false
	defer func() { c.replies.end(sum, was, r, done && err == nil) }()
	r, err = accept(content.Hex(hex.EncodeToString(sum[:8])))
	done = true
	return r, err
}

// begin returns what is remembered under a key, and whether it is the caller's to answer; nil where the key was used with other content.
func (m *replies) begin(key, content [32]byte) (was *remembered, mine bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if was, ok := m.byKey[key]; ok {
		if was.content != content {
			return nil, false
		}
		return was, false
	}
	if m.byKey == nil {
		m.byKey = map[[32]byte]*remembered{}
	}
	was = &remembered{content: content, done: make(chan struct{})}
	m.byKey[key] = was
	m.order = append(m.order, key)
	for len(m.order) > m.limit {
		delete(m.byKey, m.order[0])
		m.order = m.order[1:]
	}
	return was, true
}

// end records the answer. What was not accepted is forgotten, so that it can be tried again.
func (m *replies) end(key [32]byte, was *remembered, r reply, accepted bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if accepted {
		was.reply = &r
	} else if m.byKey[key] == was {
		delete(m.byKey, key)
		m.order = slices.DeleteFunc(m.order, func(k [32]byte) bool { return k == key })
	}
	close(was.done)
}

// fingerprint tells contents apart: the names and values in order, and the files.
func fingerprint(a form.Answers) [32]byte {
	var parts [][]byte
	for _, v := range a.Values {
		parts = append(parts, []byte(v.Name), []byte(v.Value))
	}
	for _, u := range a.Uploads {
		parts = append(parts, []byte(u.Name), []byte(u.Label), u.Body)
	}
	return hash(parts...)
}

// hash is the SHA-256 of parts, each with its length before it.
func hash(parts ...[]byte) (sum [32]byte) {
	h := sha256.New()
	for _, p := range parts {
		h.Write(binary.BigEndian.AppendUint64(nil, uint64(len(p))))
		h.Write(p)
	}
	h.Sum(sum[:0])
	return sum
}
