package form

import (
	"math/big"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"balie/content"
	"balie/themes/view"
)

func checkLength(f *content.Field, value string) *view.Mistake {
	if !f.IsTyped() {
		return nil
	}
	n := utf8.RuneCountInString(value)
	if n > f.LengthLimit() {
		return mistake(f, tooLong, "max", strconv.Itoa(f.LengthLimit()), "length", strconv.Itoa(n))
	}
	if n < f.MinLength {
		return mistake(f, tooShort, "min", strconv.Itoa(f.MinLength))
	}
	return nil
}

func (r Rules) checkType(f *content.Field, value string) *view.Mistake {
	ok := true
	switch f.Type {
	case content.EmailField:
		ok = IsEmail(value)
	case content.TelField:
		ok = IsTel(value)
	case content.URLField:
		return checkURL(f, value)
	case content.NumberField:
		return checkNumber(f, value)
	case content.DateField:
		return checkDate(f, value)
	case content.ChoiceField:
		ok = slices.ContainsFunc(f.Choices, func(c content.Choice) bool { return c.ID == value })
	case content.ServiceField:
		ok = r.Setup.Service(value) != nil
	case content.CheckboxField:
		ok = slices.Contains([]string{checked, "on", "yes", "1"}, value)
	case content.HiddenField:
		ok = f.Value == "" || value == f.Value
	}
	if !ok {
		return mistake(f, string(f.Type))
	}
	return nil
}

// checkPattern matches the whole value with the field's pattern. A pattern that is no regular
// expression is ignored here: check reports it.
func checkPattern(f *content.Field, value string) *view.Mistake {
	if f.Pattern == "" {
		return nil
	}
	re, err := regexp.Compile(`\A(?:` + f.Pattern + `)\z`)
	if err != nil || re.MatchString(value) {
		return nil
	}
	if n := f.Digits(); n > 0 {
		return mistake(f, notDigits, "n", strconv.Itoa(n), "example", strings.Repeat("1234567890", n/10+1)[:n])
	}
	if len(f.Help) == 0 {
		return mistake(f, patternUnsaid)
	}
	return mistake(f, notPattern)
}

// decimal matches a number as HTML's number field sends it (HTML, "valid floating-point number"),
// without an exponent.
var decimal = regexp.MustCompile(`^-?[0-9]{1,30}(\.[0-9]{1,30})?$`)

func checkNumber(f *content.Field, value string) *view.Mistake {
	if !decimal.MatchString(value) {
		return mistake(f, notNumber)
	}
	n, _ := new(big.Rat).SetString(value)
	if low, ok := bound(f.Min); ok && n.Cmp(low) < 0 {
		return mistake(f, numberMin, "min", f.Min)
	}
	if high, ok := bound(f.Max); ok && n.Cmp(high) > 0 {
		return mistake(f, numberMax, "max", f.Max)
	}
	return nil
}

func bound(s string) (*big.Rat, bool) {
	if !decimal.MatchString(s) {
		return nil, false
	}
	return new(big.Rat).SetString(s)
}

func checkDate(f *content.Field, value string) *view.Mistake {
	d, err := content.ParseDate(value)
	if err != nil {
		return mistake(f, notDate)
	}
	if low, err := content.ParseDate(f.Min); err == nil && d.Before(low) {
		return mistake(f, dateMin, "min", f.Min)
	}
	if high, err := content.ParseDate(f.Max); err == nil && high.Before(d) {
		return mistake(f, dateMax, "max", f.Max)
	}
	return nil
}

// address matches an e-mail address as HTML's email field takes it (HTML, "valid e-mail address"),
// with letters of any script (RFC 6531). Its domain has a dot: nobody can be answered at a local
// name.
var address = regexp.MustCompile(`^[\pL\pM\pN.!#$%&'*+/=?^_{|}~\x60-]{1,64}@(?:[\pL\pM\pN](?:[\pL\pM\pN-]{0,61}[\pL\pM\pN])?\.)+[\pL\pM\pN](?:[\pL\pM\pN-]{0,61}[\pL\pM\pN])?$`)

// IsEmail judges by form alone; at most 254 bytes (RFC 5321, 4.5.3.1.3, less the angle brackets).
func IsEmail(s string) bool { return len(s) <= 254 && address.MatchString(s) }

// phone matches a number as people write it, and an extension.
var phone = regexp.MustCompile(`^(\+?[0-9 ()./\x{a0}\x{202f}\x{2011}-]+?)(?: ?(?:x|ext\.?|#) ?[0-9]{1,6})?$`)

// IsTel asks for 3 to 17 digits: ITU-T E.164 has at most 15, and two to dial out.
func IsTel(s string) bool {
	m := phone.FindStringSubmatch(s)
	if m == nil {
		return false
	}
	digits := len(m[1]) - len(strings.Map(dropDigit, m[1]))
	return digits >= 3 && digits <= 17
}

func dropDigit(r rune) rune {
	if r >= '0' && r <= '9' {
		return -1
	}
	return r
}

// checkURL takes an absolute web address, without a user or a password in it.
func checkURL(f *content.Field, s string) *view.Mistake {
	lower := strings.ToLower(s)
	u, err := url.Parse(s)
	switch {
	case !strings.HasPrefix(lower, "http://") && !strings.HasPrefix(lower, "https://"):
		return mistake(f, notURL)
	case strings.ContainsAny(s, " \u00a0"):
		return mistake(f, urlSpace)
	case err == nil && u.User != nil:
		return mistake(f, urlUser)
	case err != nil || u.Hostname() == "" || strings.ContainsAny(s, "<>\"`\\"):
		return mistake(f, urlBroken)
	}
	return nil
}
