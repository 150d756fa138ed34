package mail

import (
	"bytes"
	"fmt"
	"strings"
)

// MaxSize is how many bytes a mail that comes in has at most.
const MaxSize = 32 << 20

// The limits of a mail that comes in. They are counted in its bytes before anything is made of them.
const (
	maxHeader = 256 << 10
	maxParts  = 1000
	maxDepth  = 50
	// maxWork limits the size times the depth of nesting, since each level reads all that is in it.
	maxWork = 256 << 20
)

// excess returns why a mail is not taken apart, or "".
func excess(raw []byte) string {
	c := counter{size: len(raw), inHeader: true, parts: 1}
	for at := 0; at < len(raw) && c.why == ""; {
		line, next := lineAt(raw, at)
		switch {
		case bytes.HasPrefix(line, []byte("--")) && c.isDelimiter(line[2:]):
			c.endHeader(raw[c.headerAt:at])
			c.delimiter(line[2:], next)
		case c.inHeader && len(line) == 0:
			c.endHeader(raw[c.headerAt:at])
		case c.inHeader && next-c.headerAt > maxHeader:
			c.why = fmt.Sprintf("a part's header has more than %d bytes", maxHeader)
		}
		at = next
	}
	return c.why
}

// counter counts parts and how deep they are nested.
type counter struct {
	size     int      // of the mail
	open     []string // the boundaries of the parts that contain a line, the innermost last
	inHeader bool
	headerAt int // where the header begins
	parts    int
	why      string // why it is too much
}

// delimited returns the index of the boundary that a line ends a part of, or -1, and whether it ends
// all parts of that boundary.
func (c *counter) delimited(line []byte) (i int, all bool) {
	for i := len(c.open) - 1; i >= 0; i-- {
		rest, ok := bytes.CutPrefix(line, []byte(c.open[i]))
		if rest = bytes.TrimRight(rest, " \t"); ok && (len(rest) == 0 || string(rest) == "--") {
			return i, len(rest) > 0
		}
	}
	return -1, false
}

func (c *counter) isDelimiter(line []byte) bool {
	i, _ := c.delimited(line)
	return i >= 0
}

// delimiter ends a part, and begins the next one at an offset.
func (c *counter) delimiter(line []byte, next int) {
	i, all := c.delimited(line)
	if all {
		c.open = c.open[:i]
		return
	}
	c.open, c.inHeader, c.headerAt = c.open[:i+1], true, next
	if c.parts++; c.parts > maxParts {
		c.why = fmt.Sprintf("it has more than %d parts", maxParts)
	}
}

// endHeader ends a part's header, if one is open.
func (c *counter) endHeader(head []byte) {
	if !c.inHeader {
		return
	}
	c.inHeader = false
	if boundary := boundaryIn(head); boundary != "" {
		c.open = append(c.open, boundary)
	}
	switch depth := len(c.open); {
	case depth > maxDepth:
		c.why = fmt.Sprintf("its parts are nested more than %d deep", maxDepth)
	case depth*c.size > maxWork:
		c.why = fmt.Sprintf("%d bytes that are nested %d deep are too much", c.size, depth)
	}
}

// boundaryIn returns the boundary that a part's header names for the parts within it, or "".
func boundaryIn(head []byte) string {
	if !bytes.Contains(bytes.ToLower(head), []byte("boundary")) {
		return ""
	}
	_, params := readHeader(head).mediaType()
	if boundary := params["boundary"]; boundary != "" {
		return boundary
	}
	// A type that is written wrongly may still be read by the parser.
	value := readHeader(head).first("content-type")
	at := strings.Index(strings.ToLower(value), "boundary=")
	if at < 0 {
		return ""
	}
	value = strings.TrimLeft(value[at+len("boundary="):], "\" ")
	if end := strings.IndexAny(value, "\"; \t"); end >= 0 {
		value = value[:end]
	}
	return value
}
