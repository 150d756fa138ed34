package ingest

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"mime"
	"net/http"
	"strconv"
	"strings"
	"time"

	"balie/themes"
	"balie/themes/view"

	"golang.org/x/text/language"
)

// refusal is the answer to a request that is not carried out. The sender is told of their own
// mistakes in full; our own are logged.
type refusal struct {
	status int
	code   string // a key beneath error in the locales
	detail string // for programs: a sentence in English
	retry  time.Duration
	wrong  []view.Mistake // of a submission that its form's rules refuse
	page   *page          // the page that a browser is given instead of the one about the trouble
	typed  string         // the text that the sender would lose otherwise
	cause  error          // logged, never sent
}

func (r *refusal) Error() string {
	if r.cause != nil {
		return fmt.Sprintf("%d %s: %v", r.status, r.code, r.cause)
	}
	return fmt.Sprintf("%d %s: %s", r.status, r.code, r.detail)
}

func (r *refusal) Unwrap() error { return r.cause }

// refusalOf returns the answer to an error. An error without one is our own mistake.
func refusalOf(err error) *refusal {
	var r *refusal
	if errors.As(err, &r) {
		return r
	}
	return &refusal{status: http.StatusInternalServerError, code: "internal", detail: "something went wrong on our side", cause: err}
}

func notFound(what string) *refusal {
	return &refusal{status: http.StatusNotFound, code: "not_found", detail: "there is no such " + what}
}

// unavailable is the answer where something prevents us from keeping a submission, and may be
// mended soon.
func unavailable(detail string, retry time.Duration, cause error) *refusal {
	return &refusal{status: http.StatusServiceUnavailable, code: "unavailable", detail: detail, retry: retry, cause: cause}
}

// mistaken is the answer to a submission that its form's rules refuse. The page comes back as it
// was typed.
func mistaken(wrong []view.Mistake, back page) *refusal {
	return &refusal{status: http.StatusUnprocessableEntity, code: "mistaken", detail: "answers are not right", wrong: wrong, page: &back}
}

// page is a layout of the theme and the view that it shows.
type page struct {
	layout string
	place  themes.Place
	view   any
}

// problem is RFC 9457's problem details, with the mistakes of a submission.
type problem struct {
	Type   string         `json:"type"`
	Title  string         `json:"title"`
	Status int            `json:"status"`
	Detail string         `json:"detail"`
	Errors []problemError `json:"errors"`
}

type problemError struct {
	Field  string `json:"field"`
	Detail string `json:"detail"`
}

// writeProblem answers a program. Details that the requester can act on are in the requester's
// language, the others in English.
func (c *call) writeProblem(w http.ResponseWriter, r *refusal) error {
	locale := c.siteContext.theme.Locale(c.lang)
	p := problem{Type: "about:blank", Title: http.StatusText(r.status), Status: r.status, Detail: r.detail, Errors: []problemError{}}
	for _, m := range r.wrong {
		detail, err := locale.Mistake(m)
		if err != nil {
			return err
		}
		p.Errors = append(p.Errors, problemError{m.Name(), detail})
	}
	var err error
	switch r.code {
	case "mistaken":
		p.Detail, err = locale.T("errors.title", "n", len(r.wrong))
	case "too_large", "too_many", "unavailable", "refused", "internal":
		p.Detail, err = locale.T("error." + r.code + ".why")
	}
	if err != nil {
		return err
	}
	w.Header().Set("Content-Language", c.lang)
	return writeJSON(w, "application/problem+json", r.status, p)
}

// writeTrouble answers a browser.
func (c *call) writeTrouble(w http.ResponseWriter, r *refusal) error {
	p := r.page
	switch {
	case p != nil:
	case r.code == "not_found":
		p = &page{"notfound", themes.Place{Path: "/", NoIndex: true, Private: true}, c.noPage()}
		if !strings.HasPrefix(c.r.URL.Path, "/t/") {
			p.place.Outage = c.outage()
		}
	default:
		minutes := int((r.retry + time.Minute - 1) / time.Minute)
		p = &page{"error", themes.Place{Path: "/", NoIndex: true, Private: true}, themes.Trouble{Code: r.code, Retry: minutes, Typed: r.typed}}
	}
	return c.writePage(w, r.status, *p)
}

// noPage is what the layout notfound shows: where to search, where to ask and, for a page of a
// question, where its address is mailed again ("" where it can't be).
type noPage struct{ Search, Contact, Lost string }

func (c *call) noPage() noPage {
	v := noPage{Search: c.sitePrefix + c.in(c.lang, "/search/"), Contact: c.sitePrefix + c.in(c.lang, "/contact/")}
	if strings.HasPrefix(c.r.URL.Path, "/t/") && c.mailsLinks() {
		v.Lost = c.intakePrefix + "/t/lost?lang=" + c.lang
	}
	return v
}

// writePage renders a page and sends it. Nothing is sent where rendering fails.
func (c *call) writePage(w http.ResponseWriter, status int, p page) error {
	p.place.Lang = cmp.Or(p.place.Lang, c.lang)
	html, err := c.siteContext.render(p)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Language", p.place.Lang)
	return write(w, status, html)
}

func writeJSON(w http.ResponseWriter, kind string, status int, v any) error {
	body, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("encode answer: %w", err)
	}
	w.Header().Set("Content-Type", kind)
	return write(w, status, append(body, '\n'))
}

func write(w http.ResponseWriter, status int, body []byte) error {
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(status)
	_, err := w.Write(body)
	if err != nil {
		return errGone
	}
	return nil
}

// wantsJSON reports whether a program asks: it sent JSON, or its Accept header does not prefer HTML
// to JSON.
func wantsJSON(r *http.Request) bool {
	if kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")); kind == "application/json" {
		return true
	}
	accept := strings.Join(r.Header.Values("Accept"), ",")
	html := max(quality(accept, "text/html"), quality(accept, "application/xhtml+xml"))
	return html == 0 || max(quality(accept, "application/json"), quality(accept, "application/problem+json")) > html
}

// quality returns the weight that an Accept header gives to a media type (RFC 9110, 12.5.1). It is
// 0 where the header does not name the type.
func quality(accept, want string) float64 {
	for item := range strings.SplitSeq(accept, ",") {
		kind, params, err := mime.ParseMediaType(item)
		if err != nil || kind != want {
			continue
		}
		if q, err := strconv.ParseFloat(params["q"], 64); err == nil {
			return q
		}
		return 1
	}
	return 0
}

// acceptedLanguage returns the one of the site's languages that a browser prefers (RFC 9110,
// 12.5.4), or "". A browser that asks for nl-BE is served nl.
func acceptedLanguage(header string, languages []string) string {
	preferred, _, err := language.ParseAcceptLanguage(header)
	if err != nil || len(preferred) == 0 {
		return ""
	}
	var tags []language.Tag
	for _, lang := range languages {
		tags = append(tags, language.Make(lang))
	}
	_, i, confidence := language.NewMatcher(tags).Match(preferred...)
	if confidence < language.High { // a related language is not the one that was asked for
		return ""
	}
	return languages[i]
}
