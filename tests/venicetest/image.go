// Pictures of one colour, one to four pixels wide and high.

package venicetest

import (
	"bytes"
	"image"
	"image/color"
	"image/draw"
	"image/jpeg"
	"image/png"
	"math/bits"
)

func picture(n uint64) image.Image {
	m := image.NewRGBA(image.Rect(0, 0, int(1+n%4), int(1+n/4%4)))
	draw.Draw(m, m.Bounds(), image.NewUniform(colour(n)), image.Point{}, draw.Src)
	return m
}

func colour(n uint64) color.RGBA { return color.RGBA{byte(n), byte(n >> 8), byte(n >> 16), 255} }

func pngImage(n uint64) []byte {
	var b bytes.Buffer
	_ = png.Encode(&b, picture(n)) // into memory, which does not fail
	return b.Bytes()
}

func jpegImage(n uint64) []byte {
	var b bytes.Buffer
	_ = jpeg.Encode(&b, picture(n), nil)
	return b.Bytes()
}

// webpImage is lossless WebP (VP8L). Each of its five prefix codes has a single symbol, which takes no bits to say: the
// codes are the picture.
func webpImage(n uint64) []byte {
	c := colour(n)
	one := func(x byte) string { return "1 0 1" + lowFirst(uint64(x), 8) } // a simple code, of one symbol, in eight bits
	stream := pack(
		lowFirst(n%4, 14), lowFirst(n/4%4, 14), // width and height, less one
		"0 000", // no alpha, version 0
		"0 0 0", // no transform, no cache of colours, one group of codes
		one(c.G), one(c.R), one(c.B), one(c.A),
		"1 0 0 0", // the code of distances, of one symbol, in one bit
	)
	for i := range stream {
		stream[i] = bits.Reverse8(stream[i]) // VP8L fills bytes from the lowest bit
	}
	stream = append([]byte{0x2f}, stream...)
	chunk := littleEndian("VP8L", uint32(len(stream)), stream, make([]byte, len(stream)%2))
	return littleEndian("RIFF", uint32(4+len(chunk)), "WEBP", chunk)
}

// lowFirst is a number in n binary digits, the lowest first.
func lowFirst(x uint64, n int) string { return field(bits.Reverse64(x)>>(64-n), n) }
