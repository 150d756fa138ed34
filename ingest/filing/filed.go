package filing

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"slices"

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

// Filed returns the receipt of what was filed under an id, and whether there is any. It looks
// through the overlay and the whole tree. ErrOther says that something else was filed under the
// id's key.
func (f *Filer) Filed(id content.Hex) (Receipt, bool, error) {
	if len(id) <= keyDigits {
		return Receipt{}, false, nil // a random id, or none
	}
	f.overlay.mu.Lock()
	t := f.overlay.underKey(f.Tree(), id)
	f.overlay.mu.Unlock()
	if t != nil {
		return receiptOf(t, t.Events, id)
	}
	tree := f.Tree()
	for _, t := range slices.Backward(tree.Tickets) {
		if len(underKey(t.Events, id)) > 0 {
			return receiptOf(t, t.Events, id)
		}
	}
	for _, events := range publicCases(tree) {
		if len(underKey(events, id)) > 0 {
			return receiptOf(nil, events, id)
		}
	}
	return Receipt{}, false, nil
}

// receiptOf returns the receipt of the events that were filed under an id's key.
func receiptOf(t *content.Ticket, events []*content.Event, id content.Hex) (Receipt, bool, error) {
	r := Receipt{t, underKey(events, id)}
	if r.Events[0].Data().ID != id {
		return Receipt{}, true, ErrOther
	}
	return r, true, nil
}

// underKey returns the events that were filed under an id's key.
func underKey(events []*content.Event, id content.Hex) (found []*content.Event) {
	for _, e := range events {
		if had := e.Data().ID; len(had) > keyDigits && had[:keyDigits] == id[:keyDigits] {
			found = append(found, e)
		}
	}
	return found
}
