package guard

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"strconv"
	"strings"
	"time"
)

// Key signs what pages carry to be sent back. It stays in the intake's store.
type Key []byte

// sign is the HMAC of parts, under a purpose of its own.
func (k Key) sign(purpose string, parts ...string) string {
	h := hmac.New(sha256.New, k)
	h.Write([]byte(purpose))
	for _, p := range parts {
		h.Write([]byte("\x00" + p))
	}
	return hex.EncodeToString(h.Sum(nil))
}

// Served returns the signed time of a form's page.
func (k Key) Served(form string, now time.Time) string {
	at := strconv.FormatInt(now.Unix(), 10)
	return at + "." + k.sign("served", form, at)
}

// servedAt returns when a form's page was served, where that is signed.
func (k Key) servedAt(form, served string) (time.Time, bool) {
	at, signature, _ := strings.Cut(served, ".")
	unix, err := strconv.ParseInt(at, 10, 64)
	if err != nil || !hmac.Equal([]byte(signature), []byte(k.sign("served", form, at))) {
		return time.Time{}, false
	}
	return time.Unix(unix, 0), true
}
