// Package view is what a form's page and a ticket's follow page show, as plain values.
// The generator and the intake make the same views, and the theme's layouts show them.
package view

import (
	"time"

	"balie/content"
)

// Form is a form as a page shows it, empty or as it was typed. Its texts are in Lang. What a code
// stands for is in the theme's locale.
type Form struct {
	ID     string
	Lang   string // the page's
	Title  string
	Intro  string
	Action string // where it posts
	Nonce  string // of the page as it was served; "" on a page that was built ahead
	Served string // when, signed; "" where nobody asks
	// Challenge is where a script gets the challenge that proves work; "" where none is wanted.
	Challenge string
	Home      string // where the customer's search for an answer goes: the search page
	Index     string // where the files of the search index are
	Incident  string // the open incident that "me too" was said of, or ""
	About     string // that incident's title
	Known     []Incident
	Search    bool // the customer is asked to search first
	Before    Before
	Multi     bool // it has a file field: multipart/form-data
	Fields    []Field
	Errors    []Mistake // in the order of the fields; those of no field last
	Promised  []Promised
	SignedIn  *SignedIn          // nil: the platform vouches for nobody
	SignIn    bool               // files can be attached by those for whom the platform vouches alone
	Payment   *Payment           // how it can go before others; nil: it can't
	Rules     []*content.Promise // what is promised in general, on a page that was built ahead
	Closed    bool               // the form can't be used now; the errors say why
	Typed     bool               // it came back as it was typed
	Excluded  []Excluded         // what support does not include
	Promises  string             // the page that says what it includes; "" where there is none
}

// Before is what a customer did before they came to a form. Its zero value is nothing.
type Before struct {
	Query   string // that they searched for
	Offered string // the paths of what was found, with commas between them
	Article string // <section>/<slug> of the article that did not help
	About   string // that article's title
	URL     string // and its page
	Lang    string // of the title, where it is not the page's
}

// Incident is an open incident that a customer may add to rather than ask anew.
type Incident struct {
	ID    string
	Title string
	URL   string
	State content.ComponentState // the worst of its services
	Since time.Time
	MeToo string // where to say in one step that they have it too, as of this form
}

// SignedIn is for whom the platform vouches, as a form's page tells them.
type SignedIn struct {
	Name         string
	Organisation string // "": none
	// Open counts tickets of theirs that somebody owes a move in; 0 while that is far from FairUse.
	Open    int
	FairUse int // how many of them are fair use
	Earlier []EarlierTicket
	More    int // tickets of theirs that are not listed
}

// EarlierTicket is a ticket that its requester handed in before.
type EarlierTicket struct {
	Number  string // grouped for people
	Subject string
	Lang    string // the subject's, where it may not be the page's
	State   content.TicketState
	Owes    content.Owes
	URL     string
}

// Payment is how a ticket goes before others that wait: by paying, which nobody must.
type Payment struct {
	Lane  string // the name of the lane that it opens
	Price content.Money
	URL   string           // where to pay; on a form {number} stands for the ticket's
	Rule  *content.Promise // what is promised in that lane; nil: nothing
}

// Paid is what was paid for a ticket.
type Paid struct {
	At     time.Time
	Amount content.Money // zero: it is not known
	Opened bool          // the ticket goes before others
}

// Field is one question with its answer so far.
type Field struct {
	ID           string
	Type         content.FieldType
	Role         content.Role
	Label        string // "" : the locale's word for its role
	Help         string
	Required     bool
	Value        string
	Fixed        bool     // the platform says so: it can't be changed
	Options      []Option // of choice and service
	Error        *Mistake
	Autocomplete string // HTML's autofill token, or ""
	InputMode    string
	Width        string // "short", "middle" or "full": as wide as its answers
	Rows         int    // of a text of several lines; 0: as many as for a question
	MaxLength    int
	Min, Max     string
	Accept       string // of a file field
	MaxFiles     int
	MaxSize      content.Size
	// AllSize limits all files together, where that is less than MaxFiles of MaxSize; else 0.
	AllSize content.Size
	Counted bool        // the length of the answer is said beside it
	Several bool        // a hint may say that it asks several questions
	When    []Condition // all that must hold for the field to be asked
}

// Option is one answer to choose.
type Option struct {
	Value    string
	Label    string
	Selected bool
}

// Mistake is what is wrong with an answer. Code is a key under "mistake." in the theme's locales,
// and Args are its values by name.
type Mistake struct {
	Field string // the field's id, or "" for the whole form
	Label string // the field's label, "" as in Field
	Help  string
	Role  content.Role
	Code  string
	Args  map[string]string
}

// Promised is one promise to a ticket, as an instant in the site's zone.
type Promised struct {
	Promise  string
	Clock    content.ClockName
	Strength content.Strength
	Due      time.Time
	Breaks   time.Time // when it will be late; zero: it is late, or never will be
	Goal     time.Time // of a goal with a limit: the goal; else zero
	Late     bool
	Met      bool
}

// Follow is a ticket as its requester sees it, on the follow page.
type Follow struct {
	Number   string // grouped for people
	Subject  string
	Lang     string // of the ticket
	State    content.TicketState
	Owes     content.Owes
	Promised []Promised // what holds now: the running clocks that the requester is told of
	Incident *Incident  // the public incident it belongs to
	Timeline []Entry
	Action   string // where messages post: /t/<token>
	CanWrite bool   // a message is possible: always, but on a closed ticket it becomes a new one
	CanSolve bool
	CanRate  bool
	// UndoUntil is when the requester's word that it is solved can't be taken back any more; zero
	// where it can't now.
	UndoUntil time.Time
	Rated     int      // the last score, 0 for none
	Several   bool     // it seems to ask several questions, and nobody has answered yet
	Payment   *Payment // nil: it was paid, or is done, or nothing can be paid
	Paid      *Paid    // nil: nothing was paid
	// Survivor is the follow page of the ticket into which it was merged, where the platform vouches
	// for one requester of both; else "".
	Survivor string
	Write    Form      // the form of a message, empty or as it was typed
	Errors   []Mistake // of what was sent
	Given    []Given   // the other answers of the form, in its order

	Address string // the page's own, to be kept
	Quote   bool   // there is another way in, where the number helps: mail or telephone
	IsNew   bool   // nothing but the question itself has happened: the page is its receipt
	Noted   Noted  // how staff wrote the question down; "" where its requester sent it
	// MailedTo is where the requester gets each answer by mail; "" where no mail reaches them.
	MailedTo string
	Lost     string // the page that mails a lost address again; "" where no mail goes out
	Call     *Call  // the call without which it goes no faster; nil: none is missing
	Asked    *Entry // while the requester owes the answer: what they were asked
	// Closes is when a rule closes it without word from the requester; zero where none does.
	Closes    time.Time
	Follows   *Linked  // the closed ticket that it follows; nil: none
	FollowUps []Linked // the tickets that follow it
	Sent      *Sent    // what was sent just now; nil on a page that is only read
	Remark    Field    // what is said beside a rating
}

// Linked is another ticket of the same requester.
type Linked struct {
	Number string // grouped for people
	URL    string // "" where it is not shown
}

// Call is a telephone number.
type Call struct {
	Number string // as people write it; "" where the policy names none
	Dial   string // as RFC 3966 has it, without tel:
}

// Sent is what a requester sent just now from the follow page.
type Sent struct {
	Kind  content.Kind
	Event string // the name of its entry
}

// Noted says how staff wrote down what a requester said.
type Noted string

// The ways.
const (
	NotedCall  Noted = "call"  // on the telephone
	NotedOther Noted = "other" // elsewhere
)

// Given is a question and its answer.
type Given struct {
	Label string // "" : the locale's word for its role
	Role  content.Role
	Value string
	Yes   bool      // a ticked checkbox, which has no value
	Date  time.Time // of an answer that is one; else zero
}

// Entry is one event on the follow page.
type Entry struct {
	Name     string // of the event's file, without .md
	At       time.Time
	Kind     content.Kind
	Mine     bool   // by the requester
	Noted    Noted  // of what staff wrote down for the requester; "" for all else
	Author   string // the public name; "" for the desk, "balie" for what a rule wrote
	Body     string // plain text when Mine, else Markdown
	Lang     string // the body's, where it is not the ticket's
	Fact     bool   // only that it took place
	Files    []File
	Incident *Incident // of an update of the linked incident: whose it is
	Score    int
	Into     []string // numbers, grouped for people
	Reason   string   // of out_of_scope: the text under coverage, in the ticket's language
}

// File is an attachment that the requester may fetch, or one that is withheld and has no URL.
type File struct {
	Label    string
	URL      string
	Size     int64
	Withheld content.Withheld
	AsSent   bool // a picture or film that may carry its place; for staff
}

// Name returns the name of the answer. Where the form has no such field it is the name that was
// sent.
func (m Mistake) Name() string {
	if m.Field == "" {
		return m.Args["name"]
	}
	return m.Field
}
