// Tests of guards: who is asked, what they see, and how attempts end.

package client_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/venice-go/venice"
	"github.com/venice-go/venice/gen"
)

// A diary is a guard that writes down what it is asked and told.
type diary struct {
	name  string
	admit func(ctx context.Context, a *venice.Attempt) error
	mu    *sync.Mutex
	lines *[]string
}

func newDiary(name string) *diary {
	return &diary{name: name, mu: new(sync.Mutex), lines: new([]string)}
}

func (d *diary) write(format string, args ...any) {
	d.mu.Lock()
	defer d.mu.Unlock()
	*d.lines = append(*d.lines, d.name+fmt.Sprintf(format, args...))
}

func (d *diary) text() string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return strings.Join(*d.lines, "; ")
}

func (d *diary) Admit(ctx context.Context, a *venice.Attempt) (venice.Witness, error) {
	d.write("%s %s", a.Path, a.Body)
	if text := fmt.Sprintf("%v %+v %s %#v", a, *a, a, struct{ A any }{a}); strings.Contains(text, "model") || !strings.Contains(text, a.Operation.Name) {
		d.write("prints %s", text)
	}
	if d.admit != nil {
		if err := d.admit(ctx, a); err != nil {
			return nil, err
		}
	}
	return d, nil
}

func (d *diary) See(h http.Header, data []byte) { d.write("see %s", data) }

func (d *diary) End(how venice.Ending) {
	d.write("%s", [...]string{"unknown", "undone", "whole"}[how])
}

func TestGuardsSeeHowAttemptsEnd(t *testing.T) {
	ctx := context.Background()
	chat := &gen.ChatCompletionRequest{Model: "m"}
	plain := func(c *venice.Client) error { _, err := c.CreateChatCompletion(ctx, chat); return err }
	queue := func(c *venice.Client) error {
		_, err := c.QueueVideo(ctx, &gen.QueueVideoRequest{Model: "m"})
		return err
	}
	stream := func(most int) func(*venice.Client) error {
		return func(c *venice.Client) error {
			n := 0
			for _, err := range c.StreamChatCompletion(ctx, chat) {
				if err != nil {
					return err
				}
				if n++; n == most {
					break
				}
			}
			return nil
		}
	}
	speak := func(read bool) func(*venice.Client) error {
		return func(c *venice.Client) error {
			m, err := c.CreateSpeech(ctx, &gen.CreateSpeechRequest{Input: "x"})
			if err != nil {
				return err
			}
			defer m.Close()
			if read {
				_, err = venice.Save(m, t.TempDir()+"/x")
			}
			return err
		}
	}
	ok := answer(200, "application/json", `{"id":"1"}`)
	refuses := func(status int) http.HandlerFunc { return answer(status, "application/json", `{"error":"no"}`) }
	cut := func(w http.ResponseWriter, _ *http.Request) { panic(http.ErrAbortHandler) }
	const chunk = "data: {\"id\":\"c\"}\n\n"
	for name, c := range map[string]struct {
		call    func(*venice.Client) error
		answers []http.HandlerFunc
		want    string // of the paths and bodies nothing
	}{
		"read":              {plain, []http.HandlerFunc{ok}, `see {"id":"1"}; whole`},
		"refused":           {plain, []http.HandlerFunc{refuses(400)}, `undone`},
		"busy, then read":   {plain, []http.HandlerFunc{refuses(429), refuses(503), ok}, `undone; undone; see {"id":"1"}; whole`},
		"broken, then read": {plain, []http.HandlerFunc{refuses(500), ok}, `unknown; see {"id":"1"}; whole`},
		"a proxy gave up":   {plain, []http.HandlerFunc{refuses(408)}, `unknown`},
		"odd":               {plain, []http.HandlerFunc{refuses(524)}, `unknown`},
		"error with 200":    {plain, []http.HandlerFunc{answer(200, "application/json", `{"error":"no"}`)}, `unknown`},
		"misfit":            {plain, []http.HandlerFunc{answer(200, "application/json", `{"id":[]}`)}, `see {"id":[]}; whole`},
		"a page":            {plain, []http.HandlerFunc{answer(200, "text/html", `<p>`)}, `unknown`},
		"lost":              {plain, []http.HandlerFunc{cut}, `unknown`},
		"queue broken":      {queue, []http.HandlerFunc{refuses(502)}, `unknown`},
		"stream":            {stream(0), []http.HandlerFunc{answer(200, "text/event-stream", chunk+"data: [DONE]\n\n")}, `see {"id":"c"}; whole`},
		"stream cut":        {stream(0), []http.HandlerFunc{answer(200, "text/event-stream", chunk)}, `see {"id":"c"}; unknown`},
		"stream left":       {stream(1), []http.HandlerFunc{answer(200, "text/event-stream", chunk+chunk+"data: [DONE]\n\n")}, `see {"id":"c"}; unknown`},
		"stream fails":      {stream(0), []http.HandlerFunc{answer(200, "text/event-stream", "data: {\"error\":\"x\"}\n\ndata: [DONE]\n\n")}, `unknown`},
		"media":             {speak(true), []http.HandlerFunc{answer(200, "audio/mpeg", `x`)}, `see ; whole`},
		"media left":        {speak(false), []http.HandlerFunc{answer(200, "audio/mpeg", `x`)}, `see ; unknown`},
	} {
		var n atomic.Int32
		d := newDiary("")
		client, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Retry-After", "0")
			c.answers[n.Add(1)-1](w, r)
		}, venice.WithGuard(d), venice.WithMaxAttempts(len(c.answers)))
		_ = c.call(client)
		var got []string
		for _, line := range *d.lines {
			if !strings.HasPrefix(line, "/") {
				got = append(got, line)
			}
		}
		if text := strings.Join(got, "; "); text != c.want || len(*d.lines)-len(got) != int(n.Load()) {
			t.Errorf("%s: %s, asked %d times; want %s", name, text, len(*d.lines)-len(got), c.want)
		}
	}
}

func TestGuardsRefuse(t *testing.T) {
	client0, call, inner := newDiary("client "), newDiary("call "), newDiary("context ")
	no := errors.New("not today")
	inner.admit = func(context.Context, *venice.Attempt) error { return no }
	client, _ := serve(t, func(http.ResponseWriter, *http.Request) { t.Error("sent") }, venice.WithGuard(client0))
	err := client.Do(venice.GuardContext(t.Context(), inner), "POST", "/odd", map[string]int{"a": 1}, nil, venice.WithField("/b", 2), venice.WithGuard(call))
	wantText(t, err, "venice: POST /odd: not sent: not today")
	if !errors.Is(err, no) || errors.Is(err, venice.ErrMaybeSent) {
		t.Errorf("%v", err)
	}
	for _, d := range []*diary{client0, call} {
		if got := d.text(); got != d.name+`/odd {"a":1,"b":2}; `+d.name+"undone" {
			t.Error(got)
		}
	}
	if _, err := venice.New(venice.WithGuard(nil)); err == nil {
		t.Error("a nil guard is taken")
	}
}

// A guard sees the parts of a form, and calls in turn without waiting for the place that it is asked in.
func TestGuardsCall(t *testing.T) {
	d := newDiary("")
	client, _ := serve(t, answer(200, "application/json", `{"text":"x","data":[]}`), venice.WithMaxInFlight(1), venice.WithGuard(d))
	d.admit = func(ctx context.Context, a *venice.Attempt) error {
		if a.Operation.Effect == venice.EffectRead {
			return nil
		}
		_, err := client.ListModels(ctx, nil)
		return err
	}
	err := client.Do(t.Context(), "POST", "/audio/transcriptions", form{File: gen.File{Reader: strings.NewReader("sound")}, Model: "m"}, nil)
	if got := d.text(); err != nil || got != `/audio/transcriptions {"model":"m"}; /models ; see {"text":"x","data":[]}; whole; see {"text":"x","data":[]}; whole` {
		t.Error(err, got)
	}
}
