package content

import (
	"strings"
)

// How much is kept of what a requester searched for.
const (
	MaxSearched = 200 // characters of the query
	MaxOffered  = 10  // addresses of what was found
)

// IsFound reports whether a path is that of a page which a search finds, without the language:
// /help/paying/refunds/, /promises/, /services/checkout/, /incidents/2026/1120-payments/.
func IsFound(path string) bool {
	inner, ok := strings.CutPrefix(path, "/")
	inner, ends := strings.CutSuffix(inner, "/")
	parts := strings.Split(inner, "/")
	if !ok || !ends {
		return false
	}
	switch parts[0] {
	case "promises":
		return len(parts) == 1
	case "services":
		return len(parts) == 2 && IsID(parts[1])
	case "help":
		return len(parts) == 3 && IsSlug(parts[1]) && IsSlug(parts[2])
	case "incidents":
		return len(parts) == 3 && IsYear(parts[1]) && IsCaseSlug(parts[2])
	}
	return false
}
