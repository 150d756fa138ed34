package identity

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"strings"
	"time"
)

// SessionTime is how long a session lasts.
const SessionTime = time.Hour

// Session seals for whom the platform vouched, so that their browser can keep it. Nothing is kept
// here.
type Session struct {
	key []byte
}

// NewSession returns the sessions of a site. Secret is the intake's own. The site's identity.key
// and audience are part of the key: where either is changed all sessions end.
func NewSession(secret []byte, identityKey, audience string) Session {
	platform := sha256.Sum256([]byte(identityKey))
	mac := hmac.New(sha256.New, secret)
	mac.Write(platform[:])
	mac.Write([]byte(audience))
	return Session{mac.Sum(nil)}
}

// sealed is what a session's value says.
type sealed struct {
	Customer Customer `json:"customer"`
	Until    int64    `json:"until"`
}

// Seal returns the value by which Open knows a customer for SessionTime from now.
func (s Session) Seal(c *Customer, now time.Time) (string, error) {
	data, err := json.Marshal(sealed{*c, now.Add(SessionTime).Unix()})
	if err != nil {
		return "", err
	}
	said := base64.RawURLEncoding.EncodeToString(data)
	return said + "." + base64.RawURLEncoding.EncodeToString(s.sum(said)), nil
}

// Open returns the customer of a value, or nil: it is not ours, or its time is over.
func (s Session) Open(value string, now time.Time) *Customer {
	said, sum, _ := strings.Cut(value, ".")
	sent, err := base64.RawURLEncoding.DecodeString(sum)
	if err != nil || !hmac.Equal(sent, s.sum(said)) {
		return nil
	}
	data, err := base64.RawURLEncoding.DecodeString(said)
	var v sealed
	if err != nil || json.Unmarshal(data, &v) != nil || now.Unix() >= v.Until || v.Customer.ID == "" {
		return nil
	}
	return &v.Customer
}

func (s Session) sum(said string) []byte {
	mac := hmac.New(sha256.New, s.key)
	mac.Write([]byte(said))
	return mac.Sum(nil)
}
