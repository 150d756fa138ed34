package mail

import "testing"

// A text tells its language where it has enough of one language's words.
func TestLanguageOf(t *testing.T) {
	all := []string{"nl", "fr", "en", "de", "it"}
	for text, want := range map[string]string{
		"Dag,\n\nSinds vanmorgen staat de foto in ons nieuwsbericht gedraaid. Kunt u het nakijken?": "nl",
		"Bonjour,\n\nDepuis hier, le menu de notre site n’apparaît plus sur les téléphones.":        "fr",
		"Hello,\n\nthe menu of our site does not show.":                                             "en",
		"Guten Tag,\n\nseit gestern ist das Menü nicht zu sehen. Bitte helfen Sie uns. Danke":       "de",
		"Buongiorno,\n\nil menu del nostro sito non si vede. Grazie":                                "it",
		"Site-id 0042": "",
		"":             "",
		"Het menu is niet van ons: the menu of our site": "",
	} {
		if got := LanguageOf(text, all); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
	if got := LanguageOf("Bonjour, notre site ne marche pas, merci", []string{"nl", "en"}); got != "" {
		t.Errorf("a language that the desk does not have: %q", got)
	}
}
