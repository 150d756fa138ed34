package mail

import (
	"slices"
	"strings"
	"testing"
)

var replyLines = []string{"— antwoord boven deze regel —", "— reply above this line —"}

// What is quoted begins where mail programs of five languages say so, or at the line.
func TestCut(t *testing.T) {
	for _, text := range []string{
		"Dank u.\n|— antwoord boven deze regel —\nBeste",
		"Dank u.\n\n|> — antwoord boven deze regel —\n> Beste",
		"Thanks.\n|--- Reply above this line ---\nhello",
		"Dank u.\n\n|Op vr 20 nov 2026 om 14:05 schreef Balie <hulp@desk.example>:\n\n> — antwoord boven deze regel —\n> Beste",
		"Thanks\n|On Fri, 20 Nov 2026 at 14:05, Anna\n<help@desk.example> wrote:\n> hello",
		"Merci\n\n|Le ven. 20 nov. 2026 à 14:05, Anna <aide@desk.example> a écrit :\nbonjour",
		"Danke\n\n|Am Fr., 20. Nov. 2026 um 14:05 Uhr schrieb Anna <hilfe@desk.example>:\n> hallo",
		"Grazie\n\n|Il giorno ven 20 nov 2026 alle ore 14:05 Anna <aiuto@desk.example>\nha scritto:\n\n> ciao",
		"Grazie\n\n|Anna ha scritto:\n\n> ciao",
		"Dank u\n\n|-----Oorspronkelijk bericht-----\nVan: Balie",
		"Dank u\n\n|________________________________\nVan: Balie <hulp@desk.example>\nVerzonden: vrijdag 20 november 2026 14:05\nAan: x\nOnderwerp: Re: [2611 2042 16]\n\nBeste",
		"Danke\n\n|*Von:* Balie\n*Gesendet:* Freitag\n*Betreff:* AW\n\nhallo",
		"Nothing is quoted.|",
		"This is what he wrote:\n\nnothing on 5 May wrote:\n\nmore|",
		"Van: 5 mei\nDatum: 6 mei\nMag dat?|",
		"|> only quoted\n> lines",
		"|",
	} {
		want, _, _ := strings.Cut(text, "|")
		text = strings.Replace(text, "|", "", 1)
		above, below := Cut(text, replyLines)
		if above != strings.Trim(want, "\n") || !strings.HasSuffix(text, below) || len(above)+len(below)+3 < len(text) {
			t.Errorf("%q: above %q, below %q", text, above, below)
		}
	}
	if got := WithoutSignature("Hello\n\n-- \nAnna"); got != "Hello" {
		t.Errorf("%q", got)
	}
}

// Nothing that was written is lost, whatever it looks like.
func FuzzCut(f *testing.F) {
	f.Add("a\n> b")
	f.Add("On 1\nwrote:\nc")
	f.Add("____________\nFrom: a\nSent: b\nSubject: c")
	f.Fuzz(func(t *testing.T, text string) {
		above, below := Cut(text, replyLines)
		lines := func(s string) []string {
			return slices.DeleteFunc(strings.Split(s, "\n"), func(line string) bool { return line == "" })
		}
		if !slices.Equal(lines(text), append(lines(above), lines(below)...)) {
			t.Errorf("%q: above %q, below %q", text, above, below)
		}
	})
}
