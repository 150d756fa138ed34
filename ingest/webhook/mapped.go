package webhook

import (
	"encoding/json"
	"math"
	"slices"
	"strings"
	"time"

	"balie/content"
	"balie/ingest/form"
)

// verifyJSON proves a request as the hook says: by a signature, by a token in a header of its own,
// or by Authorization: Bearer.
func verifyJSON(h *content.Hook, secret string, r Request, now time.Time) bool {
	switch {
	case h.Signature != nil:
		sent, ok := strings.CutPrefix(onlyHeader(r.Header, h.Signature.Header), h.Signature.Prefix)
		return ok && isHexSignature(sent, signature([]byte(secret), r.Body))
	case h.Token != nil:
		return isSecret(onlyHeader(r.Header, h.Token.Header), secret)
	}
	return verifyBearer(h, secret, r, now)
}

// parseJSON reads a body by the hook's mapping. What its pointers don't find is of no use, and not
// malformed: the mapping may be what is wrong.
func parseJSON(h *content.Hook, r Request) (Delivery, error) {
	body, err := readJSON(r.Body)
	if err != nil {
		return Delivery{}, err
	}
	var d Delivery
	if h.ID != "" {
		d.ID = identifier(body.pointed(h.ID))
	}
	switch {
	case h.Incident != nil:
		d.alert(h, body)
	case h.Form != "":
		d.Actions = []Action{Ticket{mappedAnswers(h.Fields, body)}}
	default:
		d.Unusable = "the hook has neither incident nor form"
	}
	return d, nil
}

// identifier returns a string or a number as text, else "".
func identifier(v value) string {
	switch v.of.(type) {
	case string, json.Number:
		s, _ := v.scalar()
		return s
	}
	return ""
}

// alert adds what the body says of an incident, or why it is of no use.
func (d *Delivery) alert(h *content.Hook, body value) {
	m := h.Incident
	a := Alert{Key: identifier(body.pointed(m.Key))}
	if a.Key == "" {
		d.Unusable = "there is no text and no number at " + line(string(m.Key))
		return
	}
	var ok bool
	if a.Open, ok = isOpen(m.Open, body); !ok {
		d.Unusable = "there is nothing at " + line(string(m.Open.Pointer)) + " that says whether the incident is open"
		return
	}
	if at := body.pointed(h.At); h.At != "" && !at.isNull() {
		if a.At, ok = mappedTime(at); !ok {
			d.Unusable = "there is no time at " + line(string(h.At))
			return
		}
	}
	a.Services = mappedServices(m, body)
	a.Title = fillLine(m.Title, mappedText(body, line))
	a.Text = fill(m.Text, mappedText(body, lines))
	d.Actions = []Action{a}
}

// isOpen reports whether an incident is open; ok is false where nothing says so. What is not there
// is null, and says something only where the hook names null.
func isOpen(m content.HookOpen, body value) (open, ok bool) {
	v := body.pointed(m.Pointer)
	state, ok := v.scalar()
	open = slices.Contains(m.Is, state)
	return open, ok && (open || !v.isNull())
}

// mappedText returns the text at a pointer, clean; "" where there is none.
func mappedText(body value, clean func(string) string) func(pointer string) string {
	return func(pointer string) string {
		p, err := content.ParsePointer(pointer)
		v := body.pointed(p)
		s, ok := v.scalar()
		if err != nil || !ok || v.isNull() {
			return ""
		}
		return clean(s)
	}
}

// mappedServices returns the services that a string or a list of strings names, as services.yaml
// does where the mapping has them.
func mappedServices(m *content.HookIncident, body value) map[string]content.ComponentState {
	services := map[string]content.ComponentState{}
	named := body.pointed(m.ServiceLabel)
	for _, v := range slices.Concat(named.items(), []value{named}) {
		name := v.text()
		if id, ok := m.Services.Get(name); ok {
			name = id
		}
		if name = line(name); name != "" {
			services[name] = content.DegradedPerformance
		}
	}
	return services
}

// mappedTime reads a text in one of timeForms, or Unix time as a number of seconds or, from 10^11
// on, milliseconds.
func mappedTime(v value) (time.Time, bool) {
	n, ok := v.of.(json.Number)
	if !ok {
		return readTime(v.text(), timeForms...)
	}
	f, err := n.Float64()
	if err != nil || f < 0 || f >= 1e15 {
		return time.Time{}, false
	}
	if f < 1e11 {
		f *= 1000
	}
	return inYears(time.UnixMilli(int64(math.Round(f))))
}

// mappedAnswers returns the answers at the pointers of a form's fields. A number and a truth value
// become text, since their sender does not know the form. What is not there is no answer.
func mappedAnswers(fields content.Map[content.Pointer], body value) form.Answers {
	var a form.Answers
	for _, f := range fields {
		v := body.pointed(f.Value)
		if v.isNull() {
			continue
		}
		answer := form.Answer{Name: f.Key}
		if s, ok := v.scalar(); ok {
			answer.Value = s
		} else {
			answer.Type = form.JSONOther
		}
		a.Values = append(a.Values, answer)
	}
	return a
}
