package content

import (
	"crypto/sha256"
	"path"
	"strings"
)

// Picture is a picture beside the articles of a section: shot.png, or shot.nl.png for the pages in
// one language.
type Picture struct {
	Path   string // the file
	Name   string // shot.png, as texts name it
	Lang   string // the language that has this one of its own; "" for all others
	Width  int    // in pixels; 0 where the file is no picture
	Height int
	Digest [sha256.Size]byte // of its bytes
}

// Address is where the picture is published, without a language: /help/paying/shot.nl.png.
func (p *Picture) Address() string {
	dir, file := path.Split(p.Path)
	return "/help/" + path.Base(dir) + "/" + file
}

// Picture returns the picture that a text names, as the pages in a language show it, or nil. An
// address without a first slash is taken from the section; "" is no section.
func (s *Setup) Picture(section, address, lang string) (found *Picture) {
	if !strings.HasPrefix(address, "/") {
		if section == "" {
			return nil
		}
		address = "/help/" + section + "/" + address
	}
	dir, name := path.Split(path.Clean(address))
	for _, sec := range s.Sections {
		if dir != "/help/"+sec.ID+"/" {
			continue
		}
		for _, p := range sec.Pictures {
			if p.Name == name && (p.Lang == lang || p.Lang == "" && found == nil) {
				found = p
			}
		}
	}
	return found
}

// Article returns the article with an id (<section>/<slug>), or nil.
func (s *Setup) Article(id string) *Article {
	for _, sec := range s.Sections {
		for _, a := range sec.Articles {
			if a.ID() == id {
				return a
			}
		}
	}
	return nil
}

// ID is what other articles name one by: <section>/<slug>.
func (a *Article) ID() string { return a.Section + "/" + a.Slug }
