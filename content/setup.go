package content

import "time"

// Setup is everything but the cases: what a desk writes once and changes seldom. It is immutable,
// and the same pointer as long as none of its files changed.
type Setup struct {
	Site          *Site
	Zone          *time.Location // site.yaml's time_zone
	Services      []*Service     // groups and services as they stand in services.yaml
	People        Map[*Person]
	Organisations Map[*Organisation] // by id, sorted
	Policies      []*Policy          // oldest first
	Holidays      map[string]Holidays
	Forms         []*Form // by order, then id
	Hooks         []*Hook
	Sections      []*Section // by order, then id
	Replies       []*Article // canned replies, by slug
	Logo          []byte     // the file that brand.logo names
}

// Site is site.yaml.
type Site struct {
	Name        Text             `key:"name,required"`
	BaseURL     string           `key:"base_url,required"`
	IntakeURL   string           `key:"intake_url"`
	FeedHost    string           `key:"feed_host"`
	Languages   []string         `key:"languages,required"`
	TimeZone    string           `key:"time_zone,required"`
	Brand       Brand            `key:"brand"`
	Home        string           `key:"home"`
	Links       []Link           `key:"links"`
	Channels    []Channel        `key:"channels"`
	Mail        *Mail            `key:"mail"`
	Identity    *Identity        `key:"identity"`
	Guard       *Guard           `key:"guard"`
	Follow      Following        `key:"follow"`
	Attachments AttachmentLimits `key:"attachments"`
}

// Source is the source language, in which every text must exist.
func (s *Site) Source() string { return s.Languages[0] }

// Brand is how the site shows whose it is: a logo's path in the repository and an accent colour
// (#rrggbb).
type Brand struct {
	Logo   string `key:"logo"`
	Accent string `key:"accent"`
}

// Link is one link of the footer.
type Link struct {
	Text Text   `key:"text,required"`
	URL  string `key:"url,required"`
}

// Channel is a way in, with how to use it, or one that there is not, and why.
type Channel struct {
	ID   string `key:"id,required"`
	Name Text   `key:"name"`
	Use  Text   `key:"use"`
	Not  Text   `key:"not"`
}

// Secret names where a secret comes from; a secret itself never stands in the repository.
type Secret struct {
	Env  string `key:"env"`
	File string `key:"file"`
}

// Mail says how mail goes out.
type Mail struct {
	From     string `key:"from,required"`
	Replies  bool   `key:"replies"`
	Since    Date   `key:"since"`    // what lies before it starts no closing period
	Authserv string `key:"authserv"` // whose Authentication-Results say that a sender passed DMARC
	SMTP     SMTP   `key:"smtp,required"`
}

// SMTP is the server that mail is handed to.
type SMTP struct {
	Host     string  `key:"host,required"`
	Port     int     `key:"port,1..65535"`
	TLS      TLSMode `key:"tls"`
	Username *Secret `key:"username"`
	Password *Secret `key:"password"`
}

// TLSMode is none, starttls or tls.
type TLSMode string

func (TLSMode) Words() []string { return []string{"none", "starttls", "tls"} }

// Following says in which ways people and programs may follow incidents and services, besides
// feeds.
type Following struct {
	Mail  bool `key:"mail"`
	Hooks bool `key:"hooks"`
}

// Identity says how the platform vouches for a customer: a signed JWT.
type Identity struct {
	Algorithm Algorithm   `key:"algorithm,required"`
	Key       Secret      `key:"key,required"`
	Audience  string      `key:"audience,required"`
	Claims    Map[string] `key:"claims"`
}

// Algorithm is a JWT's signature: HS256 or EdDSA.
type Algorithm string

func (Algorithm) Words() []string { return []string{"HS256", "EdDSA"} }

// Guard holds the limits against abuse. A zero rate is at its default, a zero time is none.
type Guard struct {
	PerAddress     Rate     `key:"per_address"`
	Whole          Rate     `key:"whole"`
	ProofOfWork    bool     `key:"proof_of_work"`
	Hold           Duration `key:"hold"`
	TrustedProxies []string `key:"trusted_proxies"`
}

// WantsProof reports whether what comes without proof of work is held.
func (g *Guard) WantsProof() bool { return g != nil && g.ProofOfWork }

// AttachmentLimits are sizes in bytes; 0 is the default.
type AttachmentLimits struct {
	PerTicket Size `key:"per_ticket,1.."`
	PerDay    Size `key:"per_day,1.."`
	// Scan is a command that reads a file on its standard input, and refuses it by exit code 1.
	Scan []string `key:"scan"`
}

// Service is an entry of services.yaml: a group when it has Services, else a service.
type Service struct {
	ID          string     `key:"id,required"`
	Name        Text       `key:"name,required"`
	Description Text       `key:"description"`
	Since       Date       `key:"since"`
	Services    []*Service `key:"services"`
}

// EachService calls yield for each service, in order, with its group (nil for one on its own).
func (s *Setup) EachService(yield func(group, service *Service)) {
	for _, entry := range s.Services {
		if len(entry.Services) == 0 {
			yield(nil, entry)
		}
		for _, service := range entry.Services {
			yield(entry, service)
		}
	}
}

// Service returns the service with that id, or nil.
func (s *Setup) Service(id string) (found *Service) {
	s.EachService(func(_, service *Service) {
		if service.ID == id {
			found = service
		}
	})
	return found
}

// Person is one of the staff.
type Person struct {
	Name       string `key:"name,required"`
	PublicName string `key:"public_name"`
	Role       string `key:"role"`
	Email      string `key:"email"`
	// Hears says of what mail tells them, HearsLanes of which lanes; none is all.
	Hears      []Notice `key:"hears"`
	HearsLanes []string `key:"hears_lanes"`
	Until      Date     `key:"until"` // has left; older events keep the name
}

// Notice is what mail tells the staff of.
type Notice string

// The notices.
const (
	NoticeNew       Notice = "new"       // a ticket
	NoticeEmergency Notice = "emergency" // a ticket entered the first lane that requires a call
	NoticeOverdue   Notice = "overdue"   // a promise on a ticket was broken
	NoticeMessage   Notice = "message"   // a requester wrote again
)

func (Notice) Words() []string { return []string{"new", "emergency", "overdue", "message"} }

// Organisation is a customer's organisation.
type Organisation struct {
	Name       string   `key:"name,required"`
	Requesters []string `key:"requesters"`
	Owner      *Contact `key:"owner"`
}

// Contact is somebody outside the desk.
type Contact struct {
	Name  string `key:"name"`
	Email string `key:"email"`
}

// Form is forms/<form>.yaml.
type Form struct {
	ID     string  `key:"-"`
	Title  Text    `key:"title,required"`
	Intro  Text    `key:"intro"`
	Order  int     `key:"order"`
	Lane   string  `key:"lane"`
	Type   string  `key:"type"`
	Steps  []Step  `key:"steps"`
	Fields []Field `key:"fields,required"`
}

// Field returns the field with that id, or nil.
func (f *Form) Field(id string) *Field {
	for i := range f.Fields {
		if f.Fields[i].ID == id {
			return &f.Fields[i]
		}
	}
	return nil
}

// Step is what a customer meets before the fields.
type Step string

func (Step) Words() []string { return []string{"known_incidents", "search"} }

// Field is one question of a form.
type Field struct {
	ID        string    `key:"id,required"`
	Role      Role      `key:"role"`
	Type      FieldType `key:"type,required"`
	Label     Text      `key:"label"`
	Help      Text      `key:"help"`
	Required  bool      `key:"required"`
	MinLength int       `key:"min_length"`
	MaxLength int       `key:"max_length,1.."` // in characters; 0: the limit of its type
	Pattern   string    `key:"pattern"`        // a regular expression (RE2) for the whole value
	Min       string    `key:"min,plain"`      // of a number or a date
	Max       string    `key:"max,plain"`
	Choices   []Choice  `key:"choices"`
	Value     string    `key:"value"` // of a hidden field
	MaxFiles  int       `key:"max_files,1.."`
	MaxSize   Size      `key:"max_size,1.."`
	Types     []string  `key:"types"` // media types
	// When asks the field only where each of these fields, which stand above it, was given one of
	// these answers. Without script it is always shown, with the condition said.
	When Map[OneOf] `key:"when"`
}

// OneOf is a value, or a list of those that are equally good.
type OneOf []string

// ReservedFields lists the ids that no field may take, because the intake sends and reads something
// else under these names.
func ReservedFields() []string {
	return []string{
		"incident", "language", "identity", "altcha", "website", "nonce", "served", "searched", "offered", "article", "updates", "action", "form",
	}
}

// Choice is one answer that can be chosen.
type Choice struct {
	ID    string `key:"id,required"`
	Label Text   `key:"label,required"`
}

// FieldType is the kind of answer a field takes.
type FieldType string

func (FieldType) Words() []string {
	return []string{"text", "textarea", "email", "tel", "url", "number", "choice", "checkbox", "date", "file", "service", "hidden"}
}

// Role is what a field's answer is to the desk.
type Role string

func (Role) Words() []string {
	return []string{"subject", "body", "name", "email", "phone", "organisation"}
}

// Section is a folder of articles.
type Section struct {
	ID       string     `key:"-"`
	Title    Text       `key:"title"`
	Order    int        `key:"order"`
	Articles []*Article `key:"-"` // by order, then slug
	Pictures []*Picture `key:"-"` // by file name
}

// Article is one help article or canned reply: a Markdown body under a title, in the source
// language, with its translations.
type Article struct {
	Section string `key:"-"` // "" for a reply
	Slug    string `key:"-"`
	Prose   `key:"-"`
	// Translations are by language; one without a title of its own takes the source's.
	Translations map[string]*Prose `key:"-"`
}

// MaxRelated is how many related articles are shown beside one.
const MaxRelated = 4

// Prose is an article's text in one language.
type Prose struct {
	Path       string   `key:"-"` // the file
	Body       string   `key:"-"` // Markdown
	Title      string   `key:"title"`
	Summary    string   `key:"summary"`
	Keywords   []string `key:"keywords"`
	Order      int      `key:"order"`
	Popular    bool     `key:"popular"`
	Related    []string `key:"related"`  // articles, each <section>/<slug>; of the source alone
	Services   []string `key:"services"` // the article is about these; of the source alone
	Translates Hex      `key:"translates"`

	Whole string // the body with the heading that became its title: what a translation's digest is of
}
