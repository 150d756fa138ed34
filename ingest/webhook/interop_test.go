package webhook

import (
	"encoding/json"
	"errors"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"balie/content"
)

// vendorRequest is what testdata/sign.mjs signs.
type vendorRequest struct {
	Vendor  content.HookKind `json:"vendor"`
	Secret  string           `json:"secret"`
	Body    string           `json:"body"`
	ID      string           `json:"id"`
	Seconds int64            `json:"seconds"`
	Raw     bool             `json:"raw"` // of standard: the secret is the key itself
}

// TestVendors: what the vendors' own libraries sign is proven, and what was changed afterwards is not.
// The environment variable BALIE_NODE_MODULES names the directory in which stripe, standardwebhooks and @octokit/webhooks-methods are installed.
// Without it the test is skipped; with it a part that is missing is a failure.
func TestVendors(t *testing.T) {
	dir := os.Getenv("BALIE_NODE_MODULES")
	if dir == "" {
		t.Skip("BALIE_NODE_MODULES does not name a directory with the vendors' libraries")
	}
	bodies := []string{"{}", `{"type":"order.question","data":{"message":"Où est ma commande ? 📦"}}`, "{ \"a\": 1 }\r\n\n", `{"a":"` + strings.Repeat("x.y ", 1000) + `"}`, "\u2028{\"a\":\"\\u0000\"}"}
	var requests []vendorRequest
	for _, body := range bodies {
		requests = append(requests,
			vendorRequest{Vendor: content.StripeHook, Secret: secret, Body: body, Seconds: now.Unix()},
			vendorRequest{Vendor: content.GitHubHook, Secret: secret, Body: body, Seconds: now.Unix()},
			vendorRequest{Vendor: content.StandardHook, Secret: secret, Body: body, ID: "msg_2KWPBgLlAfxdpx2AI54pPJ85f4W", Seconds: now.Unix()},
			vendorRequest{Vendor: content.StandardHook, Secret: strings.TrimPrefix(next, "whsec_"), Body: body, ID: "8b7c", Seconds: now.Unix()},
			vendorRequest{Vendor: content.StandardHook, Secret: "a key of no encoding", Body: body, ID: "8b7c", Seconds: now.Unix(), Raw: true},
		)
	}
	for i, header := range signByVendors(t, dir, requests) {
		checkVendor(t, requests[i], header)
	}
}

// signByVendors runs the script and returns the headers of each request.
func signByVendors(t *testing.T, dir string, requests []vendorRequest) []http.Header {
	t.Helper()
	script, err := os.Open("testdata/sign.mjs")
	if err != nil {
		t.Fatal(err)
	}
	defer script.Close()
	list, err := json.Marshal(requests)
	if err != nil {
		t.Fatal(err)
	}
	node := exec.Command("node", "--input-type=module", "-", string(list)) // what comes from standard input finds the packages of the working directory
	node.Dir, node.Stdin, node.Stderr = dir, script, os.Stderr
	out, err := node.Output()
	if err != nil {
		t.Fatalf("sign by the vendors' libraries: %v", err)
	}
	var signed []map[string]string
	if err := json.Unmarshal(out, &signed); err != nil || len(signed) != len(requests) {
		t.Fatalf("signed %d of %d: %v", len(signed), len(requests), err)
	}
	var all []http.Header
	for _, s := range signed {
		h := http.Header{}
		for name, value := range s {
			h.Set(name, value)
		}
		all = append(all, h)
	}
	return all
}

// checkVendor verifies a signed request, and versions of it that were changed.
func checkVendor(t *testing.T, r vendorRequest, header http.Header) {
	t.Helper()
	hook, signed := &content.Hook{Kind: r.Vendor}, Request{header, []byte(r.Body)}
	if used, err := Verify(hook, []string{foreign, r.Secret}, signed, now); used != 1 || err != nil {
		t.Errorf("%s signed %.60q: %d, %v", r.Vendor, r.Body, used, err)
	}
	refuse := func(how string, h http.Header, body string, secret string, at time.Time) {
		if _, err := Verify(hook, []string{secret}, Request{h, []byte(body)}, at); !errors.Is(err, ErrUnproven) {
			t.Errorf("%s signed %.60q, %s: %v", r.Vendor, r.Body, how, err)
		}
	}
	refuse("a byte was added", header, r.Body+" ", r.Secret, now)
	refuse("a byte was changed", header, strings.Replace(r.Body, "{", "[", 1), r.Secret, now)
	refuse("another secret", header, r.Body, foreign, now)
	if r.Vendor != content.GitHubHook {
		refuse("too late", header, r.Body, r.Secret, now.Add(window+time.Second))
		later := header.Clone()
		for name, values := range later {
			later.Set(name, strings.Replace(values[0], strconv.FormatInt(r.Seconds, 10), strconv.FormatInt(r.Seconds+1, 10), 1))
		}
		refuse("another time", later, r.Body, r.Secret, now)
	}
	if r.Vendor == content.StandardHook {
		other := header.Clone()
		other.Set(standardID, r.ID+"2")
		refuse("another id", other, r.Body, r.Secret, now)
	}
}
