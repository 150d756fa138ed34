package webhook

import (
	"strings"
	"time"

	"balie/content"
)

// The headers that say what a request of GitHub's is. They are not signed.
const (
	gitHubEvent    = "X-GitHub-Event"
	gitHubDelivery = "X-GitHub-Delivery"
)

// verifyGitHub proves X-Hub-Signature-256 (GitHub, "Validating webhook deliveries").
func verifyGitHub(_ *content.Hook, secret string, r Request, _ time.Time) bool {
	sent, ok := strings.CutPrefix(onlyHeader(r.Header, "X-Hub-Signature-256"), "sha256=")
	return ok && isHexSignature(sent, signature([]byte(secret), r.Body))
}

// parseGitHub reads a push. Another repository's is not told apart: the secret is this one's.
func parseGitHub(_ *content.Hook, r Request) (Delivery, error) {
	body, err := readJSON(r.Body)
	if err != nil {
		return Delivery{}, err
	}
	d := Delivery{ID: onlyHeader(r.Header, gitHubDelivery)}
	switch event := line(onlyHeader(r.Header, gitHubEvent)); event {
	case "":
		return Delivery{}, malformed("no header %s", gitHubEvent)
	case "ping":
		d.Ignored = "a ping"
	case "push":
		ref := body.at("ref").text()
		if !strings.HasPrefix(ref, "refs/") || ref != line(ref) {
			return Delivery{}, malformed("a push without a ref")
		}
		d.Actions = []Action{Fetch{ref}}
	default:
		d.Ignored = "an event of type " + event + ": nothing was pushed"
	}
	return d, nil
}
