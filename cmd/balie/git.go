package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"strings"

	"balie/content/sample"
)

// git runs one git command in a directory.
func git(ctx context.Context, dir string, in io.Reader, args ...string) error {
	c := exec.CommandContext(ctx, "git", append([]string{"-C", dir}, args...)...)
	var stderr bytes.Buffer
	c.Stdin, c.Stderr = in, &stderr
	err := c.Run()
	if errors.Is(err, exec.ErrNotFound) {
		return failf("install git, then try again", "git is not on this machine's path")
	}
	if err != nil {
		return fmt.Errorf("git %s: %w: %s", args[0], err, strings.TrimSpace(stderr.String()))
	}
	return nil
}

// fastImport writes commits as git fast-import reads them (git-fast-import(1), "Input Format").
func fastImport(w io.Writer, history []sample.Commit, names map[string]string) error {
	b := bufio.NewWriter(w)
	for _, c := range history {
		name, email := names[c.Author], c.Author
		if name == "" {
			name, email = "balie", "balie"
		}
		who := fmt.Sprintf("%s <%s@localhost> %d +0000", name, email, c.At.Unix())
		fmt.Fprintf(b, "commit refs/heads/main\nauthor %s\ncommitter %s\ndata %d\n%s\n", who, who, len(c.Message), c.Message)
		for _, f := range c.Files {
			fmt.Fprintf(b, "M 100644 inline %s\ndata %d\n", f.Path, len(f.Data))
			b.Write(f.Data)
			b.WriteByte('\n')
		}
		b.WriteByte('\n')
	}
	b.WriteString("done\n")
	return b.Flush()
}
