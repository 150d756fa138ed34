package render_test

import (
	"encoding/json"
	"io/fs"
	"os"
	"regexp"
	"strings"
	"testing"

	"balie/content/sample"
	"balie/themes"
)

// The theme's Dutch says u. Desks whose own texts say je say it on every page: their words are laid over each of the theme's that would not.
func TestDesksThatSayJeSayItEverywhere(t *testing.T) {
	formal := regexp.MustCompile(`\b[Uu]w?\b`)
	ours, err := os.ReadFile("../../themes/default/locales/nl.json")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"plugins", "webshop"} {
		desk, err := sample.FS(name)
		if err != nil {
			t.Fatal(err)
		}
		own, err := fs.Sub(desk, "theme")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := themes.Load(own); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		theirs, err := fs.ReadFile(own, "locales/nl.json")
		if err != nil {
			t.Fatal(err)
		}
		said := messages(t, ours)
		for key, text := range messages(t, theirs) {
			said[key] = text
		}
		for key, text := range said {
			if formal.MatchString(text) && !strings.HasPrefix(key, "duration.") && !strings.HasPrefix(key, "report.age.") { // there u is an hour
				t.Errorf("%s: %s says %s: put it into content/sample/%s/theme/locales/nl.json", name, key, text, name)
			}
		}
	}
}

// messages are those of a locale's file, as they are written.
func messages(t *testing.T, data []byte) map[string]string {
	t.Helper()
	var raw map[string]json.RawMessage
	if err := json.Unmarshal(data, &raw); err != nil {
		t.Fatal(err)
	}
	said := map[string]string{}
	for key, message := range raw {
		said[key] = string(message)
	}
	return said
}
