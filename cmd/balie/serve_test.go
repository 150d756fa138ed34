package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/mmcdole/gofeed"

	"balie/content"
	"balie/generator"
)

// running is a desk that is served, as the demo does.
type running struct {
	*testing.T
	*server
	dir    string
	builds chan *generator.Result
	last   *generator.Result
	stderr *safeBuffer
}

// safeBuffer is written by the server and read by the test.
type safeBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (b *safeBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *safeBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}

// patience is how long a rebuild may take before a test gives up; it bounds a hang and measures nothing.
const patience = time.Minute

func serveSample(t *testing.T, name string) *running {
	return serveSampleWith(t, name, func(*server) {})
}

func serveSampleWith(t *testing.T, name string, set func(*server)) *running {
	r := &running{T: t, dir: filepath.Join(t.TempDir(), name), builds: make(chan *generator.Result, 100), stderr: &safeBuffer{}}
	if err := os.Mkdir(r.dir, 0o777); err != nil {
		t.Fatal(err)
	}
	now := time.Now()
	if err := layOut(t.Context(), r.dir, name, now); err != nil {
		t.Fatal(err)
	}
	r.serve(&terminal{in: strings.NewReader(""), out: io.Discard, err: r.stderr, dir: r.dir, clock: time.Now}, set)
	return r
}

func (r *running) serve(t *terminal, set func(*server)) {
	ctx, stop := context.WithCancel(context.Background())
	ready := make(chan struct{})
	r.server = &server{terminal: t, addr: "127.0.0.1:0", staffAddr: "127.0.0.1:0", instance: 1, state: filepath.Join(r.TempDir(), "state"),
		ready: func() { close(ready) }, built: func(b *generator.Result) { r.builds <- b }}
	set(r.server)
	done := make(chan error, 1)
	go func() { done <- r.run(ctx) }()
	r.Cleanup(func() {
		stop()
		if err := <-done; err != nil && ctx.Err() == nil {
			r.Errorf("serve: %v", err)
		}
	})
	select {
	case <-ready:
	case err := <-done:
		done <- err
		r.Fatalf("serve: %v\n%s", err, r.stderr)
	}
}

// until waits for a rebuild after which something is so.
func (r *running) until(what string, so func() bool) {
	r.Helper()
	for late := time.After(patience); !so(); {
		select {
		case r.last = <-r.builds:
		case <-late:
			r.Fatalf("no rebuild with %s\n%s", what, r.stderr)
		}
	}
}

// shows reports whether a page has a text.
func (r *running) shows(page, text string) func() bool {
	return func() bool { return strings.Contains(r.get(page), text) }
}

func (r *running) get(url string) string {
	r.Helper()
	resp, err := http.Get(url)
	if err != nil {
		r.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK {
		r.Fatalf("%s: %d %v\n%s", url, resp.StatusCode, err, body)
	}
	return string(body)
}

func (r *running) git(args ...string) string {
	r.Helper()
	c := exec.Command("git", append([]string{"-C", r.dir, "-c", "user.name=Test", "-c", "user.email=test@localhost"}, args...)...)
	out, err := c.CombinedOutput()
	if err != nil {
		r.Fatalf("git %s: %v\n%s", args, err, out)
	}
	return string(out)
}

// balie runs a command on the desk and returns what it printed.
func (r *running) balie(args ...string) string {
	r.Helper()
	var out, errOut bytes.Buffer
	if status := run(append(args, "-C", r.dir), strings.NewReader(""), &out, &errOut); status != 0 {
		r.Fatalf("balie %s: status %d\n%s%s", args, status, out.String(), errOut.String())
	}
	return out.String()
}

func (r *running) edit(file, text string) {
	r.Helper()
	full := filepath.Join(r.dir, filepath.FromSlash(file))
	if err := os.WriteFile(full, []byte(text), 0o666); err != nil {
		r.Fatal(err)
	}
}

// TestHandIn hands a question in as a browser without script does and as a program does, and finds it wherever it has to be; then staff answer it by hand.
func TestHandIn(t *testing.T) {
	r := serveSample(t, "plugins")
	site, staff := "http://"+r.addr, "http://"+r.staffAddr
	values := url.Values{"subject": {"Kan <b>niet</b> opslaan"}, "message": {"---\nlane: emergency\n---\nHet knopje doet niets."}, "email": {"mila@post.example"}, "name": {"Mila"}}
	for _, f := range r.generator.Current().Tree.Forms[0].Fields {
		if f.Required && values.Get(f.ID) == "" {
			values.Set(f.ID, example(f))
		}
	}

	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	req, _ := http.NewRequest("POST", site+"/forms/contact", strings.NewReader(values.Encode()))
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Accept", "text/html,application/xhtml+xml")
	resp, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	answer, _ := io.ReadAll(resp.Body)
	resp.Body.Close()
	if resp.StatusCode != http.StatusSeeOther {
		t.Fatalf("a browser got %d\n%s", resp.StatusCode, answer)
	}
	follow := local(t, site, resp.Header.Get("Location"))
	page := r.get(follow) // at once, before any rebuild
	if !strings.Contains(page, "Kan &lt;b&gt;niet&lt;/b&gt; opslaan") || !strings.Contains(page, "Het knopje doet niets.") {
		t.Errorf("the follow page lacks what was handed in:\n%s", page)
	}

	number := regexp.MustCompile(`ticket (\d{10,}): received`).FindStringSubmatch(r.git("log", "-1", "--format=%s"))
	if number == nil {
		t.Fatalf("no commit of the ticket: %s", r.git("log", "-2"))
	}
	if log := r.git("log", "-1", "--format=%s%b%an%ae"); strings.Contains(log, "opslaan") || strings.Contains(log, "mila") {
		t.Errorf("the commit tells what the customer typed: %s", log)
	}
	if status := r.git("status", "--porcelain"); status != "" {
		t.Errorf("the work tree is not clean: %s", status)
	}
	var queue struct {
		Tickets []struct{ Number, Lane, Owes string }
	}
	if err := json.Unmarshal([]byte(r.balie("queue", "--format", "json")), &queue); err != nil {
		t.Fatal(err)
	}
	found := false
	for _, q := range queue.Tickets {
		found = found || q.Number == number[1] && q.Owes == "desk" && q.Lane == "standard"
	}
	if !found {
		t.Errorf("%s is not in the queue as it should be", number[1])
	}
	r.until("the ticket", func() bool { return r.generator.Current().Tree.Ticket(number[1]) != nil })
	if !r.shows(staff+"/tickets/"+number[1]+"/", "Het knopje doet niets.")() {
		t.Errorf("the staff's page lacks the message")
	}

	// A person answers, by a file and a commit.
	files := r.balie("new", "reply", number[1], "--author", r.generator.Current().Tree.People[0].Key, "-m", "Er is *een* update, bij 1.4.2.")
	if !strings.HasSuffix(strings.TrimSpace(files), ".md") {
		t.Errorf("new reply printed %q", files)
	}
	r.git("add", "-A")
	r.git("commit", "-q", "-m", "answer")
	r.until("the answer", r.shows(follow, "<em>een</em>"))

	// A program hands in as JSON.
	data, _ := json.Marshal(map[string]string{"subject": "Second", "message": "Hello", "email": "mila@post.example"})
	var fields map[string]string
	json.Unmarshal(data, &fields)
	for k := range values {
		if fields[k] == "" {
			fields[k] = values.Get(k)
		}
	}
	data, _ = json.Marshal(fields)
	resp, err = http.Post(site+"/forms/contact", "application/json", bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	var receipt struct {
		Number, Follow, Received string
		Promises                 []struct{ Promise, Clock, Strength, Due string }
	}
	if err := json.NewDecoder(resp.Body).Decode(&receipt); err != nil || resp.StatusCode != http.StatusCreated {
		t.Fatalf("%d, %v", resp.StatusCode, err)
	}
	if _, ok := content.ParseNumber(receipt.Number); !ok || resp.Header.Get("Location") != receipt.Follow || len(receipt.Promises) == 0 {
		t.Errorf("%+v", receipt)
	}

	// A file with a mistake keeps the last good site, and is named; mended, it goes on.
	r.until("the second ticket", func() bool { return r.generator.Current().Tree.Ticket(receipt.Number) != nil })
	home := r.get(site + "/")
	r.edit("services.yaml", "- {id: x, nme: X}\n")
	r.last = nil
	r.until("problems", func() bool { return r.last != nil && content.HasErrors(r.last.Problems) })
	if r.get(site+"/") != home {
		t.Errorf("a broken file changed the site")
	}
	if !strings.Contains(r.stderr.String(), "services.yaml:1:") {
		t.Errorf("the mistake is not told: %s", r.stderr)
	}
	r.git("checkout", "-q", "services.yaml")
	r.until("no problems", func() bool { return !content.HasErrors(r.last.Problems) })
	if strings.Contains(r.stderr.String(), receipt.Follow[strings.LastIndex(strings.TrimSuffix(receipt.Follow, "/"), "/")+1:]) {
		t.Errorf("the log has a token: %s", r.stderr)
	}
}

// TestUpdateReachesPageAndFeeds commits an update of an open incident by hand.
func TestUpdateReachesPageAndFeeds(t *testing.T) {
	r := serveSample(t, "plugins")
	site := "http://" + r.addr
	tree := r.generator.Current().Tree
	var open *content.Incident
	for _, i := range tree.Incidents {
		if i.Public() && i.At(time.Now()).Open {
			open = i
		}
	}
	before := feedIDs(t, r.get(site+"/feed.atom"))
	r.balie("new", "update", open.ID, "update", "-m", "Wij zijn *halverwege*.")
	r.git("add", "-A")
	r.git("commit", "-q", "-m", "update")
	r.until("the update", r.shows(site+"/incidents/"+open.ID+"/", "<em>halverwege</em>"))
	for _, name := range []string{"/feed.atom", "/feed.rss", "/feed.json", "/en/feed.atom", "/incidents/" + open.ID + "/feed.atom"} {
		r.until("the update in "+name, r.shows(site+name, "halverwege"))
	}
	after := feedIDs(t, r.get(site+"/feed.atom"))
	if len(after) != len(before)+1 && len(before) < 50 || after[1] != before[0] {
		t.Errorf("the feed went from %d to %d entries, and %s stands behind the new one", len(before), len(after), after[1])
	}
}

func feedIDs(t *testing.T, text string) []string {
	f, err := gofeed.NewParser().ParseString(text)
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	for _, i := range f.Items {
		ids = append(ids, i.GUID)
	}
	return ids
}

// example is an answer that a field takes.
func example(f content.Field) string {
	switch {
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
	return "1.4.1"
}

// local is an absolute address of the site as it is served here.
func local(t *testing.T, site, address string) string {
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	return site + u.Path
}
