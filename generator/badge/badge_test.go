package badge_test

import (
	"bytes"
	"encoding/base64"
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"balie/content"
	"balie/generator/badge"
	"balie/generator/web/browsertest"
)

// names are of many scripts, and some that would break a picture.
var names = []string{
	"Checkout", "WWW MMM iiii", "Πληρωμές", "Платежи", "الدفع والفواتير", "תשלומים", "支付与结算", "お支払い", "결제", "การชำระเงิน", "भुगतान", "💥👩‍👩‍👧‍👦🇳🇱👍🏽", "Zahlungsübersichtsseite",
	`"><script>alert(1)</script>&'`, "a\x00b\u202ec\r\nd", "\xff", "", strings.Repeat("Very long ", 40),
}

func draw(t *testing.T, b badge.Badge) string {
	t.Helper()
	var out bytes.Buffer
	if err := badge.Write(&out, b); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// TestBadgesAreXML: whatever a name is, it is text in a picture that has nothing but its own
// elements, and it is all in the title.
func TestBadgesAreXML(t *testing.T) {
	own := map[string]bool{"svg": true, "title": true, "clipPath": true, "rect": true, "g": true, "path": true, "text": true, "circle": true}
	for _, name := range names {
		for _, state := range []content.ComponentState{"operational", "degraded_performance", "partial_outage", "major_outage", "under_maintenance", "?"} {
			picture := draw(t, badge.Badge{Name: name, State: state, Word: "is down", Lang: "en"})
			d := xml.NewDecoder(strings.NewReader(picture))
			for {
				token, err := d.Token()
				if errors.Is(err, io.EOF) {
					break
				}
				if err != nil {
					t.Fatalf("%q: %v\n%s", name, err, picture)
				}
				if start, ok := token.(xml.StartElement); ok && !own[start.Name.Local] {
					t.Errorf("%q: <%s>", name, start.Name.Local)
				}
			}
		}
	}
	if long := draw(t, badge.Badge{Name: names[len(names)-1]}); !strings.Contains(long, "<title>"+strings.TrimSpace(names[len(names)-1])+": </title>") {
		t.Errorf("%s", long)
	}
}

// TestOnlyWorkingIsGreen: green is the colour of one state.
func TestOnlyWorkingIsGreen(t *testing.T) {
	for state, green := range map[content.ComponentState]bool{"operational": true, "degraded_performance": false, "partial_outage": false, "major_outage": false, "under_maintenance": false, "": false} {
		if strings.Contains(draw(t, badge.Badge{Name: "x", State: state, Word: "y"}), "#1a7545") != green {
			t.Errorf("%q", state)
		}
	}
}

// TestNothingRunsOver: in a browser each text of a badge lies within its part, in any script,
// whatever fonts there are.
func TestNothingRunsOver(t *testing.T) {
	ctx := browsertest.Start(t, time.Minute)
	for _, name := range names {
		picture := draw(t, badge.Badge{Name: name, State: content.MajorOutage, Word: "Fuori servizio", Lang: "it"})
		if err := chromedp.Do(ctx, chromedp.Navigate("data:image/svg+xml;base64,"+base64.StdEncoding.EncodeToString([]byte(picture)))); err != nil {
			t.Fatal(err)
		}
		over, err := chromedp.Run(ctx, chromedp.Evaluate[[]string](`(() => {
			const all = document.documentElement.getBoundingClientRect(), texts = [...document.querySelectorAll('text')].map(t => t.getBoundingClientRect())
			const wrong = texts.filter(b => b.width && (b.left < all.left + 6 || b.right > all.right - 6 || b.top < all.top || b.bottom > all.bottom))
			if (texts.length > 1 && texts[0].right > texts[1].left - 22) wrong.push(texts[0])
			return wrong.map(b => JSON.stringify([b, all]))
		})()`))
		if err != nil {
			t.Fatal(err)
		}
		if len(over) > 0 {
			t.Errorf("%q: %s\n%s", name, over, picture)
		}
	}
}
