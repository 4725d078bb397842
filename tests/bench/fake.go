// The fake: how soon it is there, how many calls it answers, and what a crowd of streams leaves behind.

package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/venice-go/venice"
	"github.com/venice-go/venice/gen"
	"github.com/venice-go/venice/tests/venicetest"
)

// callers are as many as a test suite that runs in parallel on a small machine.
const callers = 8

// fake prints times of one machine, since they stand against a goal that is one.
func fake(ctx context.Context, out io.Writer, e effort) error {
	var rows [][]string
	for _, which := range []string{"the first of the process", "each after it"} {
		start := time.Now()
		venicetest.NewServer(nil).Close()
		rows = append(rows, []string{"start, " + which, fmt.Sprintf("%.1f ms", 1e3*time.Since(start).Seconds())})
	}
	for _, what := range []string{"chats", "streams"} {
		each, cpu, err := answered(ctx, e, what == "streams")
		if err != nil {
			return err
		}
		rows = append(rows, []string{what + " in a second", fmt.Sprintf("%.0f", each)}, []string{"processor time of one, client's included", fmt.Sprintf("%.0f µs", cpu*1e6)})
	}
	took, left, err := together(ctx, e.streams)
	if err != nil {
		return err
	}
	rows = append(rows, []string{fmt.Sprintf("%d streams at once", e.streams), fmt.Sprintf("%.2f s", took.Seconds())}, []string{"goroutines left of them", fmt.Sprint(left)})
	return table(out, []string{"the fake", "measured"}, rows)
}

func sayHello() *gen.ChatCompletionRequest {
	return &gen.ChatCompletionRequest{Model: "zai-org-glm-5-1", Messages: []gen.ChatMessage{gen.UserMessage("Hello, how are you today?")}}
}

// heard makes sure that an answer is the whole of it.
func heard(text string) error {
	if text != "You said: Hello, how are you today?" {
		return fmt.Errorf("the fake answers %q", text)
	}
	return nil
}

func hear(ctx context.Context, client *venice.Client) error {
	var text strings.Builder
	for c, err := range client.StreamChatCompletion(ctx, sayHello()) {
		if err != nil {
			return err
		}
		if len(c.Choices) > 0 && c.Choices[0].Delta.Content != nil {
			text.WriteString(*c.Choices[0].Delta.Content)
		}
	}
	return heard(text.String())
}

func newFake() (*venicetest.Server, *venice.Client, *http.Transport, error) {
	server := venicetest.NewServer(nil, venicetest.WithoutRateLimits())
	transport := newTransport().(*http.Transport)
	client, err := venice.New(venice.WithBaseURL(server.URL), venice.WithAPIKey(server.InferenceKey()), venice.WithHTTPClient(&http.Client{Transport: transport}))
	return server, client, transport, err
}

// answered is how many calls this client gets answered in a second by many callers over loopback, and what one costs.
func answered(ctx context.Context, e effort, stream bool) (each, cpu float64, err error) {
	server, client, _, err := newFake()
	if err != nil {
		return 0, 0, err
	}
	defer server.Close()
	call := func() error {
		if stream {
			return hear(ctx, client)
		}
		c, err := client.CreateChatCompletion(ctx, sayHello())
		if err != nil {
			return err
		}
		return heard(c.Choices[0].Message.Content.String())
	}
	if err := call(); err != nil {
		return 0, 0, err
	}
	var done atomic.Int64
	var all sync.WaitGroup
	errs := make([]error, callers)
	start, used := time.Now(), -cpuTime()
	for i := range callers {
		all.Go(func() {
			for time.Since(start) < e.crowd && errs[i] == nil {
				errs[i] = call()
				done.Add(1)
			}
		})
	}
	all.Wait()
	took := time.Since(start)
	used += cpuTime()
	n := float64(done.Load())
	return n / took.Seconds(), used.Seconds() / n, errors.Join(errs...)
}

// together has the fake hold all streams until each of them was asked for, and counts the goroutines before and after.
func together(ctx context.Context, streams int) (took time.Duration, left int64, err error) {
	ctx, cancel := context.WithTimeout(ctx, time.Minute) // a stream that is refused would hold up the rest
	defer cancel()
	before := goroutines()
	server, client, transport, err := newFake()
	if err != nil {
		return 0, 0, err
	}
	var absent, all sync.WaitGroup
	absent.Add(streams)
	here := make(chan struct{})
	go func() { absent.Wait(); close(here) }()
	server.OnAnswer(func(string, *http.Request, int) {
		absent.Done()
		select {
		case <-here:
		case <-ctx.Done():
		}
	})
	errs := make([]error, streams)
	start := time.Now()
	for i := range streams {
		all.Go(func() { errs[i] = hear(ctx, client) })
	}
	all.Wait()
	took = time.Since(start)
	transport.CloseIdleConnections()
	server.Close()
	for deadline := time.Now().Add(10 * time.Second); ; time.Sleep(10 * time.Millisecond) { // what was told to end ends soon
		if left = goroutines() - before; left <= 0 || time.Now().After(deadline) {
			break
		}
	}
	if err := errors.Join(errs...); err != nil {
		return 0, 0, err
	}
	if left > 0 {
		return 0, 0, fmt.Errorf("%d streams leave %d goroutines", streams, left)
	}
	return took, max(left, 0), nil
}

func goroutines() int64 { return int64(runtime.NumGoroutine()) }
