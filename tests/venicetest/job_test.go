// Tests of jobs, from the quote to the file.

package venicetest_test

import (
	"encoding/base64"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/venice-go/venice/tests/venicetest"
	"github.com/venice-go/venice/tests/venicetest/internal/film"
	"github.com/venice-go/venice/tests/venicetest/internal/sound"
)

// wait polls a job to its end, and tells how often it was not there yet.
func (c caller) wait(path string, job map[string]any) (r reply, polls int) {
	c.t.Helper()
	for ; polls < 10; polls++ {
		r = c.do("POST", path, job)
		if r.body["status"] != "PROCESSING" {
			break
		}
	}
	return r, polls
}

func named(model string, queued reply) map[string]any {
	return fields("model", model, "queue_id", queued.body["queue_id"])
}

// The price of every job is the one that was quoted, and what comes out is as long as was asked.
func TestAudioJobs(t *testing.T) {
	srv := venicetest.NewServer(t)
	c := caller{t, srv, srv.InferenceKey()}
	for _, test := range []struct {
		queue, quote map[string]any
		price        float64
		length       time.Duration
	}{
		{fields("model", "elevenlabs-music", "prompt", "a waltz"), fields("model", "elevenlabs-music"), 0.75, time.Minute},
		{fields("model", "elevenlabs-music", "prompt", "a waltz", "duration_seconds", 90),
			fields("model", "elevenlabs-music", "duration_seconds", "90"), 1.5, 90 * time.Second},
		{fields("model", "ace-step-15", "prompt", "a longer waltz", "lyrics_prompt", "la la", "duration_seconds", "30"),
			fields("model", "ace-step-15", "duration_seconds", 30), 0.015, 30 * time.Second},
		{fields("model", "minimax-music-v2", "prompt", "a longer waltz", "lyrics_prompt", "la"), fields("model", "minimax-music-v2"), 0.04, time.Minute},
		{fields("model", "elevenlabs-tts-v3", "prompt", strings.Repeat("x", 1001), "voice", "Aria"),
			fields("model", "elevenlabs-tts-v3", "character_count", 1001), 0.24, 1001 * 65 * time.Millisecond},
	} {
		model := test.queue["model"].(string)
		if got := c.do("POST", "/audio/quote", test.quote).want(t, 200, "").body["quote"]; got != test.price {
			t.Errorf("%s: quote %v, want %v", model, got, test.price)
		}
		before := srv.Account(c.key)
		queued := c.do("POST", "/audio/queue", test.queue).want(t, 200, `"status":"QUEUED"`)
		if got := before - srv.Account(c.key); got < test.price-1e-9 || got > test.price+1e-9 {
			t.Errorf("%s: charged %v, want %v", model, got, test.price)
		}
		r, polls := c.wait("/audio/retrieve", named(model, queued))
		if r.want(t, 200, "ID3"); polls != 2 || r.header.Get("Content-Type") != "audio/mpeg" {
			t.Errorf("%s: after %d polls %s", model, polls, r.header.Get("Content-Type"))
		}
		if off := sound.Length([]byte(r.raw)) - test.length; off < 0 || off > 30*time.Millisecond {
			t.Errorf("%s: %v long, want %v", model, sound.Length([]byte(r.raw)), test.length)
		}
		c.do("POST", "/audio/retrieve", named(model, queued)).want(t, 200, "ID3")
		c.do("POST", "/audio/complete", named(model, queued)).want(t, 200, `"success":true`)
		c.do("POST", "/audio/retrieve", named(model, queued)).want(t, 404, "could not be found")
	}
}

func TestAudioJobRefuses(t *testing.T) {
	since(t, "20260821")
	srv := venicetest.NewServer(t)
	c := caller{t, srv, srv.InferenceKey()}
	for _, test := range []struct {
		path   string
		body   map[string]any
		status int
		text   string
	}{
		{"/audio/queue", fields("model", "nobody", "prompt", "x"), 404, "Specified model not found"},
		{"/audio/queue", fields("model", "elevenlabs-music", "prompt", "x", "loop", true), 400, "does not support loop"},
		{"/audio/queue", fields("model", "elevenlabs-music", "prompt", "x", "duration_seconds", 601), 400, "between 3 and 600"},
		{"/audio/queue", fields("model", "minimax-music-v2", "prompt", "a longer waltz"), 400, "lyrics_prompt is required"},
		{"/audio/queue", fields("model", "minimax-music-v2", "prompt", "short"), 400, "at least 10"},
		{"/audio/queue", fields("model", "elevenlabs-tts-v3", "prompt", "x", "voice", "Nobody"), 400, "Want one of Rachel"},
		{"/audio/queue", fields("model", "elevenlabs-voice-changer", "prompt", "x"), 400, "is a voice changer"},
		{"/audio/queue", fields("model", "elevenlabs-music", "prompt", "a waltz [violation]"), 422, `"suggested_prompt":"a waltz"`},
		{"/audio/quote", fields("model", "elevenlabs-tts-v3"), 400, "character_count is required"},
		{"/audio/retrieve", fields("model", "elevenlabs-music", "queue_id", "none"), 404, "could not be found"},
		{"/audio/complete", fields("model", "elevenlabs-music", "queue_id", "none"), 400, "Request ID is invalid."},
		{"/video/retrieve", fields("model", "wan-2-7-text-to-video", "queue_id", "none"), 400, "Request ID is invalid."},
	} {
		c.do("POST", test.path, test.body).want(t, test.status, test.text)
	}
}

func TestVideoJobs(t *testing.T) {
	srv := venicetest.NewServer(t)
	c := caller{t, srv, srv.InferenceKey()}
	source := "data:video/mp4;base64," + base64.StdEncoding.EncodeToString(film.MP4(7500*time.Millisecond, 16, 16, 0))
	for _, test := range []struct {
		model        string
		queue, quote []any
		price        float64
		length       time.Duration
	}{
		{"wan-2-7-text-to-video", []any{"prompt", "rain"}, nil, 0.6, 5 * time.Second},
		{"wan-2-7-text-to-video", []any{"prompt", "rain", "duration", "10s", "resolution", "1080p", "audio", false},
			[]any{"duration", "10s", "resolution", "1080p", "audio", false, "nonsense", 1}, 1.5, 10 * time.Second},
		{"wan-2-7-image-to-video", []any{"prompt", "rain", "image_url", "https://example.com/a.png"}, nil, 0.6, 5 * time.Second},
		{"topaz-video-upscale", []any{"video_url", source, "upscale_factor", 4, "grain", 0.1}, []any{"video_url", source, "upscale_factor", 4}, 0.48, 7500 * time.Millisecond},
	} {
		quote := c.do("POST", "/video/quote", fields(append([]any{"model", test.model}, test.quote...)...)).want(t, 200, "")
		if quote.body["quote"] != test.price {
			t.Errorf("%s: quote %v, want %v", test.model, quote.body, test.price)
		}
		before := srv.Account(c.key)
		queued := c.do("POST", "/video/queue", fields(append([]any{"model", test.model}, test.queue...)...)).want(t, 200, "queue_id")
		if got := before - srv.Account(c.key); got < test.price-1e-9 || got > test.price+1e-9 {
			t.Errorf("%s: charged %v, want %v", test.model, got, test.price)
		}
		job := named(test.model, queued)
		job["delete_media_on_completion"] = true
		r, polls := c.wait("/video/retrieve", job)
		if r.want(t, 200, "ftyp"); polls != 2 || r.header.Get("Content-Type") != "video/mp4" || film.Length([]byte(r.raw)) != test.length {
			t.Errorf("%s: after %d polls %s of %v", test.model, polls, r.header.Get("Content-Type"), film.Length([]byte(r.raw)))
		}
		c.do("POST", "/video/retrieve", job).want(t, 404, "deleted")
	}
}

// A job that the fake's clock has left behind is done at the first look; after a day nobody knows it.
func TestJobsByTheClock(t *testing.T) {
	clk := newClock()
	srv := venicetest.NewServer(t, venicetest.WithClock(clk.read))
	c := caller{t, srv, srv.InferenceKey()}
	const model = "wan-2-7-text-to-video"
	job := named(model, c.do("POST", "/video/queue", fields("model", model, "prompt", "rain")).want(t, 200, ""))
	if r := c.do("POST", "/video/retrieve", job).want(t, 200, `"status":"PROCESSING"`); r.body["execution_duration"] != 1000.0 {
		t.Errorf("%v", r.body)
	}
	clk.move(20 * time.Second)
	c.do("POST", "/video/retrieve", job).want(t, 200, "ftyp")
	other := caller{t, srv, srv.AdminKey()} // of the same account
	other.do("POST", "/video/retrieve", job).want(t, 200, "ftyp")
	stranger := c.request("POST", "/video/retrieve", job)
	if err := srv.SetCredit(testOwner, 5); err != nil {
		t.Fatal(err)
	}
	c.as(testWallet(t), clk.read(), stranger).want(t, 400, "Request ID is invalid.")
	clk.move(24 * time.Hour)
	c.do("POST", "/video/retrieve", job).want(t, 400, "Request ID is invalid.")
}

func TestVideoRefuses(t *testing.T) {
	srv := venicetest.NewServer(t)
	c := caller{t, srv, srv.InferenceKey()}
	const model = "wan-2-7-text-to-video"
	for _, test := range []struct {
		path   string
		body   map[string]any
		status int
		text   string
	}{
		{"/video/queue", fields("model", model), 400, "prompt is required"},
		{"/video/queue", fields("model", model, "prompt", "x", "image_url", "https://example.com"), 400, "does not support image_url"},
		{"/video/queue", fields("model", model, "prompt", "x", "duration", "7s"), 400, "want one of 5s, 10s, 15s"},
		{"/video/queue", fields("model", model, "prompt", "x", "duration", "Auto"), 400, "Invalid duration"},
		{"/video/queue", fields("model", "wan-2-7-image-to-video", "prompt", "x"), 400, "image_url is required"},
		{"/video/queue", fields("model", "topaz-video-upscale", "prompt", "x", "video_url", "https://example.com"), 400, "does not support prompt"},
		{"/video/queue", fields("model", "topaz-video-upscale"), 400, "video_url is required"},
		{"/video/queue", fields("model", "topaz-video-upscale", "video_url", "data:video/mp4;base64,AAAA"), 400, "cannot be read"},
		{"/video/queue", fields("model", model, "prompt", "rain [violation]"), 422, `"suggested_prompt":"rain"`},
		{"/video/queue", fields("model", "wan-2-1-t2v", "prompt", "x"), 404, "Please use wan-2-7-text-to-video"},
	} {
		c.do("POST", test.path, test.body).want(t, test.status, test.text)
	}
	caller{t, srv, ""}.do("POST", "/video/quote", fields("model", model)).want(t, 200, "quote")
	caller{t, srv, ""}.do("POST", "/video/quote", fields("model", "topaz-video-upscale")).want(t, 401, "Authentication failed")
}

// Faces need consent; the film is then at an address that nobody needs a key for.
func TestVideoConsentAndAddress(t *testing.T) {
	srv := venicetest.NewServer(t)
	c := caller{t, srv, srv.InferenceKey()}
	const model = "seedance-2-0-text-to-video-basic"
	body := fields("model", model, "prompt", "x", "reference_image_urls", []any{"https://example.com/a.png"})
	c.do("POST", "/video/queue", body).want(t, 409, `"face_media_roles":["reference_image"]`)
	body["consents"] = map[string]any{"seedance": map[string]any{
		"confirmed_legal_right": true, "confirmed_screening_acknowledged": true, "confirmed_terms_and_privacy": true,
	}}
	queued := c.do("POST", "/video/queue", body).want(t, 200, "download_url")
	address := queued.body["download_url"].(string)
	r, _ := c.wait("/video/retrieve", named(model, queued))
	r.want(t, 200, `"status":"COMPLETED"`)
	get := func() (int, []byte) {
		resp, err := http.Get(address)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		b, _ := io.ReadAll(resp.Body)
		return resp.StatusCode, b
	}
	if status, file := get(); status != 200 || film.Length(file) != 5*time.Second {
		t.Errorf("%d, %d bytes", status, len(file))
	}
	c.do("POST", "/video/complete", named(model, queued)).want(t, 200, "true")
	if status, _ := get(); status != 404 {
		t.Errorf("%d after it was deleted", status)
	}
}

// A job fails as its prompt orders; what it cost is given back, once.
func TestJobsFail(t *testing.T) {
	srv := venicetest.NewServer(t)
	c := caller{t, srv, srv.InferenceKey()}
	for _, test := range []struct {
		path, model, mark string
		status            int
		text              string
	}{
		{"/audio/", "elevenlabs-music", "[refused]", 422, `"credits_refunded":true`},
		{"/audio/", "elevenlabs-music", "[broken]", 500, `"credits_refunded":true`},
		{"/audio/", "elevenlabs-music", "[failed]", 200, `"status":"FAILED"`},
		{"/video/", "wan-2-7-text-to-video", "[refused]", 422, `"type":"provider_content_policy"`},
		{"/video/", "wan-2-7-text-to-video", "[broken]", 500, "error"},
		{"/video/", "wan-2-7-text-to-video", "[failed]", 200, `{"error":"generation failed","status":"FAILED"}`},
	} {
		before := srv.Account(c.key)
		queued := c.do("POST", test.path+"queue", fields("model", test.model, "prompt", "rain "+test.mark)).want(t, 200, "")
		if srv.Account(c.key) >= before {
			t.Errorf("%s %s: not charged", test.path, test.mark)
		}
		for range 2 {
			r, _ := c.wait(test.path+"retrieve", named(test.model, queued))
			r.want(t, test.status, test.text)
		}
		if got := srv.Account(c.key); got != before {
			t.Errorf("%s %s: %v left, want %v", test.path, test.mark, got, before)
		}
	}
}

// The words of a recording stay, and the sound is handed out once.
func TestVoiceChange(t *testing.T) {
	srv := venicetest.NewServer(t)
	c := caller{t, srv, srv.InferenceKey()}
	const model = "elevenlabs-voice-changer"
	recording := c.do("POST", "/audio/speech", speech("Hello again", "response_format", "wav")).want(t, 200, "").raw
	if got := c.do("POST", "/audio/voice-changer/quote", fields("model", model, "duration_seconds", "61")).want(t, 200, "").body["quote"]; got != 0.6 {
		t.Errorf("quote %v", got)
	}
	before := srv.Account(c.key)
	queued := c.upload("/audio/voice-changer/queue", map[string]string{"model": model, "voice": "Aria"}, "file", []byte(recording)).want(t, 200, "QUEUED")
	if got := queued.body["duration_seconds"]; got != 0.715 {
		t.Errorf("%v seconds", got)
	}
	if got := before - srv.Account(c.key); got < 0.3-1e-9 || got > 0.3+1e-9 {
		t.Errorf("charged %v", got)
	}
	r, _ := c.wait("/audio/voice-changer/retrieve", named(model, queued))
	if text, ok := sound.Text([]byte(r.want(t, 200, "ID3").raw)); text != "Hello again" || !ok {
		t.Errorf("%q", text)
	}
	c.do("POST", "/audio/voice-changer/retrieve", named(model, queued)).want(t, 404, "")
	c.do("POST", "/audio/voice-changer/queue", fields("model", model, "audio_url", "https://example.com/a.wav")).want(t, 200, `"duration_seconds":5`)
	c.do("POST", "/audio/voice-changer/quote", fields("model", "elevenlabs-music", "duration_seconds", 5)).want(t, 400, "no voice changer")
	c.upload("/audio/voice-changer/queue", map[string]string{"model": model}, "file", []byte("this is no sound")).want(t, 400, "Unsupported audio format")
}

// A wallet pays before its next request, and a job that fails is a refund in its ledger.
func TestWalletsPayForJobs(t *testing.T) {
	c, clk := newPayer(t)
	w := testWallet(t)
	if err := c.srv.SetCredit(testOwner, 1); err != nil {
		t.Fatal(err)
	}
	const model = "wan-2-7-text-to-video"
	long := fields("model", model, "prompt", "rain", "duration", "10s")
	c.as(w, clk.read(), c.request("POST", "/video/queue", long)).want(t, 402, "Insufficient USD or Diem balance")
	queued := c.as(w, clk.read(), c.request("POST", "/video/queue", fields("model", model, "prompt", "rain [refused]"))).want(t, 200, "")
	if got := c.srv.Credit(testOwner); got != 1 {
		t.Errorf("credit %v before the provider took the job", got)
	}
	clk.move(time.Minute)
	c.as(w, clk.read(), c.request("POST", "/video/retrieve", named(model, queued))).want(t, 422, "credits_refunded")
	page := c.as(w, clk.read(), c.request("GET", "/x402/transactions/"+testOwner, nil)).want(t, 200, "")
	for _, want := range []string{`"type":"REFUND"`, `"amount":0.6`, `"amount":-0.6`, `"currentBalance":0.99999934`} {
		if !strings.Contains(page.raw, want) {
			t.Errorf("no %s in %s", want, page.raw)
		}
	}
}
