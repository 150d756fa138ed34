package webhook

import (
	"errors"
	"reflect"
	"strings"
	"testing"

	"balie/content"
)

var paidHook = &content.Hook{Name: "paid", Kind: content.StripeHook}

// number is a ticket number whose check digit is right.
const number = "2611204216"

// checkout is an event of a checkout; session has the keys that differ.
func checkout(kind, session string) string {
	return `{"id":"evt_1","object":"event","api_version":"2026-09-30","created":1795525511,"livemode":false,"type":"` + kind + `",
		"data":{"object":{"id":"cs_1","object":"checkout.session","amount_total":500,"currency":"eur","payment_status":"paid","payment_intent":"pi_1",` + session + `}}}`
}

func TestStripe(t *testing.T) {
	const completed, later = "checkout.session.completed", "checkout.session.async_payment_succeeded"
	eur := content.Money{Cents: 500, Currency: "EUR"}
	for _, tt := range []struct {
		name, body string
		want       []Action
		why        string // what Ignored or Unusable says
	}{
		{name: "by reference", body: checkout(completed, `"client_reference_id":"2611204216","metadata":{}`), want: []Action{Paid{number, "pi_1", eur}}},
		{name: "as people write it", body: checkout(completed, `"client_reference_id":" 2611 2042-16","metadata":{}`), want: []Action{Paid{number, "pi_1", eur}}},
		{name: "by metadata", body: checkout(later, `"client_reference_id":null,"metadata":{"ticket":"2611204216"}`), want: []Action{Paid{number, "pi_1", eur}}},
		{name: "the shop's own reference", body: checkout(completed, `"client_reference_id":"cart-77","metadata":{"ticket":"2611204216"}`), want: []Action{Paid{number, "pi_1", eur}}},
		{name: "without a payment", body: strings.Replace(checkout(completed, `"client_reference_id":"2611204216"`), `"pi_1"`, "null", 1), want: []Action{Paid{number, "cs_1", eur}}},
		{name: "a payment told in full", body: strings.Replace(checkout(completed, `"client_reference_id":"2611204216"`), `"pi_1"`, `{"id":"pi_2"}`, 1), want: []Action{Paid{number, "pi_2", eur}}},
		{name: "no number", body: checkout(completed, `"client_reference_id":"cart-77"`), why: "a payment without a ticket's number: neither client_reference_id nor metadata.ticket is one"},
		{name: "a digit is wrong", body: checkout(completed, `"client_reference_id":"2611204217"`), why: "a payment without a ticket's number: neither client_reference_id nor metadata.ticket is one"},
		{name: "of no day", body: checkout(completed, `"client_reference_id":"`+content.NewNumber(content.Date{Year: 2026, Month: 13, Day: 1}, 1, 21)+`"`), why: "a payment without a ticket's number: neither client_reference_id nor metadata.ticket is one"},
		{name: "not paid yet", body: strings.Replace(checkout(completed, `"client_reference_id":"2611204216"`), `"paid"`, `"unpaid"`, 1), why: "a checkout that is not paid: unpaid"},
		{name: "for nothing", body: strings.Replace(checkout(completed, `"client_reference_id":"2611204216"`), `"paid"`, `"no_payment_required"`, 1), why: "a checkout that is not paid: no_payment_required"},
		{name: "another event", body: `{"id":"evt_1","type":"invoice\u0000.paid","data":{"object":{}}}`, why: "an event of type invoice.paid: no payment"},
		{name: "an amount that is none", body: strings.Replace(checkout(completed, `"client_reference_id":"2611204216"`), "500,", `"500",`, 1), why: "a payment whose amount can't be read"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d, err := Parse(paidHook, Request{Body: []byte(tt.body)})
			if err != nil || d.ID != "evt_1" || !reflect.DeepEqual(d.Actions, tt.want) || d.Ignored+d.Unusable != tt.why {
				t.Errorf("%+v, %v", d, err)
			}
		})
	}
}

func TestStripeAmounts(t *testing.T) {
	for _, tt := range []struct{ amount, currency, want string }{
		{"500", "eur", "5.00 EUR"},
		{"0", "usd", "0.00 USD"},
		{"500", "jpy", "500.00 JPY"},
		{"5120", "kwd", "5.12 KWD"},
		{"500", "isk", "5.00 ISK"},
		{"500", "ugx", "5.00 UGX"},
		{"99999999999", "eur", "999999999.99 EUR"},
		{"100000000000", "eur", ""},
		{"1000000000", "jpy", ""},
		{"-1", "eur", ""},
		{"5.5", "eur", ""},
		{"1e3", "eur", ""},
		{"null", "eur", ""},
		{"500", "euro", ""},
		{"500", "e\\u0000r", ""},
	} {
		session, err := readJSON([]byte(`{"amount_total":` + tt.amount + `,"currency":"` + tt.currency + `"}`))
		if err != nil {
			t.Fatal(err)
		}
		m, ok := stripeAmount(session)
		if m.String() != tt.want || ok != (tt.want != "") {
			t.Errorf("%s %s is %q, %v; want %q", tt.amount, tt.currency, m, ok, tt.want)
		}
		if ok {
			if again, err := content.ParseMoney(m.String()); err != nil || again != m {
				t.Errorf("%s reads as %v, %v", m, again, err)
			}
		}
	}
}

func TestStripeMalformed(t *testing.T) {
	for _, body := range []string{`{"type":"x"}`, `{"id":"evt_1"}`, `{"id":"evt_1","type":"checkout.session.completed","data":{}}`, `null`, ``} {
		if _, err := Parse(paidHook, Request{Body: []byte(body)}); !errors.Is(err, ErrMalformed) {
			t.Errorf("%s: %v", body, err)
		}
	}
}
