package content

import (
	"fmt"
	"regexp"
	"strings"
)

// Hook is one inbound webhook of hooks.yaml. Each kind has keys of its own: package check has the
// table.
type Hook struct {
	Name         string              `key:"name,required"`
	Kind         HookKind            `key:"kind,required"`
	Secret       Secrets             `key:"secret,required"`
	Form         string              `key:"form"`
	Fields       Map[Pointer]        `key:"fields"` // of json: where the answer to a field is, by the field's id
	ServiceLabel string              `key:"service_label"`
	Visibility   Visibility          `key:"visibility"`
	States       Map[ComponentState] `key:"states"`
	Title        Text                `key:"title"`
	Text         Text                `key:"text"`
	Signature    *HookSignature      `key:"signature"`
	Token        *HookToken          `key:"token"`
	ID           Pointer             `key:"id"`
	At           Pointer             `key:"at"`
	Incident     *HookIncident       `key:"incident"`
}

// Hook returns the hook with that name, or nil.
func (s *Setup) Hook(name string) *Hook {
	for _, h := range s.Hooks {
		if h.Name == name {
			return h
		}
	}
	return nil
}

// Secrets is one secret or, while it is being changed, a list of those that hold.
type Secrets []Secret

// HookKind is who sends.
type HookKind string

// The kinds of hooks.
const (
	AlertmanagerHook HookKind = "alertmanager"
	StripeHook       HookKind = "stripe"
	GitHubHook       HookKind = "github"
	StandardHook     HookKind = "standard"
	EmailHook        HookKind = "email"
	JSONHook         HookKind = "json"
)

func (HookKind) Words() []string {
	return []string{"alertmanager", "stripe", "github", "standard", "email", "json"}
}

// HookSignature names the header that has the HMAC-SHA256 of the body in hexadecimal digits, and
// what stands before them.
type HookSignature struct {
	Header string `key:"header,required"`
	Prefix string `key:"prefix"`
}

// HookToken names the header that has the secret itself.
type HookToken struct {
	Header string `key:"header,required"`
}

// HookIncident says where in a JSON body an incident is.
type HookIncident struct {
	Key          Pointer     `key:"key,required"` // what tells one incident from another
	Open         HookOpen    `key:"open,required"`
	ServiceLabel Pointer     `key:"service_label"` // a service's name, or a list of them
	Services     Map[string] `key:"services"`      // a name as it is sent, and the service
	Title        Text        `key:"title"`         // a template over pointers
	Text         Text        `key:"text"`
}

// HookOpen says by which values the incident is open; any other means that it is resolved.
type HookOpen struct {
	Pointer Pointer    `key:"pointer,required"`
	Is      JSONValues `key:"is,required"`
}

// JSONValues are values of JSON as texts: firing, 0, true, null.
type JSONValues []string

// Pointer is a JSON Pointer (RFC 6901) to a value within a document, such as /monitor/name; ""
// is none named.
type Pointer string

var misplacedTilde = regexp.MustCompile(`~([^01]|$)`)

// ParsePointer reads a Pointer. The one to the whole document, which is "" in RFC 6901, is none.
func ParsePointer(s string) (Pointer, error) {
	if !strings.HasPrefix(s, "/") || misplacedTilde.MatchString(s) {
		return "", fmt.Errorf("%q is not a JSON Pointer such as /monitor/name", s)
	}
	return Pointer(s), nil
}

var unescapePointer = strings.NewReplacer("~1", "/", "~0", "~")

// Tokens returns the keys and indexes that lead to the value, unescaped.
func (p Pointer) Tokens() []string {
	if p == "" {
		return nil
	}
	tokens := strings.Split(string(p[1:]), "/")
	for i, t := range tokens {
		tokens[i] = unescapePointer.Replace(t)
	}
	return tokens
}

var placeholder = regexp.MustCompile(`\{([^{}]+)\}`)

// Placeholders lists the names in braces of a template over labels or pointers, in order.
func Placeholders(template string) []string {
	var names []string
	for _, m := range placeholder.FindAllStringSubmatch(template, -1) {
		names = append(names, m[1])
	}
	return names
}

// FillTemplate puts value's text for each name in braces in its place. A brace that has no partner
// stays.
func FillTemplate(template string, value func(name string) string) string {
	return placeholder.ReplaceAllStringFunc(template, func(s string) string { return value(s[1 : len(s)-1]) })
}
