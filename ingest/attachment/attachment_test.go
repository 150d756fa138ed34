package attachment

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"testing"
	"time"

	"balie/content"
)

// place is what no stored picture may have in it.
const place = "52.3702N-4.8952E"

// photo is a JPEG picture of 40 by 20 whose first quarter is red, with Exif that tells how it
// lies and where it was taken.
func photo(t testing.TB, o orientation, grey bool) []byte {
	t.Helper()
	rgba, grays := image.NewRGBA(image.Rect(0, 0, 40, 20)), image.NewGray(image.Rect(0, 0, 40, 20))
	for y := range 20 {
		for x := range 40 {
			c := color.RGBA{B: 255, A: 255}
			if x < 20 && y < 10 {
				c = color.RGBA{R: 255, G: 255, A: 255}
			}
			rgba.Set(x, y, c)
			grays.Set(x, y, c)
		}
	}
	var m image.Image = rgba
	if grey {
		m = grays
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, m, nil); err != nil {
		t.Fatal(err)
	}
	return withExif(b.Bytes(), o)
}

// withExif puts an Exif segment and a comment behind the start of a picture.
func withExif(data []byte, o orientation) []byte {
	tiff := []byte("MM\x00\x2a\x00\x00\x00\x08\x00\x02")
	tiff = append(tiff, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, byte(o), 0, 0)
	tiff = append(tiff, 0x01, 0x0e, 0, 2, 0, 0, 0, byte(len(place)+1), 0, 0, 0, 38, 0, 0, 0, 0)
	tiff = append(tiff, place+"\x00"...)
	out := []byte{0xff, 0xd8}
	for marker, segment := range map[byte][]byte{0xe1: append([]byte("Exif\x00\x00"), tiff...), 0xfe: []byte(place)} {
		out = append(out, 0xff, marker)
		out = binary.BigEndian.AppendUint16(out, uint16(len(segment)+2))
		out = append(out, segment...)
	}
	return append(append(out, data[2:]...), place...)
}

func store(t testing.TB, kind, ending string, body []byte, scanner ...string) Stored {
	t.Helper()
	s, err := NewStorer().Store(t.Context(), Sent{kind, ending, body}, scanner)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// A picture that a phone took lying stands upright, and says no more than what is to be seen.
func TestPhotosStandUpright(t *testing.T) {
	// In which corner of the upright picture the bright quarter is: 0 and 1 above, 2 and 3 below.
	corners := map[orientation]int{1: 0, 2: 1, 3: 3, 4: 2, 5: 0, 6: 1, 7: 3, 8: 2}
	for o, corner := range corners {
		for _, grey := range []bool{false, true} {
			sent := photo(t, o, grey)
			s := store(t, "image/jpeg", ".jpg", sent)
			if s.AsSent || bytes.Contains(s.Body, []byte(place)) || bytes.Contains(s.Body, []byte("Exif")) || s.Name != Name(s.Body, ".jpg") || s.Name == Name(sent, ".jpg") {
				t.Errorf("lying as %d: as sent %t, %d bytes, %s", o, s.AsSent, len(s.Body), s.Name)
			}
			m, err := jpeg.Decode(bytes.NewReader(s.Body))
			if err != nil {
				t.Fatal(err)
			}
			size := m.Bounds().Size()
			if want := o.size(image.Pt(40, 20)); size != want {
				t.Errorf("lying as %d: it is %v, want %v", o, size, want)
			}
			for at := range 4 {
				y, _, _ := color.RGBToYCbCr(rgb(m.At(size.X/4+size.X/2*(at%2), size.Y/4+size.Y/2*(at/2))))
				if (y > 128) != (at == corner) {
					t.Errorf("lying as %d: corner %d has brightness %d, bright is %d", o, at, y, corner)
				}
			}
		}
	}
}

func rgb(c color.Color) (r, g, b uint8) {
	n := color.NRGBAModel.Convert(c).(color.NRGBA)
	return n.R, n.G, n.B
}

// TestRatiosOfColour turns pictures with each ratio of colour samples.
func TestRatiosOfColour(t *testing.T) {
	for ratio := image.YCbCrSubsampleRatio444; ratio <= image.YCbCrSubsampleRatio410; ratio++ {
		m := image.NewYCbCr(image.Rect(0, 0, 13, 7), ratio)
		for i := range m.Cb {
			m.Cb[i], m.Cr[i] = 90, 160
		}
		for o := orientation(1); o <= 8; o++ {
			turned := turn(m, o)
			isLost := o.onSide() && (ratio == image.YCbCrSubsampleRatio411 || ratio == image.YCbCrSubsampleRatio410)
			if (turned == nil) != isLost {
				t.Errorf("%v lying as %d: %v", ratio, o, turned)
			}
			if turned == nil {
				continue
			}
			last := turned.Bounds().Max.Sub(image.Pt(1, 1))
			if c := turned.At(last.X, last.Y); c != (color.YCbCr{Cb: 90, Cr: 160}) || turned.Bounds().Size() != o.size(image.Pt(13, 7)) {
				t.Errorf("%v lying as %d: %v, %v", ratio, o, turned.Bounds(), c)
			}
		}
	}
}

func pngChunk(name, body string) string {
	head := binary.BigEndian.AppendUint32(nil, uint32(len(body)))
	return string(binary.BigEndian.AppendUint32(append(head, name+body...), crc32.ChecksumIEEE([]byte(name+body))))
}

// insert puts a text before the last n bytes.
func insert(data []byte, n int, text string) []byte {
	return append(append(bytes.Clone(data[:len(data)-n]), text...), data[len(data)-n:]...)
}

func webpChunk(name, body string) string {
	return name + string(binary.LittleEndian.AppendUint32(nil, uint32(len(body)))) + body + "\x00"[:len(body)%2]
}

func webpFile(chunks string) []byte {
	return []byte("RIFF" + string(binary.LittleEndian.AppendUint32(nil, uint32(len(chunks)+4))) + "WEBP" + chunks)
}

// Of other pictures each piece is kept that is to be seen.
func TestPiecesOfPictures(t *testing.T) {
	var plain, moving bytes.Buffer
	m := image.NewPaletted(image.Rect(0, 0, 3, 3), color.Palette{color.White, color.Black})
	if err := png.Encode(&plain, m); err != nil {
		t.Fatal(err)
	}
	if err := gif.EncodeAll(&moving, &gif.GIF{Image: []*image.Paletted{m, m}, Delay: []int{1, 2}, LoopCount: 3}); err != nil {
		t.Fatal(err)
	}
	extended := "\x10\x00\x00\x00\x02\x00\x00\x02\x00\x00"
	withNotes := "\x1c" + extended[1:]
	for name, tt := range map[string]struct {
		kind       string
		sent, want []byte
	}{
		"PNG":           {"image/png", append(insert(plain.Bytes(), 12, pngChunk("tEXt", "x\x00"+place)+pngChunk("eXIf", place)+pngChunk("acTL", "12345678")), place...), insert(plain.Bytes(), 12, pngChunk("acTL", "12345678"))},
		"GIF":           {"image/gif", append(insert(moving.Bytes(), 1, "\x21\xfe\x10"+place+"\x00\x21\xff\x0bXMP DataXMP\x10"+place+"\x00"), place...), moving.Bytes()},
		"WebP":          {"image/webp", webpFile(webpChunk("VP8X", withNotes) + webpChunk("VP8L", "abc") + webpChunk("EXIF", place) + webpChunk("XMP ", place+"x")), webpFile(webpChunk("VP8X", extended) + webpChunk("VP8L", "abc"))},
		"a simple WebP": {"image/webp", webpFile(webpChunk("VP8 ", "abcd")), webpFile(webpChunk("VP8 ", "abcd"))},
	} {
		s := store(t, tt.kind, ".x", tt.sent)
		if s.AsSent || !bytes.Equal(s.Body, tt.want) {
			t.Errorf("%s: as sent %t\n%q, want\n%q", name, s.AsSent, s.Body, tt.want)
		}
		for n := range len(tt.sent) - len(place) { // cut short anywhere, it is kept and nothing panics
			if s := store(t, tt.kind, ".x", tt.sent[:n]); s.AsSent && !bytes.Equal(s.Body, tt.sent[:n]) {
				t.Errorf("%s cut to %d bytes is another", name, n)
			}
		}
	}
}

// What can't be written anew is kept, and staff are told.
func TestKeptAsSent(t *testing.T) {
	good := photo(t, 6, false)
	huge := bytes.Clone(good)
	at := bytes.Index(huge, []byte{0xff, 0xc0})
	copy(huge[at+5:], []byte{0xff, 0xff, 0xff, 0xff}) // a few bytes that say 65,535 by 65,535
	wide := bytes.Clone(good)
	copy(wide[at+5:], []byte{0x1f, 0xff, 0x1f, 0xff})
	for name, tt := range map[string]struct {
		kind   string
		body   []byte
		asSent bool
	}{
		"too many pixels":    {"image/jpeg", wide, true},
		"half a picture":     {"image/jpeg", good[:len(good)/2], true},
		"a bomb":             {"image/jpeg", huge, true},
		"hundreds of scans":  {"image/jpeg", append(bytes.Clone(good), bytes.Repeat([]byte{0xff, 0xda}, 300)...), true},
		"no picture":         {"image/jpeg", []byte("\xff\xd8\xffhello"), true},
		"of another maker":   {"image/heic", []byte("ftypheic"), true},
		"a film":             {"video/mp4", []byte("ftypmp42"), true},
		"a broken PNG":       {"image/png", []byte("\x89PNG\r\n\x1a\nx"), true},
		"a document":         {"application/pdf", []byte("%PDF-1.7"), false},
		"a text":             {"text/plain", []byte("hello"), false},
		"a lie about a text": {"text/plain", good, false},
	} {
		if s := store(t, tt.kind, ".x", tt.body); s.AsSent != tt.asSent || !bytes.Equal(s.Body, tt.body) || s.Name != Name(tt.body, ".x") {
			t.Errorf("%s: as sent %t, %d bytes of %d", name, s.AsSent, len(s.Body), len(tt.body))
		}
	}
}

// TestMemory counts what decoding takes: of a picture in blocks of samples.
func TestMemory(t *testing.T) {
	for _, tt := range []struct {
		marker byte
		size   image.Point
		h, v   byte // of the first component; the other two have one
		lies   bool
		fits   bool
	}{
		{0xc0, image.Pt(7300, 5480), 2, 2, false, true},  // 40 megapixels, as a phone makes them
		{0xc0, image.Pt(7300, 5480), 2, 2, true, true},   // lying
		{0xc2, image.Pt(7300, 5480), 2, 2, false, false}, // progressive
		{0xc2, image.Pt(4000, 3000), 2, 2, true, true},
		{0xc0, image.Pt(12000, 9000), 2, 2, false, true},
		{0xc0, image.Pt(12000, 9000), 1, 1, false, false},
		{0xc0, image.Pt(65500, 65500), 2, 2, false, false},
	} {
		head := []byte{0xff, 0xd8, 0xff, tt.marker, 0, 17, 8}
		head = binary.BigEndian.AppendUint16(head, uint16(tt.size.Y))
		head = binary.BigEndian.AppendUint16(head, uint16(tt.size.X))
		head = append(head, 3, 1, tt.h<<4|tt.v, 0, 2, 0x11, 0, 3, 0x11, 0, 0xff, 0xda, 0, 2)
		f, ok := readFrame(head)
		if memory := f.memory(tt.lies); !ok || memory <= MaxMemory != tt.fits {
			t.Errorf("%v of marker %x: %d bytes, read %t", tt.size, tt.marker, memory, ok)
		}
	}
}

func TestScanner(t *testing.T) {
	for name, tt := range map[string]struct {
		scanner  []string
		withheld content.Withheld
	}{
		"lets pass":              {[]string{"grep", "-q", "hello", "-"}, ""},
		"refuses":                {[]string{"grep", "-q", "virus", "-"}, content.RefusedByScan},
		"is broken":              {[]string{"sh", "-c", "exit 2"}, content.RefusedByScan},
		"is not there":           {[]string{"no-such-scanner"}, content.RefusedByScan},
		"does not read the file": {[]string{"true"}, ""},
		"gets no secrets":        {[]string{"sh", "-c", `test -z "$BALIE_SECRET"`}, ""},
	} {
		t.Setenv("BALIE_SECRET", "x")
		if s := store(t, "text/plain", ".txt", []byte("hello"), tt.scanner...); s.Withheld != tt.withheld {
			t.Errorf("a scanner that %s: withheld %q", name, s.Withheld)
		}
	}
	s := NewStorer()
	s.scanFor = time.Millisecond
	stored, err := s.Store(t.Context(), Sent{"text/plain", ".txt", []byte("hello")}, []string{"sleep", "600"})
	if err != nil || stored.Withheld != content.RefusedByScan {
		t.Errorf("a scanner that does not end: %+v, %v", stored, err)
	}
}

func FuzzPictures(f *testing.F) {
	f.Add(photo(f, 6, false))
	f.Add([]byte("GIF89a\x01\x00\x01\x00\x80\x00\x00aaabbb,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;"))
	f.Add(webpFile(webpChunk("VP8X", "0123456789") + webpChunk("VP8L", "abc")))
	f.Add([]byte("\x89PNG\r\n\x1a\n" + pngChunk("IHDR", "0123456789abc") + pngChunk("IEND", "")))
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) > 1<<16 {
			return
		}
		for _, kind := range []string{"image/jpeg", "image/png", "image/gif", "image/webp"} {
			if s := store(t, kind, ".x", data); kind != "image/jpeg" && len(s.Body) > len(data) {
				t.Errorf("%s grew from %d to %d bytes", kind, len(data), len(s.Body))
			}
		}
	})
}
