package git

import (
	"errors"
	"slices"
	"strings"
	"testing"
)

func TestErrorsAreOneSentence(t *testing.T) {
	g := Git{Dir: t.TempDir()}
	for said, want := range map[string]string{
		"":                                    "git log: ended with status 128",
		"fatal: bad object x\nhint: more\n":   "git log: bad object x",
		"warning: y\nerror: z\n":              "git log: z",
		"something\nelse":                     "git log: something",
		"fatal: not a git repository: '/x'\n": g.Dir + ": no git repository",
	} {
		err := &Error{Verb: "log", Code: 128, Text: said, kind: g.kind(said)}
		if err.Error() != want {
			t.Errorf("%q: %q, want %q", said, err, want)
		}
	}
	_, err := g.Output(t.Context(), "-c", "x.y=z", "rev-parse", "HEAD")
	if failed := new(Error); !errors.As(err, &failed) || failed.Verb != "rev-parse" || failed.Code != 128 || !errors.Is(err, ErrNotRepository) {
		t.Errorf("%v", err)
	}
}

func TestEnvironment(t *testing.T) {
	got := environ([]string{"PATH=/bin", "GIT_DIR=/x", "GIT_CONFIG_PARAMETERS='a=b'", "GIT_CONFIG_GLOBAL=/dev/null", "LC_ALL=nl_NL", "LANGUAGE=nl", "HOME=/root"})
	want := []string{"PATH=/bin", "GIT_CONFIG_GLOBAL=/dev/null", "HOME=/root", "LC_ALL=C", "GIT_TERMINAL_PROMPT=0"}
	if !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
}

func TestWhatAProcessSaysIsBounded(t *testing.T) {
	var s boundedBuffer
	for range 10_000 {
		if n, err := s.Write([]byte("warning: refname is ambiguous\n")); n != 30 || err != nil {
			t.Fatal(n, err)
		}
	}
	if s.Len() != maxBuffer || !strings.HasPrefix(s.String(), "warning: ") {
		t.Errorf("%d bytes", s.Len())
	}
}
