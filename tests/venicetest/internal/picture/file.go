// Files: pictures written and read.

package picture

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"hash/fnv"
	"image"
	_ "image/gif" // for Read
	"image/jpeg"
	"image/png"
)

// Formats are those that Encode writes.
var Formats = []string{"jpeg", "png", "webp"}

// Encode writes a picture. The format is one of Formats, else the error says so.
func Encode(m image.Image, format string) ([]byte, error) {
	var b bytes.Buffer
	var err error
	switch format {
	case "png":
		err = (&png.Encoder{CompressionLevel: png.BestSpeed}).Encode(&b, m)
	case "jpeg":
		err = jpeg.Encode(&b, m, &jpeg.Options{Quality: 90})
	case "webp":
		return webp(m), nil
	default:
		err = fmt.Errorf("picture: format %q: want jpeg, png or webp", format)
	}
	return b.Bytes(), err
}

// MaxPixels is how large a picture Read takes.
const MaxPixels = 33_177_600

// Read reads a picture: PNG, JPEG, GIF or WebP. Of WebP it reads the size alone, and shows a colour made of the bytes.
// The error says that it is none, or too large.
func Read(data []byte) (image.Image, error) {
	width, height, isWebP := webpSize(data)
	if !isWebP {
		c, _, err := image.DecodeConfig(bytes.NewReader(data))
		if err != nil {
			return nil, errors.New("no picture: want PNG, JPEG, GIF or WebP")
		}
		width, height = c.Width, c.Height
	}
	if width <= 0 || height <= 0 || width > MaxPixels/height {
		return nil, fmt.Errorf("a picture of %d by %d pixels: want at most %d in all", width, height, MaxPixels)
	}
	if isWebP {
		sum := fnv.New64a()
		sum.Write(data)
		return Draw(hex.EncodeToString(sum.Sum(nil)), "", width, height), nil
	}
	m, _, err := image.Decode(bytes.NewReader(data))
	if err != nil {
		return nil, errors.New("the picture is damaged")
	}
	return m, nil
}

// webpSize reads the head of a WebP file: lossless, lossy, or with a head of its own.
func webpSize(b []byte) (width, height int, ok bool) {
	if len(b) < 30 || string(b[:4]) != "RIFF" || string(b[8:12]) != "WEBP" {
		return 0, 0, false
	}
	data := b[20:]
	switch string(b[12:16]) {
	case "VP8L":
		n := binary.LittleEndian.Uint32(data[1:])
		return int(n&0x3fff) + 1, int(n>>14&0x3fff) + 1, data[0] == vp8lSign
	case "VP8 ":
		return int(binary.LittleEndian.Uint16(data[6:]) & 0x3fff), int(binary.LittleEndian.Uint16(data[8:]) & 0x3fff), true
	case "VP8X":
		three := func(b []byte) int { return int(b[0]) | int(b[1])<<8 | int(b[2])<<16 }
		return three(data[4:]) + 1, three(data[7:]) + 1, true
	}
	return 0, 0, false
}
