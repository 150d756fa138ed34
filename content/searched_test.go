package content_test

import (
	"strings"
	"testing"

	"balie/content"
)

func TestIsFound(t *testing.T) {
	for _, path := range []string{"/promises/", "/help/paying/refunds/", "/services/check_out/", "/incidents/2026/1120-payments/"} {
		if !content.IsFound(path) {
			t.Errorf("%s is no page that a search finds", path)
		}
	}
	for _, path := range []string{
		"", "/", "//", "/promises", "promises/", "/promises/#x", "/it/promises/", "/help/paying/", "/help/paying/refunds/x/", "/help//refunds/", "/help/../x/", "/help/paying/<b>/",
		"/services/", "/incidents/2026/payments/", "/incidents/26/1120-payments/", "/t/aaaabbbb/", "https://evil.example/", "/help/paying/" + strings.Repeat("a", 100) + "/", "/help/paying/refunds/\x00",
	} {
		if content.IsFound(path) {
			t.Errorf("%q is taken for a page that a search finds", path)
		}
	}
}
