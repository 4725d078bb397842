// Tests of looking at files.

package look_test

import (
	"bytes"
	"encoding/base64"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"testing"

	"github.com/venice-go/venice/tests/venicetest/internal/look"
)

func TestAt(t *testing.T) {
	picture := image.NewPaletted(image.Rect(0, 0, 6, 4), color.Palette{color.Black})
	var asPNG, asJPEG, asGIF bytes.Buffer
	_ = png.Encode(&asPNG, picture)
	_ = jpeg.Encode(&asJPEG, picture, nil)
	_ = gif.Encode(&asGIF, picture, nil)
	lossless, _ := base64.StdEncoding.DecodeString("UklGRiQAAABXRUJQVlA4TBcAAAAvAUAAEB8gEEjeHzqNBQQF/g8OENH/AAA=") // 2x2
	for name, c := range map[string]struct {
		file    []byte
		want    string
		picture bool
	}{
		"png":       {asPNG.Bytes(), "image/png, 6x4", true},
		"jpeg":      {asJPEG.Bytes(), "image/jpeg, 6x4", true},
		"gif":       {asGIF.Bytes(), "image/gif, 6x4", true},
		"webp":      {lossless, "image/webp, 2x2", true},
		"lossy":     {[]byte("RIFF\x00\x00\x00\x00WEBPVP8 \x00\x00\x00\x00\x30\x01\x00\x9d\x01\x2a\x40\x01\xf0\x00"), "image/webp, 320x240", true},
		"extended":  {[]byte("RIFF\x00\x00\x00\x00WEBPVP8X\x0a\x00\x00\x00\x00\x00\x00\x00\xff\x03\x00\xff\x02\x00"), "image/webp, 1024x768", true},
		"cut":       {asPNG.Bytes()[:20], "image/png", false},
		"short":     {[]byte("RIFF\x00\x00\x00\x00WEBPVP8X"), "image/webp", false},
		"wav":       {[]byte("RIFF\x24\x00\x00\x00WAVEfmt "), "audio/wave", false},
		"pdf":       {[]byte("%PDF-1.7\n"), "application/pdf", false},
		"text":      {[]byte("hello"), "text/plain", false},
		"nothing":   {nil, "text/plain", false},
		"too large": {bytes.Repeat([]byte{0}, 64), "application/octet-stream", false},
	} {
		if got := look.At(c.file); got != c.want || look.Picture(c.file) != c.picture {
			t.Errorf("%s: %q, picture %t", name, got, look.Picture(c.file))
		}
	}
}

func FuzzAt(f *testing.F) {
	f.Add([]byte("RIFF\x00\x00\x00\x00WEBPVP8L\x00\x00\x00\x00\x2f\x00\x00\x00\x00\x00\x00\x00\x00\x00"))
	f.Fuzz(func(t *testing.T, file []byte) {
		if look.At(file) == "" {
			t.Error("no words")
		}
	})
}
