package main

import (
	"bufio"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"balie/content/sample/large"
)

// BenchmarkAcceptedBesideRebuild is how long a submission waits for its answer beside rebuilds, and
// beside an intake that builds nothing. Each submission leads to a commit, so serve builds all the
// while.
func BenchmarkAcceptedBesideRebuild(b *testing.B) {
	dir := repositoryWithForm(b, 2_000)
	for b.Loop() {
		for _, command := range []string{"ingest", "serve"} {
			took := answered(b, command, dir)
			slices.Sort(took)
			b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, command+"-p50-ms")
			b.ReportMetric(float64(took[len(took)*99/100].Microseconds())/1000, command+"-p99-ms")
		}
	}
	b.ReportMetric(0, "ns/op")
}

// repositoryWithForm commits a desk of many incidents that takes questions.
func repositoryWithForm(b *testing.B, incidents int) string {
	b.Helper()
	dir := filepath.Join(b.TempDir(), "desk")
	err := large.Incidents(dir, incidents)
	if err == nil {
		err = os.MkdirAll(filepath.Join(dir, "forms"), 0o777)
	}
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, "forms", "contact.yaml"), []byte(`title: {en: Ask}
lane: standard
fields:
  - {id: subject, type: text, role: subject, label: {en: Subject}, required: true}
  - {id: message, role: body, type: textarea, label: {en: Message}, required: true}
  - {id: email, role: email, type: email, label: {en: E-mail}}
`), 0o666)
	}
	for _, args := range []string{"init -q -b main", "add -A", "-c user.name=Test -c user.email=test@localhost commit -q -m desk"} {
		if err == nil {
			err = exec.Command("git", append([]string{"-C", dir}, strings.Fields(args)...)...).Run()
		}
	}
	if err != nil {
		b.Fatal(err)
	}
	return dir
}

// answered hands in a question twenty times a second, and returns how long each waited.
func answered(b *testing.B, command, dir string) (took []time.Duration) {
	b.Helper()
	cmd := exec.Command("balie", command, "-C", dir, "--addr", "127.0.0.1:0")
	said := &safeBuffer{}
	cmd.Stderr = said
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		b.Fatal(err)
	}
	defer func() {
		cmd.Process.Signal(os.Interrupt)
		cmd.Wait()
	}()
	address, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		b.Fatal(err)
	}
	address = strings.TrimSuffix(strings.TrimSpace(address), "/")
	for command == "serve" && !strings.Contains(said.String(), " files: ") { // the first build is no rebuild
		time.Sleep(50 * time.Millisecond)
	}
	every := time.NewTicker(50 * time.Millisecond)
	defer every.Stop()
	for n := range 300 {
		<-every.C
		began := time.Now()
		resp, err := http.Post(address+"/forms/contact", "application/json", strings.NewReader(fmt.Sprintf(`{"subject": "s %d", "message": "m"}`, n)))
		if err != nil {
			b.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode != http.StatusCreated {
			b.Fatalf("answer %d", resp.StatusCode)
		}
		took = append(took, time.Since(began))
	}
	return took
}
