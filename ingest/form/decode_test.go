package form

import (
	"bytes"
	"errors"
	"io"
	"mime/multipart"
	"reflect"
	"strings"
	"testing"
)

func TestDecode(t *testing.T) {
	const boundary = "multipart/form-data; boundary=x"
	part := func(head, body string) string {
		return "--x\r\nContent-Disposition: form-data; " + head + "\r\n\r\n" + body + "\r\n"
	}
	for _, tt := range []struct {
		name, kind, body string
		want             []Answer
		uploads          []Upload
		err              error
	}{
		{name: "urlencoded", kind: "application/x-www-form-urlencoded; charset=UTF-8", body: "a=1+2&b=%C3%A9;x&a=3&&c", want: []Answer{{"a", "1 2", 0}, {"b", "é;x", 0}, {"a", "3", 0}, {"c", "", 0}}},
		{name: "an escape that is none", kind: "application/x-www-form-urlencoded", body: "a=%zz", err: ErrMalformed},
		{name: "json", kind: "application/json", body: `{"a":"x","b":true,"c":false,"d":null,"e":-1.50,"f":["y"],"g":{"h":1},"a":"z"}`,
			want: []Answer{{"a", "x", 0}, {"b", "true", JSONBool}, {"c", "", JSONBool}, {"d", "", 0}, {"e", "-1.50", JSONNumber}, {"f", "", JSONOther}, {"g", "", JSONOther}, {"a", "z", 0}}},
		{name: "json array", kind: "application/json", body: `[]`, err: ErrMalformed},
		{name: "json that does not end", kind: "application/json", body: `{"a":"x"`, err: ErrMalformed},
		{name: "two json values", kind: "application/json", body: `{}{}`, err: ErrMalformed},
		{name: "json in another character set", kind: "application/json", body: "{\"a\":\"\xff\"}", err: ErrMalformed},
		{name: "empty json", kind: "application/json", body: ``, err: ErrMalformed},
		{name: "multipart", kind: boundary, body: part(`name="a"`, "1\r\n2") + part(`name="f"; filename="../x.txt"`, "hello") + part(`name="g"; filename=""`, "") + "--x--\r\n",
			want: []Answer{{"a", "1\r\n2", 0}}, uploads: []Upload{{"f", "x.txt", 5, []byte("hello")}}},
		{name: "a file too large is counted and not kept", kind: boundary, body: part(`name="f"; filename="x"`, strings.Repeat("z", 100)) + part(`name="a"`, "kept") + "--x--\r\n",
			want: []Answer{{"a", "kept", 0}}, uploads: []Upload{{"f", "x", 100, nil}}},
		{name: "no boundary", kind: "multipart/form-data", err: ErrMalformed},
		{name: "another boundary", kind: boundary, body: "--y\r\n\r\n--y--", err: ErrMalformed},
		{name: "a part without a name", kind: boundary, body: "--x\r\n\r\nv\r\n--x--", err: ErrMalformed},
		{name: "cut off", kind: boundary, body: "--x\r\nContent-Disposition: form-data; name=a\r\n\r\nabc", err: ErrMalformed},
		{name: "text", kind: "text/plain", body: "a=1", err: ErrMediaType},
		{name: "none", kind: "", body: "a=1", err: ErrMediaType},
		{name: "too much text", kind: "application/x-www-form-urlencoded", body: "a=" + strings.Repeat("b", MaxText), err: ErrTooLarge},
		{name: "too much text in parts", kind: boundary, body: part("name=a", strings.Repeat("b", MaxText/2)) + part("name=b", strings.Repeat("b", MaxText/2+1)) + "--x--", err: ErrTooLarge},
		{name: "too many fields", kind: "application/x-www-form-urlencoded", body: strings.Repeat("a=1&", MaxParts+1), err: ErrTooLarge},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := Decode(tt.kind, strings.NewReader(tt.body), Limits{File: 10, Files: 20})
			if !errors.Is(err, tt.err) {
				t.Fatalf("error %v, want %v", err, tt.err)
			}
			if !reflect.DeepEqual(got.Values, tt.want) || !reflect.DeepEqual(got.Uploads, tt.uploads) {
				t.Errorf("got %+v\nand %+v\nwant %+v\nand %+v", got.Values, got.Uploads, tt.want, tt.uploads)
			}
		})
	}
}

// endless is a body that never ends.
type endless struct{ read int }

func (e *endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = 'a'
	}
	e.read += len(p)
	return len(p), nil
}

func TestDecodeReadsOnlySoMuch(t *testing.T) {
	head := strings.NewReader("--x\r\nContent-Disposition: form-data; name=f; filename=f\r\n\r\n")
	body := &endless{}
	if _, err := Decode("multipart/form-data; boundary=x", io.MultiReader(head, body), Limits{File: 10, Files: 10}); !errors.Is(err, ErrTooLarge) {
		t.Errorf("error %v", err)
	}
	if body.read > MaxBody+1<<20 {
		t.Errorf("read %d bytes", body.read)
	}
}

func FuzzDecode(f *testing.F) {
	f.Add("application/x-www-form-urlencoded", []byte("a=1&b=%20;&a=2"))
	f.Add("application/json", []byte(`{"a":"\ud800","b":1e9,"a":[{}],"c":null}`))
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	w.SetBoundary("x")
	w.WriteField("a", "b")
	file, _ := w.CreateFormFile("f", "x.png")
	file.Write([]byte("\x89PNG"))
	w.Close()
	f.Add("multipart/form-data; boundary=x", b.Bytes())
	limits := Limits{File: 1000, Files: 2000}
	f.Fuzz(func(t *testing.T, kind string, body []byte) {
		a, err := Decode(kind, bytes.NewReader(body), limits)
		if err != nil && len(a.Values)+len(a.Uploads) > 0 {
			t.Error("answers beside an error")
		}
		kept := 0
		for _, u := range a.Uploads {
			kept += len(u.Body)
			if u.Body != nil && int64(len(u.Body)) != u.Size {
				t.Errorf("%d bytes kept of %d", len(u.Body), u.Size)
			}
		}
		if kept > int(limits.Files) {
			t.Errorf("kept %d bytes", kept)
		}
		s, mistakes := (Rules{Setup: setup(t), Form: testForm, Attach: true}).Check(a)
		if (s == nil) == (len(mistakes) == 0) {
			t.Errorf("submission %v, mistakes %v", s, mistakes)
		}
		if s != nil {
			s.Ticket()
		}
	})
}
