package mail

import (
	"slices"
	"strings"
)

// automatic returns why a mail was written by nobody, or "" (RFC 3834). X-Auto-Response-Suppress
// alone says nothing: Outlook sets it on what people write too.
func automatic(h header) string {
	submitted, _, _ := strings.Cut(strings.ToLower(h.first("auto-submitted")), ";")
	if submitted = strings.TrimSpace(submitted); submitted != "" && submitted != "no" {
		return "an automatic mail: Auto-Submitted says so"
	}
	bulk := []string{"bulk", "junk", "list", "auto_reply"}
	if slices.Contains(bulk, strings.ToLower(h.first("precedence"))) {
		return "a mail to many, or an automatic one: Precedence says so"
	}
	for _, name := range []string{"x-autoreply", "x-autorespond", "x-autoresponder"} {
		if value := h.first(name); value != "" && !strings.EqualFold(value, "no") {
			return "an automatic answer: " + name + " says so"
		}
	}
	if h.has("list-id") {
		return "a mailing list's mail"
	}
	if paths := h.all("return-path"); len(paths) > 0 && strings.Trim(paths[0], "<> ") == "" {
		return "a mail that wants no answer: its envelope names no sender"
	}
	return ""
}
