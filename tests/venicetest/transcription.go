// Transcripts of sound.

package venicetest

import (
	"encoding/json"
	"net/http"
	"strings"
	"time"

	"github.com/venice-go/venice/tests/venicetest/internal/sound"
)

// Unheard is what the fake hears in sound that it did not make. Of its own speech it gives back the text, in any format but bare samples.
const Unheard = "The fake heard a recording that it did not make."

// transcribe answers with the text of speech that the fake made, and with Unheard for other sound.
func (h *Handler) transcribe(r *request) answer {
	m, refusal := h.modelOf(r, "asr")
	if refusal != nil {
		return *refusal
	}
	file := []byte(r.text("file"))
	switch {
	case len(file) == 0:
		return invalid([]string{"file"}, "file is required")
	case len(file) > maxFile:
		return refuse(http.StatusRequestEntityTooLarge, "File size exceeds the maximum allowed size.")
	case sound.Format(file) == "":
		return refuse(http.StatusUnsupportedMediaType, "Unsupported audio format. Want WAV, FLAC, M4A, AAC, MP4, MP3, OGG or WebM.")
	}
	length := sound.Length(file).Round(time.Millisecond)
	b := bill{model: m, id: h.uuid(), items: []item{{
		"asr-second", length.Seconds(), money(m.Transcript.Second), money(m.Transcript.Second) * money(length.Milliseconds()) / 1000,
	}}}
	if refusal := h.afford(r, b.total()); refusal != nil {
		return *refusal
	}
	h.charge(r, b)
	text, ours := sound.Text(file)
	if !ours {
		text = Unheard
	}
	if r.text("response_format") == "text" {
		return answer{status: http.StatusOK, raw: []byte(text), media: "text/plain", header: modelHeaders(m)}
	}
	body := map[string]any{"text": text, "duration": length.Seconds()}
	if r.yes("timestamps", false) {
		body["timestamps"] = timestamps(text, length)
	}
	a := ok(body)
	a.header = modelHeaders(m)
	return a
}

// timestamps gives each character the same time, and words and segments that of their characters.
func timestamps(text string, length time.Duration) map[string]any {
	runes := []rune(text)
	at := func(i int) json.Number {
		return json.Number(seconds(length * time.Duration(i) / time.Duration(len(runes))))
	}
	entry := func(name string, from, to int) map[string]any {
		return map[string]any{name: string(runes[from:to]), "start": at(from), "end": at(to)}
	}
	chars, words, segments := []any{}, []any{}, []any{}
	word, segment := 0, 0
	for i, c := range runes {
		chars = append(chars, entry("char", i, i+1))
		last := i == len(runes)-1
		if end := i + 1; c == ' ' || last {
			if c == ' ' {
				end = i
			}
			if end > word {
				words = append(words, entry("word", word, end))
			}
			word = i + 1
		}
		if strings.ContainsRune(".?!", c) || last {
			segments = append(segments, entry("text", segment, i+1))
			segment = i + 1
		}
	}
	return map[string]any{"char": chars, "word": words, "segment": segments}
}
