package web

import (
	"net/http"
	"net/url"
	"strings"
)

// Under lets a handler of paths from / on answer below others too: a site whose address has a path (https://help.example/desk) has links that begin with it.
// What does not lie below any of them is answered as it is: a proxy may have taken the path off. The paths are asked for at each request, since they are the
// desk's; each begins with a slash and ends with none, and "" is left out of account.
func Under(paths func() []string, h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for _, p := range paths() {
			path, err := url.PathUnescape(p)
			switch {
			case p == "" || err != nil:
			case r.URL.Path == path:
				w.Header().Set("Location", p+"/")
				w.WriteHeader(http.StatusMovedPermanently)
				return
			case strings.HasPrefix(r.URL.Path, path+"/"):
				h.ServeHTTP(w, without(r, path, p))
				return
			}
		}
		h.ServeHTTP(w, r)
	})
}

// without is a request for what is below a path.
func without(r *http.Request, path, escaped string) *http.Request {
	inner, u := *r, *r.URL
	u.Path = strings.TrimPrefix(u.Path, path)
	if u.RawPath = strings.TrimPrefix(u.RawPath, escaped); u.RawPath == r.URL.RawPath {
		u.RawPath = "" // written in another way: what it stands for is the same
	}
	inner.URL = &u
	return &inner
}
