package attachment

import (
	"bytes"
	"encoding/binary"
	"slices"
)

// frame is what the headers of a JPEG file say of its picture (ITU-T T.81, B.2).
type frame struct {
	width, height int
	blocks        int64 // of 8×8 samples, in all its components
	progressive   bool
	converted     bool // decoded to four bytes a pixel: CMYK, or RGB
}

// maxScans is how many scans are read: each goes over the whole picture. Encoders write about ten.
const maxScans = 100

// readFrame reads the headers up to the first scan, by the letter: what is read here is what the
// decoder reads.
func readFrame(data []byte) (f frame, ok bool) {
	if !bytes.HasPrefix(data, []byte{0xff, 0xd8}) || bytes.Count(data, []byte{0xff, 0xda}) > maxScans {
		return f, false
	}
	for rest := data[2:]; len(rest) >= 4 && rest[0] == 0xff; {
		marker, length := rest[1], int(binary.BigEndian.Uint16(rest[2:]))
		if marker == 0xda {
			return f, f.blocks > 0
		}
		if marker < 0xc0 || marker >= 0xd0 && marker < 0xda || marker == 0xff || length < 2 || len(rest) < 2+length {
			return f, false
		}
		if !f.read(marker, rest[4:2+length]) {
			return f, false
		}
		rest = rest[2+length:]
	}
	return f, false
}

// read takes one segment.
func (f *frame) read(marker byte, segment []byte) bool {
	switch marker {
	case 0xee: // Adobe's
		f.converted = true
	case 0xc0, 0xc1, 0xc2:
		if f.blocks > 0 {
			return false
		}
		f.progressive = marker == 0xc2
		return f.readSize(segment)
	}
	return true
}

// readSize takes the frame header. Three components called R, G and B are decoded as such.
func (f *frame) readSize(s []byte) bool {
	if len(s) < 6 || len(s) != 6+3*int(s[5]) {
		return false
	}
	f.height, f.width = int(binary.BigEndian.Uint16(s[1:])), int(binary.BigEndian.Uint16(s[3:]))
	var ids []byte
	across, down, perUnit := 1, 1, 0
	for c := range slices.Chunk(s[6:], 3) {
		h, v := int(c[1]>>4), int(c[1]&15)
		if h < 1 || h > 4 || v < 1 || v > 4 {
			return false
		}
		ids = append(ids, c[0])
		across, down, perUnit = max(across, h), max(down, v), perUnit+h*v
	}
	f.converted = f.converted || len(ids) > 3 || string(ids) == "RGB"
	units := int64((f.width+8*across-1)/(8*across)) * int64((f.height+8*down-1)/(8*down))
	f.blocks = units * int64(perUnit)
	return true
}

// memory is how many bytes it takes to decode the picture and, where it lies, to turn it. A block
// of samples has 64 bytes, and of a progressive picture's coefficients 256.
func (f *frame) memory(lies bool) int64 {
	decoded := 64 * f.blocks
	if f.converted {
		decoded += 4 * int64(f.width) * int64(f.height)
	}
	if lies {
		decoded *= 2
	}
	if f.progressive {
		decoded += 256 * f.blocks
	}
	return decoded
}
