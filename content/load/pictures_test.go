package load

import (
	"bytes"
	"image"
	"image/gif"
	"image/jpeg"
	"image/png"
	"testing"

	"balie/content"
)

// webpLossless is a picture of 4 by 3 in the lossless WebP format (RFC 9649, 3).
var webpLossless = []byte("RIFF\x1a\x00\x00\x00WEBPVP8L\x0d\x00\x00\x00\x2f\x03\x80\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00")

func pictureFiles(t testing.TB) map[string][]byte {
	t.Helper()
	m := image.NewGray(image.Rect(0, 0, 4, 3))
	var p, j, g bytes.Buffer
	for _, err := range []error{png.Encode(&p, m), jpeg.Encode(&j, m, nil), gif.Encode(&g, m, nil)} {
		if err != nil {
			t.Fatal(err)
		}
	}
	return map[string][]byte{".png": p.Bytes(), ".jpg": j.Bytes(), ".jpeg": j.Bytes(), ".gif": g.Bytes(), ".webp": webpLossless}
}

func TestPictureSize(t *testing.T) {
	files := pictureFiles(t)
	for ext, data := range files {
		if w, h := PictureSize(ext, data); w != 4 || h != 3 {
			t.Errorf("%s: %d by %d", ext, w, h)
		}
		for other, data := range files {
			if w, _ := PictureSize(ext, data); w != 0 && !bytes.Equal(data, files[ext]) {
				t.Errorf("%s passes for %s", other, ext)
			}
		}
	}
	if w, h := PictureSize(".svg", []byte("<svg width='4' height='3'/>")); w != 0 || h != 0 {
		t.Errorf("an SVG has %d by %d", w, h)
	}
}

func FuzzPictureSize(f *testing.F) {
	for ext, data := range pictureFiles(f) {
		f.Add(ext, data)
	}
	f.Fuzz(func(t *testing.T, ext string, data []byte) {
		if w, h := PictureSize(ext, data); (w == 0) != (h == 0) || w < 0 || h < 0 {
			t.Errorf("%s: %d by %d", ext, w, h)
		}
	})
}

// TestPictureOfALanguage: a page shows the picture of its language, else the one without.
func TestPictureOfALanguage(t *testing.T) {
	own, plain := &content.Picture{Name: "a.png", Lang: "nl"}, &content.Picture{Name: "a.png"}
	setup := &content.Setup{Sections: []*content.Section{{ID: "help", Pictures: []*content.Picture{own, plain}}}}
	for _, c := range []struct {
		section, address, lang string
		want                   *content.Picture
	}{
		{"help", "a.png", "nl", own}, {"help", "./a.png", "en", plain}, {"help", "../help/a.png", "nl", own}, {"other", "../help/a.png", "en", plain},
		{"", "/help/a.png", "nl", nil}, {"", "/help/help/a.png", "nl", own}, {"", "a.png", "nl", nil}, {"help", "b.png", "nl", nil}, {"help", "../../a.png", "nl", nil},
	} {
		if got := setup.Picture(c.section, c.address, c.lang); got != c.want {
			t.Errorf("%s %s %s: %v", c.section, c.address, c.lang, got)
		}
	}
}
