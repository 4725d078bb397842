// Tests of speech, voices and transcripts.

package venicetest_test

import (
	"encoding/json"
	"io"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/venice-go/venice/tests/venicetest"
)

func speech(text string, more ...any) map[string]any {
	return fields(append([]any{"model", "tts-kokoro", "input", text}, more...)...)
}

// What is said comes in the format that was asked for, and what was said is heard again, to the letter.
func TestSpeechIsHeard(t *testing.T) {
	srv := venicetest.NewServer(t)
	c := caller{t, srv, srv.InferenceKey()}
	const text = "Hello; größer than \"life\"."
	for format, media := range map[string]string{
		"": "audio/mpeg", "mp3": "audio/mpeg", "wav": "audio/wav", "flac": "audio/flac", "aac": "audio/aac", "opus": "audio/opus",
	} {
		body := speech(text, "response_format", format)
		if format == "" {
			delete(body, "response_format")
		}
		r := c.do("POST", "/audio/speech", body).want(t, 200, "")
		if got := r.header.Get("Content-Type"); got != media {
			t.Errorf("%q: %s", format, got)
		}
		length, err := strconv.ParseFloat(r.header.Get("x-venice-audio-duration"), 64)
		if err != nil || length != 0.065*float64(len([]rune(text))) {
			t.Errorf("%q: duration %v, %v", format, length, err)
		}
		heard := c.upload("/audio/transcriptions", map[string]string{"model": "whisper-1"}, "file", []byte(r.raw)).want(t, 200, "")
		if heard.body["text"] != text {
			t.Errorf("%q: heard %v", format, heard.body)
		}
		if d := heard.body["duration"].(float64); d < length || d > length+0.03 {
			t.Errorf("%q: %v seconds, want %v", format, d, length)
		}
		plain := c.upload("/audio/transcriptions", map[string]string{"model": "nvidia/parakeet-tdt-0.6b-v3", "response_format": "text"}, "file", []byte(r.raw))
		if plain.status != 200 || plain.raw != text || plain.header.Get("Content-Type") != "text/plain" {
			t.Errorf("%q: %d %q", format, plain.status, plain.raw)
		}
	}
	if r := c.do("POST", "/audio/speech", speech(text, "response_format", "pcm")).want(t, 200, ""); len(r.raw) != 48*65*len([]rune(text)) {
		t.Errorf("pcm: %d bytes", len(r.raw))
	}
	fast := c.do("POST", "/audio/speech", speech(strings.Repeat("x", 100), "speed", 2)).want(t, 200, "")
	if fast.header.Get("x-venice-audio-duration") != "3.25" {
		t.Errorf("at twice the speed %s", fast.header.Get("x-venice-audio-duration"))
	}
}

// Streamed speech comes piece by piece: there is something to read before the end, and all of it is the same.
func TestSpeechStreams(t *testing.T) {
	srv := venicetest.NewServer(t)
	c := caller{t, srv, srv.InferenceKey()}
	text := strings.Repeat("One more sentence. ", 50)
	whole := c.do("POST", "/audio/speech", speech(text, "response_format", "wav")).want(t, 200, "RIFF").raw
	resp, err := http.DefaultClient.Do(c.request("POST", "/audio/speech", speech(text, "response_format", "wav", "streaming", true)))
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	got, err := io.ReadAll(resp.Body)
	if err != nil || string(got) != whole {
		t.Errorf("%d bytes, want %d: %v", len(got), len(whole), err)
	}
	if resp.ContentLength >= 0 || len(resp.TransferEncoding) == 0 {
		t.Errorf("length %d, encoding %v: it came in one piece", resp.ContentLength, resp.TransferEncoding)
	}
}

func TestSpeechRefuses(t *testing.T) {
	since(t, "20260821")
	srv := venicetest.NewServer(t)
	c := caller{t, srv, srv.InferenceKey()}
	for _, test := range []struct {
		body   map[string]any
		status int
		text   string
	}{
		{speech("x", "model", nil), 400, "model is required"},
		{speech("x", "model", "whisper-1"), 404, "Specified model not found"},
		{speech("x", "voice", "Vivian"), 400, "Invalid voice for tts-kokoro: want one of af_sky"},
		{speech(""), 400, "input"},
		{speech("x", "response_format", "midi"), 400, "response_format"},
	} {
		c.do("POST", "/audio/speech", test.body).want(t, test.status, test.text)
	}
	c.do("POST", "/audio/speech", speech("x", "model", "tts-minimax-speech-02-hd", "voice", "anything")).want(t, 200, "")
}

func TestTranscription(t *testing.T) {
	srv := venicetest.NewServer(t)
	c := caller{t, srv, srv.InferenceKey()}
	model := map[string]string{"model": "openai/whisper-large-v3"}
	alien := []byte("RIFF\x24\x00\x00\x00WAVEfmt \x10\x00\x00\x00\x01\x00\x01\x00\x40\x1f\x00\x00\x80\x3e\x00\x00\x02\x00\x10\x00data\xff\xff\xff\xff")
	alien = append(alien, make([]byte, 16000)...) // a second, whose length nobody wrote down
	if r := c.upload("/audio/transcriptions", model, "file", alien).want(t, 200, ""); r.body["text"] != venicetest.Unheard || r.body["duration"] != 1.0 {
		t.Errorf("%v", r.body)
	}
	c.upload("/audio/transcriptions", model, "file", []byte("hello, this is no sound")).want(t, 415, "Unsupported audio format")
	c.upload("/audio/transcriptions", model, "file").want(t, 400, "file is required")
	c.upload("/audio/transcriptions", nil, "file", alien).want(t, 400, "model is required")

	wav := c.do("POST", "/audio/speech", speech("Ab cd. Ef", "response_format", "wav")).want(t, 200, "").raw
	r := c.upload("/audio/transcriptions", map[string]string{"model": "whisper-1", "timestamps": "true"}, "file", []byte(wav)).want(t, 200, "")
	var body struct {
		Timestamps struct {
			Word    []struct{ Word string }
			Segment []struct {
				Text       string
				Start, End float64
			}
			Char []struct{ Start, End float64 }
		}
	}
	if err := json.Unmarshal([]byte(r.raw), &body); err != nil {
		t.Fatal(err)
	}
	s := body.Timestamps
	if len(s.Word) != 3 || s.Word[1].Word != "cd." || len(s.Segment) != 2 || s.Segment[1].Text != " Ef" || len(s.Char) != 9 {
		t.Errorf("%+v", s)
	}
	if s.Segment[0].Start != 0 || s.Segment[0].End != s.Segment[1].Start || s.Segment[1].End != 0.585 || s.Char[8].End != 0.585 {
		t.Errorf("%+v", s)
	}
}

// A cloned voice speaks for whom it was made, with its model, until it expires.
func TestCloneVoice(t *testing.T) {
	clk := newClock()
	srv := venicetest.NewServer(t, venicetest.WithClock(clk.read))
	c := caller{t, srv, srv.InferenceKey()}
	sample := []byte(c.do("POST", "/audio/speech", speech(strings.Repeat("sample ", 20), "response_format", "flac")).want(t, 200, "fLaC").raw)
	short := []byte(c.do("POST", "/audio/speech", speech("sample", "response_format", "wav")).want(t, 200, "").raw)
	r := c.upload("/audio/voices", nil, "file", sample).want(t, 200, `"model":"tts-chatterbox-hd"`)
	handle := r.body["id"].(string)
	c.do("POST", "/audio/speech", speech("x", "model", "tts-chatterbox-hd", "voice", handle)).want(t, 200, "")
	c.do("POST", "/audio/speech", speech("x", "voice", handle)).want(t, 400, "cloned for tts-chatterbox-hd")
	c.do("POST", "/audio/speech", speech("x", "model", "tts-chatterbox-hd", "voice", "vv_other")).want(t, 400, "Invalid voice")
	if err := srv.SetCredit(testOwner, 5); err != nil {
		t.Fatal(err)
	}
	stranger := c.request("POST", "/audio/speech", speech("x", "model", "tts-chatterbox-hd", "voice", handle))
	c.as(testWallet(t), clk.read(), stranger).want(t, 400, "Invalid voice")
	clk.move(31 * 24 * time.Hour)
	c.do("POST", "/audio/speech", speech("x", "model", "tts-chatterbox-hd", "voice", handle)).want(t, 400, "Invalid voice")

	c.upload("/audio/voices", map[string]string{"model": "tts-minimax-speech-02-hd"}, "file", sample).want(t, 415, "Want one of wav, mp3")
	c.upload("/audio/voices", nil, "file", short).want(t, 400, "too short")
	c.upload("/audio/voices", nil, "file").want(t, 400, "file is required")
}
