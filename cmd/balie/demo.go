package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"balie/content"
	"balie/content/load"
	"balie/content/sample"
	"balie/ingest/secret"
)

func (t *terminal) demo() *cobra.Command {
	s := &server{terminal: t, reload: true, here: true, draft: true}
	var name string
	c := &cobra.Command{
		Use:   "demo",
		Short: "a sample desk in a temporary git repository, served: form, pages, feeds, reports",
		Args:  cobra.NoArgs,
		RunE: runE(func(ctx context.Context, _ []string) error {
			return t.runDemo(ctx, name, s)
		}),
	}
	c.Flags().StringVar(&name, "sample", "marketplace", "which desk: "+strings.Join(sample.Names(), ", "))
	s.flags(c, "127.0.0.1:8080", "127.0.0.1:8081")
	return c
}

func (t *terminal) runDemo(ctx context.Context, name string, s *server) error {
	files, err := sample.FS(name)
	if err != nil {
		return usage{err}
	}
	now, err := t.now(load.Load(files, nil).Tree.Zone)
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "balie-demo-")
	if err != nil {
		return fmt.Errorf("make a directory: %w", err)
	}
	defer os.RemoveAll(dir)
	t.dir = filepath.Join(dir, name)
	if err := os.Mkdir(t.dir, 0o777); err != nil {
		return err
	}
	if err := writeSample(ctx, t.dir, name, now); err != nil {
		return err
	}
	s.state = filepath.Join(dir, "state")
	s.ready = func() {
		t.greet(s, now)
		t.warnOfSecrets(s.live.Current().Tree.Setup)
	}
	return s.run(ctx)
}

// writeSample writes a sample's history to branch main of a new repository, and checks it out.
func writeSample(ctx context.Context, dir, name string, now time.Time) error {
	history, err := sample.History(name, now)
	if err != nil {
		return err
	}
	fsys, err := sample.FS(name)
	if err != nil {
		return err
	}
	names := map[string]string{}
	for _, p := range load.Load(fsys, nil).Tree.People {
		names[p.Key] = p.Value.Name
	}
	if err := git(ctx, dir, nil, "init", "--quiet", "--initial-branch=main"); err != nil {
		return err
	}
	stream, write := io.Pipe()
	go func() { write.CloseWithError(fastImport(write, history, names)) }()
	if err := git(ctx, dir, stream, "fast-import", "--quiet"); err != nil {
		return err
	}
	return git(ctx, dir, nil, "reset", "--quiet", "--hard")
}

// greet prints what there is to try.
func (t *terminal) greet(s *server, now time.Time) {
	r := s.live.Current()
	site := s.baseURL
	form := r.Tree.Forms[0].ID
	fmt.Fprintf(t.out, `
%s is open:  %s/
for the staff:  http://%s/
its files:      %s

Six things to try:

 1. Hand something in:          %s/forms/%s/
 2. Read its page: you are sent there, and it answers at once. Or by hand:
      curl -i -H 'Accept: application/json' --json '%s' %s/forms/%s
 3. See the commit:             git -C %s log --stat -1
 4. Edit an incident, and watch its page and %s/feed.atom change:
      %s
 5. Read the queue:             go run ./cmd/balie queue -C %s    or http://%s/
 6. Read the mail that it would send (nothing leaves from here): http://%s/mail/

Ctrl-C ends it, and takes the files away.
`, r.Tree.Site.Name[r.Tree.Site.Source()], site, s.staffAddr, s.dir, site, form, exampleJSON(r.Tree.Forms[0]), site, form, s.dir, site, filepath.Join(s.dir, filepath.FromSlash(lastUpdate(r.Tree, now))), s.dir, s.staffAddr, s.staffAddr)
}

// warnOfSecrets says what can't be tried because its secret is not there.
func (t *terminal) warnOfSecrets(setup *content.Setup) {
	warn := func(secrets content.Secrets, consequence string) {
		var missing []string
		for _, s := range secrets {
			if _, err := secret.Read(s); err == nil {
				return
			}
			missing = append(missing, cmp.Or(s.Env, s.File))
		}
		fmt.Fprintf(t.err, "balie: no secret in %s: %s\n", strings.Join(missing, " or "), consequence)
	}
	if of := setup.Site.Identity; of != nil {
		warn(content.Secrets{of.Key}, "no customer can be signed in")
	}
	for _, h := range setup.Hooks {
		warn(h.Secret, "what the hook "+h.Name+" is sent is refused with 503")
	}
}

// exampleJSON returns answers to a form's required fields.
func exampleJSON(f *content.Form) string {
	var fields []string
	given := map[string]string{}
	for _, field := range f.Fields {
		asked := field.IsAsked(func(id string) string { return given[id] })
		if field.Required && asked && field.Type != "file" && field.Type != "hidden" {
			given[field.ID] = example(field)
			fields = append(fields, fmt.Sprintf("%q:%q", field.ID, given[field.ID]))
		}
	}
	return "{" + strings.Join(fields, ",") + "}"
}

// example returns an answer that a field of the sample desks accepts.
func example(f content.Field) string {
	switch {
	case f.Type == "email":
		return "you@mail.example"
	case f.Type == "tel":
		return "+31 20 555 0123"
	case f.Type == "choice":
		return f.Choices[0].ID
	case f.Type == "checkbox":
		return "true"
	case f.Type == "url":
		return "https://shop.example/"
	case f.Pattern != "":
		fits := regexp.MustCompile("^(?:" + f.Pattern + ")$")
		for _, candidate := range []string{"0042", "1.4.1", "44712038", "ABCD"} {
			if fits.MatchString(candidate) {
				return candidate
			}
		}
	}
	return "Hello"
}

// lastUpdate returns the path of the newest update of an open incident, or the incidents'
// directory.
func lastUpdate(tree *content.Tree, now time.Time) string {
	file := "incidents/"
	var newest time.Time
	for _, i := range tree.Incidents {
		p := i.At(now)
		if last := p.Last(); i.Public() && p.Open && last != nil && last.At.After(newest) {
			file, newest = last.Path, last.At
		}
	}
	return file
}
