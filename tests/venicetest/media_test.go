// Tests of the files that stand in for media.

package venicetest

import (
	"bytes"
	"encoding/csv"
	"image"
	"image/color"
	_ "image/jpeg"
	_ "image/png"
	"strings"
	"testing"
)

// Every media type of the description has a file, and files differ.
func TestMediaOfTheDescription(t *testing.T) {
	for operation, route := range description().routes {
		for _, ref := range route.Operation.Responses.Map() {
			for contentType, described := range ref.Value.Content {
				if described.Schema.Value.Format != "binary" && contentType != "text/csv" {
					continue
				}
				different := map[string]bool{}
				for n := range uint64(8) {
					file, err := mediaFile(contentType, n)
					if err != nil || len(file) == 0 || len(file) > 4000 {
						t.Fatalf("%s: %s: %d bytes, %v", operation, contentType, len(file), err)
					}
					different[string(file)] = true
				}
				if len(different) < 2 {
					t.Errorf("%s is always the same", contentType)
				}
			}
		}
	}
	if _, err := mediaFile("image/tiff", 0); err == nil || !strings.Contains(err.Error(), "image/tiff to answer with; there are audio/aac,") {
		t.Errorf("unknown type: %v", err)
	}
}

func TestPictures(t *testing.T) {
	for _, format := range []string{"png", "jpeg"} {
		for n := range uint64(16) {
			n |= 0x8040c0 // bright enough for JPEG to keep
			file, err := mediaFile("image/"+format, n)
			if err != nil {
				t.Fatal(err)
			}
			m, got, err := image.Decode(bytes.NewReader(file))
			if err != nil || got != format || m.Bounds().Dx() != int(1+n%4) || m.Bounds().Dy() != int(1+n/4%4) {
				t.Fatalf("%s %d: %v %q %v", format, n, m, got, err)
			}
			c := color.RGBAModel.Convert(m.At(0, 0)).(color.RGBA)
			if w := colour(n); abs(c.R, w.R)+abs(c.G, w.G)+abs(c.B, w.B) > 12 {
				t.Errorf("%s %d: colour %v, want %v", format, n, c, w)
			}
		}
	}
}

func abs(a, b uint8) int { return max(int(a)-int(b), int(b)-int(a)) }

func TestCSV(t *testing.T) {
	rows, err := csv.NewReader(bytes.NewReader(csvTable(3))).ReadAll()
	if err != nil || len(rows) != 4 || rows[2][3] != "a, \"b\"\nc" {
		t.Errorf("%q, %v", rows, err)
	}
}
