package outbox

import (
	"bytes"
	"io"
	"mime/quotedprintable"
	"strings"
	"testing"
	"time"

	"balie/content"
)

// another writes one more ticket, and returns the token of its page.
func (b *bench) another(i int, address, more string) (token string) {
	number := content.NewNumber(content.DateOf(friday), 2, i)
	dir := content.TicketDir(number)
	token = strings.Repeat(string(rune('a'+i)), 32)
	b.write(dir+"/ticket.yaml", "form: contact\nlane: standard\nchannel: form\nlanguage: nl\nsubject: Vraag "+string(rune('A'+i))+"\nrequester: {email: "+address+"}\nfollow: "+token+"\n"+more)
	b.write(dir+"/2026-11-20T14000"+string(rune('0'+i))+"Z-received.md", "---\nid: \"0000001"+string(rune('0'+i))+"\"\n---\nVraag.\n")
	return token
}

// last is the whole of the mail that was sent last, with both its texts decoded.
func (b *bench) last() string {
	b.t.Helper()
	all := b.server.Messages()
	text, err := io.ReadAll(quotedprintable.NewReader(bytes.NewReader(all[len(all)-1].Data)))
	if err != nil {
		b.t.Fatal(err)
	}
	return string(text)
}

// A requester gets the addresses of their own open and lately closed questions, in one mail, once
// in ten minutes, and of nobody else's.
func TestMailLinks(t *testing.T) {
	b := newBench(t, map[string]string{"people.yaml": "anna: {name: Anna}\n"})
	b.run()
	b.now = b.now.Add(time.Second)
	b.open("")
	mine := b.another(1, "ZOE@commune.example", "")
	closed := b.another(2, "zoe@commune.example", "")
	hidden := []string{b.another(3, "jo@commune.example", ""), b.another(4, "zoe@commune.example", "review: true\n"), b.another(5, "zoe@commune.example", "")}
	end := func(i int, name, text string) {
		b.write(content.TicketDir(content.NewNumber(content.DateOf(friday), 2, i))+"/"+name+".md", text)
	}
	end(2, "2026-11-20T150000Z-solved-anna", "Klaar.\n")
	end(2, "2026-11-20T150001Z-closed-anna", "")
	end(5, "2026-11-20T150000Z-spam-anna", "SECRET\n")
	b.now = friday.Add(2 * time.Hour)
	b.run()
	ask := func(address string) {
		t.Helper()
		if err := b.outbox.MailLinks(t.Context(), address); err != nil {
			t.Fatal(err)
		}
	}
	ask("zoe@commune.example")
	ask("Zoe@Commune.Example")
	ask("nobody@commune.example")
	ask("")
	b.same("asked", b.run(), "zoe@commune.example: De links naar uw vragen")
	text := b.last()
	for _, want := range []string{"https://hulp.example/t/abcdefghijklmnopqrstuvwxyz234567/", "/t/" + mine + "/", "/t/" + closed + "/", "2611 2010 12", "Page blanche", "gesloten"} {
		if !strings.Contains(text, want) {
			t.Errorf("the mail lacks %s\n%s", want, text)
		}
	}
	for _, token := range hidden {
		if strings.Contains(text, token) || strings.Contains(text, "SECRET") {
			t.Errorf("the mail has %s", token)
		}
	}
	b.now = b.now.Add(linksEvery - time.Second)
	ask("zoe@commune.example")
	b.same("within ten minutes", b.run())
	b.now = b.now.Add(time.Second)
	ask("zoe@commune.example")
	b.same("after ten minutes", b.run(), "zoe@commune.example: De links naar uw vragen")
	b.now = b.now.AddDate(0, 0, 91)
	ask("zoe@commune.example")
	b.run()
	if strings.Contains(b.last(), closed) {
		t.Error("a question that was closed for three months is listed")
	}
	if mails, err := b.outbox.Store.LastMails(t.Context(), 100); err != nil || strings.Contains(strings.ToLower(mails[0].Event+mails[0].Recipient), "zoe") {
		t.Errorf("the store has the address: %+v, %v", mails[0], err)
	}
}
