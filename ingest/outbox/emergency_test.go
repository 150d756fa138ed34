package outbox

import (
	"strings"
	"testing"
	"time"
)

// The mail with the number of an emergency says whom to call and never that there is nothing to do.
// Staff hear of it at the first call.
func TestAnEmergencyByMail(t *testing.T) {
	b := newBench(t, map[string]string{
		"people.yaml": "anna: {name: Anna, email: anna@hulp.example, hears: [emergency]}\n",
		"policy/2026-01-01.yaml": `calendars: {office: {hours: {mon-fri: ["09:00-17:00"]}}}
lanes: [{id: emergency, name: {nl: Nood, fr: Urgence}, requires: call, call: "+32 2 555 01 00"}, {id: standard, name: {nl: Gewoon, fr: Ordinaire}}]
promises: [{id: first, clock: first_response, target: {within: 2h}, strength: promise}]
`,
	})
	b.run()
	b.now = b.now.Add(time.Second)
	b.open("")
	b.write(ticket+"/ticket.yaml", strings.Replace(string(b.files[ticket+"/ticket.yaml"].Data), "lane: standard", "lane: emergency", 1))
	b.same("received", b.run(), "zoe@commune.example: "+subject)
	if text := b.last(); !strings.Contains(text, `href="tel:&#43;3225550100"`) || strings.Contains(text, "Vous n’avez rien à faire") {
		t.Errorf("the mail\n%s", text)
	}
	b.now = b.now.Add(time.Minute)
	b.write(ticket+"/2026-11-20T140030Z-call-anna.md", "SECRET\n")
	b.same("called", b.run(), "anna@hulp.example: "+subject)
	b.write(ticket+"/2026-11-20T140040Z-call-anna.md", "SECRET\n")
	b.same("called again", b.run())
}
