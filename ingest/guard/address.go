package guard

import (
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// Address returns the address that a request comes from, of IPv6 the first 64 bits, or "" where a
// proxy that is not trusted hides it. It is certain where it is a public one and no header tells of
// another.
func Address(r *http.Request, proxies []string) (address string, certain bool) {
	peer, ok := parseAddress(r.RemoteAddr)
	if !ok {
		return "", false
	}
	if isTrusted(peer, proxies) {
		from, ok := forwardedFor(r.Header, proxies)
		if !ok {
			return "", false
		}
		return network(from), isPublic(from)
	}
	isForwarded := slices.ContainsFunc(forwarding, func(name string) bool { return r.Header.Get(name) != "" })
	if isForwarded && !isPublic(peer) { // a proxy of the desk's own that site.yaml does not name
		return "", false
	}
	return network(peer), isPublic(peer) && !isForwarded
}

// forwarding are the headers that a proxy adds.
var forwarding = []string{"Forwarded", "Via", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-Ip"}

// forwardedFor returns the last address of X-Forwarded-For that is no trusted proxy's. What stands
// before it anybody may have made up.
func forwardedFor(h http.Header, proxies []string) (netip.Addr, bool) {
	list := strings.Split(strings.Join(h.Values("X-Forwarded-For"), ","), ",")
	for _, item := range slices.Backward(list) {
		address, ok := parseAddress(strings.TrimSpace(item))
		if !ok {
			return netip.Addr{}, false
		}
		if !isTrusted(address, proxies) {
			return address, true
		}
	}
	return netip.Addr{}, false
}

// parseAddress reads an address, with or without a port.
func parseAddress(s string) (netip.Addr, bool) {
	address, err := netip.ParseAddr(s)
	if err != nil {
		withPort, portErr := netip.ParseAddrPort(s)
		address, err = withPort.Addr(), portErr
	}
	return address.Unmap().WithZone(""), err == nil
}

func isTrusted(address netip.Addr, proxies []string) bool {
	return slices.ContainsFunc(proxies, func(proxy string) bool {
		p, err := netip.ParsePrefix(proxy)
		return err == nil && p.Contains(address)
	})
}

// sharedSpace are the addresses of carriers and clusters that many share (RFC 6598).
var sharedSpace = netip.MustParsePrefix("100.64.0.0/10")

func isPublic(a netip.Addr) bool {
	return a.IsGlobalUnicast() && !a.IsPrivate() && !sharedSpace.Contains(a)
}

// network is an IPv4 address, or the /64 of an IPv6 one.
func network(a netip.Addr) string {
	if a.Is4() {
		return a.String()
	}
	return netip.PrefixFrom(a, 64).Masked().String()
}
