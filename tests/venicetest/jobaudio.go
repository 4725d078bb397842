// Audio jobs: music, sounds, speech.

package venicetest

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/venice-go/venice/tests/venicetest/internal/catalog"
	"github.com/venice-go/venice/tests/venicetest/internal/sound"
)

// wholeSeconds reads a number, or its digits in a text.
func (r *request) wholeSeconds(field string) int {
	if text, plain := r.body[field].(string); plain {
		n, _ := strconv.Atoi(text) // the contract has seen the digits
		return n
	}
	return r.integer(field, 0)
}

func (h *Handler) audioModel(r *request) (*catalog.Model, *answer) {
	m, refusal := h.modelOf(r, "music")
	if refusal == nil && m.Music.Changer {
		refusal = new(invalid([]string{"model"}, m.ID+" is a voice changer. Use /audio/voice-changer."))
	}
	return m, refusal
}

// audioLength is the length that a job will have, or why it cannot.
func audioLength(r *request, m *catalog.Model) (int, *answer) {
	n := r.wholeSeconds("duration_seconds")
	limits := m.Music
	switch {
	case r.body["duration_seconds"] == nil:
		return limits.Usual, nil
	case limits.Longest == 0:
		return 0, new(invalid([]string{"duration_seconds"}, "This model does not support duration_seconds"))
	case n < limits.Shortest || n > limits.Longest:
		return 0, new(invalid([]string{"duration_seconds"},
			"duration_seconds must be between "+strconv.Itoa(limits.Shortest)+" and "+strconv.Itoa(limits.Longest)))
	}
	return n, nil
}

func (h *Handler) quoteAudio(r *request) answer {
	m, refusal := h.audioModel(r)
	if refusal != nil {
		return *refusal
	}
	n, refusal := audioLength(r, m)
	if refusal != nil {
		return *refusal
	}
	characters := r.integer("character_count", 0)
	if m.Music.Thousand > 0 && characters == 0 {
		return invalid([]string{"character_count"}, "character_count is required for this model")
	}
	return ok(map[string]any{"quote": money(m.Music.Price(n, characters))})
}

func (h *Handler) queueAudio(r *request) answer {
	m, refusal := h.audioModel(r)
	if refusal == nil {
		refusal = checkAudio(r, m)
	}
	if refusal != nil {
		return *refusal
	}
	n, refusal := audioLength(r, m)
	if refusal != nil {
		return *refusal
	}
	prompt, format := r.text("prompt"), m.Music.Formats[0]
	if orders(prompt, markViolation) {
		a := refuse(http.StatusUnprocessableEntity, "The prompt was refused for its content.")
		a.body["suggested_prompt"] = strings.TrimSpace(strings.ReplaceAll(prompt, markViolation, ""))
		return a
	}
	price := money(m.Music.Price(n, utf8.RuneCountInString(prompt)))
	clip := sound.Clip{Text: strings.TrimSpace(prompt + " " + r.text("lyrics_prompt")), Length: time.Duration(n) * time.Second}
	if m.Music.Thousand > 0 {
		clip.Length = sound.Speech(prompt, 1).Length
	}
	j := job{
		kind: "audio", model: m, prompt: prompt, media: sound.MediaTypes[format], bill: bill{items: []item{piece("music-unit", 1, price)}},
		file: func() ([]byte, error) { return clip.Encode(format) },
	}
	if refusal := h.enqueue(r, j); refusal != nil {
		return *refusal
	}
	return ok(map[string]any{"model": m.ID, "queue_id": h.jobs[len(h.jobs)-1].id, "status": "QUEUED"})
}

// checkAudio holds a request against what its model takes.
func checkAudio(r *request, m *catalog.Model) *answer {
	no := func(field, why string) *answer { return new(invalid([]string{field}, why)) }
	limits := m.Music
	for field, takes := range map[string]bool{
		"lyrics_prompt": limits.Lyrics > 0, "lyrics_optimizer": limits.Lyrics > 0, "force_instrumental": limits.Instrumental,
		"loop": limits.Loop, "language_code": limits.Language, "speed": limits.Speed, "voice": limits.Voices != nil,
	} {
		if r.body[field] != nil && !takes {
			return no(field, "This model does not support "+field)
		}
	}
	prompt, lyrics := utf8.RuneCountInString(r.text("prompt")), utf8.RuneCountInString(r.text("lyrics_prompt"))
	switch {
	case prompt > limits.Prompt:
		return no("prompt", "String must contain at most "+strconv.Itoa(limits.Prompt)+" character(s)")
	case prompt < limits.Least:
		return no("prompt", "String must contain at least "+strconv.Itoa(limits.Least)+" character(s)")
	case lyrics > limits.Lyrics:
		return no("lyrics_prompt", "String must contain at most "+strconv.Itoa(limits.Lyrics)+" character(s)")
	case limits.LyricsRequired && lyrics == 0 && !r.yes("lyrics_optimizer", false):
		return no("lyrics_prompt", "lyrics_prompt is required for this model")
	case lyrics > 0 && r.yes("lyrics_optimizer", false):
		return no("lyrics_prompt", "lyrics_prompt must be empty when lyrics_optimizer is true")
	case r.text("voice") != "" && !slices.Contains(limits.Voices, r.text("voice")):
		return no("voice", "Invalid voice. Want one of "+strings.Join(limits.Voices, ", "))
	}
	return nil
}

func (h *Handler) retrieveAudio(r *request) answer { return h.retrieve(r, "audio") }
func (h *Handler) completeAudio(r *request) answer { return h.completeJob(r, "audio") }
