package base

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"balie/content/gitfs/git"
	"balie/ingest/commit"
)

// Person is an author or a committer.
type Person struct{ Name, Email string }

// String is the person as git writes it: Name <email>.
func (p Person) String() string { return fmt.Sprintf("%s <%s>", cleanName(p.Name), cleanName(p.Email)) }

// Author returns who wrote a change: whom it names, else the committer.
func (p Person) Author(c commit.Change) Person {
	return Person{orElse(c.Author, p.Name), orElse(c.AuthorEmail, p.Email)}
}

// Identity is the user of git's settings, else balie <balie@localhost>.
func Identity(ctx context.Context, g git.Git) (*Person, error) {
	out, err := g.Output(ctx, "config", "-z", "--get-regexp", `^(user|committer)\.(name|email)$`)
	if failed := new(git.Error); err != nil && !(errors.As(err, &failed) && failed.Code == 1) {
		return nil, err
	}
	set := map[string]string{}
	for line := range strings.SplitSeq(string(out), "\x00") {
		key, value, _ := strings.Cut(line, "\n")
		set[key] = value
	}
	return &Person{
		Name:  orElse(set["committer.name"], orElse(set["user.name"], "balie")),
		Email: orElse(set["committer.email"], orElse(set["user.email"], "balie@localhost")),
	}, nil
}

// orElse returns a name without what git's format of names can't hold, or another where nothing is
// left.
func orElse(s, otherwise string) string {
	if clean := cleanName(s); clean != "" {
		return clean
	}
	return otherwise
}

// cleanName removes what git's format of names can't hold.
func cleanName(s string) string {
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r == '<' || r == '>' {
			return -1
		}
		return r
	}, s))
}
