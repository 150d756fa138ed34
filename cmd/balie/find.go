package main

import (
	"cmp"
	"maps"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"balie/content"
)

// ticketOf returns the one ticket that a number or a directory names.
func (w *writer) ticketOf(name string) (*content.Ticket, error) {
	switch found := ticketsOf(w.tree, name); len(found) {
	case 0:
		return nil, cmp.Or(checkNumber(name), failf("balie queue --all lists them", "no ticket %q", name))
	case 1:
		return found[0], nil
	default:
		return nil, failf("name one by its directory: "+found[0].Dir+", "+found[1].Dir, "two tickets have the number %s", content.SayNumber(found[0].Number))
	}
}

// ticketsOf returns the tickets that a number or a directory names. A number that was given twice
// names two.
func ticketsOf(tree *content.Tree, name string) []*content.Ticket {
	dir := path.Clean(filepath.ToSlash(name))
	i := strings.Index("/"+dir, "/tickets/")
	if i < 0 {
		return tree.Numbered(name)
	}
	found := slices.Clone(tree.Numbered(path.Base(dir)))
	return slices.DeleteFunc(found, func(t *content.Ticket) bool { return t.Dir != dir[i:] })
}

// checkNumber refuses a name that is meant as a ticket's number and is not one, or is nobody's. It
// returns nil for any other name.
func checkNumber(name string) error {
	switch number, fits := content.ParseNumber(name); {
	case fits:
		return failf("balie queue --all lists the tickets", "no ticket %s", content.SayNumber(number))
	case number != "":
		return failf("its check digit does not fit: one digit is wrong, or two have changed places; balie queue --all lists the tickets", "%s is no ticket's number", name)
	}
	return nil
}

// findIncident returns the incident that a directory, an id or a unique part of one names.
func findIncident(tree *content.Tree, name string) (*content.Incident, error) {
	dirs := make([]string, len(tree.Incidents))
	for i, incident := range tree.Incidents {
		dirs[i] = incident.Dir
	}
	dir, err := matchOne(dirs, name, failf("balie queue --all lists the tickets; incidents/ has the incidents", "no ticket and no incident %q", name))
	if err != nil {
		return nil, err
	}
	return tree.Incidents[slices.Index(dirs, dir)], nil
}

// findCase returns the directory of the incident or maintenance that an id or a unique part of one
// names, and the kinds of its events.
func (w *writer) findCase(name string) (dir string, kinds []content.Kind, err error) {
	byDir := map[string][]content.Kind{}
	for _, i := range w.tree.Incidents {
		byDir[i.Dir] = incidentKinds()
	}
	for _, m := range w.tree.Maintenance {
		byDir[m.Dir] = content.KindsOf(content.MaintenanceCase)
	}
	dir, err = matchOne(slices.Sorted(maps.Keys(byDir)), name, failf("balie new incident opens one", "no incident or maintenance %q", name))
	return dir, byDir[dir], err
}

// matchOne returns the one directory that a name matches, or the error none if it matches none.
func matchOne(dirs []string, name string, none error) (string, error) {
	switch found := matchAll(dirs, name); len(found) {
	case 0:
		return "", none
	case 1:
		return found[0], nil
	default:
		slices.Sort(found)
		return "", failf("more of its name, please", "%q is a part of %s", name, strings.Join(found, ", "))
	}
}

// matchAll returns the directory that a name is or ends, else those whose slug it is, else all that
// it is a part of.
func matchAll(dirs []string, name string) []string {
	name = strings.Trim(filepath.ToSlash(name), "/")
	var slugs, parts []string
	for _, dir := range dirs {
		if dir == name || strings.HasSuffix(dir, "/"+name) {
			return []string{dir}
		}
		if _, slug, _ := strings.Cut(path.Base(dir), "-"); slug == name {
			slugs = append(slugs, dir)
		}
		if strings.Contains(dir, name) {
			parts = append(parts, dir)
		}
	}
	if len(slugs) > 0 {
		return slugs
	}
	return parts
}
