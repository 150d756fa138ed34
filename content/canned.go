package content

import (
	"regexp"
	"strings"
)

// Placeholder is what a canned reply leaves open: {name}.
type Placeholder string

// The placeholders. A paragraph that has one for which there is nothing is left out; without a name
// the first line begins with a neutral greeting.
const (
	CannedName    Placeholder = "name"    // the requester's
	CannedNumber  Placeholder = "number"  // the ticket's, in groups
	CannedSubject Placeholder = "subject" // the ticket's
	// CannedDue is when the next answer is promised by, or the day on which the ticket is closed.
	CannedDue    Placeholder = "due"
	CannedAuthor Placeholder = "author" // the public name of who writes, else the desk's name
)

func (Placeholder) Words() []string {
	return []string{"name", "number", "subject", "due", "author"}
}

// CannedPiece is a piece of a canned reply: a text as it stands, or a placeholder. Line and Column
// count from 1, in characters.
type CannedPiece struct {
	Text         string
	Placeholder  Placeholder
	Line, Column int
}

// What begins a piece of its own: backticks or tildes around code, a word in doubled braces, and a
// placeholder.
var cannedMarks = regexp.MustCompile("`+|~~~+|\\{\\{([A-Za-z_]+)\\}\\}|\\{([A-Za-z_]+)\\}")

// CutCanned cuts a canned reply at its placeholders. In code braces stand for themselves, and
// {{word}} is {word}.
func CutCanned(text string) []CannedPiece {
	c := cannedCutter{line: 1, column: 1}
	for at := 0; ; {
		m := cannedMarks.FindStringSubmatchIndex(text[at:])
		if m == nil {
			c.add(text[at:], "")
			return c.pieces
		}
		start, end := at+m[0], at+m[1]
		c.add(text[at:start], "")
		switch mark := text[start:end]; {
		case m[2] >= 0:
			c.skip("{")
			c.add(mark[1:len(mark)-1], "")
			c.skip("}")
		case m[4] >= 0:
			c.add(mark, Placeholder(strings.Trim(mark, "{}")))
		default:
			end += codeLength(text[:start], mark, text[end:])
			c.add(text[start:end], "")
		}
		at = end
	}
}

// codeLength is how much of what follows a mark is code, the mark at its end included. A mark
// within a line that nobody closes opens none; a block goes on to the text's end.
func codeLength(before, mark, after string) int {
	indent := before[strings.LastIndexByte(before, '\n')+1:]
	if len(mark) >= 3 && strings.Trim(indent, " ") == "" {
		return blockLength(mark, after)
	}
	if mark[0] == '~' {
		return 0
	}
	paragraph, _, _ := strings.Cut(after, "\n\n")
	for at := 0; ; {
		i := strings.IndexByte(paragraph[at:], '`')
		if i < 0 {
			return 0
		}
		start := at + i
		at = len(paragraph) - len(strings.TrimLeft(paragraph[start:], "`"))
		if at-start == len(mark) {
			return at
		}
	}
}

// blockLength is codeLength of a block.
func blockLength(fence, after string) (n int) {
	for i, line := range strings.SplitAfter(after, "\n") {
		n += len(line)
		if i > 0 && strings.HasPrefix(strings.TrimLeft(line, " "), fence) {
			break
		}
	}
	return n
}

// cannedCutter collects pieces, and counts where it is.
type cannedCutter struct {
	pieces       []CannedPiece
	line, column int
}

// add adds a piece; text next to text becomes one piece.
func (c *cannedCutter) add(text string, p Placeholder) {
	if last := len(c.pieces) - 1; text != "" && p == "" && last >= 0 && c.pieces[last].Placeholder == "" {
		c.pieces[last].Text += text
	} else if text != "" {
		c.pieces = append(c.pieces, CannedPiece{text, p, c.line, c.column})
	}
	c.skip(text)
}

func (c *cannedCutter) skip(text string) {
	for _, r := range text {
		if c.column++; r == '\n' {
			c.line, c.column = c.line+1, 1
		}
	}
}
