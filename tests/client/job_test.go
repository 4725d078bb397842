// Tests of jobs: queueing, waiting, and what becomes of the media.

package client_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/venice-go/venice"
	"github.com/venice-go/venice/gen"
)

// A studio answers the routes of jobs from lists, in turn, and notes what it was asked.
type studio struct {
	t       *testing.T
	answers map[string][]http.HandlerFunc // by path

	mu   sync.Mutex
	asks []string // path and body
	mine int      // requests with the option that tests give
}

func (s *studio) asked() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.asks
}

func (s *studio) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		s.t.Error(err)
	}
	s.mu.Lock()
	s.asks = append(s.asks, r.URL.Path+" "+string(body))
	if r.Header.Get("X-Mine") != "" {
		s.mine++
	}
	s.mu.Unlock()
	list := s.answers[r.URL.Path]
	if len(list) == 0 {
		answer(500, "application/json", `{"error":"not expected"}`)(w, r)
		s.t.Errorf("not expected: %s", r.URL.Path)
		return
	}
	s.answers[r.URL.Path] = list[1:]
	list[0](w, r)
}

func is(body string) http.HandlerFunc { return answer(200, "application/json", body) }

// running is the status of a job, with times in milliseconds.
func running(state string, elapsed, average int) http.HandlerFunc {
	return is(fmt.Sprintf(`{"status":%q,"execution_duration":%d,"average_execution_time":%d}`, state, elapsed, average))
}

// noSleep notes how long it should have slept.
func noSleep(slept *[]time.Duration) func(context.Context, time.Duration) error {
	return func(ctx context.Context, d time.Duration) error {
		*slept = append(*slept, d)
		return ctx.Err()
	}
}

func TestStartJob(t *testing.T) {
	s := &studio{t: t, answers: map[string][]http.HandlerFunc{
		"/audio/queue": {is(`{"model":"m2","queue_id":"q1","status":"QUEUED"}`)},
		"/video/queue": {is(`{"model":"m","queue_id":"q2","download_url":"https://cdn.example/s3cret"}`), is(`{"queue_id":"q3"}`)},
	}}
	client, _ := serve(t, s.ServeHTTP)
	mine := venice.WithHeader("X-Mine", "yes")
	audio, err := client.StartAudio(t.Context(), &gen.QueueAudioRequest{Model: "m", Prompt: "Rain"}, mine)
	if err != nil || *audio != (venice.Job{Kind: "audio", Model: "m2", QueueID: "q1"}) {
		t.Errorf("got %+v, %v", audio, err)
	}
	want := venice.Job{Kind: "video", Model: "m", QueueID: "q2", DownloadURL: "https://cdn.example/s3cret"}
	video, err := client.StartVideo(t.Context(), &gen.QueueVideoRequest{Model: "m", Prompt: new("Rain"), Duration: gen.VideoDuration5s}, mine)
	if err != nil || *video != want {
		t.Errorf("got %+v, %v", video, err)
	}
	plain, err := client.StartVideo(t.Context(), &gen.QueueVideoRequest{Model: "m", Prompt: new("Rain"), Duration: gen.VideoDuration5s})
	if err != nil || *plain != (venice.Job{Kind: "video", Model: "m", QueueID: "q3"}) {
		t.Errorf("got %+v, %v", plain, err)
	}
	if ask := `/audio/queue {"model":"m","prompt":"Rain"}`; s.asked()[0] != ask {
		t.Errorf("asked %s, want %s", s.asked()[0], ask)
	}

	if s.mine != 2 {
		t.Errorf("%d requests had the option", s.mine)
	}

	var again venice.Job
	kept, err := json.Marshal(video)
	if err := errors.Join(err, json.Unmarshal(kept, &again)); err != nil || again != want {
		t.Errorf("through %s came %+v, %v", kept, again, err)
	}
	var log strings.Builder
	slog.New(slog.NewJSONHandler(&log, nil)).Info("queued", "job", video, "value", *video)
	for _, text := range []string{fmt.Sprintf("%v %+v %#v %s %q %d", video, *video, video, *video, video, *video), log.String()} {
		if strings.Contains(text, "s3cret") || !strings.Contains(text, "video job q2 of m") {
			t.Errorf("printed: %s", text)
		}
	}
}

func TestStartJobLost(t *testing.T) {
	hangUp := func(w http.ResponseWriter, r *http.Request) { panic(http.ErrAbortHandler) }
	for name, c := range map[string]struct {
		answer http.HandlerFunc
		maybe  bool
		is     error
	}{
		"refused":     {answer(400, "application/json", `{"error":"no"}`), false, venice.ErrBadRequest},
		"no funds":    {answer(402, "application/json", `{"error":"no"}`), false, venice.ErrPaymentRequired},
		"too many":    {answer(429, "application/json", `{"error":"no"}`), false, venice.ErrRateLimited},
		"at capacity": {answer(503, "application/json", `{"error":"no"}`), false, venice.ErrServer},
		"failed":      {answer(500, "application/json", `{"error":"oops"}`), true, venice.ErrServer},
		"timed out":   {answer(504, "text/html", `<html>`), true, venice.ErrServer},
		"cut off":     {hangUp, true, nil},
		"half":        {answer(200, "application/json", `{"queue_id":"q`), true, nil},
		"a page":      {answer(200, "text/html", `<html>`), true, nil},
		"no id":       {is(`{}`), true, nil},
		"nothing":     {func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(204) }, true, nil},
	} {
		for path, start := range map[string]func(*venice.Client) (*venice.Job, error){
			"/audio/queue": func(client *venice.Client) (*venice.Job, error) {
				return client.StartAudio(t.Context(), &gen.QueueAudioRequest{}, venice.WithMaxAttempts(1))
			},
			"/video/queue": func(client *venice.Client) (*venice.Job, error) {
				return client.StartVideo(t.Context(), &gen.QueueVideoRequest{}, venice.WithMaxAttempts(1))
			},
		} {
			s := &studio{t: t, answers: map[string][]http.HandlerFunc{path: {c.answer, is(`{"queue_id":"twice"}`)}}}
			client, _ := serve(t, s.ServeHTTP)
			job, err := start(client)
			if job != nil || errors.Is(err, venice.ErrMaybeBilled) != c.maybe || c.is != nil && !errors.Is(err, c.is) {
				t.Errorf("%s: got %v, %v", name, job, err)
			}
			if len(s.asked()) != 1 {
				t.Errorf("%s: asked %q", name, s.asked())
			}
		}
	}
	const odd = `{"model":"m","id":"job-1"}`
	client, _ := serve(t, is(odd))
	_, err := client.StartVideo(t.Context(), &gen.QueueVideoRequest{})
	if e := asError(t, err); string(e.Raw) != odd || e.Status != 200 || !errors.Is(err, venice.ErrMaybeBilled) {
		t.Errorf("kept %q of an answer without an id; %v", e.Raw, err)
	}

	client, server := serve(t, nil)
	if _, err := client.StartAudio(t.Context(), nil, venice.WithTimeout(-1)); err == nil || errors.Is(err, venice.ErrMaybeBilled) {
		t.Errorf("a bad option: %v", err)
	}
	server.Close()
	_, err = client.StartVideo(t.Context(), &gen.QueueVideoRequest{}, venice.WithMaxAttempts(1))
	if err == nil || errors.Is(err, venice.ErrMaybeBilled) {
		t.Errorf("no server: %v", err)
	}
}

func TestAwaitJob(t *testing.T) {
	for path, kind := range map[string]string{"/audio/retrieve": "audio", "/video/retrieve": "video"} {
		s := &studio{t: t, answers: map[string][]http.HandlerFunc{path: {
			running("PROCESSING", 500, 40_000), running("RENDERING", 5_000, 40_000), answer(200, kind+"/any", "media"),
		}}}
		client, _ := serve(t, s.ServeHTTP)
		var slept []time.Duration
		var seen []venice.JobProgress
		media, err := client.AwaitJob(t.Context(), &venice.Job{Kind: kind, Model: "m", QueueID: "q"}, &venice.Waiting{
			Sleep:    noSleep(&slept),
			Progress: func(p venice.JobProgress) { seen = append(seen, p) },
		}, venice.WithHeader("X-Mine", "yes"))
		if err != nil {
			t.Errorf("%s: %v", kind, err)
			continue
		}
		defer media.Close()
		if b, err := io.ReadAll(media); string(b) != "media" || err != nil || media.ContentType != kind+"/any" {
			t.Errorf("%s: media %q, %v", kind, b, err)
		}
		ask := path + ` {"model":"m","queue_id":"q"}`
		if want := []string{ask, ask, ask}; !slices.Equal(s.asked(), want) {
			t.Errorf("%s: asked %q", kind, s.asked())
		}
		if s.mine != 3 {
			t.Errorf("%s: %d requests had the option", kind, s.mine)
		}
		want := []venice.JobProgress{{State: "PROCESSING", Elapsed: 500 * time.Millisecond, Average: 40 * time.Second}, {State: "RENDERING", Elapsed: 5 * time.Second, Average: 40 * time.Second}}
		if !slices.Equal(seen, want) {
			t.Errorf("%s: saw %v", kind, seen)
		}
		for _, d := range slept {
			if d < 3200*time.Millisecond || d > 4800*time.Millisecond {
				t.Errorf("%s: slept %v of 40s", kind, slept)
			}
		}
		if len(slept) != 2 {
			t.Errorf("%s: slept %v", kind, slept)
		}
	}
}

func TestAwaitJobFails(t *testing.T) {
	const path = "/video/retrieve"
	s := &studio{t: t, answers: map[string][]http.HandlerFunc{}}
	client, _ := serve(t, s.ServeHTTP)
	await := func(how *venice.Waiting, answers ...http.HandlerFunc) error {
		s.answers[path] = answers
		media, err := client.AwaitJob(t.Context(), &venice.Job{Kind: "video", Model: "m", QueueID: "q"}, how)
		if media != nil {
			t.Errorf("media beside %v", err)
		}
		return err
	}
	policy := answer(422, "application/json", `{"error":{"message":"not this","type":"provider_content_policy","credits_refunded":true}}`)
	var slept []time.Duration
	if err := await(&venice.Waiting{Sleep: noSleep(&slept)}, running("PROCESSING", 1, 1), policy); !errors.Is(err, venice.ErrContentPolicy) {
		t.Errorf("got %v", err)
	}
	wantText(t, await(nil, running("COMPLETED", 1, 1)), "venice: the video job q of m is done", "at a URL that only the answer to queueing had")
	_, err := client.AwaitJob(t.Context(), &venice.Job{Kind: "film"}, nil)
	wantText(t, err, `venice: a job of kind "film": want "audio" or "video"`)
	wantText(t, client.CompleteJob(t.Context(), &venice.Job{}), `venice: a job of kind "": want "audio" or "video"`)

	// The context ends while the default waits for its second.
	ctx, cancel := context.WithCancel(t.Context())
	s.answers[path] = []http.HandlerFunc{running("PROCESSING", 1, 1e9)}
	begun := time.Now()
	_, err = client.AwaitJob(ctx, &venice.Job{Kind: "video", Model: "m", QueueID: "q"}, &venice.Waiting{Progress: func(venice.JobProgress) {
		time.AfterFunc(20*time.Millisecond, cancel)
	}})
	wantText(t, err, "venice: waiting for the video job q of m: context canceled")
	if !errors.Is(err, context.Canceled) || time.Since(begun) > 10*time.Second {
		t.Errorf("got %v after %v", err, time.Since(begun))
	}
}

func TestSaveJob(t *testing.T) {
	for kind, complete := range map[string]string{"audio": "/audio/complete", "video": "/video/complete"} {
		file := filepath.Join(t.TempDir(), "out")
		saved := func(w http.ResponseWriter, r *http.Request) {
			if b, err := os.ReadFile(file); string(b) != "media" {
				t.Errorf("%s: told to delete while the file is %q (%v)", kind, b, err)
			}
			is(`{"success":true}`)(w, r)
		}
		media := answer(200, kind+"/any", "media")
		broken := func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Length", "100")
			media(w, r)
		}
		retrieve := "/" + kind + "/retrieve"
		for _, c := range []struct {
			complete bool
			answers  map[string][]http.HandlerFunc
			want     string // error
			asks     int
		}{
			{true, map[string][]http.HandlerFunc{retrieve: {broken}}, "EOF", 1},
			{false, map[string][]http.HandlerFunc{retrieve: {media}}, "", 1},
			{true, map[string][]http.HandlerFunc{retrieve: {media}, complete: {saved}}, "", 2},
			{true, map[string][]http.HandlerFunc{retrieve: {media}, complete: {is(`{"success":false}`)}}, "not deleted yet", 2},
			{true, map[string][]http.HandlerFunc{retrieve: {media}, complete: {answer(404, "application/json", `{"error":"gone"}`)}}, "gone", 2},
		} {
			_ = os.Remove(file)
			s := &studio{t: t, answers: c.answers}
			client, _ := serve(t, s.ServeHTTP)
			n, err := client.SaveJob(t.Context(), &venice.Job{Kind: kind, Model: "m", QueueID: "q"}, file,
				&venice.Waiting{Complete: c.complete}, venice.WithHeader("X-Mine", "yes"))
			if c.want != "" {
				wantText(t, err, c.want)
			} else if err != nil {
				t.Errorf("%s: %v", kind, err)
			}
			if s.mine != c.asks || len(s.asked()) != c.asks || c.asks == 2 && s.asked()[1] != complete+` {"model":"m","queue_id":"q"}` {
				t.Errorf("%s: asked %q", kind, s.asked())
			}
			b, err := os.ReadFile(file)
			if whole := c.want != "EOF"; whole != (string(b) == "media" && n == 5) || !whole && !errors.Is(err, os.ErrNotExist) {
				t.Errorf("%s: %d bytes, the file is %q (%v)", kind, n, b, err)
			}
		}
	}
}
