package attachment

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"slices"
)

// keptOfPNG are the chunks that a picture is made of (PNG, third edition, 11).
var keptOfPNG = []string{"IHDR", "PLTE", "IDAT", "IEND", "tRNS", "cHRM", "gAMA", "iCCP", "sBIT", "sRGB", "cICP", "bKGD", "hIST", "pHYs", "sPLT", "acTL", "fcTL", "fdAT"}

// cleanPNG copies the chunks of a picture, or returns nil where they are not what they say.
func cleanPNG(data []byte) []byte {
	const signature = "\x89PNG\r\n\x1a\n"
	rest, ok := bytes.CutPrefix(data, []byte(signature))
	if !ok {
		return nil
	}
	clean := []byte(signature)
	for len(rest) >= 12 {
		length := int64(binary.BigEndian.Uint32(rest))
		if length > int64(len(rest)-12) {
			return nil
		}
		chunk := rest[:12+length]
		name, sum := string(chunk[4:8]), binary.BigEndian.Uint32(chunk[8+length:])
		if crc32.ChecksumIEEE(chunk[4:8+length]) != sum || len(clean) == len(signature) && name != "IHDR" {
			return nil
		}
		if slices.Contains(keptOfPNG, name) {
			clean = append(clean, chunk...)
		}
		if name == "IEND" {
			return clean
		}
		rest = rest[len(chunk):]
	}
	return nil
}

// cleanGIF copies the blocks of a picture (GIF89a), or returns nil.
func cleanGIF(data []byte) []byte {
	if len(data) < 13 || !bytes.HasPrefix(data, []byte("GIF8")) {
		return nil
	}
	first := 13 + colourTable(data[10])
	if first > len(data) {
		return nil
	}
	return copyBlocks(slices.Clone(data[:first]), data[first:])
}

// copyBlocks appends the blocks of a GIF that make its picture.
func copyBlocks(clean, rest []byte) []byte {
	for len(rest) > 0 {
		header, keep := 0, true
		switch {
		case rest[0] == 0x3b:
			return append(clean, 0x3b)
		case rest[0] == 0x2c && len(rest) > 10:
			header = 10 + colourTable(rest[9]) + 1
		case rest[0] == 0x21 && len(rest) > 2:
			header, keep = 2, isOfPicture(rest)
		default:
			return nil
		}
		length := subBlocks(rest, header)
		if length < 0 {
			return nil
		}
		if keep {
			clean = append(clean, rest[:length]...)
		}
		rest = rest[length:]
	}
	return nil
}

// colourTable is how many bytes the colour table has of which a block's flags tell.
func colourTable(flags byte) int {
	if flags&0x80 == 0 {
		return 0
	}
	return 3 << (flags&7 + 1)
}

// isOfPicture reports whether an extension is part of the picture: how long it is shown, and how
// often.
func isOfPicture(extension []byte) bool {
	if extension[1] == 0xf9 {
		return true
	}
	return bytes.HasPrefix(extension[1:], []byte("\xff\x0bNETSCAPE2.0")) || bytes.HasPrefix(extension[1:], []byte("\xff\x0bANIMEXTS1.0"))
}

// subBlocks is how long a block is with its sub-blocks, which begin after its header; -1 where it
// does not end.
func subBlocks(block []byte, header int) int {
	for at := header; at < len(block); {
		size := int(block[at])
		at += 1 + size
		if size == 0 {
			return at
		}
	}
	return -1
}

// keptOfWebP are the chunks that a picture is made of (RFC 9649, 2.7).
var keptOfWebP = []string{"VP8X", "VP8 ", "VP8L", "ALPH", "ANIM", "ANMF", "ICCP"}

// The flags of a WebP picture that has Exif or XMP.
const metadataFlags = 0x08 | 0x04

// cleanWebP copies the chunks of a picture, or returns nil.
func cleanWebP(data []byte) []byte {
	if len(data) < 12 || string(data[:4]) != "RIFF" || string(data[8:12]) != "WEBP" {
		return nil
	}
	size := int64(binary.LittleEndian.Uint32(data[4:])) + 8
	if size < 12 || size > int64(len(data)) {
		return nil
	}
	clean, rest := slices.Clone(data[:12]), data[12:size]
	for len(rest) >= 8 {
		length := 8 + int64(binary.LittleEndian.Uint32(rest[4:]))
		length += length & 1
		if length > int64(len(rest)) {
			return nil
		}
		name, from := string(rest[:4]), len(clean)
		if slices.Contains(keptOfWebP, name) {
			clean = append(clean, rest[:length]...)
		}
		if name == "VP8X" && length > 8 {
			clean[from+8] &^= metadataFlags
		}
		rest = rest[length:]
	}
	if len(clean) == 12 || len(rest) > 0 {
		return nil
	}
	binary.LittleEndian.PutUint32(clean[4:], uint32(len(clean)-8))
	return clean
}
