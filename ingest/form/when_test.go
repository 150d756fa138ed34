package form

import (
	"testing"

	"balie/content"
)

// whenForm asks for an order where the topic is orders or payments, how it was paid where it was,
// and for a receipt where that was cash.
var whenForm = &content.Form{ID: "when", Fields: []content.Field{
	{ID: "topic", Type: content.ChoiceField, Required: true, Choices: []content.Choice{{ID: "orders"}, {ID: "payments"}, {ID: "other"}}},
	{ID: "order", Type: content.TextField, Required: true, Pattern: "[0-9]{4}", When: content.Map[content.OneOf]{{Key: "topic", Value: content.OneOf{"orders", "payments"}}}},
	{ID: "paid", Type: content.CheckboxField, When: content.Map[content.OneOf]{{Key: "topic", Value: content.OneOf{"payments"}}}},
	{ID: "method", Type: content.ChoiceField, Required: true, Choices: []content.Choice{{ID: "cash"}, {ID: "card"}}, When: content.Map[content.OneOf]{{Key: "paid", Value: content.OneOf{"true"}}}},
	{ID: "files", Type: content.FileField, Required: true, When: content.Map[content.OneOf]{{Key: "method", Value: content.OneOf{"cash"}}, {Key: "topic", Value: content.OneOf{"payments"}}}},
}}

func TestConditions(t *testing.T) {
	for _, tt := range []struct {
		name  string
		sent  []string
		file  bool
		wrong string   // the field with a mistake, "" for none
		kept  []string // fields in order
		files int
	}{
		{"not asked and not sent", []string{"topic", "other"}, false, "", []string{"topic"}, 0},
		{"what was sent is dropped, right or wrong", []string{"topic", "other", "order", "x", "paid", "maybe", "method", "barter"}, true, "", []string{"topic"}, 0},
		{"required where it is asked", []string{"topic", "orders"}, false, "order", nil, 0},
		{"judged where it is asked", []string{"topic", "payments", "order", "x"}, false, "order", nil, 0},
		{"an answer of no form asks nothing", []string{"topic", "nonsense", "order", "x"}, false, "topic", nil, 0},
		{"a chain", []string{"topic", "payments", "order", "4711", "paid", "on", "method", "card"}, false, "", []string{"topic", "order", "paid", "method"}, 0},
		{"a chain that broke above", []string{"topic", "orders", "order", "4711", "paid", "on", "method", "cash"}, true, "", []string{"topic", "order"}, 0},
		{"an unticked box", []string{"topic", "payments", "order", "4711", "paid", "false", "method", "cash"}, true, "", []string{"topic", "order"}, 0},
		{"all conditions of several", []string{"topic", "payments", "order", "4711", "paid", "1", "method", "cash"}, true, "", []string{"topic", "order", "paid", "method"}, 1},
		{"a file that is asked", []string{"topic", "payments", "order", "4711", "paid", "1", "method", "cash"}, false, "files", nil, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			a := values(tt.sent...)
			if tt.file {
				a.Uploads = append(a.Uploads, upload("bon.png", png))
			}
			s, wrong := Rules{Setup: setup(t), Form: whenForm, Attach: true}.Check(a)
			if tt.wrong != "" {
				if len(wrong) != 1 || wrong[0].Field != tt.wrong {
					t.Errorf("mistakes: %+v", wrong)
				}
				return
			}
			if s == nil {
				t.Fatalf("mistakes: %+v", wrong)
			}
			if got := s.Values.Keys(); len(got) != len(tt.kept) || len(s.Files) != tt.files {
				t.Errorf("kept %v and %d files", got, len(s.Files))
			}
			for i, f := range s.Ticket().Fields {
				if f.Key != tt.kept[i] {
					t.Errorf("recorded %v", s.Ticket().Fields)
				}
			}
		})
	}
}

// A choice that the platform answers counts as answered.
func TestConditionOnWhatIsVouched(t *testing.T) {
	f := &content.Form{ID: "vouched", Fields: []content.Field{
		{ID: "shop", Role: content.OrganisationRole, Type: content.ChoiceField, Choices: []content.Choice{{ID: "0042"}, {ID: "none"}}},
		{ID: "page", Type: content.TextField, Required: true, When: content.Map[content.OneOf]{{Key: "shop", Value: content.OneOf{"0042"}}}},
	}}
	r := Rules{Setup: setup(t), Form: f, Vouched: map[content.Role]string{content.OrganisationRole: "0042"}}
	if _, wrong := r.Check(values("shop", "none")); len(wrong) != 1 || wrong[0].Field != "page" {
		t.Errorf("mistakes: %+v", wrong)
	}
}
