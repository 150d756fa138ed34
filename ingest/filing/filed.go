package filing

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"time"

	"balie/content"
	"balie/ingest/store"
)

// NewID makes the id of a submission whose sender chose no key.
func (f *Filer) NewID() (content.Hex, error) {
	b, err := f.random(8)
	return content.Hex(hex.EncodeToString(b)), err
}

// NewNonce makes the nonce of a page that is served: 128 random bits, in hex.
func (f *Filer) NewNonce() (string, error) {
	b, err := f.random(16)
	return hex.EncodeToString(b), err
}

// keyDigits is how many digits of a KeyID follow from the key.
const keyDigits = 16

// KeyID makes the id of a submission whose sender chose a key. The same key in another scope is
// another key. One half of the id follows from the key, the other from what was sent, so that
// something else under the same key is noticed.
func KeyID(scope, key string, sent ...[]byte) content.Hex {
	id := hash([]byte(scope), []byte(key))
	both := hash(append(sent, id[:])...)
	return content.Hex(hex.EncodeToString(id[:keyDigits/2]) + hex.EncodeToString(both[:keyDigits/2]))
}

// repeatedFor is how long after a submission an equal one under the same RepeatKey is the same one.
const repeatedFor = 10 * time.Minute

// RepeatKey makes the key of a submission whose sender chose none, from who sent it and everything
// that was sent. It has the length of a whole hash, so that it is never another one's by chance, and
// so never equals the key of a KeyID.
func RepeatKey(scope, sender string, sent ...[]byte) string {
	both := hash(append([][]byte{[]byte(scope), []byte(sender)}, sent...)...)
	return hex.EncodeToString(both[:])
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

// keyOf returns the half of an id that follows from its sender's key, or "" where the id is random.
func keyOf(id content.Hex) string {
	if len(id) <= keyDigits {
		return ""
	}
	return string(id[:keyDigits])
}

// key returns the key under which the store keeps a submission, or "".
func (s Submission) key() string {
	if s.Repeat != "" {
		return s.Repeat
	}
	return keyOf(s.ID)
}

// Filed returns the receipt of the submission that s repeats, and whether there is any. ErrOther says
// that something else was accepted under the key of its id.
func (f *Filer) Filed(s Submission) (Receipt, bool, error) {
	for {
		tree := f.Tree()
		receipt, found, err := filed(tree, f.Store, s, f.Now())
		if f.Tree() == tree { // else rows that the new tree has may have been settled meanwhile
			return receipt, found, err
		}
	}
}

// filed is Filed by one reading and its rows.
func filed(tree *content.Tree, p pending, s Submission, now time.Time) (r Receipt, found bool, err error) {
	row, err := repeated(p, s, now)
	if row == nil || err != nil {
		return Receipt{}, false, err
	}
	if s.Repeat == "" && row.ID != string(s.ID) {
		return Receipt{}, true, ErrOther
	}
	t, events, err := find(tree, row.Dir, p)
	if err != nil {
		return Receipt{}, true, err
	}
	r.Ticket = t
	for _, e := range events {
		if e.Data().ID == content.Hex(row.ID) {
			r.Events = append(r.Events, e)
		}
	}
	if len(r.Events) == 0 {
		return Receipt{}, true, ErrNoCase // staff took it out since
	}
	return r, true, nil
}

// repeated returns the row with the key of a submission, or nil. A row with its RepeatKey counts
// within repeatedFor, and where the clock went back since.
func repeated(p pending, s Submission, now time.Time) (*store.Row, error) {
	key := s.key()
	if key == "" {
		return nil, nil
	}
	row, err := p.WithKey(key)
	if row == nil || err != nil || s.Repeat != "" && now.Sub(row.Accepted) > repeatedFor {
		return nil, err
	}
	return row, nil
}
