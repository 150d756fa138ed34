package ingest

import (
	"net/http"
	"slices"
	"strings"
)

// elsewhere answers requests for paths that the intake does not have. A search is redirected to the
// site.
func (c *call) elsewhere(w http.ResponseWriter) error {
	lang, ok := c.searchIn()
	if !ok {
		return notFound("page")
	}
	address := c.site + c.in(lang, "/search/")
	if query := c.r.URL.RawQuery; query != "" {
		address += "?" + query
	}
	w.Header().Set("Location", address)
	return write(w, http.StatusSeeOther, nil)
}

// searchIn reports whether a search is asked for, and in which language. The paths are /search/ and
// /<lang>/search/.
func (c *call) searchIn() (lang string, ok bool) {
	parts := strings.Split(strings.Trim(c.r.URL.Path, "/"), "/")
	languages := c.tree.Site.Languages
	lang = languages[0]
	if len(parts) == 2 && slices.Contains(languages[1:], parts[0]) {
		lang, parts = parts[0], parts[1:]
	}
	return lang, len(parts) == 1 && parts[0] == "search"
}
