// Drawing: bands of colour that stand for words.

// Package picture draws for the fake. A picture shows its prompt as bands, one for each of the first words in a colour
// that the word always has, so that a test can say what must be in it.
package picture

import (
	"hash/fnv"
	"image"
	"image/color"
	"image/draw"
	"strings"
)

const maxBands = 8

// Colour is the one that a word has. No colour is close to black or white.
func Colour(word string) color.NRGBA {
	h := fnv.New32a()
	h.Write([]byte(strings.ToLower(word)))
	n := h.Sum32()
	part := func(shift int) uint8 { return uint8(32 + n>>shift&0xff*3/4) }
	return color.NRGBA{part(0), part(8), part(16), 255}
}

// Draw shows a prompt: a band from top to bottom for each of its first eight words, and one at the right for the seed,
// which tells apart pictures of the same prompt.
func Draw(prompt string, seed string, width, height int) *image.Paletted {
	words := strings.Fields(prompt)
	words = append(words[:min(len(words), maxBands)], "#"+seed)
	m := image.NewPaletted(image.Rect(0, 0, width, height), nil)
	row := m.Pix[:width]
	for x := range row {
		row[x] = uint8(x * len(words) / width)
	}
	for _, w := range words {
		m.Palette = append(m.Palette, Colour(w))
	}
	for y := 1; y < height; y++ {
		copy(m.Pix[y*m.Stride:], row)
	}
	return m
}

// Edit shows a picture in another size with the prompt in its lowest quarter.
func Edit(m image.Image, prompt, seed string, width, height int) image.Image {
	out := image.NewNRGBA(image.Rect(0, 0, width, height))
	each(out, func(x, y int) color.Color { return at(m, x, y, width, height) })
	low := image.Rect(0, height-height/4, width, height)
	draw.Draw(out, low, Draw(prompt, seed, width, max(1, low.Dy())), image.Point{}, draw.Src)
	return out
}

// Enlarge shows a picture so many times as wide and high.
func Enlarge(m image.Image, times int) image.Image {
	from := m.Bounds()
	size := image.Rect(0, 0, from.Dx()*times, from.Dy()*times)
	if p, few := m.(*image.Paletted); few {
		out := image.NewPaletted(size, p.Palette)
		for y := range size.Dy() {
			for x := range size.Dx() {
				out.Pix[y*out.Stride+x] = p.ColorIndexAt(from.Min.X+x/times, from.Min.Y+y/times)
			}
		}
		return out
	}
	out := image.NewNRGBA(size)
	each(out, func(x, y int) color.Color { return m.At(from.Min.X+x/times, from.Min.Y+y/times) })
	return out
}

// Cut leaves of a picture what lies in the ellipse that touches its sides; the rest is transparent.
func Cut(m image.Image) image.Image {
	from := m.Bounds()
	w, h := from.Dx(), from.Dy()
	out := image.NewNRGBA(image.Rect(0, 0, w, h))
	each(out, func(x, y int) color.Color {
		dx, dy := float64(2*x+1-w)/float64(w), float64(2*y+1-h)/float64(h)
		if dx*dx+dy*dy > 1 {
			return color.Transparent
		}
		return m.At(from.Min.X+x, from.Min.Y+y)
	})
	return out
}

func each(m *image.NRGBA, c func(x, y int) color.Color) {
	for y := range m.Rect.Dy() {
		for x := range m.Rect.Dx() {
			m.Set(x, y, c(x, y))
		}
	}
}

// at is the pixel of m that lies where x, y lies in a picture of another size.
func at(m image.Image, x, y, width, height int) color.Color {
	b := m.Bounds()
	return m.At(b.Min.X+x*b.Dx()/width, b.Min.Y+y*b.Dy()/height)
}
