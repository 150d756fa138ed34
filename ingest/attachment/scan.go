package attachment

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"time"
)

// scan reports whether the desk's scanner lets a file pass. It reads the file on its standard
// input. Any exit code but 0, and none in time, is a no. No shell is between, and of the
// environment it has no more than it needs to be found: secrets are there too.
func (s *Storer) scan(ctx context.Context, command []string, body []byte) bool {
	select {
	case s.scanning <- struct{}{}:
		defer func() { <-s.scanning }()
	case <-ctx.Done():
		return false
	}
	ctx, cancel := context.WithTimeout(ctx, s.scanFor)
	defer cancel()
	c := exec.CommandContext(ctx, command[0], command[1:]...)
	c.Stdin, c.WaitDelay = bytes.NewReader(body), time.Second
	c.Env = []string{}
	for _, name := range []string{"PATH", "HOME", "TMPDIR", "SYSTEMROOT"} {
		if value, ok := os.LookupEnv(name); ok {
			c.Env = append(c.Env, name+"="+value)
		}
	}
	return c.Run() == nil
}
