package mail

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// Cut divides a text where something older begins: at one of the lines above which people answer
// or, without one, at what mail programs write above what they quote.
func Cut(text string, lines []string) (above, below string) {
	all := strings.Split(text, "\n")
	beginning := all[:min(len(all), maxSearched)]
	at := min(replyLine(beginning, lines), firstQuote(beginning))
	if at == len(beginning) {
		at = len(all)
	}
	return strings.Trim(strings.Join(all[:at], "\n"), "\n"), strings.Trim(strings.Join(all[at:], "\n"), "\n")
}

// maxSearched is in how many lines of a text something older is looked for. What people write is
// shorter, and a longer search would take seconds.
const maxSearched = 5000

// WithoutSignature returns a text up to the line that begins a signature (RFC 3676, 4.3). Cleaning
// took the space at its end.
func WithoutSignature(text string) string {
	all := strings.Split(text, "\n")
	if i := slices.IndexFunc(all, func(line string) bool { return strings.TrimRight(line, " ") == "--" }); i >= 0 {
		all = all[:i]
	}
	return strings.Trim(strings.Join(all, "\n"), "\n")
}

// letters are what a text says, without signs and spaces: mail programs change dashes and breaks.
func letters(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, s)
}

// replyLine returns where the line is above which people answer, or the number of lines.
func replyLine(all, lines []string) int {
	for i, line := range all {
		said := letters(line)
		if said != "" && slices.ContainsFunc(lines, func(l string) bool { return letters(l) == said }) {
			return i
		}
	}
	return len(all)
}

// What mail programs write above what they quote, in the five languages of the theme. A sentence
// with a date may go over two or three lines.
var (
	dated     = regexp.MustCompile(`(?i)^(?:on|op|le|am|il(?: giorno)?)\b.*\d.*\b(?:wrote|schreef(?: .{1,200})?|a écrit|schrieb(?: .{1,200})?|ha scritto)\s*:$`)
	undated   = regexp.MustCompile(`(?i)^.{2,200} (?:wrote|schreef|a écrit|schrieb|ha scritto)\s*:$`)
	original  = regexp.MustCompile(`(?i)^\s*[-_]{2,}\s*(?:original message|oorspronkelijk bericht|message d['’]origine|ursprüngliche nachricht|messaggio originale)\s*[-_]{2,}\s*$`)
	ruler     = regexp.MustCompile(`^\s*_{10,}\s*$`)
	fromLine  = regexp.MustCompile(`(?i)^\s*\*?(?:from|van|de|von|da)\s*:\*?\s+\S`)
	sentLine  = regexp.MustCompile(`(?i)^\s*\*?(?:sent|date|verzonden|datum|envoyé|gesendet|inviato|data)(?:\s+(?:on|op|le|am|il))?\s*:\*?\s+\S`)
	aboutLine = regexp.MustCompile(`(?i)^\s*\*?(?:subject|onderwerp|objet|betreff|oggetto)\s*:`)
)

// firstQuote returns where what is quoted begins, or the number of lines where nothing is.
func firstQuote(all []string) int {
	for i, line := range all {
		switch {
		case isQuoted(line), original.MatchString(line), isAttribution(all[i:]), isHeaderBlock(all[i:]):
			return i
		case ruler.MatchString(line) && isHeaderBlock(all[i+1:]):
			return i
		}
	}
	return len(all)
}

func isQuoted(line string) bool { return strings.HasPrefix(strings.TrimLeft(line, " "), ">") }

// isAttribution reports whether a text begins with the sentence that introduces what is quoted. One
// without a date counts only above a quoted line: people write such sentences too.
func isAttribution(all []string) bool {
	said := ""
	for n, line := range all[:min(3, len(all))] {
		line = strings.TrimSpace(line)
		if line == "" || len(line) > 500 {
			return false
		}
		said = strings.TrimSpace(said + " " + line)
		if !strings.HasSuffix(line, ":") {
			continue
		}
		next := slices.IndexFunc(all[n+1:], func(line string) bool { return strings.TrimSpace(line) != "" })
		return next >= 0 && (dated.MatchString(said) || n == 0 && undated.MatchString(said) && isQuoted(all[n+1+next]))
	}
	return false
}

// isHeaderBlock reports whether a text begins with the header that Outlook puts above what it
// quotes: from whom, when, and about what.
func isHeaderBlock(all []string) bool {
	block := all[:min(7, len(all))]
	return len(block) > 0 && fromLine.MatchString(block[0]) &&
		slices.ContainsFunc(block, sentLine.MatchString) && slices.ContainsFunc(block, aboutLine.MatchString)
}
