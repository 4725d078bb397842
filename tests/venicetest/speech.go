// Speech, and the voices that speak.

package venicetest

import (
	"cmp"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/venice-go/venice/tests/venicetest/internal/catalog"
	"github.com/venice-go/venice/tests/venicetest/internal/sound"
)

// A voice is one that was cloned. Its handle works for the account or wallet that made it, with one model.
type voice struct {
	handle, model, owner string
	until                time.Time
}

// speak answers with sound that lasts as long as the text would, at 65 milliseconds a character. It comes in a piece for
// each sentence if it shall stream.
func (h *Handler) speak(r *request) answer {
	m, refusal := h.modelOf(r, "tts")
	if refusal == nil {
		refusal = h.checkVoice(r, m)
	}
	if refusal != nil {
		return *refusal
	}
	text, format := r.text("input"), cmp.Or(r.text("response_format"), "mp3")
	speed := 1.0
	if s, given := r.body["speed"].(float64); given && m.Speech.Speed {
		speed = s
	}
	characters := len([]rune(text))
	b := bill{model: m, id: h.uuid(), items: []item{
		{"tts-mcharacter", float64(characters) / 1e6, money(m.Speech.Input), money(m.Speech.Input.Per(characters))},
	}}
	if refusal := h.afford(r, b.total()); refusal != nil {
		return *refusal
	}
	h.charge(r, b)
	clip := sound.Speech(text, speed)
	a := answer{status: http.StatusOK, media: sound.MediaTypes[format], header: modelHeaders(m)}
	h.unlocked(func() { a.raw, a.fault = clip.Encode(format) })
	a.header.Set("x-venice-audio-format", format)
	a.header.Set("x-venice-audio-duration", seconds(clip.Length))
	a.header.Set("x-venice-inference-time", "40")
	if r.yes("streaming", false) {
		a.pieces = max(2, strings.Count(text, ".")+strings.Count(text, "?")+strings.Count(text, "!"))
	}
	return a
}

// seconds is a length as headers have it.
func seconds(d time.Duration) string { return strconv.FormatFloat(d.Seconds(), 'f', -1, 64) }

// checkVoice refuses a voice that the model does not have.
func (h *Handler) checkVoice(r *request, m *catalog.Model) *answer {
	name := r.text("voice")
	if name == "" || m.Speech.AnyVoice || slices.Contains(m.Speech.Voices, name) {
		return nil
	}
	for _, v := range h.voices {
		if v.handle != name || v.owner != r.owner() || !h.now().Before(v.until) {
			continue
		}
		if v.model != m.ID {
			return new(invalid([]string{"voice"}, "This voice was cloned for "+v.model))
		}
		return nil
	}
	return new(invalid([]string{"voice"}, "Invalid voice for "+m.ID+": want one of "+strings.Join(m.Speech.Voices, ", ")))
}

// owner is who called: an account or a wallet.
func (r *request) owner() string {
	switch {
	case r.wallet != nil:
		return r.wallet.address
	case r.key != nil:
		return r.key.owner
	}
	return ""
}

// cloneVoice makes a voice of a sample.
func (h *Handler) cloneVoice(r *request) answer {
	m, refusal := h.modelNamed(r, cmp.Or(r.text("model"), "tts-chatterbox-hd"), "tts")
	if refusal != nil {
		return *refusal
	}
	sample := []byte(r.text("file"))
	format := sound.Format(sample)
	takes := []string{"wav", "mp3"}
	if m.Speech.Clones == "zero_shot" {
		takes = append(takes, "flac", "mp4")
	}
	switch {
	case m.Speech.Clones == "":
		return invalid([]string{"model"}, m.ID+" does not clone voices")
	case len(sample) == 0:
		return invalid([]string{"file"}, "file is required")
	case len(sample) > maxFile:
		return refuse(http.StatusRequestEntityTooLarge, "File size exceeds the maximum allowed size.")
	case !slices.Contains(takes, format):
		return refuse(http.StatusUnsupportedMediaType, "Unsupported audio format. Want one of "+strings.Join(takes, ", "))
	case sound.Length(sample) < catalog.SampleSeconds*time.Second:
		return invalid([]string{"file"}, "The sample is too short. Want at least 5 seconds.")
	}
	v := voice{"vv_" + h.randomHex(12), m.ID, r.owner(), h.now().AddDate(0, 0, m.Speech.Keeps)}
	h.voices = append(h.voices, v)
	return ok(map[string]any{"id": v.handle, "model": v.model})
}
