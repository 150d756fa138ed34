package mail

import "testing"

func TestPlainText(t *testing.T) {
	for _, c := range []struct{ html, want string }{
		{"<p>One\n  line</p><p>Another <strong>strong</strong> one.</p>", "One line\n\nAnother strong one.\n"},
		{"<title>x</title><style>p{}</style><h1>Head</h1><p>Text<br>below</p>", "Head\n\nText\nbelow\n"},
		{`<p>See <a href="https://a.example/x">the page</a>, please.</p>`, "See the page <https://a.example/x>, please.\n"},
		{`<p><a href="https://a.example/x">https://a.example/x</a></p><p><a href="mailto:a@b.example">a@b.example</a></p>`, "https://a.example/x\n\na@b.example\n"},
		{"<p>First</p><ul><li>one</li><li><p>two</p><ul><li>three</li></ul></li></ul><ol start=3><li>c<li>d</ol><p>Last</p>", "First\n\n- one\n- two\n  - three\n\n3. c\n4. d\n\nLast\n"},
		{"<blockquote><p>a</p><p>b</p></blockquote><p>c</p>", "> a\n> \n> b\n\nc\n"},
		{"<p>before</p><pre><code>a  b\n\n  c\n</code></pre><p>after</p>", "before\n\na  b\n\n  c\n\nafter\n"},
		{`<p>a &lt;b&gt; &amp; c</p><p><img src="x" alt="a picture"></p>`, "a <b> & c\n\na picture\n"},
		{"", "\n"},
	} {
		got, err := PlainText([]byte(c.html))
		if err != nil || got != c.want {
			t.Errorf("%s:\n%q, want\n%q, %v", c.html, got, c.want, err)
		}
	}
}
