package ingest

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"balie/ingest/mail"
)

const (
	alertsSecret = "a-secret-of-alerts"
	shopSecret   = "a-secret-of-the-shop"
)

// newHooks is an intake with hooks, whose secrets are in files.
func newHooks(t *testing.T) *intake {
	dir := t.TempDir()
	secret := func(name, value string) string {
		file := filepath.Join(dir, name)
		if err := os.WriteFile(file, []byte(value+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		return "{file: " + file + "}"
	}
	return newIntake(t, map[string]string{"hooks.yaml": fmt.Sprintf(`
- {name: alerts, kind: alertmanager, secret: [%s, %s], service_label: service}
- {name: shop, kind: standard, secret: %s, form: contact}
- {name: code, kind: github, secret: {file: %s}}
- {name: mail, kind: email, secret: %s, form: contact}
`, secret("old", "an-old-one"), secret("new", alertsSecret), secret("shop", shopSecret), filepath.Join(dir, "missing"), secret("mail", "m"))})
}

func (in *intake) deliver(hook, body string, header ...string) answer {
	r := httptest.NewRequest(http.MethodPost, "/hooks/"+hook, strings.NewReader(body))
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	return in.do(r)
}

const firing = `{"version":"4","groupKey":"g","status":"firing","alerts":[{"status":"firing","labels":{"service":"checkout"},"annotations":{},"startsAt":"2026-11-20T14:00:00Z","endsAt":"0001-01-01T00:00:00Z","fingerprint":"f"}]}`

// signed are the headers of Standard Webhooks at the intake's time.
func (in *intake) signed(id, body string) []string {
	at := fmt.Sprint(in.Now().Unix())
	mac := hmac.New(sha256.New, []byte(shopSecret))
	mac.Write([]byte(id + "." + at + "." + body))
	return []string{"webhook-id", id, "webhook-timestamp", at, "webhook-signature", "v1," + base64.StdEncoding.EncodeToString(mac.Sum(nil))}
}

// waits counts the deliveries that are to be worked off, and those that can't be used.
func (in *intake) kept(t *testing.T) (waiting bool, aside int) {
	next, err := in.Store.DueDelivery(t.Context(), in.Now())
	if err != nil {
		t.Fatal(err)
	}
	all, err := in.Store.AsideDeliveries(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return next != nil, len(all)
}

func TestHooksAnswer(t *testing.T) {
	const order = `{"type":"order.question","data":{"subject":"Waar?","message":"Waar blijft het?","email":"kim@klant.example"}}`
	const misfit = `{"type":"order.question","data":{"message":"Waar blijft het?","email":"kim"}}`
	bearer := func(secret string) []string { return []string{"Authorization", "Bearer " + secret} }
	for _, test := range []struct {
		name, hook, body string
		header           func(*intake) []string
		status           int
		waiting          bool
		aside            int
	}{
		{"proven", "alerts", firing, func(*intake) []string { return bearer(alertsSecret) }, 202, true, 0},
		{"by the older secret", "alerts", firing, func(*intake) []string { return bearer("an-old-one") }, 202, true, 0},
		{"unproven", "alerts", firing, func(*intake) []string { return nil }, 401, false, 0},
		{"another's secret", "alerts", firing, func(*intake) []string { return bearer(shopSecret) }, 401, false, 0},
		{"malformed", "alerts", "{", func(*intake) []string { return bearer(alertsSecret) }, 400, false, 1},
		{"no such hook", "nothing", firing, func(*intake) []string { return bearer(alertsSecret) }, 404, false, 0},
		{"no mail", "mail", firing, func(*intake) []string { return bearer("m") }, 400, false, 1},
		{"a mail", "mail", "From: kim@klant.example\r\n\r\nHi", func(*intake) []string { return bearer("m") }, 202, true, 0},
		{"an unproven mail", "mail", "From: kim@klant.example\r\n\r\nHi", func(*intake) []string { return bearer(shopSecret) }, 401, false, 0},
		{"a mail that is too large", "mail", "From: kim@klant.example\r\n\r\n" + strings.Repeat(" ", mail.MaxSize), func(*intake) []string { return bearer("m") }, 413, false, 0},
		{"without its secret", "code", "{}", func(*intake) []string { return nil }, 503, false, 0},
		{"too large", "alerts", strings.Repeat(" ", maxHookBody+1), func(*intake) []string { return bearer(alertsSecret) }, 413, false, 0},
		{"a ticket", "shop", order, func(in *intake) []string { return in.signed("msg_1", order) }, 202, true, 0},
		{"changed since it was signed", "shop", order + " ", func(in *intake) []string { return in.signed("msg_1", order) }, 401, false, 0},
		{"does not fit its form", "shop", misfit, func(in *intake) []string { return in.signed("msg_1", misfit) }, 422, false, 0},
	} {
		in := newHooks(t)
		a := in.deliver(test.hook, test.body, test.header(in)...)
		if a.StatusCode != test.status || test.status >= 400 && a.Header.Get("Content-Type") != "application/problem+json" {
			t.Errorf("%s: %d %s\n%s", test.name, a.StatusCode, a.Header, a.body)
		}
		if waiting, aside := in.kept(t); waiting != test.waiting || aside != test.aside {
			t.Errorf("%s: waiting %t, aside %d", test.name, waiting, aside)
		}
		if strings.Contains(a.body+in.log.String(), "secret-of") {
			t.Errorf("%s: a secret is told", test.name)
		}
	}
}

// The same delivery, five times at once and again later, is worked off once.
func TestADeliveryIsTakenOnce(t *testing.T) {
	in := newHooks(t)
	var group sync.WaitGroup
	for range 5 {
		group.Go(func() {
			if a := in.deliver("alerts", firing, "Authorization", "Bearer "+alertsSecret); a.StatusCode != http.StatusAccepted {
				t.Errorf("answer %d", a.StatusCode)
			}
		})
	}
	group.Wait()
	for range 2 {
		if _, err := in.worker.WorkOff(t.Context()); err != nil {
			t.Fatal(err)
		}
		in.deliver("alerts", firing, "Authorization", "Bearer "+alertsSecret)
	}
	if err := in.DrainOnce(t.Context()); err != nil {
		t.Fatal(err)
	}
	var opened int
	for _, c := range in.memory.changes {
		if strings.Contains(c.Message, "investigating") {
			opened++
		}
	}
	if opened != 1 {
		t.Errorf("%d incidents were opened", opened)
	}
}

// A picture that comes by mail is stored without the place where it was taken, and so is served.
func TestAPhotoByMailIsStoredWithoutItsPlace(t *testing.T) {
	in := newHooks(t)
	in.write("forms/contact.yaml", photos)
	raw := "From: Jo <jo@klant.example>\r\nSubject: Foto\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nZie de foto.\r\n" +
		"--b\r\nContent-Type: image/jpeg\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: attachment; filename=a.jpg\r\n\r\n" +
		base64.StdEncoding.EncodeToString([]byte(sentPhoto(t))) + "\r\n--b--\r\n"
	if a := in.deliver("mail", raw, "Authorization", "Bearer m", "Content-Type", "message/rfc822"); a.StatusCode != http.StatusAccepted {
		t.Fatalf("%d %s", a.StatusCode, a.body)
	}
	if _, err := in.worker.WorkOff(t.Context()); err != nil {
		t.Fatal(err)
	}
	in.settle()
	ticket := in.last(t)
	files := ticket.Events[0].Data().Attachments
	if len(files) != 1 || files[0].Label != "a.jpg" || files[0].AsSent || files[0].Withheld != "" {
		t.Fatalf("%+v", files)
	}
	stored := in.get("/t/" + ticket.Follow + "/attachments/" + files[0].File)
	if stored.StatusCode != http.StatusOK || !strings.HasPrefix(stored.body, "\xff\xd8") {
		t.Errorf("answer %d, %.10q", stored.StatusCode, stored.body)
	}
	for name, data := range in.added() {
		if strings.Contains(data, "GPS") {
			t.Errorf("%s has the place", name)
		}
	}
}

// A mail that was posted is on its follow page, with all its files by name. Those that are for
// staff alone can not be fetched.
func TestAMailIsOnItsFollowPage(t *testing.T) {
	in := newHooks(t)
	const raw = "From: Jo <jo@klant.example>\r\nSubject: <i>Foto</i>\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n" +
		"--b\r\n\r\nZie <b>hier</b>.\r\n\r\nOn 20 Nov 2026 Kim wrote:\r\n> geheim\r\n" +
		"--b\r\nContent-Disposition: attachment; filename=lijst.csv\r\n\r\na,b\r\n--b--\r\n"
	for range 2 {
		if a := in.deliver("mail", raw, "Authorization", "Bearer m", "Content-Type", "message/rfc822"); a.StatusCode != http.StatusAccepted {
			t.Fatalf("%d %s", a.StatusCode, a.body)
		}
		if _, err := in.worker.WorkOff(t.Context()); err != nil {
			t.Fatal(err)
		}
		in.settle()
	}
	tickets := in.Tree().Tickets
	if len(tickets) != 1 {
		t.Fatalf("%d tickets", len(tickets))
	}
	page := in.get("/t/" + tickets[0].Follow + "/")
	for part, want := range map[string]bool{"&lt;i&gt;Foto": true, "Zie &lt;b&gt;hier": true, "aangehaald.txt": true, "geheim": false, "lijst.csv": true, "Alleen medewerkers": false} {
		if strings.Contains(page.body, part) != want {
			t.Errorf("%s is there: %t\n%s", part, !want, page.body)
		}
	}
	for _, a := range tickets[0].Events[0].Data().Attachments {
		want := http.StatusOK
		if a.Withheld != "" {
			want = http.StatusNotFound
		}
		if got := in.get("/t/" + tickets[0].Follow + "/attachments/" + a.File); got.StatusCode != want {
			t.Errorf("%+v: %d", a, got.StatusCode)
		}
	}
	if log := in.log.String(); strings.Contains(log, "klant.example") || strings.Contains(log, "Foto") {
		t.Errorf("logged: %s", log)
	}
}
