package form

import (
	"balie/content"
	"balie/themes/view"
	"slices"
	"strings"
	"testing"
)

func TestTyped(t *testing.T) {
	s := view.Setting{Tree: tree(), Lang: "nl", Attach: true}
	a := values("subject", "", "message", "a\x00b\xff<b>", "product", "coin", "agree", "on", "from", "forged", "zzz", "1")
	a.Uploads = []Upload{upload("a.png", png)}
	_, mistakes := (Rules{Setup: setup(t), Form: testForm, Attach: true}).Check(a)
	v := Typed(s.Form(testForm, nil, "", nil), a, mistakes)
	var got []string
	for _, m := range v.Errors {
		got = append(got, m.Field+":"+m.Code)
	}
	if want := []string{"subject:required", "message:encoding", "from:hidden", "files:files_again", ":unknown"}; !slices.Equal(got, want) {
		t.Errorf("errors %v, want %v", got, want)
	}
	for _, f := range v.Fields {
		switch f.ID {
		case "message":
			if f.Value != "ab\ufffd<b>" || f.Error == nil {
				t.Errorf("message %q, %v", f.Value, f.Error)
			}
		case "product":
			if !f.Options[1].Selected || f.Options[0].Selected {
				t.Errorf("options %+v", f.Options)
			}
		case "agree":
			if f.Value == "" {
				t.Error("the tick was lost")
			}
		case "from":
			if f.Value != "shop" {
				t.Errorf("a hidden field became %q", f.Value)
			}
		}
	}
}

func TestTypedDoesNotTouchTheEmptyForm(t *testing.T) {
	v := view.Setting{Tree: tree(), Lang: "nl"}.Form(testForm, nil, "", nil)
	Typed(v, values("product", "coin", "subject", "x"), []view.Mistake{{Field: "subject", Code: tooLong}})
	for _, f := range v.Fields {
		if f.Error != nil || f.ID == "subject" && f.Value != "" || f.ID == "product" && f.Options[1].Selected {
			t.Errorf("field %+v", f)
		}
	}
}

func TestEveryCodeIsListed(t *testing.T) {
	for _, typ := range []content.FieldType{content.EmailField, content.TelField, content.URLField, content.NumberField, content.ChoiceField, content.CheckboxField, content.DateField, content.ServiceField, content.HiddenField} {
		if _, ok := Codes()[string(typ)]; !ok { // a type's own mistake has its name
			t.Errorf("no code for type %s", typ)
		}
	}
	for code, args := range Codes() {
		if code != strings.ToLower(code) || len(args) > 3 {
			t.Errorf("code %s %v", code, args)
		}
	}
}

func TestAMessageOfFilesAlone(t *testing.T) {
	setup := setup(t)
	rules := Rules{Setup: setup, Form: content.MessageForm(testForm), Attach: true}
	if s, wrong := rules.CheckMessage(Answers{Uploads: []Upload{upload("a.png", png)}}); len(wrong) > 0 || len(s.Files) != 1 || s.Body() != "" {
		t.Errorf("%+v", wrong)
	}
	if _, wrong := rules.CheckMessage(Answers{}); len(wrong) != 1 || wrong[0].Field != "message" || wrong[0].Code != required {
		t.Errorf("nothing at all: %+v", wrong)
	}
	if !rules.Form.Field("message").Required {
		t.Error("the form was changed")
	}
}

func TestActionForms(t *testing.T) {
	for _, tt := range []struct {
		action string
		send   []string
		codes  int
	}{
		{"solved", []string{"action", "solved"}, 0},
		{"solved", []string{"action", "solved", "message", "x"}, 1},
		{"undo", []string{"action", "undo"}, 0},
		{"undo", []string{"action", "undo", "message", "x"}, 1},
		{"rate", []string{"action", "rate", "score", "5"}, 0},
		{"rate", []string{"action", "rate", "score", "6"}, 1},
		{"rate", []string{"action", "rate", "score", "1.5"}, 1},
		{"rate", []string{"action", "rate"}, 1},
	} {
		_, mistakes := (Rules{Setup: setup(t), Form: ActionForm(tt.action)}).Check(values(tt.send...))
		if len(mistakes) != tt.codes {
			t.Errorf("%v: %+v", tt.send, mistakes)
		}
	}
	if ActionForm("close") != nil {
		t.Error("an unknown action has a form")
	}
}
