// Voice changes: a recording spoken again in another voice, as a job.

package venicetest

import (
	"math"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/venice-go/venice/tests/venicetest/internal/catalog"
	"github.com/venice-go/venice/tests/venicetest/internal/sound"
)

// changePrice is by whole minutes.
func changePrice(m *catalog.Model, length time.Duration) money {
	return money(m.Music.Second) * 60 * money(math.Ceil(length.Minutes()))
}

func (h *Handler) changer(r *request) (*catalog.Model, *answer) {
	m, refusal := h.modelOf(r, "music")
	if refusal == nil && !m.Music.Changer {
		refusal = new(invalid([]string{"model"}, m.ID+" is no voice changer"))
	}
	return m, refusal
}

func (h *Handler) quoteVoiceChange(r *request) answer {
	m, refusal := h.changer(r)
	if refusal != nil {
		return *refusal
	}
	n := r.wholeSeconds("duration_seconds")
	if n <= 0 {
		return invalid([]string{"duration_seconds"}, "duration_seconds must be a positive whole number")
	}
	return ok(map[string]any{"quote": changePrice(m, time.Duration(n)*time.Second), "duration_seconds": n})
}

// queueVoiceChange takes a recording, whose words stay. One that is named by its address is not fetched; it counts as
// five seconds.
func (h *Handler) queueVoiceChange(r *request) answer {
	m, refusal := h.changer(r)
	if refusal != nil {
		return *refusal
	}
	recording, clip := []byte(r.text("file")), sound.Clip{Text: Unheard, Length: 5 * time.Second}
	if len(recording) > 0 {
		format := sound.Format(recording)
		if !slices.Contains(m.Music.Recordings, format) {
			return invalid([]string{"file"}, "Unsupported audio format. Want one of "+strings.Join(m.Music.Recordings, ", "))
		}
		clip.Length = sound.Length(recording).Round(time.Millisecond)
		if text, ours := sound.Text(recording); ours {
			clip.Text = text
		}
	}
	switch {
	case (len(recording) > 0) == (r.text("audio_url") != ""):
		return invalid([]string{"file"}, "Want exactly one of file and audio_url")
	case len(recording) > maxFile:
		return refuse(http.StatusRequestEntityTooLarge, "File size exceeds the maximum allowed size.")
	case clip.Length > time.Duration(m.Music.LongestRecording)*time.Second:
		return refuse(http.StatusUnprocessableEntity, "The recording is longer than the model takes.")
	}
	j := job{
		kind: "voice", model: m, media: sound.MediaTypes[m.Music.Formats[0]], once: true, prompt: clip.Text,
		bill: bill{items: []item{piece("voice-changer-unit", 1, changePrice(m, clip.Length))}},
		file: func() ([]byte, error) { return clip.Encode(m.Music.Formats[0]) },
	}
	if refusal := h.enqueue(r, j); refusal != nil {
		return *refusal
	}
	return ok(map[string]any{
		"model": m.ID, "queue_id": h.jobs[len(h.jobs)-1].id, "status": "QUEUED", "duration_seconds": clip.Length.Seconds(),
	})
}

func (h *Handler) retrieveVoiceChange(r *request) answer { return h.retrieve(r, "voice") }
func (h *Handler) completeVoiceChange(r *request) answer { return h.completeJob(r, "voice") }
