package ingest

import (
	"errors"
	"net/http"
	"strings"

	"balie/content"
)

// Outcome is how the intake answered what was posted to it.
type Outcome struct {
	Kind   string // form, me_too, follow or hook
	Hook   string // a name of hooks.yaml; "" where it is no hook of these
	Reason string // why it was refused: the code of a refusal, or gone where the sender was; "": it was not
}

// kindOf returns what is posted to a route, or "".
func kindOf(pattern string) string {
	switch {
	case strings.HasPrefix(pattern, "/hooks/"):
		return "hook"
	case strings.HasPrefix(pattern, "/t/"):
		return "follow"
	case strings.Contains(pattern, "/forms/"):
		return "form"
	case strings.HasSuffix(pattern, "/me-too"), strings.HasSuffix(pattern, "/me-too/{$}"):
		return "me_too"
	}
	return ""
}

// count tells how something that was posted was answered. What else is asked for is not counted.
func (h *Handler) count(t *content.Tree, pattern string, r *http.Request, err error) {
	kind := kindOf(pattern)
	if h.Counted == nil || kind == "" || r.Method != http.MethodPost {
		return
	}
	o := Outcome{Kind: kind}
	if hook := t.Hook(r.PathValue("hook")); kind == "hook" && hook != nil {
		o.Hook = hook.Name
	}
	switch {
	case errors.Is(err, errGone):
		o.Reason = "gone"
	case err != nil:
		o.Reason = refusalOf(err).code
	}
	h.Counted(o)
}
