package load

import "strings"

// splitFront cuts front matter, between two lines of three dashes, from a file's text; the YAML
// begins on the file's second line. Without a block it is all body. With problem, the text says
// neither; hint is the next step.
func splitFront(text string) (front, body, problem, hint string) {
	first, rest, more := strings.Cut(text, "\n")
	if !isFence(first) {
		if lead := strings.TrimLeft(text, " \t\n"); len(lead) < len(text) {
			if line, _, _ := strings.Cut(lead, "\n"); isFence(line) {
				return "", "", "front matter begins on the first line", "take the empty lines above the dashes out"
			}
		}
		return "", text, "", ""
	}
	for at := 0; more; {
		var line string
		line, _, more = strings.Cut(rest[at:], "\n")
		end := min(at+len(line)+1, len(rest))
		if isFence(line) {
			return rest[:at], rest[end:], "", ""
		}
		at = end
	}
	return "", "", "front matter opens here and is never closed", "end it with a line of three dashes, and put the text below that"
}

// isFence reports whether a line is three dashes; blanks behind them don't count.
func isFence(line string) bool {
	return strings.HasPrefix(line, "---") && strings.TrimRight(line[3:], " \t") == ""
}

// needsFront reports whether a body would be read as something else without front matter above it.
func needsFront(body string) bool {
	return strings.HasPrefix(strings.TrimLeft(body, " \t\n"), "---") || strings.HasPrefix(body, "\ufeff")
}
