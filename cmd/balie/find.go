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
	switch found := pick(dirs, name); len(found) {
	case 1:
		return tree.Incidents[slices.Index(dirs, found[0])], nil
	case 0:
		return nil, failf("balie queue --all lists the tickets; incidents/ has the incidents", "no ticket and no incident %q", name)
	default:
		return nil, ambiguous(name, found)
	}
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
	switch found := pick(slices.Sorted(maps.Keys(byDir)), name); len(found) {
	case 1:
		return found[0], byDir[found[0]], nil
	case 0:
		return "", nil, failf("balie new incident opens one", "no incident or maintenance %q", name)
	default:
		return "", nil, ambiguous(name, found)
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

func ambiguous(name string, found []string) error {
	slices.Sort(found)
	return failf("more of its name, please", "%q is a part of %s", name, strings.Join(found, ", "))
}
