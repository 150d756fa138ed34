package generator_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"
)

// canaries is a desk in which every private place has a word that must not come out: SECRET nowhere but in the staff's tree, OWN in the requester's own page and the staff's.
const canaries = `
-- site.yaml --
name: Desk
base_url: https://help.example
languages: [en]
time_zone: Europe/Brussels
mail: {from: hulp@help.example, authserv: SECRET-mx.example, smtp: {host: SECRET-smtp.example, username: {env: SECRET_USER}, password: {file: /SECRET/password}}}
identity: {algorithm: HS256, key: {env: SECRET_KEY}, audience: SECRET-audience, claims: {id: SECRET-claim, name: SECRET-name-claim}}
guard: {trusted_proxies: [10.9.8.7/32]}
attachments: {scan: [SECRET-scanner]}
-- hooks.yaml --
- {name: secret_hook, kind: github, secret: {env: SECRET_HOOK}}
- {name: secret_post, kind: email, secret: {env: SECRET_POST}, form: contact}
-- services.yaml --
- {id: shop, name: Shop}
-- people.yaml --
anna: {name: Anna SECRET, public_name: Anna, role: SECRET-role, email: anna-SECRET@help.example, hears: [new], hears_lanes: [standard]}
-- organisations/0042.yaml --
name: SECRET town
requesters: [SECRET@town.example]
owner: {name: SECRET owner, email: SECRET@owner.example}
-- policy/2026-01-01.yaml --
calendars: {office: {hours: {mon-fri: ["09:00-17:00"]}}}
lanes: [{id: standard, name: Standard}]
promises: [{id: first, clock: first_response, target: {within: 4h}, strength: promise}]
fair_use: {demotion: 5d, starvation: 16h}
coverage: {excluded: [{id: custom, text: Custom work}]}
-- forms/contact.yaml --
title: Contact
lane: standard
fields:
  - {id: subject, role: subject, type: text, label: Subject}
  - {id: message, role: body, type: textarea, label: Message, required: true}
  - {id: shop, type: text, label: Shop}
-- articles/help/public.md --
Known to all, and found by whoever searches.
-- replies/which.md --
SECRET canned reply
-- incidents/2026/1118-staff/incident.yaml --
title: SECRET incident
services: {shop: major_outage}
visibility: staff
-- incidents/2026/1118-staff/2026-11-18T1000-investigating-anna.md --
---
workaround: SECRET workaround
---
SECRET update
-- incidents/2026/1110-public/incident.yaml --
title: Public incident
services: {shop: partial_outage}
source: {hook: secret_hook, key: SECRET-group}
-- incidents/2026/1110-public/2026-11-10T1000-investigating-anna.md --
Known to all.
-- incidents/2026/1110-public/2026-11-10T1100-resolved-anna.md --
Over.
-- incidents/2026/1110-public/2026-11-11T1000-waived-anna.md --
SECRET reason
-- tickets/2026/11/19/2611191015/ticket.yaml --
form: contact
lane: standard
channel: form
language: en
subject: OWN subject
requester: {name: OWN name, email: own-OWN@mail.example, phone: "+32 2 OWN", id: SECRET-id}
organisation: "0042"
fields: {shop: OWN shop}
follow: aaaabbbbccccddddeeeeffffgggg
updates: true
searched: {query: SECRET search, offered: [/services/shop/, /incidents/2026/1110-public/]}
article: help/public
-- tickets/2026/11/19/2611191015/2026-11-19T090000Z-received.md --
---
id: deadbeefdeadbeef
attachments:
  - {file: 0123456789abcdef.txt, label: OWN quoted text.txt}
  - {file: 1123456789abcdef.txt, label: OWN refused file, withheld: scan}
  - {file: 2123456789abcdef.txt, label: OWN unasked file, withheld: form}
---
OWN message
-- tickets/2026/11/19/2611191015/attachments/0123456789abcdef.txt --
SECRET quoted text
-- tickets/2026/11/19/2611191015/attachments/1123456789abcdef.txt --
SECRET virus
-- tickets/2026/11/19/2611191015/attachments/2123456789abcdef.txt --
SECRET unasked
-- tickets/2026/11/19/2611191015/2026-11-19T091000Z-note-anna.md --
SECRET note
-- tickets/2026/11/19/2611191015/2026-11-19T091100Z-assigned-anna.md --
---
assignee: anna
---
SECRET assignment
-- tickets/2026/11/19/2611191015/2026-11-19T091200Z-demoted-anna.md --
---
until: 2026-11-20T12:00
reason: SECRET demotion
---
-- tickets/2026/11/19/2611191015/2026-11-19T091300Z-escalated-anna.md --
---
to: anna
reason: SECRET escalation
---
SECRET escalation
-- tickets/2026/11/19/2611191015/2026-11-19T091400Z-call-anna.md --
SECRET call
-- tickets/2026/11/19/2611191015/2026-11-19T091500Z-linked-anna.md --
---
incident: 2026/1118-staff
---
SECRET link
-- tickets/2026/11/19/2611191015/2026-11-19T091600Z-reply-anna.md --
OWN answer
-- tickets/2026/11/19/2611191015/2026-11-19T091700Z-lane-anna.md --
---
lane: standard
reason: SECRET lane
---
-- tickets/2026/11/19/2611191015/2026-11-19T091800Z-bounced-balie.md --
---
address: own-SECRET@mail.example
reason: SECRET mailbox
---
SECRET bounce
-- tickets/2026/11/19/2611191015/2026-11-19T091900Z-note-secret_post.md --
SECRET note by mail
-- tickets/2026/11/19/2611191028/ticket.yaml --
form: contact
channel: email
language: en
subject: OWN offer
requester: {email: OWN-spammer@mail.example}
follow: bbbbccccddddeeeeffffgggghhhh
review: true
-- tickets/2026/11/19/2611191028/2026-11-19T090000Z-received.md --
OWN offer
-- tickets/2026/11/19/2611191028/2026-11-19T090100Z-spam-balie.md --
SECRET spam reason
-- tickets/2026/11/19/2611191028/2026-11-19T090200Z-released-anna.md --
SECRET release
-- tickets/2026/11/19/2611191028/2026-11-19T090300Z-spam-anna.md --
SECRET spam after all
-- tickets/2026/11/19/2611191028/2026-11-19T090400Z-linked-anna.md --
---
ticket: "2611191015"
as: follow_up
---
SECRET link to somebody else
`

// canaryDesk lays out the desk as files.
func canaryDesk(t *testing.T) string {
	dir := t.TempDir()
	for _, f := range txtar.Parse([]byte(canaries)).Files {
		full := filepath.Join(dir, f.Name)
		if err := os.MkdirAll(filepath.Dir(full), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(full, f.Data, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// TestNothingPrivateIsPublic greps each tree for what must not be in it.
func TestNothingPrivateIsPublic(t *testing.T) {
	c := config(t, canaryDesk(t))
	build(t, c)
	words := []string{"SECRET", "OWN", "aaaabbbb", "bbbbcccc", "2611191015", "2611 1910 15", "2611191028", "10.9.8.7", "1118-staff", "secret_hook", "secret_post", "deadbeef"}
	if found := grep(t, c.Out, words); len(found) > 0 {
		t.Errorf("in the public tree: %s", strings.Join(found, "\n"))
	}
	if found := grep(t, c.Follow, []string{"SECRET", "1118-staff", "secret_hook", "secret_post", "deadbeef"}); len(found) > 0 {
		t.Errorf("in the follow tree: %s", strings.Join(found, "\n"))
	}
	// The tickets are of two requesters.
	for token, other := range map[string]string{"aaaabbbbccccddddeeeeffffgggg": "2611 1910 28", "bbbbccccddddeeeeffffgggghhhh": "2611 1910 15"} {
		if found := grep(t, filepath.Join(c.Follow, "t", token), []string{other}); len(found) > 0 {
			t.Errorf("of somebody else: %s", strings.Join(found, "\n"))
		}
	}
	for _, want := range []string{"OWN subject", "OWN message", "OWN answer"} {
		if len(grep(t, c.Follow, []string{want})) == 0 {
			t.Errorf("the follow page lacks %q", want)
		}
	}
	for _, want := range []string{"SECRET incident", "SECRET update", "SECRET reason", "SECRET note", "SECRET call", "SECRET demotion", "OWN message", "SECRET bounce", "SECRET note by mail", "SECRET spam reason", "SECRET release", "SECRET search", "/incidents/2026/1110-public/", "/help/help/public/"} {
		if len(grep(t, c.Staff, []string{want})) == 0 {
			t.Errorf("the staff's tree lacks %q", want)
		}
	}
}

// grep lists the files below a directory whose path or content has one of the words.
func grep(t *testing.T, dir string, words []string) []string {
	var found []string
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		rel, _ := filepath.Rel(dir, path)
		for _, word := range words {
			if strings.Contains(string(data), word) || strings.Contains(rel, word) {
				found = append(found, rel+" has "+word)
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}
