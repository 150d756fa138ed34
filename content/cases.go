package content

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
	"time"
)

// Event is one file of a case: when, what and who in its name, prose as its body.
type Event struct {
	Path         string // the file, from the repository's root
	Name         string // its stem: the event's identity in feeds and links
	At           time.Time
	Kind         Kind
	Author       string    // "" for the requester, and where nobody is named
	Body         string    // Markdown by staff, plain text by requesters; LF, no outer blank lines
	Front        *Front    // nil where there is none
	ReadUntil    time.Time // of an answer with answers: how far its writer had read; zero for nothing
	Translations map[string]*Translation
}

// Translation is an event's body in another language.
type Translation struct {
	Path       string
	Body       string
	Translates Hex // first 8 hex of the SHA-256 of the source's body when it was translated
}

// BodyDigest is what a translation's `translates` names: the first 8 hex of the SHA-256 of the
// source's body.
func BodyDigest(body string) Hex {
	sum := sha256.Sum256([]byte(PlainLines(body)))
	return Hex(hex.EncodeToString(sum[:4]))
}

// Balie is the author of what a machine writes by rule.
const Balie = "balie"

// Data is the event's front matter, never nil.
func (e *Event) Data() *Front {
	if e.Front == nil {
		return &Front{}
	}
	return e.Front
}

// ReadUpTo says that the writer of an answer had read a message and none after it. The answer never
// comes before the message, whatever its writer's clock said.
func (e *Event) ReadUpTo(message *Event) {
	e.ReadUntil = message.At
	if e.At.Before(message.At) {
		e.At = message.At
	}
}

// In returns the body in lang or, where it has not been translated, in source, and the language it
// is in.
func (e *Event) In(lang, source string) (body, in string) {
	if t, ok := e.Translations[lang]; ok && lang != source {
		return t.Body, lang
	}
	return e.Body, source
}

// InOrder orders the events of a case by time; within a second the requester's first, then staff's,
// then balie's, then by name.
func InOrder(of CaseType, a, b *Event) int {
	return cmp.Or(compareSeconds(a.At, b.At), InSecond(of, a, b))
}

// InSecond orders the events of one second.
func InSecond(of CaseType, a, b *Event) int {
	return cmp.Or(cmp.Compare(writerRank(of, a), writerRank(of, b)), cmp.Compare(a.Name, b.Name))
}

func compareSeconds(a, b time.Time) int { return cmp.Compare(a.Unix(), b.Unix()) }

func writerRank(of CaseType, e *Event) int {
	switch {
	case e.Author == Balie:
		return 2
	case of == TicketCase && e.Kind.ByRequester(): // also where staff noted it under their name
		return 0
	}
	return 1
}

// Front is the front matter of an event. Which keys a kind may and must have stands in the table of
// kinds.
type Front struct {
	At          time.Time           `key:"at"`
	ID          Hex                 `key:"id"`
	Services    Map[ComponentState] `key:"services"`
	NextUpdate  time.Time           `key:"next_update"`
	Workaround  Text                `key:"workaround"`
	Planned     *Planned            `key:"planned"`
	Cause       Text                `key:"cause"`
	Actions     []Action            `key:"actions"`
	Translates  Hex                 `key:"translates"`
	Assignee    string              `key:"assignee"`
	Lane        string              `key:"lane"`
	Reason      string              `key:"reason"`
	Reference   string              `key:"reference"`
	Amount      Money               `key:"amount"`
	Incident    string              `key:"incident"`
	Ticket      string              `key:"ticket"`
	As          LinkAs              `key:"as"`
	Into        Numbers             `key:"into"` // one of merged, any of split
	To          string              `key:"to"`
	Resolution  ResolvedAs          `key:"resolution"`
	Score       int                 `key:"score,1..5"`
	Count       int                 `key:"count,1.."` // of reports: how many this file adds
	Address     string              `key:"address"`   // of bounced: where the mail was sent
	Until       time.Time           `key:"until"`
	Partly      bool                `key:"partly"`
	Answers     string              `key:"answers"` // the last message that was read, or AnswersNone
	Attachments []Attachment        `key:"attachments"`
}

// AnswersNone is what an answer names whose writer had read no message.
const AnswersNone = "none"

// NoWorkaround is the text that withdraws the workaround that stood.
const NoWorkaround = "none"

// Planned is when a maintenance is meant to be.
type Planned struct {
	Start time.Time `key:"start,required"`
	End   time.Time `key:"end,required"`
}

// Action is what prevents a repeat; Done is zero until it is.
type Action struct {
	Text Text `key:"text,required"`
	Done Date `key:"done"`
}

// Hex is a string of hexadecimal digits, which YAML might take for a number.
type Hex string

// Numbers is a ticket's number, or a list of them.
type Numbers []string

// Attachment is a stored file and what its sender called it.
type Attachment struct {
	File  string `key:"file,required"`
	Label string `key:"label"`
	// Withheld is why staff alone may have the file; "" where the requester may too.
	Withheld Withheld `key:"withheld"`
	// AsSent says that a picture or film is kept with all that its maker's device noted in it, such as
	// the place: it could not be written anew.
	AsSent bool `key:"as_sent"`
}

// Withheld is why a file is for staff alone.
type Withheld string

// The reasons.
const (
	RefusedByScan Withheld = "scan"    // the desk's virus scanner refused it
	WantsSignIn   Withheld = "sign_in" // its sender may attach files only when signed in
	NotOfForm     Withheld = "form"    // it came by mail, and the form takes no such file
)

func (Withheld) Words() []string { return []string{"scan", "sign_in", "form"} }

// LinkAs says how two cases belong together.
type LinkAs string

// FollowUp links a ticket to the closed one that it follows.
const FollowUp LinkAs = "follow_up"

func (LinkAs) Words() []string { return []string{"duplicate", "related", "follow_up"} }

// ResolvedAs says how a ticket ended.
type ResolvedAs string

func (ResolvedAs) Words() []string {
	return []string{"handled", "no_reaction", "out_of_scope", "duplicate", "withdrawn"}
}

// Incident is incidents/<yyyy>/<mmdd>-<slug>/.
type Incident struct {
	Dir        string              `key:"-"` // incidents/2026/1120-payments
	ID         string              `key:"-"` // 2026/1120-payments
	Title      Text                `key:"title,required"`
	Services   Map[ComponentState] `key:"services"`
	Impact     Impact              `key:"impact"`
	Visibility Visibility          `key:"visibility"`
	Source     *Source             `key:"source"`
	Events     []*Event            `key:"-"` // in order
}

// Public reports whether the public may know of it.
func (i *Incident) Public() bool { return i.Visibility != StaffOnly }

// Source is the machine that opened an incident.
type Source struct {
	Hook string `key:"hook,required"`
	Key  string `key:"key,required"`
}

// Maintenance is maintenance/<yyyy>/<mmdd>-<slug>/.
type Maintenance struct {
	Dir       string          `key:"-"`
	ID        string          `key:"-"`
	Title     Text            `key:"title,required"`
	Services  PlannedServices `key:"services"`
	Planned   Planned         `key:"planned,required"`
	Automatic bool            `key:"automatic"`
	Events    []*Event        `key:"-"`
}

// PlannedServices is what a maintenance does to services while it runs: a map from service to
// state, or in YAML a list of services, which are then under maintenance.
type PlannedServices Map[ComponentState]

// Ticket is tickets/<yyyy>/<mm>/<dd>/<number>/.
type Ticket struct {
	Dir          string      `key:"-"`
	Number       string      `key:"-"`
	Form         string      `key:"form"`
	Lane         string      `key:"lane"`
	Channel      string      `key:"channel"`
	Language     string      `key:"language"`
	Subject      string      `key:"subject,required"`
	Requester    Requester   `key:"requester"`
	Organisation string      `key:"organisation"`
	Fields       Map[string] `key:"fields"`
	Follow       string      `key:"follow"`
	Review       bool        `key:"review"`
	Updates      bool        `key:"updates"` // the requester wants the linked incident's updates by mail
	Searched     *Searched   `key:"searched"`
	Article      string      `key:"article"` // <section>/<slug> of the one that did not help
	Given        string      `key:"given"`   // the number given before, where that was taken
	Events       []*Event    `key:"-"`       // in order
	Stored       []string    `key:"-"`       // the files of attachments/, by name
}

// Searched is what a requester looked for before they wrote.
type Searched struct {
	Query string `key:"query,required"`
	// Offered are the addresses of what was found, best first, without the language; none: nothing
	// was.
	Offered []string `key:"offered"`
}

// Requester is who handed it in.
type Requester struct {
	Name  string `key:"name"`
	Email string `key:"email"`
	Phone string `key:"phone"`
	ID    string `key:"id"` // by the platform that vouches for them
}

// Key tells requesters apart: by id, else by address without regard to case; "" for somebody who
// left neither.
func (r Requester) Key() string {
	switch {
	case r.ID != "":
		return "id:" + r.ID
	case r.Email != "":
		return "mail:" + strings.ToLower(r.Email)
	}
	return ""
}

// Tree is a whole content repository at one commit: immutable, records reused by identity from one
// reading to the next where their files did not change.
type Tree struct {
	*Setup
	Incidents   []*Incident    // by directory
	Maintenance []*Maintenance // by directory
	Tickets     []*Ticket      // by number
	Erased      []string       // the numbers of erased.txt: of tickets that were taken out for good
	Unread      []string       // the directories of cases whose own file never read; their names are taken

	index
}

// ComponentState is the state of a service.
type ComponentState string

// The states, from best to worst but for maintenance, which ranks above operational.
const (
	Operational         ComponentState = "operational"
	UnderMaintenance    ComponentState = "under_maintenance"
	DegradedPerformance ComponentState = "degraded_performance"
	PartialOutage       ComponentState = "partial_outage"
	MajorOutage         ComponentState = "major_outage"
)

func (ComponentState) Words() []string {
	return []string{"operational", "degraded_performance", "partial_outage", "major_outage", "under_maintenance"}
}

// Rank orders states: 0 operational to 4 major outage.
func (s ComponentState) Rank() int {
	switch s {
	case UnderMaintenance:
		return 1
	case DegradedPerformance:
		return 2
	case PartialOutage:
		return 3
	case MajorOutage:
		return 4
	}
	return 0
}

// Impact is how bad an incident is.
type Impact string

// The impacts.
const (
	NoImpact Impact = "none"
	Minor    Impact = "minor"
	Major    Impact = "major"
	Critical Impact = "critical"
)

// Rank orders impacts: 0 none to 3 critical.
func (i Impact) Rank() int { return slices.Index(i.Words(), string(i)) }

func (Impact) Words() []string { return []string{"none", "minor", "major", "critical"} }

// Visibility is who may know of an incident.
type Visibility string

// The visibilities; absent is Public.
const (
	PublicToo Visibility = "public"
	StaffOnly Visibility = "staff"
)

func (Visibility) Words() []string { return []string{"public", "staff"} }

// Owes is who owes the next move; "" is nobody.
type Owes string

// Who may owe it.
const (
	OwesDesk       Owes = "desk"
	OwesRequester  Owes = "requester"
	OwesThirdParty Owes = "third_party"
	OwesNobody     Owes = ""
)

func (Owes) Words() []string { return []string{"requester", "third_party"} }
