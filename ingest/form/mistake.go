package form

import (
	"balie/content"
	"balie/themes/view"
)

// The codes of mistakes: keys under "mistake." in the theme's locales.
const (
	required = "required"
	// of a field that is not typed into, required_ and its type: choice, checkbox, file
	tooShort      = "too_short"
	tooLong       = "too_long"
	notPattern    = "pattern"
	notDigits     = "digits"
	patternUnsaid = "pattern_unsaid"
	notEmail      = "email"
	notTel        = "tel"
	notURL        = "url"
	urlSpace      = "url_space"
	urlUser       = "url_user"
	urlBroken     = "url_broken"
	notNumber     = "number"
	numberMin     = "number_min"
	numberMax     = "number_max"
	notDate       = "date"
	dateMin       = "date_min"
	dateMax       = "date_max"
	notChoice     = "choice"
	notService    = "service"
	notTicked     = "checkbox"
	notHidden     = "hidden"
	encoding      = "encoding"
	repeated      = "repeated"
	notText       = "not_text"
	notFile       = "not_file"
	noFiles       = "no_files"
	asForm        = "as_form"
	fileCount     = "file_count"
	fileSize      = "file_size"
	fileType      = "file_type"
	fileEmpty     = "file_empty"
	filesSize     = "files_size"
	filesAgain    = "files_again"
	unknown       = "unknown"
	notVouched    = "identity"
	signedOut     = "session"
	beyondLimit   = "organisation"

	UndoTooLate = "undo" // there is nothing that could be taken back
)

// The codes of mistakes that the intake finds, which knows what was stored before.
const (
	FilesOfTicket = "files_ticket"
	FilesToday    = "files_today"
	// NotEndpoint: an address that a program may not be called at.
	NotEndpoint = "endpoint"
	// FollowsAlready: the address follows the same.
	FollowsAlready = "follows_already"
)

// Codes lists every code of a mistake, with the names that its words in the locales may use. They
// don't name the field: they stand beside it and, in a list, behind its label.
func Codes() map[string][]string {
	return map[string][]string{
		required:               nil,
		required + "_choice":   nil,
		required + "_checkbox": nil,
		required + "_file":     nil,
		tooShort:               {"min"},           // in characters
		tooLong:                {"max", "length"}, // in characters
		notPattern:             nil,               // the field's help says what is wanted
		notDigits:              {"n", "example"},  // its pattern wants n digits
		patternUnsaid:          nil,               // neither says it
		notEmail:               nil,
		notTel:                 nil,
		notURL:                 nil, // only http and https
		urlSpace:               nil,
		// A user or a password in an address misleads who reads it, or gives a secret away.
		urlUser:    nil,
		urlBroken:  nil,
		notNumber:  nil,
		numberMin:  {"min"},
		numberMax:  {"max"},
		notDate:    nil,
		dateMin:    {"min"}, // 2026-11-20
		dateMax:    {"max"},
		notChoice:  nil,
		notService: nil,
		notTicked:  nil, // a value that a checkbox does not send
		notHidden:  nil, // a hidden field has another value than its form gave it
		encoding:   nil, // the text is not UTF-8
		repeated:   {"name"},
		notText:    nil,      // JSON: a list, an object, a number where text is meant
		notFile:    {"name"}, // a file where the form asks for none; name: the file's
		// Only customers for whom the platform vouches may attach files; name: the field's.
		noFiles:   {"name"},
		asForm:    nil, // files come as multipart/form-data only
		fileCount: {"max"},
		fileSize:  {"name", "max"}, // max: 5MB
		fileType:  {"name", "types"},
		fileEmpty: {"name"},
		filesSize: {"max"}, // all files together
		// Something else was wrong: a browser must be given its files once more.
		filesAgain:     nil,
		FilesOfTicket:  {"max"}, // with those that the ticket has
		FilesToday:     nil,     // those of all customers of a day
		NotEndpoint:    nil,
		FollowsAlready: nil,
		unknown:        {"name"},
		notVouched:     nil, // a token by which the platform does not vouch for its sender
		signedOut:      nil, // the page was shown to somebody who is signed in no more
		beyondLimit:    {"organisation", "people"},
		UndoTooLate:    nil,
	}
}

// missing is the mistake of a field that must have an answer and has none.
func missing(f *content.Field) *view.Mistake {
	switch f.Type {
	case content.ChoiceField, content.ServiceField:
		return mistake(f, required+"_choice")
	case content.CheckboxField, content.FileField:
		return mistake(f, required+"_"+string(f.Type))
	}
	return mistake(f, required)
}

// mistake makes one about a field; args are names and values in turn.
func mistake(f *content.Field, code string, args ...string) *view.Mistake {
	m := &view.Mistake{Code: code}
	if f != nil {
		m.Field, m.Role = f.ID, f.Role
	}
	for i := 0; i+1 < len(args); i += 2 {
		if m.Args == nil {
			m.Args = map[string]string{}
		}
		m.Args[args[i]] = args[i+1]
	}
	return m
}
