package check

import (
	"flag"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"golang.org/x/tools/txtar"

	"balie/content"
	"balie/content/load"
	"balie/generator/markdown"
)

var update = flag.Bool("update", false, "write what Check finds into testdata/check")

// checkNow is the instant at which the scripts are checked: a Friday afternoon.
var checkNow = time.Date(2026, 11, 20, 14, 0, 0, 0, time.UTC)

// TestCheck runs testdata/check/*.txtar: files in, laid over testdata/base.txtar, and the list of problems out, under "problems".
// A script whose first line is "bare" stands alone. A file under quoted/ is written as Go strings, one a line, for bytes that a script can't hold.
// `go test ./content/check -run TestCheck -update` refreshes what they expect.
func TestCheck(t *testing.T) {
	scripts, _ := filepath.Glob("testdata/check/*.txtar")
	if len(scripts) == 0 {
		t.Fatal("no scripts")
	}
	base := readScript(t, "testdata/base.txtar")
	for _, name := range scripts {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			script := readScript(t, name)
			fsys := fstest.MapFS{}
			if !strings.HasPrefix(string(script.Comment), "bare\n") {
				fsys = filesOf(t, base)
			}
			for file, f := range filesOf(t, script) {
				fsys[file] = f
			}
			compare(t, name, script, problemText(follower().Check(load.Load(fsys, nil), checkNow)))
		})
	}
}

// follower is a Checker that reads texts.
func follower() *Checker {
	converter := markdown.New()
	return &Checker{Prose: func(text string) (p Prose) {
		o := converter.Outline(text)
		for _, l := range o.Links {
			p.Links = append(p.Links, Link(l))
		}
		for _, h := range o.Headings {
			p.Headings = append(p.Headings, h.ID)
		}
		return p
	}}
}

func readScript(t *testing.T, name string) *txtar.Archive {
	t.Helper()
	script, err := txtar.ParseFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return script
}

// filesOf returns a script's files.
func filesOf(t *testing.T, script *txtar.Archive) fstest.MapFS {
	t.Helper()
	fsys := fstest.MapFS{}
	for _, f := range script.Files {
		name, quoted := strings.CutPrefix(f.Name, "quoted/")
		data := f.Data
		if quoted {
			data = unquote(t, f.Data)
		}
		if name != "problems" {
			fsys[name] = &fstest.MapFile{Data: data, Mode: 0o644}
		}
	}
	return fsys
}

func unquote(t *testing.T, lines []byte) []byte {
	t.Helper()
	var data []byte
	for line := range strings.Lines(string(lines)) {
		s, err := strconv.Unquote(strings.TrimSpace(line))
		if err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		data = append(data, s...)
	}
	return data
}

func problemText(problems []content.Problem) string {
	var b strings.Builder
	for _, p := range problems {
		b.WriteString("[" + p.Code + "] " + p.String() + "\n")
	}
	return b.String()
}

// compare holds what was found to the script's golden section, or writes it there.
func compare(t *testing.T, name string, script *txtar.Archive, got string) {
	t.Helper()
	i := slices.IndexFunc(script.Files, func(f txtar.File) bool { return f.Name == "problems" })
	if i < 0 {
		script.Files = append(script.Files, txtar.File{Name: "problems"})
		i = len(script.Files) - 1
	}
	if want := string(script.Files[i].Data); got == want {
		return
	} else if !*update {
		t.Errorf("%s\n got:\n%s\n want:\n%s", name, got, want)
		return
	}
	script.Files[i].Data = []byte(got)
	if err := os.WriteFile(name, txtar.Format(script), 0o644); err != nil {
		t.Fatal(err)
	}
}

// TestEveryCode: each code of problem.go is in one of the scripts, or in a test of its own, and is
// named in FORMAT.md.
func TestEveryCode(t *testing.T) {
	elsewhere := []string{content.CodeSymlink, content.CodeTooLarge, content.CodeUnreadable, content.CodeTheme}
	var goldens strings.Builder
	scripts, _ := filepath.Glob("testdata/check/*.txtar")
	for _, name := range scripts {
		script := readScript(t, name)
		goldens.Write(script.Files[len(script.Files)-1].Data)
	}
	format, err := os.ReadFile("../FORMAT.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, code := range codes(t) {
		if !strings.Contains(string(format), "`"+code+"`") {
			t.Errorf("FORMAT.md does not name the code %s", code)
		}
		if !slices.Contains(elsewhere, code) && !strings.Contains(goldens.String(), "["+code+"]") {
			t.Errorf("no script has a problem with the code %s", code)
		}
	}
}

// codes reads the constants of problem.go.
func codes(t *testing.T) (found []string) {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "../problem.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	ast.Inspect(file, func(n ast.Node) bool {
		if v, ok := n.(*ast.ValueSpec); ok && strings.HasPrefix(v.Names[0].Name, "Code") {
			code, _ := strconv.Unquote(v.Values[0].(*ast.BasicLit).Value)
			found = append(found, code)
		}
		return true
	})
	return found
}

// TestCheckTooLarge: what is over a limit is a problem, and is not read.
func TestCheckTooLarge(t *testing.T) {
	for _, c := range []struct {
		file string
		size int
	}{
		{"services.yaml", load.MaxYAML + 1}, {"forms/contact.yaml", load.MaxYAML + 1},
		{"incidents/2026/1120-payments/2026-11-20T1405-investigating.md", load.MaxProse + 1}, {"brand/logo.svg", load.MaxLogo + 1},
		{"articles/help/shot.png", load.MaxPicture + 1},
	} {
		fsys := filesOf(t, readScript(t, "testdata/base.txtar"))
		fsys["incidents/2026/1120-payments/incident.yaml"] = &fstest.MapFile{Data: []byte("title: Payments fail\n")}
		fsys[c.file] = &fstest.MapFile{Data: []byte(strings.Repeat("#", c.size))}
		problems := Check(load.Load(fsys, nil), checkNow)
		if p := find(problems, content.CodeTooLarge); p == nil || p.File != c.file {
			t.Errorf("%s of %d bytes: %s", c.file, c.size, problemText(problems))
		}
	}
}

// TestLargePicture: what is over the first limit is a warning, and is shown.
func TestLargePicture(t *testing.T) {
	fsys := filesOf(t, readScript(t, "testdata/base.txtar"))
	fsys["articles/help/shot.gif"] = &fstest.MapFile{Data: []byte("GIF89a\x04\x00\x03\x00\x80\x00\x00\xff\xff\xff\x00\x00\x00," + strings.Repeat("\x00", load.LargePicture))}
	fsys["articles/help/a.md"] = &fstest.MapFile{Data: []byte("![x](shot.gif)\n")}
	l := load.Load(fsys, nil)
	if p := find(follower().Check(l, checkNow), content.CodePicture); p == nil || p.Severity != content.Warning || p.Message != "a large picture: 301 kB" {
		t.Error(p)
	}
	if p := l.Tree.Picture("help", "shot.gif", "nl"); p == nil || p.Width != 4 || p.Height != 3 {
		t.Error(p)
	}
}

// TestCheckLinks: no symbolic link is followed, wherever it stands and wherever it leads.
func TestCheckLinks(t *testing.T) {
	outside := t.TempDir()
	write(t, outside, "incident.yaml", "title: Not ours\n")
	write(t, outside, "secret.md", "A secret.\n")
	for _, c := range []struct{ link, to, want string }{
		{"incidents/2026/1120-payments/2026-11-20T1405-investigating.md", filepath.Join(outside, "secret.md"), ""},
		{"incidents/2026/1120-other", outside, ""},
		{"incidents/2025", outside, ""},
		{"tickets", outside, ""},
		{"forms/secret.yaml", filepath.Join(outside, "incident.yaml"), ""},
		{"forms", outside, ""},
		{"people.yaml", filepath.Join(outside, "incident.yaml"), ""},
		{"articles/help/own.md", "../../site.yaml", ""},
		{"replies/loop", "loop", ""},
		{"brand", outside, ""},
	} {
		dir := t.TempDir()
		for file, f := range filesOf(t, readScript(t, "testdata/base.txtar")) {
			write(t, dir, file, string(f.Data))
		}
		write(t, dir, "incidents/2026/1120-payments/incident.yaml", "title: Payments fail\n")
		link := filepath.Join(dir, filepath.FromSlash(c.link))
		if err := os.RemoveAll(link); err != nil {
			t.Fatal(err)
		}
		if err := os.MkdirAll(filepath.Dir(link), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.Symlink(c.to, link); err != nil {
			t.Skip(err)
		}
		tree := load.Load(os.DirFS(dir), nil)
		if p := find(Check(tree, checkNow), content.CodeSymlink); p == nil && c.link != "brand" || p != nil && p.File != c.link {
			t.Errorf("%s: no problem at the link:\n%s", c.link, problemText(Check(tree, checkNow)))
		}
		for _, i := range tree.Tree.Incidents {
			if i.ID != "2026/1120-payments" || len(i.Events) != 0 {
				t.Errorf("%s was followed: %v", c.link, *i)
			}
		}
	}
}

func find(problems []content.Problem, code string) *content.Problem {
	i := slices.IndexFunc(problems, func(p content.Problem) bool { return p.Code == code })
	if i < 0 {
		return nil
	}
	return &problems[i]
}

func write(t testing.TB, dir, file, text string) {
	t.Helper()
	name := filepath.Join(dir, filepath.FromSlash(file))
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// broken is a file system in which some files can be listed and not be read.
type broken struct {
	fstest.MapFS
	file string
}

func (b broken) Open(name string) (fs.File, error) {
	if name == b.file {
		return nil, &fs.PathError{Op: "open", Path: "/home/somebody/" + name, Err: fs.ErrPermission}
	}
	return b.MapFS.Open(name)
}

// TestCheckUnreadable: what can't be read is a problem, in which no path of the machine stands.
func TestCheckUnreadable(t *testing.T) {
	fsys := filesOf(t, readScript(t, "testdata/base.txtar"))
	for _, file := range []string{"site.yaml", "services.yaml", "forms/contact.yaml"} {
		p := find(Check(load.Load(broken{fsys, file}, nil), checkNow), content.CodeUnreadable)
		if p == nil || p.File != file || p.Message != "can't be read: permission denied" {
			t.Errorf("%s: %v", file, p)
		}
	}
}

// TestCheckAgain: a second check, and a check at another instant, find what a first one would.
func TestCheckAgain(t *testing.T) {
	fsys := filesOf(t, readScript(t, "testdata/base.txtar"))
	fsys["incidents/2026/1120-payments/incident.yaml"] = &fstest.MapFile{Data: []byte("title: Payments fail\nservices: {chekout: major_outage}\n")}
	fsys["incidents/2026/1120-payments/2026-11-21T0900-investigating.md"] = &fstest.MapFile{Data: []byte("We look into it.\n")}
	tree := load.Load(fsys, nil)
	for _, now := range []time.Time{checkNow, checkNow, checkNow.AddDate(0, 0, 7), checkNow} {
		again, first := problemText(Check(tree, now)), problemText(Check(load.Load(fsys, nil), now))
		if again != first {
			t.Errorf("at %s\n again:\n%s\n at first:\n%s", now, again, first)
		}
	}
}

// TestAltered: an attachment is the file that it was stored by.
func TestAltered(t *testing.T) {
	const dir = "tickets/2026/11/20/2611204216/attachments/"
	fsys := fstest.MapFS{
		"site.yaml": {Data: []byte("name: Hulp\nbase_url: https://help.example\nlanguages: [nl]\ntime_zone: Europe/Amsterdam\n")},
		"tickets/2026/11/20/2611204216/ticket.yaml": {Data: []byte("subject: A\n")},
		dir + "2c26b46b68ffc68f.txt":                {Data: []byte("foo")},
		dir + "2c26b46b68ffc68e.txt":                {Data: []byte("foo")},
		dir + "2c26b46b68ffc68f":                    {Data: []byte("bar")},
	}
	want := "[wrong-name] " + dir + "2c26b46b68ffc68e.txt: warning: the file is not the one that was stored under this name\n" +
		"    bring back the file that was handed in, or store this one as 2c26b46b68ffc68f.txt and name that in the event\n" +
		"[wrong-name] " + dir + "2c26b46b68ffc68f: warning: the file is not the one that was stored under this name\n" +
		"    bring back the file that was handed in, or store this one as fcde2b2edba56bf4 and name that in the event\n"
	if got := problemText(content.SortProblems(Altered(load.Load(fsys, nil)))); got != want {
		t.Errorf("got:\n%s\nwant:\n%s", got, want)
	}
}
