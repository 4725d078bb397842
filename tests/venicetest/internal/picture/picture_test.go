package picture_test

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"image"
	"image/color"
	"math/rand/v2"
	"testing"

	"github.com/venice-go/venice/tests/venicetest/internal/picture"
)

func colourAt(m image.Image, x, y int) color.NRGBA {
	return color.NRGBAModel.Convert(m.At(x, y)).(color.NRGBA)
}

// Each word has its place and its colour; the seed has the last band, and nothing else changes with it.
func TestDraw(t *testing.T) {
	m := picture.Draw("red Fox", "7", 300, 20)
	for i, word := range []string{"red", "FOX", "#7"} {
		if got := colourAt(m, 100*i+50, 19); got != picture.Colour(word) {
			t.Errorf("band %d: %v, want %v", i, got, picture.Colour(word))
		}
	}
	other := picture.Draw("red Fox", "8", 300, 20)
	if colourAt(other, 50, 0) != colourAt(m, 50, 0) || colourAt(other, 250, 0) == colourAt(m, 250, 0) {
		t.Error("the seed changes the words' bands, or not its own")
	}
	if n := len(picture.Draw("1 2 3 4 5 6 7 8 9 10", "", 90, 1).Palette); n != 9 {
		t.Errorf("%d bands", n)
	}
	if b := picture.Draw("", "", 1, 1).Bounds(); b.Dx() != 1 || b.Dy() != 1 {
		t.Errorf("bounds %v", b)
	}
}

// What was written is read again, pixel for pixel where the format keeps them.
func TestEncode(t *testing.T) {
	m := picture.Draw("a b c", "1", 640, 360)
	for _, format := range picture.Formats {
		file, err := picture.Encode(m, format)
		if err != nil {
			t.Fatal(err)
		}
		if len(file) > 20_000 {
			t.Errorf("%s: %d bytes", format, len(file))
		}
		back, err := picture.Read(file)
		if err != nil || back.Bounds() != m.Bounds() {
			t.Fatalf("%s: %v, %v", format, back.Bounds(), err)
		}
		if format == "png" && colourAt(back, 500, 200) != colourAt(m, 500, 200) {
			t.Error("png: another colour")
		}
	}
	if _, err := picture.Encode(m, "tiff"); err == nil || err.Error() != `picture: format "tiff": want jpeg, png or webp` {
		t.Error(err)
	}
}

func TestEdit(t *testing.T) {
	from := picture.Draw("sky", "1", 400, 400)
	m := picture.Edit(from, "sea", "2", 200, 100)
	if m.Bounds() != image.Rect(0, 0, 200, 100) {
		t.Fatalf("bounds %v", m.Bounds())
	}
	if colourAt(m, 10, 10) != picture.Colour("sky") || colourAt(m, 10, 90) != picture.Colour("sea") {
		t.Errorf("above %v, below %v", colourAt(m, 10, 10), colourAt(m, 10, 90))
	}
}

func TestEnlarge(t *testing.T) {
	full := image.NewNRGBA(image.Rect(5, 5, 12, 8)) // bounds that do not begin at zero
	for i := range full.Pix {
		full.Pix[i] = byte(i * 37)
	}
	for _, m := range []image.Image{full, picture.Draw("a b", "", 7, 3)} {
		big := picture.Enlarge(m, 4)
		if big.Bounds() != image.Rect(0, 0, 28, 12) {
			t.Fatalf("bounds %v", big.Bounds())
		}
		for y := range 12 {
			for x := range 28 {
				if want := colourAt(m, m.Bounds().Min.X+x/4, m.Bounds().Min.Y+y/4); colourAt(big, x, y) != want {
					t.Fatalf("%d, %d: %v, want %v", x, y, colourAt(big, x, y), want)
				}
			}
		}
	}
}

func TestCut(t *testing.T) {
	m := picture.Cut(picture.Draw("a", "", 100, 50))
	for _, corner := range []image.Point{{0, 0}, {99, 0}, {0, 49}, {99, 49}} {
		if c := colourAt(m, corner.X, corner.Y); c.A != 0 {
			t.Errorf("%v: %v, want it transparent", corner, c)
		}
	}
	if c := colourAt(m, 25, 25); c != picture.Colour("a") {
		t.Errorf("the middle: %v", c)
	}
}

func TestReadRefuses(t *testing.T) {
	png, _ := picture.Encode(picture.Draw("a", "", 300, 300), "png")
	huge := bytes.Clone(png)
	binary.BigEndian.PutUint32(huge[16:], 1<<20) // the width, with a checksum that no longer fits
	for name, data := range map[string][]byte{"nothing": nil, "text": []byte("hello"), "cut": png[:len(png)/2], "huge": huge} {
		if m, err := picture.Read(data); err == nil {
			t.Errorf("%s: a picture of %v", name, m.Bounds())
		}
	}
}

// A WebP file says its size and whether it is transparent, in every size and for every content. The pixels are read by
// another decoder in tests/clients.
func TestWebPHead(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for _, size := range []image.Point{{1, 1}, {2, 3}, {100, 1}, {1, 4097}, {64, 64}} {
		noise := image.NewNRGBA(image.Rectangle{Max: size})
		for i := range noise.Pix {
			noise.Pix[i] = byte(random.Uint32())
		}
		for i, m := range []image.Image{picture.Draw("a b", "", size.X, size.Y), noise} {
			file, err := picture.Encode(m, "webp")
			if err != nil || string(file[:4]) != "RIFF" || int(binary.LittleEndian.Uint32(file[4:])) != len(file)-8 {
				t.Fatalf("%v: %x, %v", size, file[:8], err)
			}
			back, err := picture.Read(file)
			if err != nil || back.Bounds().Max != size {
				t.Errorf("%v: %v", size, err)
			}
			if alpha := binary.LittleEndian.Uint32(file[21:])>>28&1 == 1; alpha != (i == 1) {
				t.Errorf("%v: alpha %t", size, alpha)
			}
		}
	}
}

func FuzzRead(f *testing.F) {
	for _, format := range picture.Formats {
		file, _ := picture.Encode(picture.Draw("a", "", 20, 20), format)
		f.Add(file)
	}
	f.Add([]byte("RIFF\x00\x00\x00\x00WEBPVP8X\x0a\x00\x00\x00\x00\x00\x00\x00\xff\xff\xff\xff\xff\xff"))
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) > 1<<12 {
			t.Skip("enough")
		}
		if m, err := picture.Read(data); err == nil {
			if n := m.Bounds().Dx() * m.Bounds().Dy(); n <= 0 || n > picture.MaxPixels {
				t.Error(fmt.Errorf("%d pixels", n))
			}
		}
	})
}
