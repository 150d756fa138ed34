// Package content is a desk's records and the state that is derived from them.
//
//	bytes ──load──► *Tree (Setup, Incidents, Maintenance, Tickets) ──► state at an instant
//
// FORMAT.md has every file, key, kind, name and rule; the tests hold it to the packages.
//
// A Tree is a whole repository at one commit, or as it lies on disk: a Setup (site, services,
// people, policies, forms, hooks, articles) and the cases (incidents, maintenance, tickets), each a
// record with its events in order. Trees and records are immutable and safe for use by many at
// once. A record that did not change is the same pointer from one tree to the next, so that what
// was derived of it may be kept by that pointer.
//
// What depends on what:
//
//   - a case: the files in its own directory, and the zone and the languages of site.yaml. Never
//     another case, never the time.
//   - the Setup: every other file that is read.
//   - a state (Incident.At, Maintenance.At, Ticket.At): the case's events and an instant. It is
//     derived, and stands in no file.
//   - a Problem: the files and an instant.
//
// Pointers in lists and maps are never nil, the site has at least one language, the Setup a zone.
//
// Wrong content is a Problem: a value with file, line and column, what was found, and in Hint the
// next step. All are found at once, by package load (what a file's own name and bytes make) and
// package check (what records say of one another).
//
// The `key` tags of the records are their keys in YAML; package load says what the tags demand.
// This package knows no YAML and reads no file.
package content
