// Package identity verifies for whom a platform vouches, and remembers it in a session.
//
//	token ─► Verifier.Verify ─► Customer ─► Session.Seal ─► cookie ─► Session.Open ─► Customer
//
// A token is a JWT (RFC 7519) that the platform signed: by HS256 with a shared key, or by EdDSA
// with a key of which we have the public part. It counts by the algorithm that site.yaml names and
// by no other, for the audience named there, and until it ends. A token without an end is refused.
//
// Claims are cleaned as answers to a form are. A claim of another type than text is refused: a
// number has lost its leading zeros. An address or a phone number that is none is left out, so that
// the form asks for it.
//
// No error has a token, a claim or a key in it.
package identity

import (
	"crypto"
	"errors"
	"fmt"
	"time"
	"unicode/utf8"

	"balie/content"
	"balie/ingest/form"

	"github.com/golang-jwt/jwt/v5"
)

// Customer is somebody for whom the platform vouches. What it does not say of them is "".
type Customer struct {
	ID           string `json:"id"` // by the platform, never ""
	Name         string `json:"name,omitempty"`
	Email        string `json:"email,omitempty"`
	Phone        string `json:"phone,omitempty"`
	Organisation string `json:"organisation,omitempty"`
}

// The errors of Verify.
var (
	ErrExpired  = errors.New("the token has expired")
	ErrNotYet   = errors.New("the token is not valid yet")
	ErrAudience = errors.New("the token is for another audience")
	ErrUnproven = errors.New("the token is not signed as this site wants it")
	ErrClaims   = errors.New("the token lacks a claim, or has one that is not text or too long")
)

const (
	// leeway is how far the platform's clock may be off.
	leeway = 30 * time.Second
	// maxToken is how long a token may be, in bytes.
	maxToken = 8 << 10
	// minKey is how many bytes a shared key has at least (RFC 7518, 3.2).
	minKey = 32
)

// Verifier verifies the tokens of a site.
type Verifier struct {
	of  *content.Identity
	key any
}

// NewVerifier returns the verifier of a site. Key is the shared key or, for EdDSA, the public key
// in PEM.
func NewVerifier(of *content.Identity, key string) (*Verifier, error) {
	v := &Verifier{of: of}
	switch of.Algorithm {
	case "HS256":
		if len(key) < minKey {
			return nil, fmt.Errorf("identity.key has %d bytes: HS256 wants %d at least", len(key), minKey)
		}
		v.key = []byte(key)
	case "EdDSA":
		public, err := jwt.ParseEdPublicKeyFromPEM([]byte(key))
		if err != nil {
			return nil, errors.New("identity.key is no Ed25519 public key in PEM")
		}
		v.key = public
	default:
		return nil, fmt.Errorf("identity.algorithm: %q is neither HS256 nor EdDSA", of.Algorithm)
	}
	return v, nil
}

// Verify returns for whom a token vouches at an instant.
func (v *Verifier) Verify(token string, now time.Time) (*Customer, error) {
	if len(token) > maxToken {
		return nil, ErrUnproven
	}
	claims := jwt.MapClaims{}
	parser := jwt.NewParser(
		jwt.WithValidMethods([]string{string(v.of.Algorithm)}), jwt.WithAudience(v.of.Audience), jwt.WithExpirationRequired(),
		jwt.WithIssuedAt(), jwt.WithLeeway(leeway), jwt.WithStrictDecoding(), jwt.WithTimeFunc(func() time.Time { return now }),
	)
	_, err := parser.ParseWithClaims(token, claims, v.keyOf)
	if err != nil {
		return nil, reasonOf(err)
	}
	return v.customer(claims)
}

// keyOf returns the key, whatever a token's header says of keys. A header that must be understood
// (RFC 7515, 4.1.11) is not.
func (v *Verifier) keyOf(t *jwt.Token) (any, error) {
	if _, critical := t.Header["crit"]; critical {
		return nil, jwt.ErrTokenUnverifiable
	}
	return v.key, nil
}

// reasonOf returns which of our errors one of the parser's is. The parser's own may quote the
// token.
func reasonOf(err error) error {
	for _, r := range []struct{ is, reason error }{
		{jwt.ErrTokenSignatureInvalid, ErrUnproven}, // first: what is not proven says nothing
		{jwt.ErrTokenExpired, ErrExpired},
		{jwt.ErrTokenNotValidYet, ErrNotYet},
		{jwt.ErrTokenUsedBeforeIssued, ErrNotYet},
		{jwt.ErrTokenInvalidAudience, ErrAudience},
		{jwt.ErrTokenRequiredClaimMissing, ErrClaims},
		{jwt.ErrTokenInvalidClaims, ErrClaims},
	} {
		if errors.Is(err, r.is) {
			return r.reason
		}
	}
	return ErrUnproven
}

// How many characters of each claim a ticket takes.
const (
	maxID   = 128
	maxName = 120
)

// customer reads the claims by the names that site.yaml gives them. The id is the claim sub where
// it names none.
func (v *Verifier) customer(claims jwt.MapClaims) (*Customer, error) {
	c := &Customer{}
	for _, field := range []struct {
		key  string
		max  int
		into *string
	}{
		{"id", maxID, &c.ID}, {"name", maxName, &c.Name}, {"email", 254, &c.Email}, {"phone", 40, &c.Phone}, {"organisation", maxID, &c.Organisation},
	} {
		name, named := v.of.Claims.Get(field.key)
		if !named && field.key == "id" {
			name, named = "sub", true
		}
		value, there := claims[name]
		if !named || !there || value == nil {
			continue
		}
		said, isText := value.(string)
		clean, isUTF8 := form.CleanLine(said)
		if !isText || !isUTF8 || utf8.RuneCountInString(clean) > field.max {
			return nil, ErrClaims
		}
		*field.into = clean
	}
	if c.ID == "" {
		return nil, ErrClaims
	}
	if !form.IsEmail(c.Email) {
		c.Email = ""
	}
	if !form.IsTel(c.Phone) {
		c.Phone = ""
	}
	return c, nil
}

// ParseAppKey reads the private key of a GitHub App, in PEM.
func ParseAppKey(pem []byte) (crypto.Signer, error) { return jwt.ParseRSAPrivateKeyFromPEM(pem) }

// SignApp makes the token by which a GitHub App says who it is. GitHub accepts ten minutes, and
// wants the beginning a minute back for clocks that differ.
func SignApp(id string, key crypto.Signer, now time.Time) (string, error) {
	claims := jwt.RegisteredClaims{
		Issuer:    id,
		IssuedAt:  jwt.NewNumericDate(now.Add(-time.Minute)),
		ExpiresAt: jwt.NewNumericDate(now.Add(8 * time.Minute)),
	}
	return jwt.NewWithClaims(jwt.SigningMethodRS256, claims).SignedString(key)
}
