package large

import (
	"fmt"
	"strings"

	"balie/content"
)

// base is everything but the cases.
var base = map[string]string{
	"site.yaml": "name: Kerkstraat Cloud\nbase_url: https://status.kerkstraat.example\nlanguages: [en]\ntime_zone: Europe/Amsterdam\nbrand: {accent: \"#0b5d8c\"}\n" +
		"mail: {from: help@kerkstraat.example, since: 2023-01-01, smtp: {host: smtp.kerkstraat.example}}\n" +
		"channels:\n  - {id: form, use: The contact form is the quickest way.}\n  - {id: phone, not: A page address is hard to read out loud.}\n",
	"services.yaml": servicesYAML(),
	"people.yaml":   "anna: {name: Anna Peeters, public_name: Anna, role: service_manager}\nbert: {name: Bert Maes}\nchidi: {name: Chidi Okafor}\ndewi: {name: Dewi Lestari}\n",
	"policy/2023-01-01.yaml": `calendars:
  office:
    hours: {mon-fri: ["09:00-17:00"]}
lanes:
  - {id: standard, name: Questions}
promises:
  - {id: first-answer, clock: first_response, target: {within: 4h}, strength: promise, attainment: 95}
  - {id: next-answer, clock: next_response, target: {working_days: 1}, strength: promise, attainment: 90}
  - {id: solved, clock: resolution, target: {working_days: 5}, strength: aim}
  - {id: daily-update, clock: periodic_update, target: {every: 1d}, strength: promise}
  - {id: cause, clock: postmortem, impacts: [critical], target: {working_days: 5}, strength: aim}
closing: {reminders: [3, 6], notice: 8, close: 5, unreachable: close}
fair_use: {open_tickets: 10, demotion: 5d, starvation: 16h}
`,
	"forms/contact.yaml": `title: Contact
lane: standard
fields:
  - {id: subject, role: subject, type: text, label: "What is it about?", required: true, max_length: 120}
  - {id: site_id, type: text, label: Site, pattern: "[0-9]{4}"}
  - {id: message, role: body, type: textarea, label: "What happens?", required: true}
  - {id: email, role: email, type: email, label: E-mail, required: true}
`,
	"articles/help/first-steps.md": "---\ntitle: First steps\nsummary: What to look at before you write.\n---\nLook at the state of the service first. Then write what you did, what you saw and what you expected.\n",
}

// organisations is how many there are; none has a file, as small desks do.
const organisations = 300

type service struct{ id, name string }

var services = []service{
	{"website", "Website"}, {"checkout", "Checkout"}, {"search", "Search"}, {"images", "Images"}, {"mail", "Mail"}, {"imports", "Imports"},
	{"api", "API"}, {"webhooks", "Webhooks"}, {"login", "Login"}, {"reports", "Reports"}, {"backups", "Backups"}, {"dns", "DNS"},
}

func servicesYAML() string {
	var b strings.Builder
	b.WriteString("- id: shop\n  name: Shop\n  services:\n")
	for i, s := range services {
		if i < 6 {
			fmt.Fprintf(&b, "    - {id: %s, name: %s}\n", s.id, s.name)
		}
	}
	for _, s := range services[6:] {
		fmt.Fprintf(&b, "- {id: %s, name: %s, description: What other programs and our own staff use.}\n", s.id, s.name)
	}
	return b.String()
}

var troubles = []struct {
	slug, what string
	state      content.ComponentState
}{
	{"slow", "is slow", content.DegradedPerformance}, {"errors", "gives errors", content.PartialOutage}, {"down", "is down", content.MajorOutage},
	{"late", "runs behind", content.DegradedPerformance}, {"timeouts", "times out now and then", content.PartialOutage}, {"stale", "shows old data", content.DegradedPerformance},
}

var (
	staff      = []string{"anna", "bert", "chidi", "dewi"}
	places     = []string{"the north of the Netherlands", "Antwerp and around it", "our second data centre", "customers with more than ten thousand products", "mobile networks", "the public API"}
	firstNames = []string{"Aylin", "Jef", "Olu", "Marta", "Søren", "Nguyễn", "Zoë", "Ibrahim", "Katarzyna", "Luca"}
	lastNames  = []string{"Yılmaz", "De Smedt", "Adeyemi", "Kowalska", "Jørgensen", "Van den Berg", "Haddad", "Ferrari", "O’Neill", "Dubois"}
	questions  = []string{"a page stays empty", "the order list does not load", "I get an error with a long number", "how do I change this?", "since this morning nothing works", "a customer sees old prices", "can this be undone?"}
	causes     = []string{"A certificate ran out.", "A migration locked a table for longer than it had in the test.", "A disk filled up with logs.", "A cache was emptied on all servers at once.", "A supplier changed an address without notice."}
	actions    = []string{"The expiry date is watched, with a week to spare.", "Migrations run in small steps, with a time limit.", "Logs are cut by size.", "Caches are emptied one server after the other.", "Two people read the supplier's notices."}
)

// updates are the sentences of an incident's updates, by kind.
var updates = map[content.Kind][]string{
	content.Investigating: {
		"{subject} does not work as it should for some of you.", "We see it in our measurements since {minutes} minutes ago.", "About {percent} per cent of requests are touched.",
		"We are looking for the cause, and two of us do nothing else now.", "What you have entered is safe; nothing is lost.", "It seems to be limited to {place}.",
		"Trying again after a minute helps in most cases.", "The other services work as usual.", "If you see something else than this, tell us by the form: it helps to know how far it goes.",
		"We tell you more within two hours, sooner if we know more.",
	},
	content.Confirmed: {
		"We confirm the problem with {subject}, and the technical team has taken it on.", "It is the same in {place}.", "We can bring it about ourselves now, which makes finding the cause easier.",
		"{percent} per cent of you may notice it.", "Orders that came in during this time are kept and will be handled.", "There is nothing that you need to do.", "Thanks to all who wrote to us with a page's address: that saved us {minutes} minutes.",
	},
	content.Identified: {
		"We have found the cause of the trouble with {subject}.", "A change of yesterday evening has a side effect that no test showed.", "We are taking that change back, which needs some {minutes} minutes.",
		"After that we look at what has to be caught up with.", "Until then {percent} per cent of requests may still fail.", "The first servers are done, and they behave well.", "For {place} it may last a little longer.",
		"We do not expect it to come back.",
	},
	content.Update: {
		"The work on {subject} goes on.", "Of the servers, {percent} per cent are done.", "It takes longer than we thought, because each step is checked before the next.", "We would rather be slow than make it worse.",
		"In {place} it works again already.", "The queue that had built up is being worked off in order; nothing is skipped.", "Mail that was held back is sent in the coming {minutes} minutes.", "The next step is the one that you will notice most.",
	},
	content.Monitoring: {
		"{subject} works again, and we are watching it.", "Response times are back to what they were.", "For the coming {minutes} minutes we keep both the old and the new set-up running.", "Fewer than {percent} in ten thousand requests fail, which is usual.",
		"If it still goes wrong for you, empty your browser's cache once.", "Some reports may show a gap; they fill up by themselves.", "We say so here when we are sure that it is over.", "In {place} the last traces should be gone within the hour.",
	},
	content.Resolved: {
		"The trouble with {subject} is over.", "All measurements have been as usual for {minutes} minutes.", "Everything that had been waiting is done; nothing was lost.", "We are sorry for the time that it took from you.",
		"A report on the cause follows, with what we change so that it does not come back.", "Do you still see something odd in {place}? Then write to us, please, with the address of the page.", "Thank you for your patience, and for your {percent} messages, which we have all read.",
	},
	content.Postmortem: {
		"## What happened\n\nAt first it looked like a busy day.", "{subject} answered more slowly each minute, until {percent} per cent of requests ran out of time.", "## What we did\n\nWe took the last change back and started the servers again, one after the other.",
		"The first restart was too early, which cost {minutes} minutes.", "Those in {place} noticed it longest.", "## What we learn from it\n\nThe alarm came from a customer, and should have come from us.", "The page that explains how to take a change back was out of date, and is right now.",
		"Our rehearsal of this had left out the step that failed.",
	},
}

var asked = []string{
	"Hello, since this morning {subject} does something odd.", "When I save, I see a wheel that turns for {minutes} minutes, and then an empty page.", "I have tried it in two browsers, and on my phone.",
	"My colleague has the same, but not always.", "The message says: error 500, try again later.", "The address is https://shop.example/beheer/orders?page={percent}.", "Yesterday it still worked, and I did not change anything.",
	"We have {percent} orders waiting, so I would be glad of a quick answer.", "Could you tell me what I do wrong?", "I attach nothing, because the page will not let me.", "Kind regards, and thanks in advance.",
}

var answered = []string{
	"Thanks for your message, and for saying so exactly what you did.", "We could bring it about here as well, so it is not you.", "{subject} keeps the filter of your last visit, and with that filter the list is empty.",
	"Choose *All orders* at the top left, and the {percent} orders are there again.", "We have set it back for you.", "If it happens again, tell us the time to the minute; then we find it in our logs.", "It may take {minutes} minutes until you see the change everywhere.",
	"Is there anything else that you would like to know about it?", "You need not do anything more.",
}

var noted = []string{
	"Seen the same for two others this week.", "The log shows {percent} retries in {minutes} minutes, all on {subject}.", "Asked the supplier; they call back.", "Not the known incident: that one was in {place}.", "The customer has the old theme, with a script of their own.",
	"Careful: the account has two owners.", "If it comes back, look at the queue first.",
}
