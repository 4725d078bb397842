// Tests of pictures, read by Go's own decoders.

package venicetest_test

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"image"
	"image/color"
	_ "image/jpeg"
	"image/png"
	"mime/multipart"
	"strings"
	"testing"

	"github.com/venice-go/venice/tests/venicetest"
)

func prompt(more ...any) map[string]any {
	return fields(append([]any{"model", "z-image-turbo", "prompt", "a red fox"}, more...)...)
}

// fields is an object of names and values; nil takes a field away.
func fields(list ...any) map[string]any {
	object := map[string]any{}
	for i := 0; i < len(list); i += 2 {
		object[list[i].(string)] = list[i+1]
		if list[i+1] == nil {
			delete(object, list[i].(string))
		}
	}
	return object
}

func decode(t *testing.T, file []byte) (image.Image, string) {
	t.Helper()
	m, format, err := image.Decode(bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	return m, format
}

// images returns those of an answer in base64.
func (r reply) images(t *testing.T) (files [][]byte) {
	t.Helper()
	list, _ := r.body["images"].([]any)
	for _, text := range list {
		file, err := base64.StdEncoding.DecodeString(text.(string))
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, file)
	}
	return files
}

func TestGenerateImage(t *testing.T) {
	srv := venicetest.NewServer(t)
	c := caller{t, srv, srv.InferenceKey()}
	for _, test := range []struct {
		more          []any
		width, height int
		format        string
		count         int
	}{
		{[]any{"format", "png"}, 1024, 1024, "png", 1},
		{[]any{"format", "png", "width", 640, "height", 352, "variants", 3}, 640, 352, "png", 3},
		{[]any{"format", "jpeg", "width", 33, "height", 65, "variants", 4}, 33, 65, "jpeg", 4},
		{[]any{"model", "nano-banana-2", "format", "png", "resolution", "2K", "aspect_ratio", "16:9"}, 2728, 1536, "png", 1},
		{[]any{"model", "nano-banana-2", "format", "png"}, 1024, 1024, "png", 1},
	} {
		r := c.do("POST", "/image/generate", prompt(test.more...)).want(t, 200, `"timing"`)
		files := r.images(t)
		for _, file := range files {
			m, format := decode(t, file)
			if b := m.Bounds(); b.Dx() != test.width || b.Dy() != test.height || format != test.format {
				t.Errorf("%v: %v %s", test.more, b, format)
			}
		}
		if len(files) != test.count {
			t.Errorf("%v: %d pictures", test.more, len(files))
		}
		for i := 1; i < len(files); i++ {
			if bytes.Equal(files[i], files[0]) {
				t.Errorf("%v: picture %d is the first", test.more, i)
			}
		}
		if r.header.Get("x-venice-is-blurred") != "false" || r.header.Get("x-venice-model-id") == "" {
			t.Errorf("headers %v", r.header)
		}
	}
	// The same seed, the same picture; without one, another each time.
	get := func(more ...any) string { return c.do("POST", "/image/generate", prompt(more...)).raw }
	file := func(raw string) string { return raw[strings.Index(raw, "images"):strings.Index(raw, "request")] }
	one, again, other := file(get("seed", 5)), file(get("seed", 5)), file(get("seed", 6))
	if any, more := file(get()), file(get()); one != again || one == other || any == more {
		t.Error("seeds")
	}
}

func TestImageAsBytes(t *testing.T) {
	srv := venicetest.NewServer(t)
	c := caller{t, srv, srv.InferenceKey()}
	for format, magic := range map[string]string{"png": "\x89PNG", "jpeg": "\xff\xd8\xff", "webp": "RIFF", "": "RIFF"} {
		more := []any{"return_binary", true}
		if format != "" {
			more = append(more, "format", format)
		}
		r := c.do("POST", "/image/generate", prompt(more...)).want(t, 200, magic)
		if want := "image/" + strings.TrimPrefix(format, ""); format != "" && r.header.Get("Content-Type") != want {
			t.Errorf("%s: %s", want, r.header.Get("Content-Type"))
		}
	}
}

func TestGenerateImageRefuses(t *testing.T) {
	since(t, "20260821")
	srv := venicetest.NewServer(t)
	c := caller{t, srv, srv.InferenceKey()}
	for _, test := range []struct {
		more   []any
		status int
		text   string
	}{
		{[]any{"model", "z-image-turbe"}, 404, "Specified model not found: z-image-turbe. Did you mean z-image-turbo?"},
		{[]any{"model", "stable-diffusion"}, 404, "has been deprecated. Please use z-image-turbo"},
		{[]any{"model", "zai-org-glm-5-1"}, 404, "Specified model not found"},
		{[]any{"inpaint", map[string]any{}}, 400, "inpaint"},
		{[]any{"aspect_ratio", "16:9"}, 400, "This model does not support aspect_ratio"},
		{[]any{"model", "nano-banana-2", "resolution", "8K"}, 400, "want one of 1K, 2K, 4K"},
		{[]any{"model", "venice-sd35", "width", 1000}, 400, "multiple of 16"},
		{[]any{"model", "venice-sd35", "prompt", strings.Repeat("x", 1501)}, 400, "1500"},
		{[]any{"steps", 9}, 400, "less than or equal to 8"},
		{[]any{"style_preset", "Nobody's"}, 400, "Invalid style"},
		{[]any{"variants", 2, "return_binary", true}, 400, "variants"},
		{[]any{"style_references", []any{map[string]any{"image": "AA=="}}}, 400, "at most 0"},
		{[]any{"unknown", 1}, 400, "unknown"},
	} {
		c.do("POST", "/image/generate", prompt(test.more...)).want(t, test.status, test.text)
	}
	c.do("GET", "/image/styles", nil).want(t, 200, "Watercolor")
	c.do("POST", "/image/generate", prompt("style_preset", "Watercolor", "width", 64, "height", 64)).want(t, 200, "images")
}

func TestAdultImages(t *testing.T) {
	srv := venicetest.NewServer(t)
	c := caller{t, srv, srv.InferenceKey()}
	for _, test := range []struct {
		prompt             string
		safe               bool
		blurred, violation string
	}{
		{"a fox", true, "false", "false"},
		{"a NSFW fox", true, "true", "false"},
		{"a nsfw fox", false, "false", "false"},
		{"a fox [violation]", false, "false", "true"},
	} {
		h := c.do("POST", "/image/generate", prompt("prompt", test.prompt, "safe_mode", test.safe, "width", 64, "height", 64)).header
		if h.Get("x-venice-is-blurred") != test.blurred || h.Get("x-venice-is-content-violation") != test.violation {
			t.Errorf("%q: %v", test.prompt, h)
		}
	}
}

// The OpenAI form: one picture, base64 or a data URL, and a default model for names that nobody knows.
func TestCreateImage(t *testing.T) {
	srv := venicetest.NewServer(t)
	c := caller{t, srv, srv.InferenceKey()}
	first := func(r reply) map[string]any { return r.body["data"].([]any)[0].(map[string]any) }
	r := c.do("POST", "/images/generations", prompt("model", "dall-e-3", "size", "1792x1024")).want(t, 200, "b64_json")
	file, err := base64.StdEncoding.DecodeString(first(r)["b64_json"].(string))
	if err != nil {
		t.Fatal(err)
	}
	if m, format := decode(t, file); m.Bounds().Dx() != 1792 || m.Bounds().Dy() != 1024 || format != "png" {
		t.Errorf("%v %s", m.Bounds(), format)
	}
	if got := r.header.Get("x-venice-model-id"); got != "z-image-turbo" {
		t.Errorf("model %s", got)
	}
	r = c.do("POST", "/images/generations", prompt("response_format", "url", "output_format", "jpeg")).want(t, 200, "data:image/jpeg;base64,")
	_, text, _ := strings.Cut(first(r)["url"].(string), ",")
	if file, err = base64.StdEncoding.DecodeString(text); err != nil {
		t.Fatal(err)
	}
	if _, format := decode(t, file); format != "jpeg" {
		t.Error(format)
	}
	c.do("POST", "/images/generations", prompt("model", nil)).want(t, 400, "model is required")
}

// square is a PNG of 300 by 300 in one colour.
func square(c color.Color) []byte {
	m := image.NewNRGBA(image.Rect(0, 0, 300, 300))
	for y := range 300 {
		for x := range 300 {
			m.Set(x, y, c)
		}
	}
	var b bytes.Buffer
	_ = png.Encode(&b, m)
	return b.Bytes()
}

// upload sends fields and a file as a form.
func (c caller) upload(path string, texts map[string]string, field string, files ...[]byte) reply {
	c.t.Helper()
	var form bytes.Buffer
	w := multipart.NewWriter(&form)
	for name, text := range texts {
		_ = w.WriteField(name, text)
	}
	for i, file := range files {
		part, err := w.CreateFormFile(field, fmt.Sprint("file", i))
		if err != nil {
			c.t.Fatal(err)
		}
		_, _ = part.Write(file)
	}
	_ = w.Close()
	req := c.request("POST", path, form.String())
	req.Header.Set("Content-Type", w.FormDataContentType())
	return c.send(req)
}
