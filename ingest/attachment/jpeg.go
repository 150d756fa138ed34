package attachment

import (
	"bytes"
	"image"
	"image/jpeg"
	"runtime/debug"

	"github.com/bep/imagemeta"
)

// What the decoding of a picture takes at most: memory, which progressive pictures of more than 24
// megapixels would exceed, and processor time, which is four seconds for the most pixels.
const (
	MaxMemory = 180e6
	maxPixels = 50e6
)

// freeFrom is from how many bytes on memory is given back at once: the next picture would come on
// top.
const freeFrom = 30e6

const quality = 90

// cleanJPEG encodes a picture anew, upright, or returns nil where it can't.
func cleanJPEG(data []byte) (clean []byte) {
	defer func() {
		if recover() != nil { // a decoder's mistake is no reason to lose a file
			clean = nil
		}
	}()
	f, ok := readFrame(data)
	if !ok {
		return nil
	}
	o := orientationOf(data)
	memory := f.memory(o != upright)
	if memory > MaxMemory || f.width*f.height > maxPixels {
		return nil
	}
	if memory > freeFrom {
		defer debug.FreeOSMemory()
	}
	picture, err := jpeg.Decode(bytes.NewReader(data))
	if err != nil {
		return nil
	}
	if picture = turn(picture, o); picture == nil {
		return nil
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, picture, &jpeg.Options{Quality: quality}); err != nil {
		return nil
	}
	return b.Bytes()
}

// orientation is how a picture lies (Exif 3.0, Orientation): 1 is upright, and 5 to 8 lie on a
// side.
type orientation int

const upright orientation = 1

func (o orientation) onSide() bool { return o >= 5 }

// orientationOf reads how a picture lies. What does not say so is upright.
func orientationOf(data []byte) orientation {
	found := upright
	imagemeta.Decode(imagemeta.Options{
		R: bytes.NewReader(data), ImageFormat: imagemeta.JPEG, Sources: imagemeta.EXIF, LimitNumTags: 1000,
		ShouldHandleTag: func(t imagemeta.TagInfo) bool { return t.Namespace == "IFD0" && t.Tag == "Orientation" },
		HandleTag: func(t imagemeta.TagInfo) error {
			if value, ok := t.Value.(uint16); ok && value >= 1 && value <= 8 {
				found = orientation(value)
			}
			return imagemeta.ErrStopWalking
		},
	}) // an error leaves it upright
	return found
}

// turn returns a picture upright, or nil where its samples can't be turned.
func turn(m image.Image, o orientation) image.Image {
	if o == upright {
		return m
	}
	size := m.Bounds().Size()
	bounds := image.Rectangle{Max: o.size(size)}
	switch m := m.(type) {
	case *image.YCbCr:
		return turnYCbCr(m, o, bounds)
	case *image.Gray:
		return &image.Gray{Pix: o.turn(m.Pix, m.Stride, size, 1), Stride: bounds.Dx(), Rect: bounds}
	case *image.RGBA:
		return &image.RGBA{Pix: o.turn(m.Pix, m.Stride, size, 4), Stride: 4 * bounds.Dx(), Rect: bounds}
	case *image.CMYK:
		return &image.CMYK{Pix: o.turn(m.Pix, m.Stride, size, 4), Stride: 4 * bounds.Dx(), Rect: bounds}
	}
	return nil
}

// turnedRatios are the ratios of colour samples that turn into another on a side.
var turnedRatios = map[image.YCbCrSubsampleRatio]image.YCbCrSubsampleRatio{
	image.YCbCrSubsampleRatio444: image.YCbCrSubsampleRatio444,
	image.YCbCrSubsampleRatio420: image.YCbCrSubsampleRatio420,
	image.YCbCrSubsampleRatio422: image.YCbCrSubsampleRatio440,
	image.YCbCrSubsampleRatio440: image.YCbCrSubsampleRatio422,
}

func turnYCbCr(m *image.YCbCr, o orientation, bounds image.Rectangle) image.Image {
	ratio := m.SubsampleRatio
	if o.onSide() {
		var ok bool
		if ratio, ok = turnedRatios[ratio]; !ok {
			return nil
		}
	}
	colours := coloursOf(m.Rect.Size(), m.SubsampleRatio)
	return &image.YCbCr{
		Y:  o.turn(m.Y, m.YStride, m.Rect.Size(), 1),
		Cb: o.turn(m.Cb, m.CStride, colours, 1),
		Cr: o.turn(m.Cr, m.CStride, colours, 1),

		YStride: bounds.Dx(), CStride: o.size(colours).X, SubsampleRatio: ratio, Rect: bounds,
	}
}

// coloursOf is how many colour samples there are across and down.
func coloursOf(size image.Point, ratio image.YCbCrSubsampleRatio) image.Point {
	across, down := 1, 1
	switch ratio {
	case image.YCbCrSubsampleRatio422:
		across = 2
	case image.YCbCrSubsampleRatio420:
		across, down = 2, 2
	case image.YCbCrSubsampleRatio440:
		down = 2
	case image.YCbCrSubsampleRatio411:
		across = 4
	case image.YCbCrSubsampleRatio410:
		across, down = 4, 2
	}
	return image.Pt((size.X+across-1)/across, (size.Y+down-1)/down)
}

// size is what a size is upright.
func (o orientation) size(p image.Point) image.Point {
	if o.onSide() {
		return image.Pt(p.Y, p.X)
	}
	return p
}

// turn copies samples of some bytes each to where they are upright: from which one on, and how far
// apart they lie that are next to one another then.
func (o orientation) turn(from []byte, stride int, size image.Point, bytes int) []byte {
	right, bottom := (size.X-1)*bytes, (size.Y-1)*stride
	steps := map[orientation]struct{ first, across, down int }{
		2: {right, -bytes, stride},
		3: {right + bottom, -bytes, -stride},
		4: {bottom, bytes, -stride},
		5: {0, stride, bytes},
		6: {bottom, -stride, bytes},
		7: {right + bottom, -stride, -bytes},
		8: {right, stride, -bytes},
	}[o]
	to := make([]byte, 0, size.X*size.Y*bytes)
	turned := o.size(size)
	for y := range turned.Y {
		at := steps.first + y*steps.down
		for range turned.X {
			to = append(to, from[at:at+bytes]...)
			at += steps.across
		}
	}
	return to
}
