package ingest

import (
	"maps"
	"net/http"
	"slices"
	"strings"

	"balie/content"
)

// action answers one kind of request, or says why not.
type action func(*call, http.ResponseWriter) error

// methods are the actions of a route; HEAD is as GET.
type methods map[string]action

// routes is everything that the intake serves.
func (h *Handler) routes() http.Handler {
	form := methods{http.MethodGet: (*call).formPage, http.MethodPost: (*call).submit}
	ticket := methods{http.MethodGet: (*call).followPage, http.MethodPost: (*call).act}
	links := methods{http.MethodGet: (*call).linksPage, http.MethodPost: (*call).mailLinks}
	meToo := methods{http.MethodGet: (*call).meTooPage, http.MethodPost: (*call).takeMeToo}
	thanks := methods{http.MethodGet: (*call).meTooThanks}
	all := map[string]methods{
		"/forms/{form}":                                 form,
		"/{lang}/forms/{form}":                          form,
		"/forms/{form}/{$}":                             form,
		"/{lang}/forms/{form}/{$}":                      form,
		"/t/{token}":                                    ticket,
		"/incidents/{year}/{slug}/me-too":               meToo,
		"/{lang}/incidents/{year}/{slug}/me-too":        meToo,
		"/incidents/{year}/{slug}/me-too/{$}":           meToo,
		"/{lang}/incidents/{year}/{slug}/me-too/{$}":    meToo,
		"/incidents/{year}/{slug}/me-too/thanks":        thanks,
		"/{lang}/incidents/{year}/{slug}/me-too/thanks": thanks,
		"/t/{token}/{$}":                                ticket,
		"/t/lost":                                       links,
		"/t/lost/{$}":                                   links,
		"/t/{token}/updates/end":                        {http.MethodGet: (*call).updatesPage, http.MethodPost: (*call).endUpdates},
		"/t/{token}/attachments/{file}":                 {http.MethodGet: (*call).attachment},
		"/challenge":                                    {http.MethodGet: (*call).challenge},
		"/hooks/{hook}":                                 {http.MethodPost: (*call).receive},
		"/assets/{file}":                                {http.MethodGet: (*call).asset},
		"/":                                             {http.MethodGet: (*call).elsewhere},
	}
	following := methods{http.MethodGet: (*call).followingPage, http.MethodPost: (*call).ask}
	subscription := methods{http.MethodGet: (*call).subscriptionPage, http.MethodPost: (*call).confirm}
	follow := h.muxOf(map[string]methods{
		"/follow":              following,
		"/follow/{$}":          following,
		"/follow/{token}":      subscription,
		"/follow/{token}/{$}":  subscription,
		"/follow/{token}/stop": {http.MethodGet: (*call).stopPage, http.MethodPost: (*call).stop},
		"/":                    {http.MethodGet: (*call).elsewhere},
	})
	hook := methods{http.MethodGet: (*call).hookStatus, http.MethodDelete: (*call).stopHook}
	hooks := h.muxOf(map[string]methods{
		"/follow/hooks":              {http.MethodGet: (*call).toFollowing, http.MethodPost: (*call).askByHook},
		"/follow/hooks/{$}":          {http.MethodGet: (*call).toFollowing, http.MethodPost: (*call).askByHook},
		"/follow/hooks/{token}":      hook,
		"/follow/hooks/{token}/{$}":  hook,
		"/follow/hooks/{token}/stop": {http.MethodGet: (*call).hookStatus, http.MethodPost: (*call).stopHook},
		"/":                          {http.MethodGet: (*call).elsewhere},
	})
	mux := h.muxOf(all)
	mux.HandleFunc("GET /healthz", h.healthy)
	mux.HandleFunc("GET /readyz", h.ready)
	// One ServeMux does not take /follow/{token}/stop beside /{lang}/forms/{form} or
	// /follow/hooks/{token}.
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/follow/hooks" || strings.HasPrefix(r.URL.Path, "/follow/hooks/") {
			hooks.ServeHTTP(w, r)
			return
		}
		if r.URL.Path == "/follow" || strings.HasPrefix(r.URL.Path, "/follow/") {
			follow.ServeHTTP(w, r)
			return
		}
		mux.ServeHTTP(w, r)
	})
}

func (h *Handler) muxOf(all map[string]methods) *http.ServeMux {
	mux := http.NewServeMux()
	for pattern, m := range all {
		mux.Handle(pattern, h.route(pattern, m))
	}
	return mux
}

// isNext reports whether the built site answers a request: for an asset, and for whatever is not
// the intake's. The intake serves a form's page itself, because it says by when an answer is
// promised now, and the page with the ways to follow, because it shows what is chosen.
func isNext(site *content.Site, pattern string, r *http.Request) bool {
	lang, languages := r.PathValue("lang"), site.Languages
	if _, ok := pageIn(languages, "follow", r.URL.Path); ok && r.Method != http.MethodPost {
		return site.Follow == (content.Following{})
	}
	return pattern == "/" || pattern == "/assets/{file}" || lang != "" && !slices.Contains(languages[1:], lang)
}

// allow lists a route's methods, as the Allow header has them.
func (m methods) allow() string {
	names := slices.Sorted(maps.Keys(m))
	if m[http.MethodGet] != nil {
		names = slices.Insert(names, 1, http.MethodHead)
	}
	return strings.Join(names, ", ")
}
