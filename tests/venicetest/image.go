// Pictures of one colour, one to four pixels wide and high, for samples.

package venicetest

import (
	"image"
	"image/color"
	"image/draw"

	"github.com/venice-go/venice/tests/venicetest/internal/picture"
)

// sampleImage makes a file of a format that there is.
func sampleImage(format string) func(n uint64) []byte {
	return func(n uint64) []byte {
		m := image.NewRGBA(image.Rect(0, 0, int(1+n%4), int(1+n/4%4)))
		draw.Draw(m, m.Bounds(), image.NewUniform(colour(n)), image.Point{}, draw.Src)
		file, _ := picture.Encode(m, format) // into memory, which does not fail
		return file
	}
}

func colour(n uint64) color.RGBA { return color.RGBA{byte(n), byte(n >> 8), byte(n >> 16), 255} }
