package themes

import (
	"strings"
	"testing"

	"balie/content"
	"balie/content/form"
)

func testSetup() *content.Setup {
	return &content.Setup{Site: &content.Site{
		Name: content.Text{"nl": "Muntplein", "en": "Muntplein"}, BaseURL: "https://hulp.muntplein.example/desk", Languages: []string{"nl", "en"},
		Brand: content.Brand{Accent: "#8a4b14"},
	}}
}

func render(t *testing.T, layout, lang string, view any) string {
	t.Helper()
	theme, err := Default()
	if err != nil {
		t.Fatal(err)
	}
	frames, err := theme.Frames(testSetup(), Site{})
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	if err := theme.Render(&b, layout, Page{Frame: frames.Frame(Place{Lang: lang, Path: "/x/"}), View: view}); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestPagesOfTheIntake(t *testing.T) {
	for layout, view := range map[string]any{"form": form.View{Title: "Vraag"}, "follow": form.FollowView{Subject: "Vraag"}, "error": Trouble{Code: "not_found"}} {
		html := render(t, layout, "nl", view)
		if strings.Count(html, "<h1") != 1 || !strings.Contains(html, `<html lang="nl">`) || !strings.Contains(html, `href="/desk/en/x/"`) {
			t.Errorf("%s:\n%s", layout, html)
		}
	}
}
