package webhook

import (
	"encoding/json"
	"slices"
	"strings"
	"time"

	"balie/content"
)

// verifyStripe proves the Stripe-Signature header (Stripe, "Verify webhook signatures manually"):
// t=<seconds>,v1=<hex>, with a v1 for each secret while one is being changed. Other schemes are
// passed over.
func verifyStripe(_ *content.Hook, secret string, r Request, now time.Time) bool {
	var at string
	var sent []string
	for part := range strings.SplitSeq(onlyHeader(r.Header, "Stripe-Signature"), ",") {
		key, value, _ := strings.Cut(strings.TrimSpace(part), "=")
		switch {
		case key == "t" && at != "":
			return false
		case key == "t":
			at = value
		case key == "v1":
			sent = append(sent, value)
		}
	}
	if !isNear(at, now) {
		return false
	}
	want := signature([]byte(secret), []byte(at+"."), r.Body)
	return slices.ContainsFunc(sent, func(s string) bool { return isHexSignature(s, want) })
}

// paidEvents are the types that may tell of a payment. The second comes for ways of paying that
// take days, after a first that said unpaid.
var paidEvents = []string{"checkout.session.completed", "checkout.session.async_payment_succeeded"}

// parseStripe reads an event of Stripe's. What was paid for is a ticket, whose number is the
// checkout's client_reference_id or its metadata's ticket.
func parseStripe(_ *content.Hook, r Request) (Delivery, error) {
	event, err := readJSON(r.Body)
	if err != nil {
		return Delivery{}, err
	}
	d := Delivery{ID: event.at("id").text()}
	kind := event.at("type").text()
	if d.ID == "" || kind == "" {
		return Delivery{}, malformed("an event without id or type")
	}
	if !slices.Contains(paidEvents, kind) {
		d.Ignored = "an event of type " + line(kind) + ": no payment"
		return d, nil
	}
	session := event.at("data", "object")
	switch status := session.at("payment_status").text(); status {
	case "paid":
		d.pay(session)
	case "":
		return Delivery{}, malformed("a checkout without payment_status")
	default:
		d.Ignored = "a checkout that is not paid: " + line(status)
	}
	return d, nil
}

// pay adds what a paid checkout is for, or why it is of no use.
func (d *Delivery) pay(session value) {
	p := Paid{Number: ticketNumber(session), Reference: paymentReference(session)}
	var ok bool
	if p.Amount, ok = stripeAmount(session); !ok {
		d.Unusable = "a payment whose amount can't be read"
		return
	}
	switch {
	case p.Number == "":
		d.Unusable = "a payment without a ticket's number: neither client_reference_id nor metadata.ticket is one"
	case p.Reference == "":
		d.Unusable = "a payment without a reference"
	default:
		d.Actions = []Action{p}
	}
}

// ticketNumber returns the first number that is one, as digits; "" where there is none.
func ticketNumber(session value) string {
	for _, s := range []string{session.at("client_reference_id").text(), session.at("metadata", "ticket").text()} {
		if number, ok := content.ParseNumber(s); ok && content.Dated(number) {
			return number
		}
	}
	return ""
}

// paymentReference returns the payment's id or, where the checkout has none, the checkout's.
func paymentReference(session value) string {
	payment := session.at("payment_intent")
	for _, s := range []string{payment.text(), payment.at("id").text(), session.at("id").text()} {
		if s = line(s); s != "" {
			return s
		}
	}
	return ""
}

// maxAmount is the first amount that content.Money can't be written with.
const maxAmount = 1e11

// stripeAmount returns amount_total, which counts the currency's smallest unit.
func stripeAmount(session value) (content.Money, bool) {
	n, _ := session.at("amount_total").of.(json.Number)
	amount, err := n.Int64()
	currency := strings.ToUpper(session.at("currency").text())
	if err != nil || amount < 0 || amount >= maxAmount || !isCurrency(currency) {
		return content.Money{}, false
	}
	switch {
	case slices.Contains(withoutDecimals, currency):
		amount *= 100
	case slices.Contains(threeDecimals, currency):
		amount /= 10 // the last digit is always 0
	}
	if amount >= maxAmount {
		return content.Money{}, false
	}
	return content.Money{Cents: amount, Currency: currency}, true
}

// The currencies that Stripe counts in other units than hundredths (Stripe, "Supported currencies").
// UGX stands among those without decimals there, and also among those that are nevertheless sent in
// hundredths; taken as hundredths, a payment never counts for more than it is.
var (
	withoutDecimals = []string{"BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA", "PYG", "RWF", "VND", "VUV", "XAF", "XOF", "XPF"}
	threeDecimals   = []string{"BHD", "JOD", "KWD", "OMR", "TND"}
)

func isCurrency(s string) bool {
	return len(s) == 3 && strings.Trim(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == ""
}
