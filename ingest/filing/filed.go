package filing

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"

	"balie/content"
)

// NewID makes the id of a submission whose sender chose no key.
func (f *Filer) NewID() (content.Hex, error) {
	b, err := f.random(8)
	return content.Hex(hex.EncodeToString(b)), err
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

// Filed returns the receipt of what was accepted under an id with a key, and whether there is any.
// ErrOther says that something else was accepted under the key.
func (f *Filer) Filed(id content.Hex) (Receipt, bool, error) {
	for {
		tree := f.Tree()
		receipt, found, err := filed(tree, f.Store, id)
		if f.Tree() == tree { // else rows that the new tree has may have been settled meanwhile
			return receipt, found, err
		}
	}
}

// filed is Filed by one reading and its rows.
func filed(tree *content.Tree, p pending, id content.Hex) (r Receipt, found bool, err error) {
	key := keyOf(id)
	if key == "" {
		return Receipt{}, false, nil
	}
	row, err := p.WithKey(key)
	if row == nil || err != nil {
		return Receipt{}, false, err
	}
	if row.ID != string(id) {
		return Receipt{}, true, ErrOther
	}
	t, events, err := find(tree, row.Dir, p)
	if err != nil {
		return Receipt{}, true, err
	}
	r.Ticket = t
	for _, e := range events {
		if e.Data().ID == id {
			r.Events = append(r.Events, e)
		}
	}
	if len(r.Events) == 0 {
		return Receipt{}, true, ErrNoCase // staff took it out since
	}
	return r, true, nil
}
