// How large pictures are, and how they come into the fake.

package venicetest

import (
	"encoding/base64"
	"fmt"
	"image"
	"math"
	"strconv"
	"strings"

	"github.com/venice-go/venice/tests/venicetest/internal/picture"
)

const (
	minPixels    = 65_536     // of a picture that is sent
	maxUpscaled  = 16_777_216 // of one that was enlarged
	maxFile      = 25 << 20   // bytes
	usualSide    = 1024
	sizeMultiple = 8
)

// shape is width and height of a size class ("1K") and a shape ("16:9"): as many pixels as the square has.
func shape(resolution, ratio string) (width, height int) {
	side := usualSide
	if n, err := strconv.Atoi(strings.TrimSuffix(resolution, "K")); err == nil && n > 0 {
		side = usualSide * n
	}
	w, h := 1.0, 1.0
	if a, b, ok := strings.Cut(ratio, ":"); ok {
		x, err1 := strconv.ParseFloat(a, 64)
		y, err2 := strconv.ParseFloat(b, 64)
		if err1 == nil && err2 == nil && x > 0 && y > 0 {
			w, h = x, y
		}
	}
	round := func(x float64) int { return max(sizeMultiple, int(math.Round(x/sizeMultiple))*sizeMultiple) }
	return round(float64(side) * math.Sqrt(w/h)), round(float64(side) * math.Sqrt(h/w))
}

// readPicture reads a picture that was sent as a file, as base64, as a data URL, or by an address. What lies at an
// address is made up: the fake fetches nothing.
func readPicture(text string) (image.Image, error) {
	if strings.HasPrefix(text, "http://") || strings.HasPrefix(text, "https://") {
		return picture.Draw(text, "", usualSide, usualSide), nil
	}
	data := []byte(text)
	encoded := text
	if strings.HasPrefix(text, "data:") {
		_, encoded, _ = strings.Cut(text, ",")
	}
	if decoded, err := base64.StdEncoding.DecodeString(encoded); err == nil && len(decoded) > 0 {
		data = decoded
	}
	if len(data) > maxFile {
		return nil, fmt.Errorf("the picture is larger than %d MB", maxFile>>20)
	}
	m, err := picture.Read(data)
	if err != nil {
		return nil, err
	}
	if n := m.Bounds().Dx() * m.Bounds().Dy(); n < minPixels {
		return nil, fmt.Errorf("the picture has %d pixels: want at least %d", n, minPixels)
	}
	return m, nil
}
