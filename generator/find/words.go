package find

import (
	"bytes"
	"slices"
	"strings"

	"balie/content"
)

// texts is what a ticket is found by, folded.
type texts struct {
	keys           []string
	subject, other string
}

func textsOf(t *content.Ticket) texts {
	var keys []string
	for _, key := range []string{t.Number, t.Given, t.Requester.Email, t.Requester.ID, digitsOf(t.Requester.Phone)} {
		if key = strings.Join(strings.Fields(fold(key)), " "); key != "" {
			keys = append(keys, key)
		}
	}
	var b strings.Builder
	add := func(list ...string) {
		for _, text := range list {
			b.WriteString(text)
			b.WriteByte('\n')
		}
	}
	add(t.Requester.Name, t.Requester.Phone, t.Organisation)
	for _, f := range t.Fields {
		add(f.Value)
	}
	if t.Searched != nil {
		add(t.Searched.Query)
	}
	for _, e := range t.Events {
		d := e.Data()
		add(e.Body, d.Reference, d.Reason, d.Incident)
		for _, a := range d.Attachments {
			add(a.Label)
		}
	}
	return texts{keys, fold(t.Subject), fold(b.String())}
}

// digitsOf returns the digits of a telephone number, or of a ticket's.
func digitsOf(s string) string {
	return strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, s)
}

// trim takes the marks off around a word.
func trim(word string) string {
	return strings.Trim(word, ".,;:!?\"'`()[]{}<>*_~«»“”„‘’…¿¡")
}

// vocabulary numbers words from 0. A copy stays as it is while the original gets more.
type vocabulary struct {
	blob   []byte   // the words, each behind a line end and before one
	starts []uint32 // where each begins
	known  map[string]uint32
}

// numbers returns the numbers of the words of a folded text, each once.
func (v *vocabulary) numbers(folded string) []uint32 {
	var list []uint32
	for word := range strings.FieldsSeq(folded) {
		if word = trim(word); word != "" {
			list = append(list, v.number(word))
		}
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// number returns the number of a word, a new one where it was not known.
func (v *vocabulary) number(word string) uint32 {
	number, is := v.known[word]
	if is {
		return number
	}
	if v.known == nil {
		v.known, v.blob = map[string]uint32{}, []byte{'\n'}
	}
	number = uint32(len(v.starts))
	v.known[strings.Clone(word)] = number
	v.starts = append(v.starts, uint32(len(v.blob)))
	v.blob = append(append(v.blob, word...), '\n')
	return number
}

// mark calls do for the number of each word of which one is a part.
func (v *vocabulary) mark(part string, do func(number uint32)) {
	for at := 0; ; {
		i := bytes.Index(v.blob[at:], []byte(part))
		if i < 0 {
			return
		}
		number := v.at(at + i)
		do(number)
		if int(number)+1 == len(v.starts) {
			return
		}
		at = int(v.starts[number+1])
	}
}

// find returns the number of a word, or none.
func (v *vocabulary) find(word string) []uint32 {
	i := bytes.Index(v.blob, []byte("\n"+word+"\n"))
	if i < 0 || word == "" {
		return nil
	}
	return []uint32{v.at(i + 1)}
}

// at returns the number of the word at a place of the blob.
func (v *vocabulary) at(place int) uint32 {
	i, found := slices.BinarySearch(v.starts, uint32(place))
	if !found {
		i--
	}
	return uint32(i)
}
