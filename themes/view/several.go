package view

import "regexp"

// question matches a sentence that asks something: nine characters or more before the question
// mark. So neither "Why?" nor the query of an address is one. The form's script has the same
// expression.
var question = regexp.MustCompile(`[^?？؟]{9,}[?？؟]+(\s|$)`)

// AsksSeveral reports whether a text asks three questions or more. It is a hint and never a reason
// to refuse: each question waits for the hardest of those that came with it.
func AsksSeveral(text string) bool { return len(question.FindAllStringIndex(text, 3)) == 3 }
