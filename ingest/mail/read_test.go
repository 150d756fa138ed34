package mail

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"
)

var update = flag.Bool("update", false, "write what Read finds in the mails of testdata/mails beside them")

// say writes what was read of a mail as text.
func say(in *Incoming) string {
	var b strings.Builder
	line := func(key string, value any) {
		if s := fmt.Sprint(value); s != "" && s != "[]" && s != "{ }" {
			fmt.Fprintf(&b, "%s: %s\n", key, s)
		}
	}
	writer, _ := in.Writer()
	line("from", in.From)
	line("writer", writer)
	line("to", in.To)
	line("id", in.ID)
	line("answers", in.Answers)
	line("subject", in.Subject)
	line("language", in.Language)
	line("automatic", in.Automatic)
	if in.Bounce != nil {
		line("bounce", *in.Bounce)
	}
	line("incomplete", in.Incomplete)
	for _, f := range in.Files {
		line("file", fmt.Sprintf("%q inline=%t %d bytes", f.Label, f.Inline, len(f.Body)))
	}
	fmt.Fprintf(&b, "\n%s\n", in.Above)
	if in.Below != "" {
		fmt.Fprintf(&b, "\nbelow:\n%s\n", in.Below)
	}
	return b.String()
}

// The kinds of mail that break other desks.
func TestRead(t *testing.T) {
	names, err := filepath.Glob("testdata/mails/*.eml")
	if err != nil || len(names) < 20 {
		t.Fatal(names, err)
	}
	for _, name := range names {
		raw, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		in, err := Read(raw, replyLines)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		golden := strings.TrimSuffix(name, ".eml") + ".txt"
		if *update {
			if err := os.WriteFile(golden, []byte(say(in)), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, _ := os.ReadFile(golden)
		if got := say(in); got != string(want) {
			t.Errorf("%s: got\n%s\nwant\n%s", name, got, want)
		}
		// The line ends of a mail change nothing.
		crlf := bytes.ReplaceAll(bytes.ReplaceAll(raw, []byte("\r\n"), []byte("\n")), []byte("\n"), []byte("\r\n"))
		if again, err := Read(crlf, replyLines); err != nil || again.Above != in.Above || len(again.Files) != len(in.Files) {
			t.Errorf("%s with CRLF: %v", name, err)
		}
	}
}

// A mail beyond a limit keeps what its header says, and is not taken apart.
func TestLimits(t *testing.T) {
	head := "From: jo@klant.example\nSubject: Veel\n"
	parts := func(n int, header string) string {
		return head + "Content-Type: multipart/mixed; boundary=b\n\n" + strings.Repeat("--b\n"+header+"x\n", n) + "--b--\n"
	}
	nested := func(n int) string {
		text := head
		for i := range n {
			text += fmt.Sprintf("Content-Type: multipart/mixed; boundary=\"b%d\"\n\n--b%d\n", i, i)
		}
		return text + "\nHallo\n"
	}
	for name, test := range map[string]struct{ raw, incomplete string }{
		"as many parts as may be":     {parts(maxParts-1, "\n"), ""},
		"a part too many":             {parts(maxParts, "\n"), "it has more than 1000 parts"},
		"parts without a blank line":  {parts(maxParts, ""), "it has more than 1000 parts"},
		"as deep as may be":           {nested(maxDepth), ""},
		"too deep":                    {nested(maxDepth + 1), "its parts are nested more than 50 deep"},
		"a part's header is too long": {parts(1, "X: "+strings.Repeat("x", maxHeader)+"\n\n"), "a part's header has more than 262144 bytes"},
	} {
		in, err := Read([]byte(test.raw), replyLines)
		if err != nil {
			t.Fatal(name, err)
		}
		if in.Incomplete != test.incomplete || in.Subject != "Veel" || len(in.From) != 1 {
			t.Errorf("%s: %q, %v", name, in.Incomplete, in.From)
		}
	}
	for name, raw := range map[string]string{"nothing": "", "no header": "\n\nHallo", "a form": "a=b&c=d", "1 MB of header": head + "X: " + strings.Repeat("x", 1<<20) + "\n\nHallo"} {
		if _, err := Read([]byte(raw), replyLines); !errors.Is(err, ErrMalformed) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A mail is the same one again whatever servers added, and another one where its writer wrote
// something else under the same Message-ID.
func TestID(t *testing.T) {
	id := func(raw string) string {
		id, err := ID([]byte(raw))
		if err != nil {
			t.Fatal(err)
		}
		return id
	}
	const mail = "Message-ID: <1@klant.example>\nFrom: jo@klant.example\n\nHallo"
	if id(mail) != id("Received: by mx\nDelivered-To: hulp@desk.example\n"+mail) {
		t.Error("a server's field makes it another mail")
	}
	if id(mail) == id(mail+"!") || id(mail) == id(strings.Replace(mail, "jo@", "kim@", 1)) {
		t.Error("another mail is taken for the same")
	}
}

// Only the topmost result of the desk's own server counts, and only for the address that wrote.
func TestPassedDMARC(t *testing.T) {
	anna := Address{Address: "anna@desk.example"}
	for results, want := range map[string]bool{
		"mx.desk.example; dmarc=pass header.from=desk.example":                                      true,
		"MX.desk.example 1; spf=pass smtp.mailfrom=x; dmarc=pass (p=none) header.from=DESK.example": true,
		"mx.desk.example; dmarc=pass":                                                               true,
		"mx.desk.example (a \\) comment; with (more) of it); dmarc/1 = pass":                        true,
		"mx.desk.example; dmarc=fail header.from=desk.example":                                      false,
		"mx.desk.example; dmarc=none":                                                               false,
		"mx.desk.example; dmarc=pass header.from=other.example":                                     false,
		"mx.desk.example; dmarc=pass; dmarc=fail":                                                   false,
		"mx.desk.example; spf=pass; dkim=pass header.d=desk.example":                                false,
		"mx.desk.example; dkim=fail (dmarc=pass)":                                                   false,
		"mx.desk.example; spf=fail smtp.mailfrom=\"; dmarc=pass\"":                                  false,
		"mx.other.example; dmarc=pass header.from=desk.example":                                     false,
		"mx.other.example; dmarc=pass|mx.desk.example; dmarc=pass":                                  false,
		"mx.desk.example; dmarc=pass (":                                                             false,
		"mx.desk.example; dmarc=pass\" ":                                                            false,
		"mx.desk.example.other.example; dmarc=pass":                                                 false,
		"": false,
	} {
		in := &Incoming{From: []Address{anna}}
		if results != "" {
			in.Results = strings.Split(results, "|")
		}
		if got := in.PassedDMARC("mx.desk.example", anna); got != want {
			t.Errorf("%q: %t", results, got)
		}
		if in.PassedDMARC("", anna) {
			t.Errorf("%q: without a server", results)
		}
		in.From = append(in.From, Address{Address: "bert@desk.example"})
		if in.PassedDMARC("mx.desk.example", anna) {
			t.Errorf("%q: of two writers", results)
		}
	}
}

// Whatever is sent is read without a crash, and comes out as text.
func FuzzRead(f *testing.F) {
	names, _ := filepath.Glob("testdata/mails/*.eml")
	for _, name := range names {
		raw, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		if len(raw) < 4096 {
			f.Add(raw)
		}
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		in, err := Read(raw, replyLines)
		if err != nil {
			return
		}
		texts := []string{in.Subject, in.Above, in.Below, in.Language, in.Automatic}
		for _, a := range in.From {
			texts = append(texts, a.Name)
		}
		for _, file := range in.Files {
			texts = append(texts, file.Label)
		}
		if in.Bounce != nil {
			texts = append(texts, in.Bounce.Reason)
			if utf8.RuneCountInString(in.Bounce.Reason) > maxReason {
				t.Errorf("a reason of %d bytes", len(in.Bounce.Reason))
			}
		}
		for _, text := range texts {
			if !utf8.ValidString(text) {
				t.Errorf("%q is not UTF-8", text)
			}
		}
		if strings.ContainsAny(in.Subject, "\r\n") {
			t.Errorf("a subject of two lines: %q", in.Subject)
		}
	})
}

// Of much HTML the beginning is made text, and the rest is kept as files. What is quoted far below
// stays with the text above it.
func TestMuch(t *testing.T) {
	page := "--b\nContent-Type: text/html\n\n<p>" + strings.Repeat("x ", 450<<10) + "</p>\n"
	in, err := Read([]byte("From: jo@klant.example\nContent-Type: multipart/mixed; boundary=b\n\n"+strings.Repeat(page, 3)+"--b--\n"), replyLines)
	if err != nil || len(in.Files) != 1 || len(in.Above) < 1<<20 || in.Incomplete != "" {
		t.Errorf("%d files, %d bytes, %q, %v", len(in.Files), len(in.Above), in.Incomplete, err)
	}
	text := strings.Repeat("x\n", maxSearched) + "> y"
	if above, below := Cut(text, replyLines); above != text || below != "" {
		t.Errorf("%d bytes above, %d below", len(above), len(below))
	}
}
