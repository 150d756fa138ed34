package output_test

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
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

// killAWriter starts a process that writes, and kills it after it began so many files.
func killAWriter(t *testing.T, dir string, after int) {
	t.Helper()
	cmd := exec.Command(os.Args[0], "-test.run=^TestKilled$")
	cmd.Env = append(os.Environ(), "OUTPUT_TEST_WRITE="+dir)
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
		if _, err := tx.Commit(); err != nil {
			t.Fatal(err)
		}
	}
}
