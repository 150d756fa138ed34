package filing

import (
	"maps"
	"slices"

	"balie/content"
	"balie/content/load"
)

// prepared is a submission with all that does not depend on what else was filed: its token, its id
// and its bytes. It is made before the transaction, where many can be made at once.
type prepared struct {
	Submission
	name   string   // of a new case's record
	record []byte   // of a new case
	texts  [][]text // of each event
}

// text is an event's file: in the source language, or in another.
type text struct {
	lang string // "", or such as ".nl"
	data []byte
}

// prepare gives a new ticket its follow token, and a submission of a store its id, and encodes it.
func (f *Filer) prepare(s Submission) (*prepared, error) {
	var err error
	if s.Ticket != nil {
		token, err := f.random(20)
		if err != nil {
			return nil, err
		}
		s.Ticket.Follow = base32lower.EncodeToString(token)
	}
	if f.Store != nil && s.ID == "" {
		if s.ID, err = f.NewID(); err != nil {
			return nil, err
		}
	}
	p := &prepared{Submission: s}
	switch {
	case s.Ticket != nil:
		p.name = "ticket.yaml"
		p.record, err = load.Encode(s.Ticket)
	case s.Incident != nil:
		p.name = "incident.yaml"
		p.record, err = load.Encode(s.Incident)
	case s.Maintenance != nil:
		p.name = "maintenance.yaml"
		p.record, err = load.Encode(s.Maintenance)
	}
	if err != nil {
		return nil, err
	}
	p.Events = nil
	for i, e := range s.Events {
		own, front := *e, *e.Data()
		own.Front, front.ID = &front, s.ID
		if i == 0 {
			for _, f := range s.Files {
				front.Attachments = append(front.Attachments, content.Attachment{File: f.Name, Label: f.Label, Withheld: f.Withheld, AsSent: f.AsSent})
			}
		}
		texts, err := encodeEvent(&own)
		if err != nil {
			return nil, err
		}
		p.Events, p.texts = append(p.Events, &own), append(p.texts, texts)
	}
	return p, nil
}

// encodeEvent encodes an event and its translations.
func encodeEvent(e *content.Event) ([]text, error) {
	data, err := load.EncodeEvent(e)
	if err != nil {
		return nil, err
	}
	texts := []text{{"", data}}
	for _, lang := range slices.Sorted(maps.Keys(e.Translations)) {
		t := &content.Event{Body: e.Translations[lang].Body, Front: &content.Front{Translates: content.BodyDigest(e.Body)}}
		if data, err = load.EncodeEvent(t); err != nil {
			return nil, err
		}
		texts = append(texts, text{"." + lang, data})
	}
	return texts, nil
}
