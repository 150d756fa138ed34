package ingest

import (
	"net/http"
	"slices"
	"strings"

	"balie/content"
)

// elsewhere answers requests for paths that the intake does not have. A search is redirected to the
// site. In another language than the source, the page with the ways to follow is here too.
func (c *call) elsewhere(w http.ResponseWriter) error {
	if lang, ok := pageIn(c.tree.Site.Languages, "follow", c.r.URL.Path); ok {
		c.lang = lang
		return c.writeFollowing(w, c.r.URL.Query().Get(content.FollowsField))
	}
	lang, ok := pageIn(c.tree.Site.Languages, "search", c.r.URL.Path)
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

// pageIn reports whether a path is the one of a page, and in which language. The paths are /search/
// and /<lang>/search/.
func pageIn(languages []string, page, path string) (lang string, ok bool) {
	parts := strings.Split(strings.Trim(path, "/"), "/")
	lang = languages[0]
	if len(parts) == 2 && slices.Contains(languages[1:], parts[0]) {
		lang, parts = parts[0], parts[1:]
	}
	return lang, len(parts) == 1 && parts[0] == page
}
