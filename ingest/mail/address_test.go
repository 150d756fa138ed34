package mail

import (
	"strings"
	"testing"
	"time"
)

// What an address says is known again whatever a mail program does to its case, and nothing else is.
func TestReplyAddresses(t *testing.T) {
	key, other := ReplyKey("a key of this desk"), ReplyKey("a key of another desk")
	made := StaffToken{Number: "2611204216", Read: time.Date(2026, 11, 20, 14, 5, 9, 0, time.UTC), Made: time.Date(2026, 11, 20, 15, 0, 0, 0, time.UTC)}
	for _, from := range []string{"help@desk.example", "help+desk@desk.example"} {
		address := key.Address(from, "2611204216")
		for _, a := range []string{address, strings.ToUpper(address)} {
			if number, ok := key.Ticket(a); !ok || number != "2611204216" {
				t.Errorf("%s: %q", a, number)
			}
		}
		if local, _, _ := strings.Cut(address, "@"); len(local) > 64 {
			t.Errorf("%s: a local part of %d octets", address, len(local))
		}
		staff := key.StaffAddress(from, "anna", made)
		if got, ok := key.Staff(strings.ToUpper(staff), "anna"); !ok || got != made {
			t.Errorf("%s: %v", staff, got)
		}
		if local, _, _ := strings.Cut(staff, "@"); len(local) > 64 {
			t.Errorf("%s: a local part of %d octets", staff, len(local))
		}
		if _, ok := key.Staff(staff, "bert"); ok {
			t.Errorf("%s: it is another's", staff)
		}
		follower := key.FollowerAddress(from, 42)
		if recipient, ok := key.Follower(strings.ToUpper(follower)); !ok || recipient != 42 {
			t.Errorf("%s: %d", follower, recipient)
		}
		for _, wrong := range []string{"", from, address, staff, other.FollowerAddress(from, 42), strings.Replace(follower, "42", "43", 1)} {
			if recipient, ok := key.Follower(wrong); ok {
				t.Errorf("%q: %d", wrong, recipient)
			}
		}
		for _, wrong := range []string{"", "@", from, strings.Replace(address, "2611204216", "2611204224", 1), other.Address(from, "2611204216"), staff, address[1:] + "x"} {
			if number, ok := key.Ticket(wrong); ok && wrong != address[1:]+"x" {
				t.Errorf("%q: %s", wrong, number)
			}
			if _, ok := key.Staff(wrong, "anna"); ok && wrong != staff {
				t.Errorf("%q is taken for a person's", wrong)
			}
		}
	}
}
