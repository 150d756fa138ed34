package mail

import (
	"bytes"
	"fmt"
	"strings"
)

// MaxSize is how many bytes a mail that comes in has at most.
const MaxSize = 32 << 20

// The limits of a mail that comes in.
const (
	maxHeader = 256 << 10
	maxParts  = 1000
	maxDepth  = 50
)

// part is a piece of a mail between two boundaries, in the mail's own bytes.
type part struct {
	header
	body  []byte  // of one without parts
	parts []*part // of a multipart
}

// split divides a mail into its parts (RFC 2046, 5.1), in one pass over its lines. why says which
// limit ended it. The library that decodes a part never sees what is nested, since its own reader
// takes twice as long for each level.
func split(raw []byte) (root *part, why string) {
	s := splitter{raw: raw, part: &part{}, inHeader: true, count: 1}
	root = s.part
	for at := 0; at < len(raw) && s.why == ""; {
		line, next := lineAt(raw, at)
		switch i, all := s.boundary(line); {
		case i >= 0:
			s.endPart(at)
			s.open = s.open[:i+1]
			if all {
				s.open, s.part = s.open[:i], &part{} // what follows belongs to nothing
			} else {
				s.beginPart(next)
			}
		case s.inHeader && len(line) == 0:
			s.endHeader(at, next)
		case s.inHeader && next-s.from > maxHeader:
			s.why = fmt.Sprintf("a part's header has more than %d bytes", maxHeader)
		}
		at = next
	}
	s.endPart(len(raw))
	return root, s.why
}

// splitter is how far a mail was divided.
type splitter struct {
	raw      []byte
	open     []opened // the multiparts that contain a line, the innermost last
	part     *part    // that a line belongs to
	inHeader bool
	from     int // where the part's header or body begins
	count    int
	why      string
}

// opened is a multipart whose last boundary has not come yet.
type opened struct {
	*part
	boundary string
}

// boundary returns the index of the multipart whose boundary a line is, or -1, and whether it is
// its last one.
func (s *splitter) boundary(line []byte) (i int, all bool) {
	line, ok := bytes.CutPrefix(line, []byte("--"))
	for i := len(s.open) - 1; ok && i >= 0; i-- {
		rest, is := bytes.CutPrefix(line, []byte(s.open[i].boundary))
		if rest = bytes.TrimRight(rest, " \t"); is && (len(rest) == 0 || string(rest) == "--") {
			return i, len(rest) > 0
		}
	}
	return -1, false
}

// beginPart begins a part of the innermost multipart.
func (s *splitter) beginPart(at int) {
	s.part, s.inHeader, s.from = &part{}, true, at
	parent := s.open[len(s.open)-1].part
	parent.parts = append(parent.parts, s.part)
	if s.count++; s.count > maxParts {
		s.why = fmt.Sprintf("it has more than %d parts", maxParts)
	}
}

// endHeader ends a part's header. Its body begins at next.
func (s *splitter) endHeader(at, next int) {
	s.part.header = readHeader(s.raw[s.from:at])
	s.inHeader, s.from = false, next
	kind, params := s.part.mediaType()
	if !strings.HasPrefix(kind, "multipart/") || params["boundary"] == "" {
		return
	}
	s.open = append(s.open, opened{s.part, params["boundary"]})
	if len(s.open) > maxDepth {
		s.why = fmt.Sprintf("its parts are nested more than %d deep", maxDepth)
	}
}

// endPart ends a part before an offset. The line end there belongs to the boundary.
func (s *splitter) endPart(at int) {
	if s.inHeader {
		s.endHeader(at, at)
	}
	body := s.raw[min(s.from, at):at]
	if at < len(s.raw) {
		body = bytes.TrimSuffix(bytes.TrimSuffix(body, []byte("\n")), []byte("\r"))
	}
	s.part.body = body
}
