package generator_test

import (
	"context"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"balie/content"
	"balie/content/repository"
	"balie/content/sample"
	"balie/generator"
)

// at is the instant at which the samples are built.
func at(*time.Location) (time.Time, error) {
	return time.Date(2026, 11, 20, 14, 42, 0, 0, time.UTC), nil
}

// desk lays out a sample as files.
func desk(t testing.TB, name string) string {
	now, _ := at(nil)
	history, err := sample.History(name, now)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for _, c := range history {
		for _, f := range c.Files {
			full := filepath.Join(dir, f.Path)
			if err := os.MkdirAll(filepath.Dir(full), 0o777); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(full, f.Data, 0o666); err != nil {
				t.Fatal(err)
			}
		}
	}
	return dir
}

// config is a desk to be built into new directories.
func config(t testing.TB, dir string) outputs {
	repo, err := repository.Open(context.Background(), dir, "")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { repo.Close() })
	out := t.TempDir()
	return outputs{generator.Config{Out: filepath.Join(out, "public"), Follow: filepath.Join(out, "follow"), Staff: filepath.Join(out, "staff")}, repo}
}

func build(t testing.TB, c outputs) *generator.Result {
	result, err := buildOnce(t, c, at)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range result.Problems {
		if p.Code != content.CodeTranslation { // a test's desk need not be translated
			t.Errorf("%s", p)
		}
	}
	return result
}

// TestSamples builds every sample desk twice: the second time not one file is written.
func TestSamples(t *testing.T) {
	for _, name := range append(sample.Names(), sample.Starter) {
		c := config(t, desk(t, name))
		first := build(t, c)
		if first.Written != first.Pages || first.Pages == 0 {
			t.Errorf("%s: %s", name, first)
		}
		if again := build(t, c); again.Written+again.Removed != 0 || again.Unchanged != first.Pages {
			t.Errorf("%s, again: %s", name, again)
		}
	}
}

// TestRandomEdits changes a desk again and again, and compares the trees that one generator keeps with those of a clean build, byte for byte.
func TestRandomEdits(t *testing.T) {
	dir := desk(t, "webshop")
	kept := config(t, dir)
	g := follow(t, kept)
	defer g.Close()
	if _, err := g.build(nil, at); err != nil {
		t.Fatal(err)
	}
	tickets, incidents := g.reading.Tree.Tickets, g.reading.Tree.Incidents
	var open []*content.Ticket
	for _, ticket := range tickets {
		if now, _ := at(nil); ticket.At(now).Owes != content.OwesNobody {
			open = append(open, ticket)
		}
	}
	random := rand.New(rand.NewPCG(1, 2))
	steps := 12
	if testing.Short() {
		steps = 4
	}
	var merged *content.Ticket
	for step := range steps {
		now, _ := at(nil)
		name := now.Add(-time.Hour + time.Duration(step)*time.Second).Format("2006-01-02T150405Z")
		one, other := open[random.IntN(len(open))], open[random.IntN(len(open))]
		edits := map[string]string{
			one.Dir + "/" + name + "-message.md":                                      "---\n---\nStill not.\n",
			other.Dir + "/" + name + "-reply-" + g.reading.Tree.People[0].Key + ".md": "Look again, please.\n",
			incidents[random.IntN(len(incidents))].Dir + "/" + name + "-update.md":    "More.\n",
		}
		if merged != nil { // what is written to it counts on another ticket
			edits[merged.Dir+"/"+now.Add(-20*time.Minute+time.Duration(step)*time.Second).Format("2006-01-02T150405Z")+"-message.md"] = "---\n---\nAnd this.\n"
		}
		merged = nil
		if one != other && step%2 == 0 {
			merged = one
			edits[one.Dir+"/"+now.Add(-30*time.Minute+time.Duration(step)*time.Second).Format("2006-01-02T150405Z")+"-merged-"+g.reading.Tree.People[0].Key+".md"] = "---\ninto: \"" + other.Number + "\"\n---\n"
		}
		var changed []string
		for path, text := range edits {
			if err := os.WriteFile(filepath.Join(dir, path), []byte(text), 0o666); err != nil {
				t.Fatal(err)
			}
			changed = append(changed, path)
		}
		result, err := g.build(changed, at)
		if err != nil || content.HasErrors(result.Problems) {
			t.Fatal(err, result.Problems)
		}
		clean := config(t, dir)
		if _, err := buildOnce(t, clean, at); err != nil {
			t.Fatal(err)
		}
		for _, pair := range [][2]string{{kept.Out, clean.Out}, {kept.Follow, clean.Follow}, {kept.Staff, clean.Staff}} {
			same(t, step, pair[0], pair[1])
		}
	}
}

// same compares two directories.
func same(t *testing.T, step int, a, b string) {
	left, right := contents(t, a), contents(t, b)
	for path, data := range right {
		if left[path] != data {
			t.Errorf("step %d: %s differs from a clean build's", step, path)
		}
		delete(left, path)
	}
	for path := range left {
		t.Errorf("step %d: %s is left over", step, path)
	}
}

func contents(t *testing.T, dir string) map[string]string {
	files := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.HasPrefix(d.Name(), ".") {
			return err
		}
		data, err := os.ReadFile(path)
		rel, _ := filepath.Rel(dir, path)
		files[rel] = string(data)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}
