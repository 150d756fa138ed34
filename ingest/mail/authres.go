package mail

import "strings"

// PassedDMARC reports whether the desk's own mail server says that a mail comes from the domain of
// an address (RFC 8601, RFC 7489). Only the topmost result counts, and only of that server: those
// below may have come with the mail.
func (in *Incoming) PassedDMARC(authserv string, from Address) bool {
	if authserv == "" || len(in.Results) == 0 || len(in.From) != 1 {
		return false
	}
	_, domain, _ := cutLast(from.Address, "@")
	results := strings.Split(withoutComments(in.Results[0]), ";")
	server, _, _ := strings.Cut(strings.TrimSpace(results[0]), " ")
	if domain == "" || !strings.EqualFold(server, authserv) {
		return false
	}
	passed := false
	for _, result := range results[1:] {
		words := strings.Fields(strings.ReplaceAll(strings.ReplaceAll(result, " =", "="), "= ", "="))
		if len(words) == 0 || !isMethod(words[0], "dmarc") {
			continue
		}
		if passed || !strings.HasSuffix(strings.ToLower(words[0]), "=pass") || !isOf(words[1:], domain) {
			return false // two results, or one that is no pass
		}
		passed = true
	}
	return passed
}

// isMethod reports whether a result is of a method, whose version may follow a slash.
func isMethod(word, method string) bool {
	name, _, _ := strings.Cut(strings.ToLower(word), "=")
	name, _, _ = strings.Cut(name, "/")
	return name == method
}

// isOf reports whether a result is of a domain. One that does not name its domain is of the From
// field's.
func isOf(properties []string, domain string) bool {
	for _, p := range properties {
		if name, value, _ := strings.Cut(p, "="); strings.EqualFold(name, "header.from") {
			if _, host, ok := cutLast(value, "@"); ok {
				value = host
			}
			return strings.EqualFold(strings.Trim(value, `"`), domain)
		}
	}
	return true
}

// withoutComments takes comments out of a field, nested ones too, and quotes around values. A field
// that ends within either says nothing.
func withoutComments(value string) string {
	var b strings.Builder
	depth, quoted := 0, false
	for i := 0; i < len(value); i++ {
		switch c := value[i]; {
		case c == '\\' && (depth > 0 || quoted):
			i++
		case c == '"' && depth == 0:
			quoted = !quoted
		case quoted:
			if c != ';' && c != '=' && c != ' ' { // they would end the value
				b.WriteByte(c)
			}
		case c == '(':
			depth++
		case c == ')' && depth > 0:
			if depth--; depth == 0 {
				b.WriteByte(' ')
			}
		case depth == 0:
			b.WriteByte(c)
		}
	}
	if depth > 0 || quoted {
		return ""
	}
	return strings.ReplaceAll(b.String(), "\t", " ")
}

func cutLast(s, sep string) (before, after string, found bool) {
	if i := strings.LastIndex(s, sep); i >= 0 {
		return s[:i], s[i+len(sep):], true
	}
	return s, "", false
}
