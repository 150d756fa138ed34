package githubapi

import (
	"bytes"
	"context"
	"encoding/base64"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/google/go-github/v60/github"

	"balie/ingest/commit"
	"balie/ingest/commit/base"
)

const (
	maxInline    = 64 << 10  // of a file that goes into the request for its tree
	maxAllInline = 512 << 10 // of all such files of a tree
)

// commitsOf returns the changes of which a commit each is made: those given or, of many, one.
func commitsOf(changes []commit.Change) []commit.Change {
	if len(changes) <= maxChain {
		return changes
	}
	all := commit.Change{Message: fmt.Sprintf("%d changes\n", len(changes))}
	for _, change := range changes {
		all.Files = append(all.Files, change.Files...)
		subject, _, _ := strings.Cut(strings.TrimSpace(change.Message), "\n")
		all.Message += "\n" + subject
		if change.At.After(all.At) {
			all.At = change.At
		}
	}
	return []commit.Change{all}
}

// made is a commit at GitHub on which no branch is yet, and its tree.
type made struct{ commit, tree string }

// create makes a commit of a change on top of another.
func (c *Committer) create(ctx context.Context, on made, change commit.Change, me base.Person) (made, error) {
	entries, err := c.entries(ctx, change.Files)
	if err != nil {
		return made{}, err
	}
	service, owner, name := c.Client.api.Git, c.Client.owner, c.Client.name
	tree, _, err := service.CreateTree(ctx, owner, name, on.tree, entries)
	if err != nil {
		return made{}, c.Client.explain(ctx, "make a tree", err)
	}
	author := me.Author(change)
	made1, _, err := service.CreateCommit(ctx, owner, name, &github.Commit{
		Message:   github.String(strings.TrimSpace(strings.ReplaceAll(change.Message, "\x00", "")) + "\n"),
		Tree:      tree,
		Parents:   []*github.Commit{{SHA: github.String(on.commit)}},
		Author:    signature(author, change),
		Committer: signature(me, change),
	}, nil)
	if err != nil {
		return made{}, c.Client.explain(ctx, "make a commit", err)
	}
	return made{made1.GetSHA(), tree.GetSHA()}, nil
}

func signature(p base.Person, change commit.Change) *github.CommitAuthor {
	return &github.CommitAuthor{Name: &p.Name, Email: &p.Email, Date: &github.Timestamp{Time: change.At}}
}

// entries are the tree's entries of files. Text goes into them as it is, as long as it is short. All
// else becomes a blob first.
func (c *Committer) entries(ctx context.Context, files []commit.File) ([]*github.TreeEntry, error) {
	var all []*github.TreeEntry
	inline := 0
	for _, f := range files {
		entry := &github.TreeEntry{Path: github.String(f.Path), Mode: github.String("100644"), Type: github.String("blob")}
		if isText(f.Data) && len(f.Data) <= maxInline && inline+len(f.Data) <= maxAllInline {
			entry.Content = github.String(string(f.Data))
			inline += len(f.Data)
		} else {
			blob, _, err := c.Client.api.Git.CreateBlob(ctx, c.Client.owner, c.Client.name, &github.Blob{
				Content: github.String(base64.StdEncoding.EncodeToString(f.Data)), Encoding: github.String("base64"),
			})
			if err != nil {
				return nil, c.Client.explain(ctx, "store a file", err)
			}
			entry.SHA = blob.SHA
		}
		all = append(all, entry)
	}
	return all, nil
}

// isText reports whether JSON can hold data as it is.
func isText(data []byte) bool { return utf8.Valid(data) && bytes.IndexByte(data, 0) < 0 }
