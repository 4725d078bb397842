// Pictures made from pictures: edited, enlarged, cut out.

package venicetest

import (
	"cmp"
	"fmt"
	"image"
	"net/http"
	"net/url"
	"strconv"
	"unicode/utf8"

	"github.com/venice-go/venice/tests/venicetest/internal/catalog"
	"github.com/venice-go/venice/tests/venicetest/internal/picture"
)

const cutPrice = dollar / 50 // of cutting out a background

// usualEditor is the model that edits when none is named.
const usualEditor = "firered-image-edit"

// editImage answers with the picture that was sent, and the prompt below as bands of colour.
func (h *Handler) editImage(r *request) answer {
	return h.edit(r, cmp.Or(r.text("model"), r.text("modelId"), usualEditor), []string{r.text("image")})
}

// multiEditImage does so for the first of several pictures.
func (h *Handler) multiEditImage(r *request) answer {
	return h.edit(r, cmp.Or(r.text("modelId"), usualEditor), r.texts("images"))
}

func (h *Handler) edit(r *request, model string, sent []string) answer {
	m, refusal := h.modelNamed(r, model, "inpaint")
	if refusal == nil {
		refusal = checkEdit(r, m, len(sent))
	}
	if refusal != nil {
		return *refusal
	}
	var first image.Image
	for i, text := range sent {
		p, err := readPicture(text)
		if err != nil {
			return invalid([]string{"image"}, "Invalid image: "+err.Error())
		}
		if i == 0 {
			first = p
		}
	}
	width, height := first.Bounds().Dx(), first.Bounds().Dy()
	if ratio, resolution := r.text("aspect_ratio"), r.text("resolution"); ratio != "" && ratio != "auto" || resolution != "" {
		if ratio == "" || ratio == "auto" {
			ratio = fmt.Sprintf("%d:%d", width, height)
		}
		width, height = shape(resolution, ratio)
	}
	b := bill{model: m, id: h.uuid(), items: []item{
		piece("inpaint-unit", 1, money(m.Edit.Price(len(sent), r.text("resolution"), r.text("quality")))),
	}}
	header, prompt := modelHeaders(m), r.text("prompt")
	if r.yes("enhance_prompt", false) {
		prompt += " in fine detail"
		header.Set("x-venice-enhanced-prompt", url.QueryEscape(prompt))
		b.items = append(b.items, piece("prompt-enhancement", 1, enhancePrice))
	}
	seed := h.randomHex(4)
	return h.sellPicture(r, b, cmp.Or(r.text("output_format"), "png"), header, func() image.Image {
		return picture.Edit(first, prompt, seed, width, height)
	})
}

// checkEdit holds a request against the limits of its model.
func checkEdit(r *request, m *catalog.Model, images int) *answer {
	no := func(field, why string) *answer { return new(invalid([]string{field}, why)) }
	limits := m.Edit
	ratio := r.text("aspect_ratio")
	switch {
	case images > limits.Images:
		return no("images", "This model takes at most "+strconv.Itoa(limits.Images)+" image(s)")
	case utf8.RuneCountInString(r.text("prompt")) > limits.Prompt:
		return no("prompt", "String must contain at most "+strconv.Itoa(limits.Prompt)+" character(s)")
	case ratio != "auto" && !catalog.Allows(limits.Ratios, ratio):
		return no("aspect_ratio", "This model does not support aspect_ratio "+ratio)
	case !catalog.Allows(limits.Resolutions, r.text("resolution")):
		return no("resolution", "This model does not support resolution "+r.text("resolution"))
	case !catalog.Allows(limits.Qualities, r.text("quality")):
		return no("quality", "This model does not support quality "+r.text("quality"))
	}
	return nil
}

// upscaleImage enlarges by 2 or 4, or less where the picture would get too large.
func (h *Handler) upscaleImage(r *request) answer {
	for _, gone := range []string{"enhance", "enhanceCreativity", "enhancePrompt", "replication"} {
		if r.body[gone] != nil {
			return invalid([]string{gone}, gone+" is no longer supported")
		}
	}
	scale, given := r.body["scale"].(float64)
	if given && scale != 2 && scale != 4 {
		return invalid([]string{"scale"}, "scale must be 2 or 4")
	}
	times := r.integer("scale", 2)
	m := catalog.Of("upscaler")
	p, err := readPicture(r.text("image"))
	if err != nil {
		return invalid([]string{"image"}, "Invalid image: "+err.Error())
	}
	price := map[int]catalog.Money{2: m.Upscale.Twice, 4: m.Upscale.Fourfold}[times]
	for pixels := p.Bounds().Dx() * p.Bounds().Dy(); times > 1 && pixels*times*times > maxUpscaled; {
		times--
	}
	return h.sellPicture(r, bill{model: m, id: h.uuid(), items: []item{piece("upscale-unit", 1, money(price))}}, "png", modelHeaders(m),
		func() image.Image { return picture.Enlarge(p, times) })
}

// removeBackground leaves an ellipse in the middle; what is around it is transparent.
func (h *Handler) removeBackground(r *request) answer {
	sent := cmp.Or(r.text("image"), r.text("image_url"))
	if sent == "" {
		return invalid([]string{"image"}, "want image or image_url")
	}
	p, err := readPicture(sent)
	if err != nil {
		return invalid([]string{"image"}, "Invalid image: "+err.Error())
	}
	return h.sellPicture(r, bill{id: h.uuid(), items: []item{piece("background-remove-unit", 1, cutPrice)}}, "png", http.Header{},
		func() image.Image { return picture.Cut(p) })
}

// sellPicture charges for a picture, which draw makes while others may call in.
func (h *Handler) sellPicture(r *request, b bill, format string, header http.Header, draw func() image.Image) answer {
	if refusal := h.afford(r, b.total()); refusal != nil {
		return *refusal
	}
	h.charge(r, b)
	a := answer{status: http.StatusOK, media: "image/" + format, header: header}
	h.unlocked(func() { a.raw, a.fault = picture.Encode(draw(), format) })
	return a
}
