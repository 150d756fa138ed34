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

func (w *writer) ticketOf(number string) (*content.Ticket, error) {
	if ticket := w.tree.Ticket(number); ticket != nil {
		return ticket, nil
	}
	return nil, cmp.Or(noNumber(number), failf("balie queue --all lists them", "no ticket %q", number))
}

// noNumber says what is wrong with what may be meant as a ticket's number; nil where it is none.
func noNumber(name string) error {
	switch number, fits := content.ParseNumber(name); {
	case fits:
		return failf("balie queue --all lists the tickets", "no ticket %s", content.SayNumber(number))
	case number != "":
		return failf("its check digit does not fit: one digit is wrong, or two have changed places; balie queue --all lists the tickets", "%s is no ticket's number", name)
	}
	return nil
}

// ticketNumber is the number that a ticket's directory ends with, or the name as it is.
func ticketNumber(name string) string {
	dir := path.Clean(filepath.ToSlash(name))
	if strings.HasPrefix(dir, "tickets/") || strings.Contains(dir, "/tickets/") {
		return path.Base(dir)
	}
	return name
}

// findIncident finds an incident by its directory, its id or a part of it that no other has.
func findIncident(tree *content.Tree, name string) (*content.Incident, error) {
	dirs := make([]string, len(tree.Incidents))
	for i, incident := range tree.Incidents {
		dirs[i] = incident.Dir
	}
	dir, err := theOne(dirs, name, failf("balie queue --all lists the tickets; incidents/ has the incidents", "no ticket and no incident %q", name))
	if err != nil {
		return nil, err
	}
	return tree.Incidents[slices.Index(dirs, dir)], nil
}

// find names a case's directory by its id or by a part of it that no other has.
func (w *writer) find(name string) (dir string, kinds []content.Kind, err error) {
	byDir := map[string][]content.Kind{}
	for _, i := range w.tree.Incidents {
		byDir[i.Dir] = content.KindsOf(content.IncidentCase)
	}
	for _, m := range w.tree.Maintenance {
		byDir[m.Dir] = content.KindsOf(content.MaintenanceCase)
	}
	dir, err = theOne(slices.Sorted(maps.Keys(byDir)), name, failf("balie new incident opens one", "no incident or maintenance %q", name))
	return dir, byDir[dir], err
}

// theOne is the directory that a name means; none is the error where it means none.
func theOne(dirs []string, name string, none error) (string, error) {
	switch found := pick(dirs, name); len(found) {
	case 0:
		return "", none
	case 1:
		return found[0], nil
	default:
		slices.Sort(found)
		return "", failf("more of its name, please", "%q is a part of %s", name, strings.Join(found, ", "))
	}
}

// pick returns the directories that a name may mean: the one that it is or ends, else all that it is a part of.
func pick(dirs []string, name string) (found []string) {
	name = strings.Trim(filepath.ToSlash(name), "/")
	for _, dir := range dirs {
		if dir == name || strings.HasSuffix(dir, "/"+name) {
			return []string{dir}
		}
		if strings.Contains(dir, name) {
			found = append(found, dir)
		}
	}
	return found
}
