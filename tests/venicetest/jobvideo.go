// Video jobs.

package venicetest

import (
	"encoding/base64"
	"math"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/venice-go/venice/tests/venicetest/internal/catalog"
	"github.com/venice-go/venice/tests/venicetest/internal/film"
)

const (
	mediaPath  = "/media/"       // where films are that have an address of their own
	sourceFilm = 5 * time.Second // length of a film that is named by its address, which is not fetched
	maxPrompt  = 2500            // characters that a model reads when it does not say
	policy     = "Media with faces of real people may be used with the right to do so alone."
	policyFrom = "2026-05-01"
)

// videoFields are those that each sort of model takes besides the common ones.
var (
	commonFields  = []string{"model", "anon_user_id", "prompt", "negative_prompt", "duration", "resolution", "aspect_ratio", "audio"}
	imageFields   = []string{"image_url", "end_image_url", "camera_trajectory", "bitrate_mode"}
	upscaleFields = []string{
		"model", "anon_user_id", "video_url", "upscale_factor", "enhancement_model", "compression", "creativity", "grain", "halo", "noise",
		"realism", "recover_detail", "sharp", "softness", "h264_output", "output_format", "target_fps", "slowdown_factor",
	}
	referenceFields = []string{
		"consents", "image_url", "reference_image_urls", "reference_video_urls", "reference_audio_urls", "omni_reference_task_type",
	}
)

// A shot is what a video job makes: how long it is, and what it costs.
type shot struct {
	length time.Duration
	price  money
}

// shotOf reads the length and the price of a request to queue, or for a quote.
func shotOf(r *request, v *catalog.Video) (shot, *answer) {
	if v.Upscales {
		length := sourceFilm
		if _, encoded, inline := strings.Cut(r.text("video_url"), ";base64,"); inline {
			file, err := base64.StdEncoding.DecodeString(encoded)
			if length = film.Length(file); err != nil || length == 0 {
				return shot{}, new(invalid([]string{"video_url"}, "The video cannot be read"))
			}
		}
		price := money(v.Second) * money(math.Ceil(length.Seconds()))
		if r.integer("upscale_factor", 2) == 4 {
			price *= 2
		}
		return shot{length, price}, nil
	}
	for field, values := range map[string][]string{"resolution": v.Resolutions, "aspect_ratio": v.Ratios, "duration": v.Durations} {
		value := r.text(field)
		switch {
		case field == "duration" && (value == "auto" || value == "-1"):
		case catalog.Allows(values, value):
		case len(values) == 0:
			return shot{}, new(invalid([]string{field}, "This model does not support "+field))
		default:
			return shot{}, new(invalid([]string{field}, "Invalid "+field+": want one of "+strings.Join(values, ", ")))
		}
	}
	length, err := time.ParseDuration(r.text("duration"))
	if err != nil {
		length, _ = time.ParseDuration(v.Durations[0])
	}
	second := v.Second
	if v.Audio && (!v.AudioOff || r.yes("audio", true)) {
		second += v.WithAudio
	}
	if i := slices.Index(v.Resolutions, r.text("resolution")); i > 0 { // half as much again for each step
		second += second / 2 * catalog.Money(i)
	}
	return shot{length, money(second) * money(length/time.Second)}, nil
}

func (h *Handler) quoteVideo(r *request) answer {
	m, refusal := h.modelOf(r, "video")
	if refusal != nil {
		return *refusal
	}
	if m.Video.Upscales && h.presented(r) == nil {
		a := refuse(http.StatusUnauthorized, "Authentication failed")
		a.outside = true
		return a
	}
	s, refusal := shotOf(r, m.Video)
	if refusal != nil {
		return *refusal
	}
	return ok(map[string]any{"quote": s.price})
}

func (h *Handler) queueVideo(r *request) answer {
	m, refusal := h.modelOf(r, "video")
	if refusal == nil {
		refusal = checkVideo(r, m.Video)
	}
	if refusal != nil {
		return *refusal
	}
	s, refusal := shotOf(r, m.Video)
	if refusal != nil {
		return *refusal
	}
	prompt := r.text("prompt")
	if orders(prompt, markViolation) {
		a := refuse(http.StatusUnprocessableEntity, "The prompt was refused for its content.")
		a.body["suggested_prompt"] = strings.TrimSpace(strings.ReplaceAll(prompt, markViolation, ""))
		return a
	}
	if refusal := needsConsent(r, m.Video); refusal != nil {
		return refusal.answer()
	}
	width, height := frame(r.text("resolution"), r.text("aspect_ratio"))
	brightness := byte(len(prompt))
	j := job{
		kind: "video", model: m, prompt: prompt, media: "video/mp4", bill: bill{items: []item{piece("video-unit", 1, s.price)}},
		file: func() ([]byte, error) { return film.MP4(s.length, width, height, brightness), nil },
	}
	if m.Video.Consent { // these films have an address
		j.link = mediaPath
	}
	if refusal := h.enqueue(r, j); refusal != nil {
		return *refusal
	}
	queued := h.jobs[len(h.jobs)-1]
	body := map[string]any{"model": m.ID, "queue_id": queued.id}
	if queued.link != "" {
		scheme := "http://"
		if r.TLS != nil {
			scheme = "https://"
		}
		body["download_url"] = scheme + r.Host + queued.link
	}
	return ok(body)
}

// checkVideo holds a request against what its model takes.
func checkVideo(r *request, v *catalog.Video) *answer {
	no := func(field, why string) *answer { return new(invalid([]string{field}, why)) }
	takes := commonFields
	switch {
	case v.Upscales:
		takes = upscaleFields
	case v.From == "image-to-video":
		takes = slices.Concat(takes, imageFields)
	case v.Consent:
		takes = slices.Concat(takes, referenceFields)
	}
	for field := range r.body {
		if !slices.Contains(takes, field) || field == "audio" && !v.AudioOff {
			return no(field, "This model does not support "+field)
		}
	}
	most := v.Prompt
	if most == 0 {
		most = maxPrompt
	}
	switch {
	case v.Upscales && r.text("video_url") == "":
		return no("video_url", "video_url is required for this model")
	case v.From == "image-to-video" && r.text("image_url") == "":
		return no("image_url", "image_url is required for this model")
	case !v.Upscales && r.text("prompt") == "" && r.body["camera_trajectory"] == nil:
		return no("prompt", "prompt is required for this model")
	case utf8.RuneCountInString(r.text("prompt")) > most:
		return no("prompt", "String must contain at most "+strconv.Itoa(most)+" character(s)")
	}
	return nil
}

// A consentNeeded is the fields that show faces, for which the model wants consent.
type consentNeeded []any

// needsConsent takes every picture and film for one with a face.
func needsConsent(r *request, v *catalog.Video) *consentNeeded {
	var roles consentNeeded
	for field, role := range map[string]string{
		"image_url": "image", "reference_image_urls": "reference_image", "reference_video_urls": "reference_video",
	} {
		if r.body[field] != nil {
			roles = append(roles, role)
		}
	}
	given, _ := r.body["consents"].(map[string]any)
	if !v.Consent || roles == nil || given["seedance"] != nil {
		return nil
	}
	slices.SortFunc(roles, func(a, b any) int { return strings.Compare(a.(string), b.(string)) })
	return &roles
}

func (c consentNeeded) answer() answer {
	return answer{status: http.StatusConflict, body: map[string]any{
		"error":        map[string]any{"code": "needs_consent", "message": "The media show faces. Send the request again with consents."},
		"consent":      map[string]any{"consent_version": policyFrom, "policy_text": policy},
		"consent_flow": "seedance", "docs_url": "https://docs.venice.ai", "face_media_roles": []any(c),
	}}
}

// frame is how large a film is shown.
func frame(resolution, ratio string) (width, height int) {
	height = 720
	if n, err := strconv.Atoi(strings.TrimSuffix(resolution, "p")); err == nil {
		height = n
	}
	w, h, ok := strings.Cut(ratio, ":")
	x, err1 := strconv.Atoi(w)
	y, err2 := strconv.Atoi(h)
	if !ok || err1 != nil || err2 != nil || y == 0 {
		x, y = 16, 9
	}
	return height * x / y, height
}

func (h *Handler) retrieveVideo(r *request) answer { return h.retrieve(r, "video") }
func (h *Handler) completeVideo(r *request) answer { return h.completeJob(r, "video") }
