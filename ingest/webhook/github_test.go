package webhook

import (
	"errors"
	"reflect"
	"testing"

	"balie/content"
)

var gitHubHook = &content.Hook{Name: "github", Kind: content.GitHubHook}

// push is the body of a push, with the keys that are not read among them.
const push = `{"ref":"refs/heads/main","before":"0f1e","after":"a1b2","created":false,"deleted":false,"forced":true,"compare":"https://git.example/c",
	"repository":{"id":1,"full_name":"desk/help","default_branch":"main"},"pusher":{"name":"anna"},"commits":[],"head_commit":null}`

func TestGitHub(t *testing.T) {
	for _, tt := range []struct {
		name, event, body string
		want              []Action
		ignored           string
	}{
		{"push", "push", push, []Action{Fetch{"refs/heads/main"}}, ""},
		{"a tag", "push", `{"ref":"refs/tags/v1"}`, []Action{Fetch{"refs/tags/v1"}}, ""},
		{"ping", "ping", `{"zen":"Keep it logically awesome.","hook_id":1,"hook":{}}`, nil, "a ping"},
		{"another event", "issues", `{"action":"opened"}`, nil, "an event of type issues: nothing was pushed"},
		{"a hostile event", "is\u202esues\x01", `{}`, nil, "an event of type issues: nothing was pushed"},
	} {
		d, err := Parse(gitHubHook, Request{headers("X-GitHub-Event", tt.event, "X-GitHub-Delivery", "72d3162e-cc78-11e3"), []byte(tt.body)})
		if err != nil || d.ID != "72d3162e-cc78-11e3" || !reflect.DeepEqual(d.Actions, tt.want) || d.Ignored != tt.ignored {
			t.Errorf("%s: %+v, %v", tt.name, d, err)
		}
	}
	if d, err := Parse(gitHubHook, Request{headers("X-GitHub-Event", "push"), []byte(push)}); err != nil || len(d.ID) != 64 {
		t.Errorf("without an id: %+v, %v", d, err)
	}
}

func TestGitHubMalformed(t *testing.T) {
	for name, tt := range map[string]struct{ event, body string }{
		"no event":         {"", push},
		"no ref":           {"push", `{}`},
		"a ref of no kind": {"push", `{"ref":"main"}`},
		"a hostile ref":    {"push", `{"ref":"refs/heads/a\nb"}`},
		"a form":           {"push", `payload=%7B%7D`},
	} {
		if _, err := Parse(gitHubHook, Request{headers("X-GitHub-Event", tt.event), []byte(tt.body)}); !errors.Is(err, ErrMalformed) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
