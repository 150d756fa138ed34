package view

import "balie/content"

// Hook is the page of a program that follows.
type Hook struct {
	State  HookState
	URL    string // the program's address
	What   Named
	Secret string // shown once; "" afterwards
	Manage string // where it is said how it stands, absolute; "" where it has ended
	Action string // where the button that ends it posts
	Others string // the page on which other things can be followed
}

// HookState is what the page says.
type HookState string

// The states.
const (
	HookAsked       HookState = "asked" // just now: here is the secret
	HookUnconfirmed HookState = "unconfirmed"
	HookOn          HookState = "on"
	HookGivenUp     HookState = "given_up" // it took no call for days
	HookEnded       HookState = "ended"
	HookGone        HookState = "gone" // it ended, or never was
)

// Hook returns the page of a program at an address that follows something.
func (s Setting) Hook(state HookState, url string, what content.Follows, token string) Hook {
	v := Hook{State: state, URL: url, What: s.named(what), Others: s.Intake + s.in(s.Lang, "/follow/")}
	if token != "" {
		path := "/follow/hooks/" + token
		v.Manage, v.Action = s.Address+path, s.Intake+path+"/stop"
	}
	return v
}
