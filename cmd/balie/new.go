package main

import (
	"context"
	"crypto/rand"
	"encoding/base32"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"balie/content"
)

// draft is what the flags of `balie new` say.
type draft struct {
	at, author, message, title string
	services, state            string
	start, end, next           string
	visibility                 string
	cause, resolution          string
	partly, edit               bool
}

func (t *terminal) new() *cobra.Command {
	c := &cobra.Command{
		Use:   "new",
		Short: "write the right file with the right name",
		Args:  cobra.NoArgs,
		RunE:  func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(t.newIncident(), t.newMaintenance(), t.newUpdate())
	for _, kind := range []content.Kind{content.Reply, content.Note, content.Waiting, content.Hold, content.Solved, content.Reopened, content.Call, content.Assigned} {
		c.AddCommand(t.newTicketEvent(kind))
	}
	return c
}

func (d *draft) flags(c *cobra.Command, names ...string) *cobra.Command {
	f := c.Flags()
	all := map[string]func(){
		"at": func() { f.StringVar(&d.at, "at", "", "when it happened (default: now)") },
		"author": func() {
			f.StringVar(&d.author, "author", os.Getenv("BALIE_AUTHOR"), "who writes, as in people.yaml (default: $BALIE_AUTHOR)")
		},
		"message": func() { f.StringVarP(&d.message, "message", "m", "", "the text; - reads it from standard input") },
		"services": func() {
			f.StringVar(&d.services, "services", "", "services and their states: checkout=major_outage,search=degraded_performance")
		},
		"next":       func() { f.StringVar(&d.next, "next", "", "when the next update comes: a public promise") },
		"visibility": func() { f.StringVar(&d.visibility, "visibility", "", "public or staff") },
		"start":      func() { f.StringVar(&d.start, "start", "", "when it is planned to start") },
		"end":        func() { f.StringVar(&d.end, "end", "", "when it is planned to end") },
		"cause":      func() { f.StringVar(&d.cause, "cause", "", "of a postmortem: the underlying cause") },
		"partly":     func() { f.BoolVar(&d.partly, "partly", false, "some of it is answered; the desk still owes the rest") },
	}
	for _, name := range names {
		all[name]()
	}
	return c
}

func (t *terminal) newIncident() *cobra.Command {
	d := &draft{}
	c := &cobra.Command{
		Use:   "incident TITLE",
		Short: "open an incident: its directory, incident.yaml and a first update",
		Args:  cobra.ExactArgs(1),
		RunE: does(func(ctx context.Context, args []string) error {
			d.title = args[0]
			return t.write(ctx, d, (*writer).incident)
		}),
	}
	return d.flags(c, "at", "author", "message", "services", "next", "visibility")
}

func (t *terminal) newMaintenance() *cobra.Command {
	d := &draft{}
	c := &cobra.Command{
		Use:   "maintenance TITLE --start TIME --end TIME",
		Short: "plan a maintenance: its directory, maintenance.yaml and the announcement",
		Args:  cobra.ExactArgs(1),
		RunE: does(func(ctx context.Context, args []string) error {
			d.title = args[0]
			return t.write(ctx, d, (*writer).maintenance)
		}),
	}
	return d.flags(c, "at", "author", "message", "services", "start", "end")
}

func (t *terminal) newUpdate() *cobra.Command {
	d := &draft{}
	c := &cobra.Command{
		Use:   "update CASE KIND",
		Short: "tell what is new of an incident or a maintenance",
		Long:  "CASE is its directory, its id (2026/1120-payments) or a part of that which only it has. KIND is investigating, confirmed, identified, update, monitoring, resolved, postmortem, …",
		Args:  cobra.ExactArgs(2),
		RunE: does(func(ctx context.Context, args []string) error {
			return t.write(ctx, d, func(w *writer) error { return w.update(args[0], content.Kind(args[1])) })
		}),
	}
	return d.flags(c, "at", "author", "message", "services", "next", "cause")
}

func (t *terminal) newTicketEvent(kind content.Kind) *cobra.Command {
	d := &draft{}
	use, count := string(kind)+" NUMBER", 1
	if kind == content.Assigned {
		use, count = "assigned NUMBER PERSON", 2
	}
	c := &cobra.Command{
		Use:   use,
		Short: shortOf[kind],
		Args:  cobra.ExactArgs(count),
		RunE: does(func(ctx context.Context, args []string) error {
			return t.write(ctx, d, func(w *writer) error { return w.ticketEvent(kind, args) })
		}),
	}
	flags := []string{"at", "author", "message"}
	if kind == content.Reply {
		flags = append(flags, "partly")
	}
	return d.flags(c, flags...)
}

var shortOf = map[content.Kind]string{
	content.Reply:    "answer a ticket; its requester sees it",
	content.Note:     "note something on a ticket for the staff",
	content.Waiting:  "ask the requester something, and wait for the answer",
	content.Hold:     "wait for a third party",
	content.Solved:   "say that a ticket is solved",
	content.Reopened: "open a solved ticket again",
	content.Call:     "note a telephone call; its requester sees only that it took place",
	content.Assigned: "give a ticket to somebody",
}

// writer writes new files into the work tree.
type writer struct {
	*draft
	dir  string
	tree *content.Tree
	now  time.Time
	in   io.Reader
	made []string
}

// write opens the work tree, lets make write into it, and prints what was written.
func (t *terminal) write(ctx context.Context, d *draft, make func(*writer) error) error {
	r, err := t.open(ctx)
	if err != nil {
		return err
	}
	defer r.Close()
	if r.Bare() {
		return failf("use a clone with a work tree", "%s has no work tree to write into", t.dir)
	}
	tree, now := r.Tree, r.now
	if d.at != "" {
		if now, err = instant(d.at, tree.Zone); err != nil {
			return err
		}
	}
	w := &writer{draft: d, dir: t.dir, tree: tree, now: now, in: t.in}
	if err := w.checkAuthor(); err != nil {
		return err
	}
	if err := make(w); err != nil {
		return err
	}
	for _, file := range w.made {
		fmt.Fprintln(t.out, file)
	}
	return nil
}

func (w *writer) checkAuthor() error {
	if w.author == "" || len(w.tree.People) == 0 {
		return nil
	}
	if _, ok := w.tree.People.Get(w.author); !ok {
		return failf("people.yaml has "+strings.Join(w.tree.People.Keys(), ", "), "unknown author %q", w.author)
	}
	return nil
}

func (w *writer) incident() error {
	services, err := w.states(content.MajorOutage)
	if err != nil {
		return err
	}
	i := &content.Incident{Title: w.text(w.title), Services: services, Visibility: content.Visibility(w.visibility)}
	if w.visibility != "" && w.visibility != "public" && w.visibility != "staff" {
		return usage{fmt.Errorf("--visibility %s: public or staff", w.visibility)}
	}
	dir, err := w.caseDir("incidents", w.now)
	if err != nil {
		return err
	}
	if err := w.record(dir+"/incident.yaml", i); err != nil {
		return err
	}
	e := &content.Event{Kind: content.Investigating}
	if err := w.nextUpdate(e); err != nil {
		return err
	}
	return w.event(dir, e, "We are looking into it. Say here what does not work, for whom, and what they can do meanwhile.")
}

func (w *writer) maintenance() error {
	if w.start == "" || w.end == "" {
		return usage{errors.New("a maintenance has --start and --end")}
	}
	m := &content.Maintenance{Title: w.text(w.title), Automatic: true}
	services, err := w.states(content.UnderMaintenance)
	if err != nil {
		return err
	}
	m.Services = content.PlannedServices(services)
	if m.Planned.Start, err = instant(w.start, w.tree.Zone); err != nil {
		return err
	}
	if m.Planned.End, err = instant(w.end, w.tree.Zone); err != nil {
		return err
	}
	if !m.Planned.End.After(m.Planned.Start) {
		return usage{errors.New("--end is not after --start")}
	}
	dir, err := w.caseDir("maintenance", m.Planned.Start)
	if err != nil {
		return err
	}
	if err := w.record(dir+"/maintenance.yaml", m); err != nil {
		return err
	}
	return w.event(dir, &content.Event{Kind: content.Scheduled}, "Say here what will be done, what will not work meanwhile, and what customers can do.")
}

func (w *writer) update(name string, kind content.Kind) error {
	dir, kinds, err := w.find(name)
	if err != nil {
		return err
	}
	if !slices.Contains(kinds, kind) {
		return failf(fmt.Sprintf("its kinds: %s", kinds), "an event of %s has no kind %q", dir, kind)
	}
	e := &content.Event{Kind: kind}
	if err := w.nextUpdate(e); err != nil {
		return err
	}
	services, err := w.states(content.DegradedPerformance)
	if err != nil {
		return err
	}
	if services != nil {
		e.Front = e.Data()
		e.Front.Services = services
	}
	if kind == content.Postmortem {
		if w.cause == "" {
			return usage{errors.New("a postmortem has --cause, the underlying cause in a sentence")}
		}
		e.Front = e.Data()
		e.Front.Cause = w.text(w.cause)
	}
	return w.event(dir, e, "Say here what is new.")
}

// find names a case's directory by its id or by a part of it that no other has.
func (w *writer) find(name string) (dir string, kinds []content.Kind, err error) {
	name = strings.Trim(filepath.ToSlash(name), "/")
	byDir := map[string][]content.Kind{}
	for _, i := range w.tree.Incidents {
		byDir[i.Dir] = content.KindsOf(content.IncidentCase)
	}
	for _, m := range w.tree.Maintenance {
		byDir[m.Dir] = content.KindsOf(content.MaintenanceCase)
	}
	if kinds, ok := byDir[name]; ok {
		return name, kinds, nil
	}
	var found []string
	for d := range byDir {
		if strings.Contains(d, name) {
			found = append(found, d)
		}
	}
	slices.Sort(found)
	switch len(found) {
	case 1:
		return found[0], byDir[found[0]], nil
	case 0:
		return "", nil, failf("balie new incident opens one", "no incident or maintenance %q", name)
	}
	return "", nil, failf("more of its name, please", "%q is a part of %s", name, strings.Join(found, ", "))
}

func (w *writer) ticketEvent(kind content.Kind, args []string) error {
	ticket := w.tree.Ticket(args[0])
	if ticket == nil {
		return failf("balie queue --all lists them", "no ticket %q", args[0])
	}
	e := &content.Event{Kind: kind}
	if kind == content.Assigned {
		if _, ok := w.tree.People.Get(args[1]); !ok {
			return failf("people.yaml has "+strings.Join(w.tree.People.Keys(), ", "), "unknown person %q", args[1])
		}
		e.Front = &content.Front{Assignee: args[1]}
	}
	if w.partly {
		e.Front = &content.Front{Partly: true}
	}
	e.Author = w.author
	e.At = w.freeSecond(ticket.Dir, e)
	e.Name = content.EventName(e.At, kind, w.author)
	return w.write(ticket.Dir, e, templates[kind])
}

// templates are what stands in a new file until its author has written something better; kinds without one may stay empty.
var templates = map[content.Kind]string{
	content.Reply:   "Write your answer here.",
	content.Note:    "Write your note here.",
	content.Waiting: "Ask your question here.",
	content.Call:    "Write here what was said.",
}

// event writes an update of a public case under its local name.
func (w *writer) event(dir string, e *content.Event, template string) error {
	e.Author = w.author
	e.At = w.freeSecond(dir, e)
	e.Name = content.LocalEventName(e.At, w.tree.Zone, e.Kind, e.Author)
	return w.write(dir, e, template)
}

// freeSecond is the draft's instant, or the next second that no event of that name has.
func (w *writer) freeSecond(dir string, e *content.Event) time.Time {
	at := w.now
	for {
		names := []string{content.EventName(at, e.Kind, w.author), content.LocalEventName(at, w.tree.Zone, e.Kind, w.author)}
		taken := slices.ContainsFunc(names, func(name string) bool {
			_, err := os.Stat(filepath.Join(w.dir, filepath.FromSlash(dir), name+".md"))
			return err == nil
		})
		if !taken {
			return at
		}
		at = at.Add(time.Second)
	}
}

func (w *writer) write(dir string, e *content.Event, template string) error {
	body, err := w.body(template)
	if err != nil {
		return err
	}
	e.Body = body
	data, err := content.EncodeEvent(e)
	if err != nil {
		return err
	}
	return w.file(dir+"/"+e.Name+".md", data)
}

// body is the message, standard input for -, or the template.
func (w *writer) body(template string) (string, error) {
	switch w.message {
	case "":
		return template, nil
	case "-":
		text, err := io.ReadAll(io.LimitReader(w.in, 1<<20))
		return string(text), err
	}
	return w.message, nil
}

func (w *writer) record(file string, record any) error {
	data, err := content.Encode(record)
	if err != nil {
		return err
	}
	return w.file(file, data)
}

// file writes a new file; one that is there is never changed.
func (w *writer) file(file string, data []byte) error {
	full := filepath.Join(w.dir, filepath.FromSlash(file))
	if err := os.MkdirAll(filepath.Dir(full), 0o777); err != nil {
		return fmt.Errorf("write %s: %w", file, err)
	}
	f, err := os.OpenFile(full, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if errors.Is(err, fs.ErrExist) {
		return failf("edit it, or give another --at", "%s is there already", file)
	}
	if err != nil {
		return fmt.Errorf("write %s: %w", file, err)
	}
	if _, err = f.Write(data); err == nil {
		err = f.Close()
	} else {
		f.Close()
	}
	if err != nil {
		return fmt.Errorf("write %s: %w", file, err)
	}
	w.made = append(w.made, full)
	return nil
}

func (w *writer) text(s string) content.Text { return content.Text{w.tree.Site.Source(): s} }

func (w *writer) nextUpdate(e *content.Event) error {
	if w.next == "" {
		return nil
	}
	next, err := instant(w.next, w.tree.Zone)
	if err != nil {
		return err
	}
	if !next.After(w.now) {
		return usage{errors.New("--next is not after this update")}
	}
	e.Front = e.Data()
	e.Front.NextUpdate = next
	return nil
}

// states reads checkout=major_outage,search; one without a state gets the usual one.
func (w *writer) states(usual content.ComponentState) (content.Map[content.ComponentState], error) {
	if w.services == "" {
		return nil, nil
	}
	var states content.Map[content.ComponentState]
	for pair := range strings.SplitSeq(w.services, ",") {
		id, state, named := strings.Cut(strings.TrimSpace(pair), "=")
		if !named {
			state = string(usual)
		}
		if w.tree.Service(id) == nil {
			return nil, failf("services.yaml has the ids", "unknown service %q", id)
		}
		if content.ComponentState(state).Rank() == 0 && state != string(content.Operational) {
			return nil, usage{fmt.Errorf("unknown state %q: operational, degraded_performance, partial_outage, major_outage, under_maintenance", state)}
		}
		states = states.Set(id, content.ComponentState(state))
	}
	return states, nil
}

var notSlug = regexp.MustCompile(`[^a-z0-9]+`)

// caseDir names a new case's directory by its day and its title.
func (w *writer) caseDir(root string, day time.Time) (string, error) {
	words := strings.Split(strings.Trim(notSlug.ReplaceAllString(fold(w.title), "-"), "-"), "-")
	slug := strings.Trim(strings.Join(words[:min(len(words), 5)], "-"), "-")
	if slug == "" {
		slug = strings.ToLower(base32.StdEncoding.EncodeToString(randomBytes(5)))
	}
	local := day.In(w.tree.Zone)
	dir := path.Join(root, local.Format("2006"), local.Format("0102")+"-"+slug[:min(len(slug), 60)])
	for n := 2; ; n++ {
		if _, err := os.Stat(filepath.Join(w.dir, filepath.FromSlash(dir))); errors.Is(err, fs.ErrNotExist) {
			return dir, nil
		} else if err != nil {
			return "", err
		}
		dir = fmt.Sprintf("%s-%d", strings.TrimSuffix(dir, fmt.Sprintf("-%d", n-1)), n)
	}
}

func randomBytes(n int) []byte {
	b := make([]byte, n)
	rand.Read(b)
	return b
}

// fold writes a title's letters without their marks, as a file's name needs it.
func fold(s string) string {
	return strings.Map(func(r rune) rune {
		if plain, ok := unmarked[r]; ok {
			return plain
		}
		return r
	}, strings.ToLower(s))
}

var unmarked = func() map[rune]rune {
	m := map[rune]rune{}
	for plain, marked := range map[rune]string{'a': "àáâãäå", 'c': "ç", 'e': "èéêë", 'i': "ìíîï", 'n': "ñ", 'o': "òóôõöø", 'u': "ùúûü", 'y': "ýÿ"} {
		for _, r := range marked {
			m[r] = plain
		}
	}
	return m
}()
