package attachment

import (
	"bytes"
	"image"
	"image/jpeg"
	"math/rand/v2"
	"testing"
)

// large is a JPEG picture of about 40 megapixels that lies on a side, with something to see all
// over.
func large(b *testing.B) []byte {
	b.Helper()
	m := image.NewYCbCr(image.Rect(0, 0, 7300, 5480), image.YCbCrSubsampleRatio420)
	r := rand.New(rand.NewPCG(1, 2))
	for i := range m.Y {
		m.Y[i] = byte(i/97 + r.IntN(24))
	}
	var out bytes.Buffer
	if err := jpeg.Encode(&out, m, &jpeg.Options{Quality: 60}); err != nil {
		b.Fatal(err)
	}
	return withExif(out.Bytes(), 6)
}

func BenchmarkFortyMegapixels(b *testing.B) {
	data := large(b)
	b.ReportAllocs()
	for b.Loop() {
		if s := store(b, "image/jpeg", ".jpg", data); s.AsSent {
			b.Fatal("it was kept as it was sent")
		}
	}
	b.ReportMetric(float64(len(data))/1e6, "MB-sent")
}

func BenchmarkBomb(b *testing.B) {
	data := photo(b, 6, false)
	at := bytes.Index(data, []byte{0xff, 0xc0})
	copy(data[at+5:], []byte{0xff, 0xff, 0xff, 0xff})
	b.ReportAllocs()
	for b.Loop() {
		if s := store(b, "image/jpeg", ".jpg", data); !s.AsSent {
			b.Fatal("it was decoded")
		}
	}
}
