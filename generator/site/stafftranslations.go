package site

import "time"

// StaffTranslations lists what is not translated, for staff.
type StaffTranslations struct {
	Rows []TranslationRow // what has been like that for the longest comes first
	More int              // how many more there are
}

// TranslationRow is a file that is behind in a language.
type TranslationRow struct {
	File     string
	Language string
	State    string    // missing or stale
	Since    time.Time // zero: not known
	Command  string    // brings it up to date
}

// maxTranslationRows is how many are listed; balie translations lists all.
const maxTranslationRows = 200

const staffTranslationsPath = "/translations/"

func (m *Plan) staffTranslations() StaffTranslations {
	v := StaffTranslations{More: max(0, len(m.Untranslated)-maxTranslationRows)}
	for _, r := range m.Untranslated[:len(m.Untranslated)-v.More] {
		r.Since = m.zoned(r.Since)
		v.Rows = append(v.Rows, r)
	}
	return v
}
