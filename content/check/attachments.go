package check

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"io/fs"
	"path"

	"balie/content"
	"balie/content/load"
)

// Altered are the problems of attachments whose bytes are not those that they were stored by. It
// reads every one of them, which Check does not.
func Altered(l *load.Loaded) []content.Problem {
	c := &checker{Setup: l.Written.Setup}
	for _, ticket := range l.Written.Tickets {
		for _, name := range ticket.Stored {
			file := path.Join(ticket.Dir, "attachments", name)
			sum, err := sumOf(l.Files(), file)
			if err == nil && content.IsStored(name) && sum != name[:len(sum)] {
				c.warn(file, "", content.CodeName, fmt.Sprintf("bring back the file that was handed in, or store this one as %s%s and name that in the event", sum, path.Ext(name)),
					"the file is not the one that was stored under this name")
			}
		}
	}
	return c.problems
}

// sumOf is the first 16 hex digits of a file's SHA-256.
func sumOf(fsys fs.FS, file string) (string, error) {
	f, err := fsys.Open(file)
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
