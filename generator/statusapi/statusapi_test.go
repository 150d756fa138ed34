package statusapi_test

import (
	"bytes"
	"regexp"
	"strings"
	"testing"
	"time"

	"balie/generator/statusapi"
)

// TestID pins ids: they are in other programs' hands, and stay as they are.
func TestID(t *testing.T) {
	form := regexp.MustCompile(`^[0-9a-z]{12}$`)
	seen := map[string]string{}
	for _, path := range []string{"", "/", "help.example", "/incidents/2026/1120-payments/", "/incidents/2026/1120-payments/2026-11-20T1205-investigating", "/services/search/"} {
		id := statusapi.ID(path)
		if !form.MatchString(id) || seen[id] != "" {
			t.Errorf("%s: %q", path, id)
		}
		seen[id] = path
	}
	if got := statusapi.ID("/incidents/2026/1120-payments/"); got != "xwo2mza6se9v" {
		t.Errorf("an incident's id is now %s", got)
	}
}

// TestWrite holds times to have milliseconds and the page's offset, and texts to be escaped.
func TestWrite(t *testing.T) {
	var b bytes.Buffer
	rome := time.FixedZone("CET", 3600)
	at := statusapi.Time{At: time.Date(2026, 11, 20, 12, 5, 0, 0, rome)}
	doc := statusapi.Summary{
		Page:      statusapi.Page{ID: "a", UpdatedAt: at},
		Incidents: []statusapi.Incident{{Case: statusapi.Case{ID: "b", CreatedAt: statusapi.Time{At: at.At.UTC()}, Updates: []statusapi.Update{{Body: "\"</script>\x00\u2028"}}}}},
	}
	if err := statusapi.Write(&b, doc); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		`"updated_at":"2026-11-20T12:05:00.000+01:00"`, `"created_at":"2026-11-20T11:05:00.000Z"`,
		`"affected_components":null`, `"resolved_at":null`, `"body":"\"\u003c/script\u003e\u0000\u2028"`,
	} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("no %s in %s", want, b.String())
		}
	}
	if strings.Contains(b.String(), "postmortem") {
		t.Errorf("a postmortem that is not there: %s", b.String())
	}
}
