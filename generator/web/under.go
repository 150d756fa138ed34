package web

import (
	"net/http"
	"net/url"
	"strings"
)

// Under lets a handler of paths from / on answer below others too: a site whose address has a path
// (https://help.example/desk) has links that begin with it. What does not lie below any of them is
// answered as it is: a proxy may have taken the path off. The paths are asked for at each request,
// since they are the desk's; each begins with a slash and ends with none, and "" is left out of
// account.
func Under(paths func() []string, h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		path, escaped := longest(paths(), r.URL.Path)
		if path != "" && r.URL.Path == path {
			w.Header().Set("Location", escaped+"/")
			w.WriteHeader(http.StatusMovedPermanently)
			return
		}
		h.ServeHTTP(w, without(r, path, escaped))
	})
}

// longest is the longest of some paths that a request is for or lies below; "" where there is none.
func longest(paths []string, request string) (path, escaped string) {
	for _, p := range paths {
		plain, err := url.PathUnescape(p)
		if err == nil && len(plain) > len(path) && (request == plain || strings.HasPrefix(request, plain+"/")) {
			path, escaped = plain, p
		}
	}
	return path, escaped
}

// without is a request for what is below a path.
func without(r *http.Request, path, escaped string) *http.Request {
	if path == "" {
		return r
	}
	inner, u := *r, *r.URL
	u.Path = strings.TrimPrefix(u.Path, path)
	if u.RawPath = strings.TrimPrefix(u.RawPath, escaped); u.RawPath == r.URL.RawPath {
		u.RawPath = "" // written in another way: what it stands for is the same
	}
	inner.URL = &u
	return &inner
}
