package load

import (
	"strings"
	"unicode/utf8"

	"balie/content"
)

// erasedFile lists the numbers of tickets that were erased.
const erasedFile = "erased.txt"

// readErased reads the numbers of erased.txt, one a line; a remark begins with #. A line that is no
// number is a problem, and the others hold.
func (l *lister) readErased() []string {
	if !l.hasFile(erasedFile) {
		return nil
	}
	text, ok := l.readChecked(erasedFile, MaxYAML)
	if !ok {
		return nil
	}
	var numbers []string
	for i, line := range strings.Split(text, "\n") {
		written, _, _ := strings.Cut(line, "#")
		if strings.TrimSpace(written) == "" {
			continue
		}
		number, isNumber := content.ParseNumber(written)
		if isNumber {
			numbers = append(numbers, number)
			continue
		}
		hint := "write one ticket number a line and no names; a remark begins with #"
		if number != "" {
			hint = "its check digit is wrong: read the number again"
		}
		column := 1 + utf8.RuneCountInString(written[:len(written)-len(strings.TrimLeft(written, " \t"))])
		l.problems = append(l.problems, content.Problem{File: erasedFile, Line: i + 1, Column: column, Severity: content.Error,
			Code: content.CodeNumber, Message: "this is no ticket number", Hint: hint})
	}
	return numbers
}
