package ingest

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// From the form to the queue: the form says what can be paid, the page where, Stripe's signed event
// that it was, and the ticket goes before one that waits longer.
func TestAPaymentFromFormToQueue(t *testing.T) {
	const secret = "a-secret-of-stripe"
	t.Setenv("BALIE_TEST_PAID", secret)
	lanes := `lanes:
  - {id: priority, name: {nl: Voorrang, en: Priority}, requires: payment, price: 5.00 EUR, pay_url: "https://pay.example/p?client_reference_id={number}"}
`
	in := newIntake(t, map[string]string{
		"policy/2026-01-01.yaml": strings.Replace(smallDesk["policy/2026-01-01.yaml"], "lanes:\n", lanes, 1),
		"hooks.yaml":             "- {name: paid, kind: stripe, secret: {env: BALIE_TEST_PAID}}\n",
	})
	if page := in.get("/en/forms/contact").body; !strings.Contains(page, "Priority: €5.00") || !strings.Contains(page, "Nobody has to") || strings.Contains(page, "pay.example") {
		t.Error("the form does not say the price and what it brings")
	}
	in.hand(t)
	in.now = in.now.Add(time.Minute)
	number, follow := in.hand(t)
	if page := in.get(follow).body; !strings.Contains(page, `href="https://pay.example/p?client_reference_id=`+number+`"`) || !strings.Contains(page, "€\u00a05,00") {
		t.Errorf("the page has no link to pay:\n%s", page)
	}
	pay := func(event string, cents int) {
		body := fmt.Sprintf(`{"id":%q,"type":"checkout.session.completed","data":{"object":{"id":"cs","client_reference_id":%q,"payment_status":"paid","payment_intent":"pi_%s","amount_total":%d,"currency":"eur"}}}`, event, number, event, cents)
		if a := in.deliver("paid", body, "Stripe-Signature", signedByStripe(t, secret, body, in.now)); a.StatusCode != 202 {
			t.Fatalf("%d %s", a.StatusCode, a.body)
		}
		if _, err := in.worker.WorkOff(t.Context()); err != nil {
			t.Fatal(err)
		}
		in.settle()
		in.now = in.now.Add(time.Minute)
	}
	pay("evt_1", 400)
	if page := in.get(follow).body; strings.Contains(page, "pay.example") || !strings.Contains(page, "maar bracht uw vraag niet naar voren") {
		t.Error("the page does not say that it was too little")
	}
	pay("evt_2", 500)
	if page := in.get(follow).body; strings.Contains(page, "pay.example") || !strings.Contains(page, "uw vraag gaat voor") {
		t.Errorf("the page does not say that it was paid:\n%s", page)
	}
	o, err := in.siteContextOf(in.Tree())
	if err != nil {
		t.Fatal(err)
	}
	if first := o.desk.Queue(in.Tree(), in.now, false)[0]; first.Ticket.Ticket.Number != number || first.Lane != "priority" {
		t.Errorf("first is %s in %s", first.Ticket.Ticket.Number, first.Lane)
	}
	in.sound(t)
}

// signedByStripe returns the header of an event. Stripe's own library signs it where the
// environment variable BALIE_NODE_MODULES names the directory in which that is installed.
func signedByStripe(t *testing.T, secret, body string, at time.Time) string {
	t.Helper()
	dir := os.Getenv("BALIE_NODE_MODULES")
	if dir == "" {
		mac := hmac.New(sha256.New, []byte(secret))
		fmt.Fprintf(mac, "%d.%s", at.Unix(), body)
		return fmt.Sprintf("t=%d,v1=%x", at.Unix(), mac.Sum(nil))
	}
	script, err := os.Open("webhook/testdata/sign.mjs")
	if err != nil {
		t.Fatal(err)
	}
	defer script.Close()
	list, err := json.Marshal([]map[string]any{{"vendor": "stripe", "secret": secret, "body": body, "seconds": at.Unix()}})
	if err != nil {
		t.Fatal(err)
	}
	node := exec.CommandContext(t.Context(), "node", "--input-type=module", "-", string(list))
	node.Dir, node.Stdin, node.Stderr = dir, script, os.Stderr
	out, err := node.Output()
	var signed []map[string]string
	if err == nil {
		err = json.Unmarshal(out, &signed)
	}
	if err != nil || len(signed) != 1 {
		t.Fatalf("sign by Stripe's library: %v", err)
	}
	return signed[0]["Stripe-Signature"]
}
