package site

import (
	"html/template"
	"time"

	"balie/content"
	"balie/generator/search"
	"balie/themes"
	"balie/themes/view"
)

// Words are a text of the desk, and its language where it is not the page's.
type Words struct{ Text, Lang string }

// Prose is text as HTML, and its language where it is not the page's.
type Prose struct {
	HTML template.HTML
	Lang string
}

// Link is a text with an address.
type Link struct{ Text, URL, Lang string }

// Feeds are what to follow something by: the page that asks for an e-mail address ("" where nobody
// follows by mail), the address for a reader, and links to the feed in each format that there is.
// Of is incident, maintenance, service or history.
type Feeds struct{ Of, Mail, Address, Atom, RSS, JSON string }

// Home is the first page: the answer, and the ways on from it.
type Home struct {
	Answer   Answer
	Open     []OpenIncident
	Active   []MaintenanceRow // going on
	Planned  []MaintenanceRow // announced
	Calendar string           // the file that has them
	Groups   []ServiceGroup
	Recent   []IncidentRow // over, of the last two weeks
	Search   string
	Contact  string
	Popular  []Link
	Ways     []Way
	Promise  []*content.Promise // what is promised to who uses the first way
	Busy     *Busy
	Asof     time.Time // when what is shown last changed; zero: nothing ever happened
	Help     string    // the list of articles, or ""
	History  string
}

// Answer is what somebody wants to know first. Kind: ok; one (open incident); many, of which the
// worst is told; maintenance.
type Answer struct {
	Kind       string
	State      content.ComponentState // the worst; never operational while an incident is open
	Title      Words
	Status     content.Kind   // of the incident
	Services   []Words        // that are touched by maintenance
	N          int            // open incidents, or maintenance going on
	Next       *view.Deadline // the next promised update; nil: none, or it is late
	Workaround Words          // what to do meanwhile, or empty
	More       int            // how many other incidents are open
	MoreID     string         // the first of these, by OpenIncident.ID
	Until      time.Time      // of maintenance: its planned end
}

// OpenIncident is one that is not over, as the home page shows it.
type OpenIncident struct {
	ID         string // fit for an id in the page
	Title      Words
	URL        string
	State      content.ComponentState
	Status     content.Kind
	Services   []ServiceState // that do not work as they should
	Since      time.Time
	Reported   int   // how many tickets say me too
	Workaround Words // what to do meanwhile, or empty
	Last       *Update
	Next       *view.Deadline
	MeToo      string // where to say it, or ""
}

// ServiceState is how a service is, because of one case.
type ServiceState struct {
	Name  Words
	URL   string
	State content.ComponentState
}

// ServiceGroup is services under one heading; the name is empty for those that stand by themselves.
type ServiceGroup struct {
	Name     Words
	Services []ServiceRow
}

// ServiceRow is one service and its last 90 days.
type ServiceRow struct {
	Name  Words
	URL   string
	State content.ComponentState
	Bar   Bar
}

// Way is a form as a way in.
type Way struct {
	Title, Intro Words
	URL          string
}

// Busy is how long the line is, in one sentence.
type Busy struct {
	Waiting int
	Usual   time.Duration // half of the answers came within, in working time; 0: not known
}

// Update is one public event of a case.
type Update struct {
	Anchor     string // its id in the page
	At         time.Time
	Kind       content.Kind
	Body       Prose
	Services   []ServiceState // what it says of services
	Edited     *time.Time     // nil: not since it was written
	Planned    *content.Planned
	Workaround Words // what to do meanwhile, from here on; or empty
	Year       bool  // the year is told: it is another than that of the update above
}

// Crumbs lead from a case's page to the home page, and to the month in which the case is listed.
type Crumbs struct {
	Home  string
	Month time.Time
	URL   string // the month's
}

// Incident is an incident's page.
type Incident struct {
	Title      Words
	Crumbs     Crumbs
	Open       bool
	Status     content.Kind
	State      content.ComponentState // the worst now or, when it is over, of its whole time
	Services   []ServiceState
	Started    time.Time
	Resolved   time.Time
	Reported   int
	Next       *view.Deadline
	Workaround Words  // what to do meanwhile, or empty
	Ask        string // the form for whom it still does not work, when it is over; or ""
	MeToo      string
	Feeds      Feeds
	Updates    []Update // newest first, without the postmortem
	Postmortem *Postmortem
	Cause      *view.Deadline // when the postmortem is due, while there is none; nil where none is
	Promised   bool           // a postmortem is promised when it is over
	Missing    []Link         // languages in which an update is not yet there
	Articles   []Link         // about its services
}

// Postmortem is what was behind an incident, and what prevents a repeat.
type Postmortem struct {
	Anchor  string // its id in the page, to which feeds link
	At      time.Time
	Cause   Words
	Body    Prose
	Actions []Action
	Edited  *time.Time
}

// Action prevents a repeat; Done is zero until it is.
type Action struct {
	Text Words
	Done time.Time
}

// IncidentRow is an incident in a list.
type IncidentRow struct {
	Title    Words
	URL      string
	State    content.ComponentState // the worst of its whole time
	Status   content.Kind
	Open     bool
	Services []Words
	Started  time.Time
	Resolved time.Time      // zero while it is open
	Cause    *view.Deadline // the postmortem that is due
}

// MaintenanceRow is a maintenance in a list.
type MaintenanceRow struct {
	Title    Words
	URL      string
	Status   content.Kind
	Services []Words
	Planned  content.Planned
	Started  time.Time
	Ended    time.Time
	Body     *Prose // what was last said of it
}

// Maintenance is a maintenance's page.
type Maintenance struct {
	Title    Words
	Crumbs   Crumbs
	Status   content.Kind
	Services []ServiceState
	Planned  content.Planned
	Started  time.Time
	Ended    time.Time
	Updates  []Update
	Feeds    Feeds
	Calendar string // the file of all maintenance
}

// Service is a service's page.
type Service struct {
	Name        Words
	Group       Words
	Description Words
	State       content.ComponentState
	Bar         Bar
	Dates       []time.Time  // of the bar's days, the first first
	Days        []ServiceDay // of these, on which something was, newest first
	Open        []IncidentRow
	Planned     []MaintenanceRow
	Year        []ServiceMonth // the last twelve months that are known, newest first
	Articles    []Link         // about it
	Feeds       Feeds
	History     string
}

// ServiceDay is a day on which a service did not all the time work as it should.
type ServiceDay struct {
	Day    time.Time
	N      int     // which of the bar's days, from 0
	Spells []Spell // the worst first
	Cases  []Link
}

// Spell is for how long of a day a state was the worst one.
type Spell struct {
	State  content.ComponentState
	Time   time.Duration // not shown of one that goes on
	Whole  bool          // all day
	GoesOn bool
}

// ServiceMonth is a month of a service. Its strip is drawn as a Bar's, 123 wide: with room for 31
// days.
type ServiceMonth struct {
	Month        time.Time
	URL          string // all that was in the month, or "" where nothing was
	Availability int    // as a Bar's
	Bands        []Band
	Incidents    []IncidentRow // newest first
	Maintenance  []MaintenanceRow
}

// History lists the months in which something was, and those for which something is planned.
type History struct {
	Years []HistoryYear
	Feeds Feeds
}

// HistoryYear is one year, newest month first.
type HistoryYear struct {
	Year   int
	Months []HistoryMonth
}

// HistoryMonth is one month and how much was in it.
type HistoryMonth struct {
	Month                  time.Time
	URL                    string
	Incidents, Maintenance int
	Ahead                  bool // it has not begun: its maintenance is planned
}

// Month is what was in one month.
type Month struct {
	Month        time.Time
	Index        string
	Incidents    []IncidentRow // newest first
	Maintenance  []MaintenanceRow
	Newer, Older *MonthLink
}

// MonthLink leads to a month.
type MonthLink struct {
	Month time.Time
	URL   string
}

// Help lists the sections and their articles: of the help page, and of the search page.
type Help struct {
	Sections []Section
	Search   string
	Contact  string
}

// Section is one section's page, and its part of a list.
type Section struct {
	Title    Words
	URL      string
	Articles []ArticleRow
	Help     string
	Contact  string
}

// ArticleRow is an article in a list: Lang is its title's language and In its summary's, where they
// are not the page's.
type ArticleRow struct{ Title, Summary, URL, Lang, In string }

// Article is one article's page.
type Article struct {
	Title    Words
	Summary  string
	Troubles []Trouble // maintenance of what it is about
	Contents []Heading // none where it has few headings
	Body     Prose
	Section  Link
	Changed  time.Time // when its text was last committed; zero: not known
	Previous *Link     // of its section
	Next     *Link
	Related  []ArticleRow
	Help     string
	Ask      string // the form, with the article named
}

// Heading is a part of an article, and the parts within it.
type Heading struct {
	ID, Text string
	Below    []Heading
}

// Trouble is maintenance that goes on.
type Trouble struct {
	Title    Words
	URL      string
	Services []Words
	Until    time.Time
}

// Search is the search page: what was found where a server answers, else the list of all articles.
type Search struct {
	Query    string
	Searched bool
	Results  []search.Result // their URLs are links
	Sections []Section
	Action   string
	Index    string // where the files of the index are
	Ways     []Way
	Form     string // the form from which the customer came, or ""
	Ask      string // and the way back to it, with what was searched and found
}

// Contact is the ways in, and those there are not.
type Contact struct {
	Ways     []Way
	Channels []Channel // the ways in that there are
	Not      []Channel // those that there are not
	Excluded []Covered // what support does not include
	Promise  []*content.Promise
	Hours    *Hours
	Promises string
	Search   string
	Help     string
	Lost     string // where the addresses of questions are mailed again; "" where no mail goes out
}

// Channel is a way in, with how to use it, or one that there is not, and why.
type Channel struct {
	ID    string
	Name  Words // empty: the theme has a word for the id
	Use   Words
	Not   Words
	Links []Link // to its pages
}

// Promises is what the desk promises, rendered from its policy.
type Promises struct {
	Tickets   []Promise
	Incidents []Promise
	Words     []Promise // said, not measured
	Calendars []Hours
	Included  []Covered
	Excluded  []Covered
	Lanes     []Lane
	Closing   *Closing // nil: nothing is closed by itself
	FairUse   *content.FairUse
	Queue     string // the queue report's address, or ""
	From      time.Time
	Next      *time.Time // the day from which another version holds, if one is there already
}

// Closing is how a ticket ends that waits for its requester.
type Closing struct {
	*content.Closing
	ByMail bool // its requester is told by mail
	Keeps  bool // a ticket stays open whose requester no mail reaches
}

// Promise is one promise and what was attained.
type Promise struct {
	*content.Promise
	Text     Words
	For      []Words // the lanes, forms and channels to which it applies; none: all
	Hours    bool    // its time is counted in working hours
	Attained *Attained
}

// Attained is how often a promise was kept in a time.
type Attained struct {
	Kept, Of int // of those that are decided; fewer than 5 are not told
	Weeks    int
	State    content.ComponentState // how it looks: operational where it is as promised
	Late     []Link                 // what is late now, such as a postmortem
	Overdue  []Overdue              // the same, to be said in each language: the longest due
	More     int                    // how many more are late than are named
}

// Hours is a calendar in a form that can be said.
type Hours struct {
	Name   string
	Zone   time.Time // some instant in its zone
	Days   []DayHours
	Closed []Closed // days ahead that are different, in order
}

// DayHours is a row of days with the same windows: from and to are the same for a single day.
type DayHours struct {
	From, To time.Weekday
	Windows  []content.Window
}

// Closed is a day that is different: closed, or with other windows.
type Closed struct {
	Day     time.Time
	Why     Words
	Windows []content.Window
}

// Covered is something that support includes or does not, and what to do instead.
type Covered struct {
	Text, Why Words
	Instead   *Link
}

// Lane is a row in which tickets wait.
type Lane struct {
	Name     Words
	Requires content.Requirement
	Price    content.Money // zero: none
}

// Queue is the public queue report. It is made elsewhere, and holds no word: only figures and
// times.
type Queue struct {
	Desk, Requester, ThirdParty int           // who owes the next move
	Oldest                      time.Duration // how long the longest has waited, in working time
	Half, Most                  time.Duration // last week's median and 90th percentile; 0: unknown
	Promised                    *content.Promise
	Kept                        *Attained
	Slow                        bool                   // slower than promised
	State                       content.ComponentState // operational if as promised
	Weeks                       []QueueWeek
	Days                        *themes.Chart // chart.days: what came and was answered by weekday
	Hours                       *themes.Chart // chart.hours: the same by hour of the day
	Asof                        time.Time
	Promises                    string
}

// QueueWeek is the tickets that came in one week.
type QueueWeek struct {
	From, To   time.Time
	Came       int
	InTime, Of int // hundredths of a per cent, and of how many; -1: fewer than 5, not told
	Half, Most time.Duration
	Waiting    int
}

// NotFound is the page for an address that has none.
type NotFound struct{ Search, Contact, Lost string }
