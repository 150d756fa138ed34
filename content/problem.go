package content

import (
	"cmp"
	"fmt"
	"slices"
)

// Severity says whether a problem stops a build.
type Severity string

// The severities: nothing is built while there is an Error.
const (
	Error   Severity = "error"
	Warning Severity = "warning"
)

// Problem is something wrong with the content: a value, never a Go error. Line and Column count
// from 1, in characters; 0 means the whole file.
type Problem struct {
	File     string   `json:"file"`
	Line     int      `json:"line"`
	Column   int      `json:"column"`
	Severity Severity `json:"severity"`
	Code     string   `json:"code"`    // stable, such as unknown-key
	Message  string   `json:"message"` // what was found, and where in the record
	Hint     string   `json:"hint"`    // the next step, or ""
	Names    string   `json:"-"`       // where a name leads nowhere and which one; "" for all else

	// Key is where in the record (services.checkout, fields[2].id), until the position is looked up.
	// With a ~ behind it the key itself is meant, not its value.
	Key string
}

// The codes. They are kept: programs and people filter by them.
const (
	// Of files and their names.
	CodeMissingFile = "missing-file"
	CodeUnknownFile = "unknown-file"
	CodeMisspelt    = "misspelt-file"
	CodeName        = "wrong-name"
	CodeNumber      = "wrong-number"
	CodeKind        = "unknown-kind"
	CodeSymlink     = "symlink"
	CodeUnreadable  = "unreadable"
	CodeTooLarge    = "too-large"
	CodeEncoding    = "encoding"
	CodeConflict    = "merge-conflict"
	CodeTheme       = "theme" // said by package live

	// Of YAML, and of keys and values by themselves.
	CodeSyntax       = "syntax"
	CodeAlias        = "alias"
	CodeType         = "wrong-type"
	CodeUnknownKey   = "unknown-key"
	CodeMissingKey   = "missing-key"
	CodeDuplicateKey = "duplicate-key"
	CodeEmpty        = "empty"
	CodeWord         = "unknown-word"
	CodeValue        = "wrong-value"
	CodeTime         = "wrong-time"
	CodeZone         = "unknown-zone"
	CodeSecret       = "literal-secret"

	// Of texts.
	CodeFrontMatter     = "front-matter"
	CodeNoText          = "no-text"
	CodeNoSource        = "missing-language"
	CodeUnknownLanguage = "unknown-language"
	CodeTranslation     = "translation"
	CodeStale           = "stale-translation"

	// Of what records say of one another, and of the time.
	CodeReference = "unknown-reference"
	CodeDuplicate = "duplicate"
	CodeNoEvents  = "no-events"
	CodeNoFollow  = "no-follow"
	CodeNoEffect  = "no-effect"
	CodeFuture    = "future"
	CodeTooLong   = "too-long"
	CodeOrder     = "out-of-order"
	CodeErased    = "erased"
	CodeDeadLink  = "dead-link"
	CodePicture   = "picture"

	// Of forms and promises.
	CodeNoBody      = "no-body"
	CodeClosed      = "closed"
	CodeOverlap     = "overlap"
	CodeHolidays    = "missing-holidays"
	CodeUnreachable = "unreachable"
)

// String returns file:line:col: message, and the hint indented on a line of its own.
func (p Problem) String() string {
	s := p.File
	if p.Line > 0 {
		s = fmt.Sprintf("%s:%d:%d", s, p.Line, p.Column)
	}
	s += ": "
	if p.Severity == Warning {
		s += "warning: "
	}
	s += p.Message
	if p.Hint != "" {
		s += "\n    " + p.Hint
	}
	return s
}

// HasErrors reports whether any of the problems stops a build.
func HasErrors(problems []Problem) bool {
	return slices.ContainsFunc(problems, func(p Problem) bool { return p.Severity == Error })
}

// SortProblems orders by place, and drops what is said twice.
func SortProblems(problems []Problem) []Problem {
	slices.SortFunc(problems, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column),
			cmp.Compare(a.Severity, b.Severity), cmp.Compare(a.Message, b.Message), cmp.Compare(a.Code, b.Code), cmp.Compare(a.Hint, b.Hint), cmp.Compare(a.Key, b.Key))
	})
	return slices.CompactFunc(problems, func(a, b Problem) bool {
		return a.File == b.File && a.Line == b.Line && a.Column == b.Column && a.Message == b.Message
	})
}
