package load

import "strings"

// splitFront cuts front matter, between two lines of three dashes, from a file's text; the YAML
// begins on the file's second line. Without a block it is all body. With problem, the text says
// neither; hint is the next step.
func splitFront(text string) (front, body, problem, hint string) {
	first, rest, more := strings.Cut(text, "\n")
	if !fence(first) {
		if lead := strings.TrimLeft(text, " \t\n"); len(lead) < len(text) {
			if line, _, _ := strings.Cut(lead, "\n"); fence(line) {
				return "", "", "front matter begins on the first line", "take the empty lines above the dashes out"
			}
		}
		return "", text, "", ""
	}
	for at := 0; more; {
		var line string
		line, _, more = strings.Cut(rest[at:], "\n")
		end := min(at+len(line)+1, len(rest))
		if fence(line) {
			return rest[:at], rest[end:], "", ""
		}
		at = end
	}
	return "", "", "front matter opens here and is never closed", "end it with a line of three dashes, and put the text below that"
}

// fence reports a line of three dashes; blanks behind them can't be seen, and don't count.
func fence(line string) bool {
	return strings.HasPrefix(line, "---") && strings.TrimRight(line[3:], " \t") == ""
}

// needsFront reports a body that would be taken for something else without a block of front matter
// above it.
func needsFront(body string) bool {
	return strings.HasPrefix(strings.TrimLeft(body, " \t\n"), "---") || strings.HasPrefix(body, "\ufeff")
}
