// Package attachment makes of a file that was sent what is stored: named by its content, rid of
// what a device noted in it, and read by the desk's virus scanner.
//
//	Sent ─► picture without metadata ─► scanner ─► Stored
//
// # Pictures
//
// A JPEG picture is decoded, turned upright and encoded anew (jpeg.go). PNG, GIF and WebP are
// copied piece by piece, without the pieces that are no part of the picture (pieces.go): that
// loses nothing, animations included, and costs no memory whatever size a picture says it has.
//
// A picture that is broken, of another kind or too large to decode is kept as it was sent, and so
// is a film. Staff are told that it may carry the place where it was taken ([Stored].AsSent).
//
// One JPEG is decoded at a time, in at most [MaxMemory] bytes by its own header. Who waits too long
// for that has theirs kept as it was sent.
//
// # The scanner
//
// It reads what is stored. A file that it refuses, or that it could not read, is stored all the
// same and for staff alone ([content.RefusedByScan]).
package attachment

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"time"

	"balie/content"
)

// Sent is a file as it was sent.
type Sent struct {
	Type   string // its media type, by its content
	Ending string // of its name: .jpg
	Body   []byte
}

// Stored is a file as it is stored.
type Stored struct {
	Name     string
	Body     []byte
	Withheld content.Withheld
	AsSent   bool // a picture or film with all that its device noted in it
}

// Storer makes stored files. It is safe for use by many at once.
type Storer struct {
	decoding chan struct{} // holds a token while a picture is decoded
	scanning chan struct{} // and while a file is scanned
	scanFor  time.Duration // how long the scanner may take
}

// NewStorer returns a Storer.
func NewStorer() *Storer {
	return &Storer{decoding: make(chan struct{}, 1), scanning: make(chan struct{}, 4), scanFor: 30 * time.Second}
}

// decodeWithin is how long a picture waits for those before it.
const decodeWithin = 20 * time.Second

// Name is what a file is stored as: the first 16 hex digits of its content's SHA-256, and an
// ending.
func Name(body []byte, ending string) string {
	sum := sha256.Sum256(body)
	return hex.EncodeToString(sum[:8]) + ending
}

// Store makes of a file what is stored. The scanner is a command, or none. The error is ctx's.
func (s *Storer) Store(ctx context.Context, f Sent, scanner []string) (Stored, error) {
	body, err := s.clean(ctx, f)
	if err != nil {
		return Stored{}, err
	}
	stored := Stored{Body: body}
	if body == nil {
		stored.Body, stored.AsSent = f.Body, mayCarryPlace(f.Type)
	}
	stored.Name = Name(stored.Body, f.Ending)
	if len(scanner) > 0 && !s.scan(ctx, scanner, stored.Body) {
		stored.Withheld = content.RefusedByScan
	}
	return stored, ctx.Err()
}

// mayCarryPlace reports whether files of a media type have notes of the device that made them.
func mayCarryPlace(mediaType string) bool {
	return strings.HasPrefix(mediaType, "image/") || strings.HasPrefix(mediaType, "video/")
}

// clean returns a picture without metadata, or nil where a file is no picture that it can rewrite.
func (s *Storer) clean(ctx context.Context, f Sent) ([]byte, error) {
	switch f.Type {
	case "image/jpeg":
		return s.cleanJPEG(ctx, f.Body)
	case "image/png", "image/vnd.mozilla.apng":
		return cleanPNG(f.Body), nil
	case "image/gif":
		return cleanGIF(f.Body), nil
	case "image/webp":
		return cleanWebP(f.Body), nil
	}
	return nil, nil
}

// cleanJPEG decodes one picture at a time.
func (s *Storer) cleanJPEG(ctx context.Context, data []byte) ([]byte, error) {
	late := time.NewTimer(decodeWithin)
	defer late.Stop()
	select {
	case s.decoding <- struct{}{}:
		defer func() { <-s.decoding }()
		return cleanJPEG(data), nil
	case <-late.C:
		return nil, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}
