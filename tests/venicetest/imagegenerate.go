// Pictures made from words.

package venicetest

import (
	"encoding/base64"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/venice-go/venice/tests/venicetest/internal/catalog"
	"github.com/venice-go/venice/tests/venicetest/internal/picture"
)

const enhancePrice = dollar / 25 // of rewriting a prompt

// imageStyles are those that pictures can be made in.
var imageStyles = []string{
	"3D Model", "Analog Film", "Anime", "Cinematic", "Comic Book", "Craft Clay", "Digital Art", "Fantasy Art", "Line Art", "Neon Punk",
	"Origami", "Photographic", "Pixel Art", "Watercolor",
}

func (h *Handler) listStyles(*request) answer {
	return ok(map[string]any{"object": "list", "data": imageStyles})
}

// A drawing is what a request for pictures asks for.
type drawing struct {
	model         *catalog.Model
	prompt        string
	width, height int
	count         int
	format        string
	seeds         []string
	header        http.Header
}

// generateImage draws: a band of colour for each word, in the size, number and format that were asked for.
func (h *Handler) generateImage(r *request) answer {
	m, refusal := h.modelOf(r, "image")
	if refusal == nil {
		refusal = checkDrawing(r, m)
	}
	if refusal != nil {
		return *refusal
	}
	d := drawing{model: m, prompt: r.text("prompt"), count: r.integer("variants", 1), format: "webp", header: modelHeaders(m)}
	if f := r.text("format"); f != "" {
		d.format = f
	}
	d.width, d.height = drawingSize(r, m)
	if style := r.text("style_preset"); style != "" {
		d.prompt += " " + style
	}
	d.warn(r)
	for i := range d.count {
		seed := r.integer("seed", 0)
		if seed == 0 {
			seed = h.rand.IntN(1e9)
		}
		d.seeds = append(d.seeds, strconv.Itoa(seed+i))
	}
	b := bill{model: m, id: "generate-image-" + h.randomHex(8), items: []item{
		piece("image-unit", d.count, money(m.Image.Price(r.text("resolution"), r.text("quality")))),
	}}
	if r.yes("enhance_prompt", false) {
		d.prompt += " in fine detail"
		d.header.Set("x-venice-enhanced-prompt", url.QueryEscape(d.prompt))
		b.items = append(b.items, piece("prompt-enhancement", 1, enhancePrice))
	}
	if r.yes("enable_web_search", false) {
		b.items = append(b.items, piece("web-search", 1, searchPrice))
	}
	files, refusal := h.drawFiles(r, b, d)
	if refusal != nil {
		return *refusal
	}
	if r.yes("return_binary", false) {
		return answer{status: http.StatusOK, raw: files[0], media: "image/" + d.format, header: d.header}
	}
	images := []any{}
	for _, f := range files {
		images = append(images, base64.StdEncoding.EncodeToString(f))
	}
	a := ok(map[string]any{
		"id": b.id, "images": images, "request": r.body,
		"timing": map[string]any{"inferenceDuration": 40, "inferencePreprocessingTime": 2, "inferenceQueueTime": 1, "total": 43},
	})
	a.header = d.header
	return a
}

// checkDrawing holds a request against the limits of its model.
func checkDrawing(r *request, m *catalog.Model) *answer {
	no := func(field, why string) *answer { return new(invalid([]string{field}, why)) }
	limits := m.Image
	list := func(of []string) string { return "want one of " + strings.Join(of, ", ") }
	for field, values := range map[string][]string{
		"aspect_ratio": limits.Ratios, "resolution": limits.Resolutions, "quality": limits.Qualities,
	} {
		switch {
		case catalog.Allows(values, r.text(field)):
		case len(values) == 0:
			return no(field, "This model does not support "+field)
		default:
			return no(field, list(values))
		}
	}
	references, _ := r.body["style_references"].([]any)
	switch width, height := r.integer("width", 0), r.integer("height", 0); {
	case r.body["inpaint"] != nil:
		return no("inpaint", "Inpainting is no longer supported. Use /image/edit.")
	case utf8.RuneCountInString(r.text("prompt")) > limits.Prompt:
		return no("prompt", "String must contain at most "+strconv.Itoa(limits.Prompt)+" character(s)")
	case width%limits.Divisor != 0:
		return no("width", "Number must be a multiple of "+strconv.Itoa(limits.Divisor))
	case height%limits.Divisor != 0:
		return no("height", "Number must be a multiple of "+strconv.Itoa(limits.Divisor))
	case r.integer("steps", 0) > limits.Most:
		return no("steps", "Number must be less than or equal to "+strconv.Itoa(limits.Most))
	case len(references) > limits.StyleImages:
		return no("style_references", "This model takes at most "+strconv.Itoa(limits.StyleImages))
	case r.text("style_preset") != "" && !slices.Contains(imageStyles, r.text("style_preset")):
		return no("style_preset", "Invalid style. GET /image/styles lists those that there are.")
	case r.yes("return_binary", false) && r.integer("variants", 1) > 1:
		return no("variants", "variants needs return_binary to be false")
	}
	return nil
}

// drawingSize is what was asked for in pixels, or by class and shape.
func drawingSize(r *request, m *catalog.Model) (width, height int) {
	if len(m.Image.Ratios) > 0 && r.body["width"] == nil && r.body["height"] == nil {
		return shape(r.text("resolution"), r.text("aspect_ratio"))
	}
	return r.integer("width", usualSide), r.integer("height", usualSide)
}

// warn sets the headers that tell of adult content, which a prompt with the word nsfw stands for, and of what is not
// allowed, which a mark orders.
func (d *drawing) warn(r *request) {
	words := strings.Fields(strings.ToLower(d.prompt))
	blurred := slices.Contains(words, "nsfw") && r.yes("safe_mode", true)
	violation := orders(d.prompt, markViolation)
	d.header.Set("x-venice-is-blurred", strconv.FormatBool(blurred))
	d.header.Set("x-venice-is-content-violation", strconv.FormatBool(violation))
	if blurred || violation {
		d.prompt = "blurred"
	}
}

// drawFiles charges for the pictures, and makes their files while others may call in.
func (h *Handler) drawFiles(r *request, b bill, d drawing) (files [][]byte, refusal *answer) {
	if refusal := h.afford(r, b.total()); refusal != nil {
		return nil, refusal
	}
	h.charge(r, b)
	h.unlocked(func() {
		for _, seed := range d.seeds {
			file, err := picture.Encode(picture.Draw(d.prompt, seed, d.width, d.height), d.format)
			if err != nil {
				refusal = &answer{fault: err}
				return
			}
			files = append(files, file)
		}
	})
	return files, refusal
}

// createImage draws in the form of OpenAI. A default model stands in for ids that are unknown.
func (h *Handler) createImage(r *request) answer {
	if r.text("model") == "" {
		return refuse(http.StatusBadRequest, "model is required")
	}
	name := r.text("model")
	if catalog.Find(name, "image") == nil {
		name = "default"
	}
	m, refusal := h.modelNamed(r, name, "image")
	if refusal != nil {
		return *refusal
	}
	d := drawing{
		model: m, prompt: r.text("prompt"), format: "png", header: modelHeaders(m), width: usualSide, height: usualSide,
		seeds: []string{h.randomHex(4)},
	}
	if f := r.text("output_format"); f != "" {
		d.format = f
	}
	if w, height, ok := strings.Cut(r.text("size"), "x"); ok { // the contract has seen it
		d.width, _ = strconv.Atoi(w)
		d.height, _ = strconv.Atoi(height)
	}
	d.warn(r)
	b := bill{model: m, id: h.uuid(), items: []item{piece("image-unit", 1, money(m.Image.Price("", "")))}}
	files, refusal := h.drawFiles(r, b, d)
	if refusal != nil {
		return *refusal
	}
	text := base64.StdEncoding.EncodeToString(files[0])
	datum := map[string]any{"b64_json": text}
	if r.text("response_format") == "url" {
		datum = map[string]any{"url": "data:image/" + d.format + ";base64," + text}
	}
	a := ok(map[string]any{"created": h.now().Unix(), "data": []any{datum}})
	a.header = d.header
	return a
}
