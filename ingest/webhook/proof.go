package webhook

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"net/http"
	"strconv"
	"strings"
	"time"

	"balie/content"
)

// window is how far a signed time may be from now, either way.
const window = 5 * time.Minute

// onlyHeader returns a header that was sent once, else "".
func onlyHeader(h http.Header, name string) string {
	if values := h.Values(name); len(values) == 1 {
		return values[0]
	}
	return ""
}

// isSecret compares in constant time; not even the length shows.
func isSecret(sent, secret string) bool {
	a, b := sha256.Sum256([]byte(sent)), sha256.Sum256([]byte(secret))
	return subtle.ConstantTimeCompare(a[:], b[:]) == 1
}

// verifyBearer compares the token of the Authorization header (RFC 6750, 2.1).
func verifyBearer(_ *content.Hook, secret string, r Request, _ time.Time) bool {
	scheme, token, ok := strings.Cut(onlyHeader(r.Header, "Authorization"), " ")
	return ok && strings.EqualFold(scheme, "Bearer") && isSecret(strings.Trim(token, " "), secret)
}

// signature is the HMAC-SHA256 of some texts, one after another.
func signature(key []byte, texts ...[]byte) []byte {
	mac := hmac.New(sha256.New, key)
	for _, t := range texts {
		mac.Write(t)
	}
	return mac.Sum(nil)
}

// isHexSignature reports whether a text is a signature in hexadecimal digits.
func isHexSignature(sent string, want []byte) bool {
	got, err := hex.DecodeString(sent)
	return err == nil && hmac.Equal(got, want)
}

// isNear reports whether a Unix time in seconds, as it was sent, is within the window around now.
func isNear(sent string, now time.Time) bool {
	seconds, err := strconv.ParseUint(sent, 10, 36) // 36 bits reach the year 4147
	if err != nil {
		return false
	}
	away := now.Sub(time.Unix(int64(seconds), 0))
	return away.Abs() <= window
}
