package form

import "testing"

func TestClean(t *testing.T) {
	for _, tt := range []struct{ name, in, want string }{
		{"line ends", "a\r\nb\rc\nd", "a\nb\nc\nd"},
		{"other line ends", "a\u0085b\u2028c\u2029d\ve\ff", "a\nb\nc\nd\ne\nf"},
		{"outer blank lines", "\n \r\n  a\n\n b \t\n\n", "  a\n\n b"},
		{"controls", "a\x00b\x1b[31mc\x7fd\u0080e\tf", "ab[31mcde\tf"},
		{"byte order marks and noncharacters", "\ufeffa\ufffeb\uffffc\U0001ffffd\ufdd0e", "abcde"},
		{"overrides", "invoice\u202egpj.exe", "invoicegpj.exe"},
		{"isolates and embeddings", "\u2067\u202b\u05d0\u2069\u202c", "\u05d0"},
		{"marks and joiners stay", "\u200f\u05d0\u200e \u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645 \U0001f468\u200d\U0001f469", "\u200f\u05d0\u200e \u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645 \U0001f468\u200d\U0001f469"},
		{"front matter is text", "---\nkind: solved\n---", "---\nkind: solved\n---"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, ok := Clean(tt.in)
			if !ok || got != tt.want {
				t.Errorf("Clean(%q) = %q, %v; want %q", tt.in, got, ok, tt.want)
			}
		})
	}
	if _, ok := Clean("a\xffb"); ok {
		t.Error("invalid UTF-8 passed")
	}
	if got, _ := CleanLine(" a\r\nb\tc \n"); got != "a b c" {
		t.Errorf("CleanLine = %q", got)
	}
}

func TestCleanLabel(t *testing.T) {
	for in, want := range map[string]string{
		"shot.png":                    "shot.png",
		"../../etc/passwd":            "passwd",
		`C:\Users\me\foto 1.jpg`:      "foto 1.jpg",
		"a\x00b\u202egnp.exe":         "abgnp.exe",
		"bad\xffname.txt":             "badname.txt",
		"..":                          "..", // only ever shown
		"schermafdruk \U0001f600.png": "schermafdruk \U0001f600.png",
	} {
		if got := CleanLabel(in); got != want {
			t.Errorf("CleanLabel(%q) = %q, want %q", in, got, want)
		}
	}
	long := make([]byte, 500)
	for i := range long {
		long[i] = 'x'
	}
	if got := []rune(CleanLabel(string(long) + ".pdf")); len(got) != 100 || string(got[96:]) != ".pdf" {
		t.Errorf("a long label became %d characters: %s", len(got), string(got))
	}
}

func FuzzClean(f *testing.F) {
	f.Add("a\r\n\u202eb\x00 \n")
	f.Add(" \r\r\n\t---\n\u2028")
	f.Fuzz(func(t *testing.T, s string) {
		once, ok := Clean(s)
		if !ok {
			return
		}
		if twice, _ := Clean(once); twice != once {
			t.Errorf("Clean(%q) = %q, and again %q", s, once, twice)
		}
		line, _ := CleanLine(s)
		if twice, _ := CleanLine(line); twice != line {
			t.Errorf("CleanLine(%q) = %q, and again %q", s, line, twice)
		}
		for _, r := range line {
			if r < ' ' || isBidiControl(r) {
				t.Errorf("CleanLine(%q) kept %U", s, r)
			}
		}
	})
}
