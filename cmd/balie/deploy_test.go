package main

import (
	"encoding/json"
	"io"
	"os"
	"regexp"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"
)

// TestDeploy: the service and the containers call balie as it can be called.
func TestDeploy(t *testing.T) {
	calls := map[string][]string{}
	unit := readText(t, "deploy/balie.service")
	for i, line := range regexp.MustCompile(`ExecStart=\S+/balie (.*)`).FindAllStringSubmatch(unit, -1) {
		calls["balie.service "+string(rune('a'+i))] = strings.Fields(line[1])
	}
	var image []string
	_, cmd, _ := strings.Cut(readText(t, "../../Dockerfile"), "\nCMD ")
	if err := json.Unmarshal([]byte(cmd), &image); err != nil {
		t.Fatalf("CMD: %v", err)
	}
	calls["Dockerfile"] = image
	var compose struct {
		Services map[string]struct{ Command []string }
	}
	if err := yaml.Unmarshal([]byte(readText(t, "deploy/compose.yaml")), &compose); err != nil {
		t.Fatal(err)
	}
	for name, s := range compose.Services {
		if s.Command != nil {
			calls["compose.yaml "+name] = s.Command
		}
	}
	if len(calls) != 5 {
		t.Errorf("%d calls: %q", len(calls), calls)
	}
	for name, args := range calls {
		term := &terminal{out: io.Discard, err: io.Discard}
		command, rest, err := term.root().Find(args)
		if err == nil {
			err = command.ParseFlags(rest)
		}
		if err != nil || command.Name() != "serve" || command.Flags().NArg() > 0 {
			t.Errorf("%s: balie %s: %v", name, strings.Join(args, " "), err)
		}
	}
}

func readText(t *testing.T, file string) string {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
