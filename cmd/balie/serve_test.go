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
	"balie/content/load"
	"balie/content/sample"
	"balie/generator"
	"balie/ingest/form"
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
	clock := clockFrom(time.Date(2026, 11, 20, 14, 0, 0, 0, time.UTC))
	if err := writeSample(t.Context(), r.dir, name, clock()); err != nil {
		t.Fatal(err)
	}
	r.serve(&terminal{in: strings.NewReader(""), out: io.Discard, err: r.stderr, dir: r.dir, clock: clock}, set)
	return r
}

// clockFrom is a clock that goes on from an instant, so that no test goes by the day on which it runs.
func clockFrom(at time.Time) func() time.Time {
	began := time.Now()
	return func() time.Time { return at.Add(time.Since(began)) }
}

func (r *running) serve(t *terminal, set func(*server)) {
	ctx, stop := context.WithCancel(context.Background())
	ready := make(chan struct{})
	r.server = &server{terminal: t, addr: "127.0.0.1:0", staffAddr: "127.0.0.1:0", storeFlags: storeFlags{instance: 1, state: filepath.Join(r.TempDir(), "state")}, draft: true,
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

// has reports whether there is a page.
func (r *running) has(page string) func() bool {
	return func() bool {
		resp, err := http.Head(page)
		if err != nil {
			r.Fatal(err)
		}
		resp.Body.Close()
		return resp.StatusCode == http.StatusOK
	}
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

// git runs git as a person does, who tries again where the intake has the index for a moment.
func (r *running) git(args ...string) string {
	r.Helper()
	var out []byte
	var err error
	for late := time.Now().Add(patience); ; time.Sleep(20 * time.Millisecond) {
		c := exec.Command("git", append([]string{"-C", r.dir, "-c", "user.name=Test", "-c", "user.email=test@localhost"}, args...)...)
		if out, err = c.CombinedOutput(); err == nil || !strings.Contains(string(out), "index.lock': File exists") || time.Now().After(late) {
			break
		}
	}
	if err != nil {
		r.Fatalf("git %s: %v\n%s", args, err, out)
	}
	return string(out)
}

// balie runs a command on the desk and returns what it printed.
func (r *running) balie(args ...string) string {
	r.Helper()
	var out, errOut bytes.Buffer
	if status := run(append(args, "-C", r.dir, "--now", r.clock().Format(time.RFC3339)), strings.NewReader(""), &out, &errOut); status != 0 {
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
	for _, f := range r.live.Current().Tree.Forms[0].Fields {
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

	r.committed()
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
	r.until("the ticket", r.has(staff+"/tickets/"+number[1]+"/"))
	if !r.shows(staff+"/tickets/"+number[1]+"/", "Het knopje doet niets.")() {
		t.Errorf("the staff's page lacks the message")
	}

	// A person answers, by a file and a commit.
	files := r.balie("new", "reply", number[1], "--author", r.live.Current().Tree.People[0].Key, "-m", "Er is *een* update, bij 1.4.2.")
	if !strings.HasSuffix(strings.TrimSpace(files), ".md") {
		t.Errorf("new reply printed %q", files)
	}
	r.git("add", "-A")
	r.git("commit", "-q", "-m", "answer")
	r.until("the answer", r.shows(follow, "<em>een</em>"))
	r.until("the answer on the staff's page", r.shows(staff+"/tickets/"+number[1]+"/", "<em>een</em>")) // its second has come

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
	r.until("the second ticket", r.shows(staff+"/", "/tickets/"+receipt.Number+"/"))
	home := r.get(site + "/")
	r.edit("services.yaml", "- {id: x, nme: X}\n")
	r.last = nil
	r.until("problems", func() bool { return r.last != nil && content.HasErrors(r.last.Problems) })
	if now := r.get(site + "/"); now != home {
		t.Errorf("a broken file changed the site: %s", whereTheyPart([]byte(home), []byte(now)))
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

// post hands something in as a program does.
func (r *running) post(path, body string) (status int, answer string) {
	r.Helper()
	resp, err := http.Post("http://"+r.addr+path, "application/json", strings.NewReader(body))
	if err != nil {
		r.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		r.Fatal(err)
	}
	return resp.StatusCode, string(text)
}

// committed waits until git has what was handed in.
func (r *running) committed() {
	r.Helper()
	r.soon("what was handed in is committed", func() bool {
		backlog, err := r.store.Backlog(r.Context())
		return err == nil && backlog.Rows == 0
	})
}

// soon waits until something is so.
func (r *running) soon(what string, so func() bool) {
	r.Helper()
	for late := time.After(patience); !so(); time.Sleep(10 * time.Millisecond) {
		select {
		case <-late:
			r.Fatalf("not so: %s\n%s", what, r.stderr)
		default:
		}
	}
}

// status is the status of a GET.
func (r *running) status(path string) int {
	r.Helper()
	resp, err := http.Get("http://" + r.addr + path)
	if err != nil {
		r.Fatal(err)
	}
	resp.Body.Close()
	return resp.StatusCode
}

// TestServeABranch serves a branch that is not HEAD's, whose work tree stays as it is, until that branch is deleted.
func TestServeABranch(t *testing.T) {
	r := serveSampleWith(t, "plugins", func(s *server) {
		git := exec.Command("git", "-C", s.dir, "branch", "live")
		if out, err := git.CombinedOutput(); err != nil {
			t.Fatalf("%v: %s", err, out)
		}
		s.ref, s.draft = "live", false
	})
	body := exampleJSON(r.live.Current().Tree.Forms[0])
	head := r.git("rev-parse", "HEAD")
	if status, answer := r.post("/forms/contact", body); status != http.StatusCreated {
		t.Fatalf("answer %d %s", status, answer)
	}
	r.committed()
	if r.git("rev-parse", "HEAD") != head || r.git("status", "--porcelain") != "" {
		t.Errorf("the work tree was touched: %s", r.git("status", "--porcelain"))
	}
	if log := r.git("log", "--format=%s", "main..live"); !strings.Contains(log, ": received") {
		t.Errorf("live has %q", log)
	}
	if status := r.status("/readyz"); status != http.StatusOK {
		t.Errorf("readyz: %d", status)
	}
	live := r.git("rev-parse", "live")
	r.git("branch", "-D", "live")
	if status, answer := r.post("/forms/contact", body); status != http.StatusCreated {
		t.Errorf("after the branch was deleted: %d %s", status, answer)
	}
	if ready := r.get("http://" + r.addr + "/readyz"); !strings.Contains(ready, "warning: committing") {
		t.Errorf("readyz: %s", ready)
	}
	r.soon("it is told", func() bool { return strings.Contains(r.stderr.String(), "it is kept, and tried again") })
	if refs := r.git("for-each-ref", "--format=%(refname)"); refs != "refs/balie/intake\nrefs/heads/main\n" {
		t.Errorf("branches: %s", refs)
	}
	r.git("branch", "live", strings.TrimSpace(live))
	r.committed()
	if log := r.git("log", "--format=%s", "main..live"); strings.Count(log, ": received") != 2 {
		t.Errorf("live has %q", log)
	}
}

// TestStaffReadWhatWaits: what has waited for git for more than a minute stands on the staff's first page.
func TestStaffReadWhatWaits(t *testing.T) {
	r := serveSample(t, "plugins")
	lock := filepath.Join(r.dir, ".git", "index.lock")
	r.soon("the index is free", func() bool {
		f, err := os.OpenFile(lock, os.O_CREATE|os.O_EXCL, 0o666)
		if err == nil {
			f.Close()
		}
		return err == nil
	})
	if status, answer := r.post("/forms/contact", exampleJSON(r.live.Current().Tree.Forms[0])); status != http.StatusCreated {
		t.Fatalf("%d %s", status, answer)
	}
	for minutes, want := range []int{0, 0, 1} {
		b, err := r.backlog(t.Context(), r.clock().Add(time.Duration(minutes)*50*time.Second))
		if err != nil || (b != nil) != (want == 1) || b != nil && b.Rows != want {
			t.Errorf("after %d s: %+v, %v", 50*minutes, b, err)
		}
	}
	reading := r.live.Current()
	staff := t.TempDir()
	g, err := generator.New(generator.Config{Staff: staff})
	if err != nil {
		t.Fatal(err)
	}
	defer g.Close()
	if g.Backlog, err = r.backlog(t.Context(), r.clock().Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	g.Lost = []string{"refs/balie/lost/2026-11-20T140000Z"}
	if _, err := g.Build(t.Context(), reading, r.clock(), nil); err != nil {
		t.Fatal(err)
	}
	if page, err := os.ReadFile(filepath.Join(staff, "index.html")); err != nil || !strings.Contains(string(page), "1 inzending wacht sinds") ||
		!strings.Contains(string(page), "<code>refs/balie/lost/2026-11-20T140000Z</code>") {
		t.Errorf("%v\n%s", err, page)
	}
	os.Remove(lock)
	r.committed()
}

// TestServedAtAnInstant: the time of --now goes on, so that what is handed in gets a second of its own.
func TestServedAtAnInstant(t *testing.T) {
	r := serveSampleWith(t, "plugins", func(s *server) { s.nowText = s.clock().Add(time.Hour).Format(time.RFC3339) })
	_, answer := r.post("/forms/contact", exampleJSON(r.live.Current().Tree.Forms[0]))
	var receipt struct{ Follow string }
	if err := json.Unmarshal([]byte(answer), &receipt); err != nil {
		t.Fatal(err)
	}
	u, _ := url.Parse(receipt.Follow)
	for range 2 {
		if status, answer := r.post(strings.TrimSuffix(u.Path, "/"), `{"message":"En dit nog"}`); status != http.StatusCreated {
			t.Errorf("answer %d %s", status, answer)
		}
	}
}

// TestExamples: each sample's forms take what the demo fills in.
func TestExamples(t *testing.T) {
	for _, name := range sample.Names() {
		files, err := sample.FS(name)
		if err != nil {
			t.Fatal(err)
		}
		tree := load.Load(files, nil).Tree
		for _, f := range tree.Forms {
			answers, err := form.Decode("application/json", strings.NewReader(exampleJSON(f)), form.Limits{})
			if err != nil {
				t.Fatal(err)
			}
			if _, wrong := (form.Rules{Setup: tree.Setup, Form: f}).Check(answers); len(wrong) > 0 {
				t.Errorf("%s, %s: %+v", name, f.ID, wrong)
			}
		}
	}
}

// TestDemoIsAtHome: a demo's addresses lead to itself, while its feeds' ids are the desk's.
func TestDemoIsAtHome(t *testing.T) {
	r := serveSampleWith(t, "marketplace", func(s *server) { s.here = true })
	site := "http://" + r.addr
	status, answer := r.post("/forms/contact", exampleJSON(r.live.Current().Tree.Forms[0]))
	var receipt struct{ Follow string }
	if err := json.Unmarshal([]byte(answer), &receipt); err != nil || status != http.StatusCreated || !strings.HasPrefix(receipt.Follow, site+"/t/") {
		t.Fatalf("%d %s", status, answer)
	}
	r.get(receipt.Follow)
	feed, err := gofeed.NewParser().ParseString(r.get(site + "/feed.atom"))
	if err != nil {
		t.Fatal(err)
	}
	item := feed.Items[0]
	if !strings.HasPrefix(item.Link, site+"/incidents/") || !strings.HasPrefix(item.GUID, "tag:hulp.muntplein.example,") {
		t.Errorf("%s at %s", item.GUID, item.Link)
	}
	r.get(strings.Split(item.Link, "#")[0])
	if browserAddress("0.0.0.0:8080") != "localhost:8080" || browserAddress("[::]:8080") != "localhost:8080" || browserAddress("127.0.0.1:1") != "127.0.0.1:1" || browserAddress("desk.example:80") != "desk.example:80" {
		t.Error("an address that no browser finds")
	}
}

// TestUpdateReachesPageAndFeeds commits an update of an open incident by hand.
func TestUpdateReachesPageAndFeeds(t *testing.T) {
	r := serveSample(t, "plugins")
	site := "http://" + r.addr
	tree := r.live.Current().Tree
	var open *content.Incident
	for _, i := range tree.Incidents {
		if i.Public() && i.At(r.clock()).Open {
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

// local is an absolute address of the site as it is served here.
func local(t *testing.T, site, address string) string {
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	return site + u.Path
}

// TestTimeAloneChangesAPage: an update that was dated ahead is there in its second, though nothing is written then.
func TestTimeAloneChangesAPage(t *testing.T) {
	r := serveSample(t, "plugins")
	var open *content.Incident
	for _, i := range r.live.Current().Tree.Incidents {
		if i.Public() && i.At(r.clock()).Open {
			open = i
		}
	}
	at := r.clock().Truncate(time.Second).Add(4 * time.Second)
	r.edit(open.Dir+"/"+at.Format("2006-01-02T150405Z")+"-update.md", "Nu is het zover.\n")
	r.until("the update that was dated ahead", r.shows("http://"+r.addr+"/incidents/"+open.ID+"/", "Nu is het zover"))
	if r.last.Now.Before(at) || r.last.Now.Sub(at) > 20*time.Second { // a minute would be the tick's doing
		t.Errorf("it came at %s, and was dated %s", r.last.Now, at)
	}
}

// TestTheBranchIsRemembered: a server that is started again follows the branch that it began with, whatever is checked out, and says so.
func TestTheBranchIsRemembered(t *testing.T) {
	state := t.TempDir()
	start := func(t *testing.T, dir string) *running {
		r := &running{T: t, dir: dir, builds: make(chan *generator.Result, 100), stderr: &safeBuffer{}}
		r.serve(&terminal{in: strings.NewReader(""), out: io.Discard, err: r.stderr, dir: dir, clock: time.Now}, func(s *server) { s.draft, s.state = false, state })
		return r
	}
	dir := filepath.Join(t.TempDir(), "plugins")
	if err := os.Mkdir(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	if err := writeSample(t.Context(), dir, "plugins", time.Now()); err != nil {
		t.Fatal(err)
	}
	t.Run("first", func(t *testing.T) {
		r := start(t, dir)
		r.git("checkout", "-q", "-b", "draft")
	})
	t.Run("again", func(t *testing.T) {
		r := start(t, dir)
		if !strings.Contains(r.stderr.String(), "balie: follows main, as before, and not what is checked out") {
			t.Errorf("it is not said: %s", r.stderr)
		}
		before := r.git("rev-parse", "draft")
		if status, answer := r.post("/forms/contact", exampleJSON(r.live.Current().Tree.Forms[0])); status != http.StatusCreated {
			t.Fatalf("%d %s", status, answer)
		}
		r.committed()
		if r.git("rev-parse", "draft") != before || r.git("log", "-1", "--format=%s", "main") == r.git("log", "-1", "--format=%s", "draft") {
			t.Error("the ticket is not on the branch of the first start")
		}
	})
}
