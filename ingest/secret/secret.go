// Package secret reads secrets from where the content repository says that they are. No error has
// one.
package secret

import (
	"fmt"
	"os"
	"strings"

	"balie/content"
)

// Read returns a secret: an environment variable's value, or a file's text without the line's end.
func Read(s content.Secret) (string, error) {
	if s.Env != "" {
		value := os.Getenv(s.Env)
		if value == "" {
			return "", fmt.Errorf("%s is not in the environment", s.Env)
		}
		return value, nil
	}
	value, err := os.ReadFile(s.File)
	if err != nil {
		return "", fmt.Errorf("read a secret: %w", err)
	}
	return strings.TrimRight(string(value), "\r\n"), nil
}
