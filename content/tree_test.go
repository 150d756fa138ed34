package content

import "testing"

// A number or a follow token that two tickets have is a mistake: both are found by the number, and the token opens neither of them.
func TestTwice(t *testing.T) {
	first := &Ticket{Dir: "tickets/2026/11/20/2611201012", Number: "2611201012", Follow: "aa"}
	second := &Ticket{Dir: "tickets/2026/11/21/2611201012", Number: "2611201012", Follow: "bb"}
	third := &Ticket{Dir: "tickets/2026/11/20/2611201020", Number: "2611201020", Follow: "bb"}
	fourth := &Ticket{Dir: "tickets/2026/11/20/2611201033", Number: "2611201033", Follow: "bb"}
	tree := NewTree(&Setup{}, nil, nil, []*Ticket{fourth, third, second, first})
	if found := tree.Numbered("2611 2010 12"); len(found) != 2 || found[0] != first || found[1] != second {
		t.Errorf("under one number there are %v", found)
	}
	if found := tree.Numbered("2611201047"); len(found) > 0 {
		t.Errorf("under a number that nobody has there is %v", found)
	}
	if tree.Follow("aa") != first || tree.Follow("bb") != nil || tree.Follow("") != nil {
		t.Errorf("aa opens %v, bb %v, no token %v", tree.Follow("aa"), tree.Follow("bb"), tree.Follow(""))
	}
}
