// Tests of pictures made from pictures.

package venicetest_test

import (
	"encoding/base64"
	"image/color"
	"testing"

	"github.com/venice-go/venice/tests/venicetest"
)

// An edit keeps the picture and its size, in whatever form it came, and shows the prompt below.
func TestEditImage(t *testing.T) {
	srv := venicetest.NewServer(t)
	c := caller{t, srv, srv.InferenceKey()}
	file := square(color.NRGBA{200, 10, 10, 255})
	text := base64.StdEncoding.EncodeToString(file)
	for name, r := range map[string]reply{
		"base64":   c.do("POST", "/image/edit", fields("image", text, "prompt", "blue")),
		"data URL": c.do("POST", "/image/edit", fields("image", "data:image/png;base64,"+text, "prompt", "blue", "model", "qwen-edit")),
		"file":     c.upload("/image/edit", map[string]string{"prompt": "blue"}, "image", file),
		"several":  c.do("POST", "/image/multi-edit", fields("images", []any{text, text}, "prompt", "blue")),
		"files":    c.upload("/image/multi-edit", map[string]string{"prompt": "blue"}, "images", file, file, file),
	} {
		m, format := decode(t, []byte(r.want(t, 200, "PNG").raw))
		if m.Bounds().Dx() != 300 || m.Bounds().Dy() != 300 || format != "png" {
			t.Errorf("%s: %v %s", name, m.Bounds(), format)
		}
		if c := color.NRGBAModel.Convert(m.At(10, 10)); c != (color.NRGBA{200, 10, 10, 255}) {
			t.Errorf("%s: above %v", name, c)
		}
		if c := color.NRGBAModel.Convert(m.At(10, 290)); c == (color.NRGBA{200, 10, 10, 255}) {
			t.Errorf("%s: below %v", name, c)
		}
	}
	r := c.do("POST", "/image/edit", fields("image", text, "prompt", "x", "aspect_ratio", "16:9", "output_format", "jpeg")).want(t, 200, "")
	if m, format := decode(t, []byte(r.raw)); m.Bounds().Dx() != 1368 || m.Bounds().Dy() != 768 || format != "jpeg" {
		t.Errorf("%v %s", m.Bounds(), format)
	}
	r = c.do("POST", "/image/edit", fields("image", "https://example.com/a.png", "prompt", "x")).want(t, 200, "")
	if m, _ := decode(t, []byte(r.raw)); m.Bounds().Dx() != 1024 {
		t.Errorf("a picture elsewhere: %v", m.Bounds())
	}
}

func TestEditImageRefuses(t *testing.T) {
	since(t, "20260821")
	srv := venicetest.NewServer(t)
	c := caller{t, srv, srv.InferenceKey()}
	text := base64.StdEncoding.EncodeToString(square(color.White))
	for _, test := range []struct {
		path   string
		body   map[string]any
		status int
		text   string
	}{
		{"/image/edit", fields("image", "AA==", "prompt", "x"), 400, "Invalid image: no picture"},
		{"/image/edit", fields("image", text, "prompt", "x", "quality", "low"), 400, "quality"},
		{"/image/edit", fields("image", text, "prompt", "x", "model", "nobody"), 404, "Specified model not found"},
		{"/image/edit", fields("image", text, "prompt", "x", "resolution", "1K"), 400, "resolution"},
		{"/image/edit", fields("image", text, "prompt", "x", "model", "qwen-edit", "aspect_ratio", "1:1"), 400, "aspect_ratio"},
		{"/image/multi-edit", fields("images", []any{text, text, text, text}, "prompt", "x"), 400, "at most 3"},
		{"/image/upscale", fields("image", text, "scale", 3), 400, "2 or 4"},
		{"/image/upscale", fields("image", text, "enhance", true), 400, "no longer supported"},
		{"/image/upscale", fields("image", "AA=="), 400, "Invalid image"},
		{"/image/background-remove", fields(), 400, "want image or image_url"},
	} {
		c.do("POST", test.path, test.body).want(t, test.status, test.text)
	}
}

// Twice as large is twice as large, also for a picture that the fake has drawn; others are enlarged as far as they may.
func TestUpscale(t *testing.T) {
	since(t, "20260821")
	srv := venicetest.NewServer(t)
	c := caller{t, srv, srv.InferenceKey()}
	file := square(color.NRGBA{1, 2, 3, 255})
	wide := c.do("POST", "/image/generate", prompt("width", 320, "height", 256, "return_binary", true)).want(t, 200, "WEBP").raw
	large := c.do("POST", "/image/generate", prompt("width", 1280, "height", 1280, "return_binary", true)).want(t, 200, "WEBP").raw
	for name, test := range map[string]struct {
		r             reply
		width, height int
	}{
		"default":   {c.upload("/image/upscale", nil, "image", file), 600, 600},
		"fourfold":  {c.upload("/image/upscale", map[string]string{"scale": "4", "creativity": "0.5"}, "image", file), 1200, 1200},
		"JSON":      {c.do("POST", "/image/upscale", fields("image", base64.StdEncoding.EncodeToString(file), "scale", 2, "creativity", nil)), 600, 600},
		"WebP":      {c.upload("/image/upscale", nil, "image", []byte(wide)), 640, 512},
		"too large": {c.upload("/image/upscale", map[string]string{"scale": "4"}, "image", []byte(large)), 3840, 3840},
	} {
		m, format := decode(t, []byte(test.r.want(t, 200, "PNG").raw))
		if m.Bounds().Dx() != test.width || m.Bounds().Dy() != test.height || format != "png" {
			t.Errorf("%s: %v %s", name, m.Bounds(), format)
		}
	}
}

func TestRemoveBackground(t *testing.T) {
	srv := venicetest.NewServer(t)
	c := caller{t, srv, srv.InferenceKey()}
	file := square(color.NRGBA{1, 200, 3, 255})
	for name, r := range map[string]reply{
		"file":    c.upload("/image/background-remove", nil, "image", file),
		"base64":  c.do("POST", "/image/background-remove", fields("image", base64.StdEncoding.EncodeToString(file))),
		"address": c.do("POST", "/image/background-remove", fields("image_url", "https://example.com/a.png")),
	} {
		m, _ := decode(t, []byte(r.want(t, 200, "PNG").raw))
		b := m.Bounds()
		if _, _, _, a := m.At(0, 0).RGBA(); a != 0 {
			t.Errorf("%s: the corner has alpha %d", name, a)
		}
		if _, _, _, a := m.At(b.Dx()/2, b.Dy()/2).RGBA(); a != 0xffff {
			t.Errorf("%s: the middle has alpha %d", name, a)
		}
	}
}
