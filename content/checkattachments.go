package content

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"path"
)

// Altered are the problems of attachments whose bytes are not those that they were stored by. It reads every one of them, which Check does not.
func Altered(t *Tree) []Problem {
	c := &checker{Setup: t.Setup}
	for _, ticket := range t.Tickets {
		for _, name := range ticket.Stored {
			file := path.Join(ticket.Dir, "attachments", name)
			sum, err := sumOf(t, file)
			if err == nil && isStored(name) && sum != name[:len(sum)] {
				c.warn(file, "", codeName, fmt.Sprintf("bring back the file that was handed in, or store this one as %s%s and name that in the event", sum, path.Ext(name)),
					"the file is not the one that was stored under this name")
			}
		}
	}
	return c.problems
}

// sumOf is the first 16 hex digits of a file's SHA-256.
func sumOf(t *Tree, file string) (string, error) {
	f, err := t.fsys.Open(file)
	if err != nil {
		return "", err
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return "", err
	}
	return hex.EncodeToString(h.Sum(nil)[:8]), nil
}
