package guard

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"github.com/altcha-org/altcha-lib-go"
)

// challengeFor is how long a challenge may be solved. The page asks for another after that.
const challengeFor = 10 * time.Minute

// maxWork is the greatest number that may solve a challenge. A phone finds it in about two seconds.
const maxWork = 50_000

// maxProof is how many bytes a proof has at most.
const maxProof = 2 << 10

// Proof is a solution that counted. It is good once.
type Proof struct {
	Name  string // by which the store knows it; "" for none
	Until time.Time
}

// Challenge returns a challenge in ALTCHA's form, for a page's script to solve.
func (k Key) Challenge(now time.Time) (altcha.Challenge, error) {
	until := now.Add(challengeFor)
	c, err := altcha.CreateChallenge(altcha.ChallengeOptions{Algorithm: altcha.SHA256, MaxNumber: maxWork, HMACKey: k.sign("altcha"), Expires: &until})
	if err != nil {
		return c, fmt.Errorf("make challenge: %w", err)
	}
	return c, nil
}

// check returns the proof that a solution is, where it solves a challenge of ours in time.
func (k Key) check(sent string, now time.Time) (Proof, bool) {
	if sent == "" || len(sent) > maxProof {
		return Proof{}, false
	}
	text, err := base64.StdEncoding.DecodeString(sent)
	if err != nil {
		return Proof{}, false
	}
	var p altcha.Payload
	if err := json.Unmarshal(text, &p); err != nil || p.Algorithm != string(altcha.SHA256) {
		return Proof{}, false
	}
	// The library goes by its own clock, so the time is looked at here.
	ok, err := altcha.VerifySolutionSafe(p, k.sign("altcha"), false)
	if err != nil || !ok {
		return Proof{}, false
	}
	unix, err := strconv.ParseInt(altcha.ExtractParams(p).Get("expires"), 10, 64)
	until := time.Unix(unix, 0)
	if err != nil || now.After(until) {
		return Proof{}, false
	}
	return Proof{Name: "altcha/" + p.Challenge, Until: until}, true
}
