package form

import "balie/content"

// The codes of mistakes: keys under "mistake." in the theme's locales. What each has as Args stands in Codes.
const (
	required   = "required"
	tooShort   = "too_short"
	tooLong    = "too_long"
	notPattern = "pattern"
	notEmail   = "email"
	notTel     = "tel"
	notURL     = "url"
	notNumber  = "number"
	numberMin  = "number_min"
	numberMax  = "number_max"
	notDate    = "date"
	dateMin    = "date_min"
	dateMax    = "date_max"
	notChoice  = "choice"
	notService = "service"
	notTicked  = "checkbox"
	notHidden  = "hidden"
	encoding   = "encoding"
	repeated   = "repeated"
	notText    = "not_text"
	notFile    = "not_file"
	noFiles    = "no_files"
	asForm     = "as_form"
	fileCount  = "file_count"
	fileSize   = "file_size"
	fileType   = "file_type"
	fileEmpty  = "file_empty"
	filesSize  = "files_size"
	filesAgain = "files_again"
	unknown    = "unknown"
)

// Codes lists every code that a Mistake can have, with the names of its Args. Each needs its words in each language.
func Codes() map[string][]string {
	return map[string][]string{
		required:   nil,
		tooShort:   {"min"},           // in characters
		tooLong:    {"max", "length"}, // in characters
		notPattern: nil,               // the field's help says what is wanted
		notEmail:   nil,
		notTel:     nil,
		notURL:     nil, // only http and https
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
		noFiles:    {"name"}, // only customers for whom the platform vouches may attach files; name: the field's
		asForm:     nil,      // files come as multipart/form-data only
		fileCount:  {"max"},
		fileSize:   {"name", "max"}, // max: 5MB
		fileType:   {"name", "types"},
		fileEmpty:  {"name"},
		filesSize:  {"max"}, // all files together
		filesAgain: nil,     // something else was wrong: a browser must be given its files once more
		unknown:    {"name"},
	}
}

// mistake makes one about a field; args are names and values in turn.
func mistake(f *content.Field, code string, args ...string) *Mistake {
	m := &Mistake{Code: code}
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

// Name is the field that a program is told: of a name that the form does not have, that name.
func (m Mistake) Name() string {
	if m.Field == "" {
		return m.Args["name"]
	}
	return m.Field
}
