package mail

import (
	"mime"
	"net/mail"
	"regexp"
	"slices"
	"strings"
)

// maxAddresses is how many addresses of a field are read.
const maxAddresses = 100

// loose finds addresses in a list that is written wrongly.
var loose = regexp.MustCompile(`[^\s<>,;:"'()\[\]\\]{1,64}@[^\s<>,;:"'()\[\]\\@]{1,255}`)

// addressesIn returns the addresses in all fields with a name, each once.
func addressesIn(h header, name string) (list []Address) {
	for _, value := range h.all(name) {
		for _, a := range addresses(value) {
			had := func(b Address) bool { return strings.EqualFold(a.Address, b.Address) }
			if !slices.ContainsFunc(list, had) && len(list) < maxAddresses {
				list = append(list, a)
			}
		}
	}
	return list
}

// addresses reads a list of addresses. The members of a group are addresses of the list.
func addresses(value string) (list []Address) {
	value = toUTF8(value)
	parser := mail.AddressParser{WordDecoder: &mime.WordDecoder{CharsetReader: charsetReader}}
	parsed, err := parser.ParseList(value)
	for _, a := range parsed {
		list = append(list, Address{decodeLine(a.Name), a.Address})
	}
	if err == nil {
		return list
	}
	for _, a := range loose.FindAllString(value, maxAddresses) {
		list = append(list, Address{Address: a})
	}
	return list
}

// recipientFields are the fields that name to whom a mail was sent: by the server that delivered
// it, then by its writer.
var recipientFields = []string{"delivered-to", "x-original-to", "envelope-to", "x-envelope-to", "to", "cc"}

// recipients returns the addresses that a mail was sent to, each once.
func recipients(h header) (list []string) {
	for _, name := range recipientFields {
		for _, a := range addressesIn(h, name) {
			if !slices.Contains(list, a.Address) && len(list) < maxAddresses {
				list = append(list, a.Address)
			}
		}
	}
	return list
}
