package output_test

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"

	"balie/generator/output"
)

// generation is the nth state of a site: pages come, change and go.
func generation(n int) site {
	s := site{"index.html": fmt.Sprint("home ", n)}
	for i := range 40 {
		if (i+n)%4 != 0 {
			s[fmt.Sprintf("d%d/%d/index.html", i%3, i)] = fmt.Sprint("page ", i, " of ", n/(i%3+1))
		}
	}
	return s
}

// TestKilled ends a process that writes one generation after another, as hard as it can be ended, and builds the next in a new one.
func TestKilled(t *testing.T) {
	if dir := os.Getenv("OUTPUT_TEST_WRITE"); dir != "" {
		writeForever(t, dir)
		return
	}
	path := t.TempDir()
	write(t, path, "foreign", "x")
	for round := range 8 {
		killAWriter(t, path, 30+17*round)
		next := generation(1000 + round)
		d := openDir(t, path)
		sync1(t, d, next)
		d.Close()
		wantOnDisk(t, path, next.with(site{"foreign": "x"}))
	}
	d := openDir(t, path)
	sync1(t, d, site{})
	wantOnDisk(t, path, site{"foreign": "x"})
}

// TestKilledInTheFirstBuild ends a process before its first build is whole: there is nothing, and the next build makes all of it.
func TestKilledInTheFirstBuild(t *testing.T) {
	for _, after := range []int{1, 15, 29} {
		path := t.TempDir()
		killAWriter(t, path, after, "OUTPUT_TEST_ONCE=1")
		for name := range onDisk(t, path) {
			if !strings.HasPrefix(name, ".balie-") {
				t.Errorf("killed after %d files: %s is there", after, name)
			}
		}
		d := openDir(t, path)
		sync1(t, d, generation(1))
		wantOnDisk(t, path, generation(1))
	}
}

// killAWriter starts a process that writes, and kills it after it began so many files.
func killAWriter(t *testing.T, dir string, after int, more ...string) {
	t.Helper()
	cmd := exec.Command(os.Args[0], "-test.run=^TestKilled$")
	cmd.Env = append(append(os.Environ(), "OUTPUT_TEST_WRITE="+dir), more...)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	for range after {
		if !lines.Scan() {
			t.Fatal("the writer ended by itself")
		}
	}
	cmd.Process.Kill()
	cmd.Wait()
}

func writeForever(t *testing.T, dir string) {
	d, err := output.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	for n := 0; ; n++ {
		tx, err := d.Begin(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for path, data := range generation(n).all {
			fmt.Println(path)
			if err := tx.Write(path, data); err != nil {
				t.Fatal(err)
			}
		}
		if os.Getenv("OUTPUT_TEST_ONCE") != "" {
			select {} // until it is killed
		}
		if _, err := tx.Commit(); err != nil {
			t.Fatal(err)
		}
	}
}
