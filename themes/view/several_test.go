package view

import (
	"strings"
	"testing"
)

func TestAsksSeveral(t *testing.T) {
	for text, want := range map[string]bool{
		"":                                     false,
		"Waarom werkt de kortingscode niet?":   false,
		"Hij doet het niet. Waarom? Echt? Hm?": false,
		"Where is my order?? Can I still change the address? Thanks!":                                              false,
		"Where is my order? Can I still change the address?\nWhen will you pay me back?":                           true,
		"1. Where is my order?\n2. How do I change the address?\n3. When do you pay back?":                         true,
		"1. Open the page\n2. Press the button\n3. Nothing happens. What now?":                                     false,
		"See https://shop.example/return?id=1&x=2 and https://shop.example/pay?id=2 and https://shop.example/?q=3": false,
		"Dov’è il mio ordine? Posso cambiare indirizzo? E quando mi rimborsate?":                                   true,
		"متى يصل طلبي الجديد؟ هل يمكنني تغيير العنوان؟ متى تعيدون المال؟":                                          true,
		strings.Repeat("x", 3000) + "?":         false,
		strings.Repeat("?", 3000):               false,
		strings.Repeat("\x00 is it so?\n", 900): true,
	} {
		if AsksSeveral(text) != want {
			t.Errorf("%.60q: not %t", text, want)
		}
	}
}
