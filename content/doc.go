// Package content is the file format of a content repository and its domain model: what people write and what programs keep, read strictly.
//
//	Load(fs.FS) ─────────────► *Tree ──► Check(tree, now) ──► []Problem
//	tree.Reload(fs.FS, paths) ──► *Tree     what is wrong, sorted by place
//	Encode(record), EncodeEvent ──► bytes that read as the same again
//
// FORMAT.md has every file, key, kind, name and rule; the tests hold it to this package.
//
// A Tree is a whole repository at one commit, or as it lies on disk: a Setup (site, services, people, policies, forms, hooks, articles)
// and the cases (incidents, maintenance, tickets), each a record with its events in order. Trees and records are immutable and safe for
// use by many at once. A record that did not change is the same pointer from one tree to the next, so that what was derived of it
// may be kept by that pointer.
//
// What depends on what:
//
//   - a case: the files in its own directory, and the zone and the languages of site.yaml. Never another case, never the time.
//   - the Setup: every other file that is read. It is read as a whole when one of them changes.
//   - a state (Incident.At, Maintenance.At, Ticket.At): the case's events and an instant. It is derived, and stands in no file.
//   - a Problem: the files and an instant.
//
// Load never fails. What it can't read is a problem and stays zero in the record; pointers in lists and maps are never nil, the site has
// at least one language, the Setup a zone. A tree with a problem of severity Error is fit for nothing but Check.
//
// Wrong content is a Problem: a value with file, line and column, what was found, and in Hint the next step. All are found at once. What
// follows from a problem is not told besides: while services.yaml can't be read, no service is unknown. An error of this package is only
// ever an Encode that can't be.
//
// Reading follows no symbolic link, takes no file over a limit, and knows YAML in no other form than plain keys and values (yaml.go).
// Nothing past this package sees YAML.
//
// Where things are: decode.go and notation.go read values into the records of setup.go, policy.go and cases.go, by their `key` tags;
// loadsetup.go, loadarticles.go, loadcase.go and loadevent.go know files and names; load.go puts a tree together; check*.go look at what
// records say; kinds.go is the table of event kinds; state.go, incident.go and maintenance.go derive; time.go knows clocks.
package content
