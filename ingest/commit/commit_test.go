package commit

import (
	"errors"
	"testing"
)

func TestCheck(t *testing.T) {
	files := func(paths ...string) Change {
		var c Change
		for _, p := range paths {
			c.Files = append(c.Files, File{Path: p})
		}
		return c
	}
	good := []Change{
		files("a"), files("tickets/2026/11/20/2611204216/ticket.yaml", "tickets/2026/11/20/2611204216/attachments/0123456789abcdef.png"),
		files(".gitattributes"), files("-x"), files("with space/é 日本.md"), files("a/b", "a/c", "ab"),
	}
	for _, c := range good {
		if err := c.Check(); err != nil {
			t.Errorf("%v: %v", c, err)
		}
	}
	bad := []Change{
		files(), files(""), files("."), files("/a"), files("../a"), files("a/../b"), files("a/"), files("a//b"), files("a\nb"), files("a\x00b"), files(`a\b`), files("c:x"),
		files(".git/config"), files("a/.GIT/hooks/x"), files("git~1/x"), files("a./b"), files("a /b"), files("a", "a"), files("a/b", "a"), files(`"a"`), files("\xff"),
	}
	for _, c := range bad {
		if err := c.Check(); !errors.Is(err, ErrWrong) {
			t.Errorf("%q: %v", c.Files, err)
		}
	}
}

func TestTakenIsErrTaken(t *testing.T) {
	var err error = &Taken{Path: "a", Same: true}
	if !errors.Is(err, ErrTaken) || errors.Is(err, ErrBusy) {
		t.Error(err)
	}
}
