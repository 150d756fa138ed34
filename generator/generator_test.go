package generator_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"balie/content/repository"
	"balie/content/sample"
	"balie/generator"
	"balie/themes"
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
func config(t testing.TB, dir string) generator.Config {
	repo, err := repository.Open(context.Background(), dir, "")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { repo.Close() })
	theme, err := themes.Default()
	if err != nil {
		t.Fatal(err)
	}
	out := t.TempDir()
	return generator.Config{Repository: repo, Theme: theme, Out: filepath.Join(out, "public"), Follow: filepath.Join(out, "follow"), Staff: filepath.Join(out, "staff")}
}

func build(t testing.TB, c generator.Config) *generator.Result {
	result, err := generator.Build(context.Background(), c, at)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range result.Problems {
		t.Errorf("%s", p)
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
