// Many: callers at once, with and without limits on the client.

package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"sync"

	"github.com/venice-go/venice"
	"github.com/venice-go/venice/gen"
)

// at answers requests like memory, several at a time.
type at struct{ pool sync.Pool }

func (a *at) RoundTrip(req *http.Request) (*http.Response, error) {
	m := a.pool.Get().(*memory)
	defer a.pool.Put(m)
	return m.RoundTrip(req)
}

// many has many goroutines make ten calls each, through a client with all its limits on and through one without.
func many(ctx context.Context, out io.Writer, e effort) error {
	answers := newMemory(streamAnswer())
	run := func(name string, options ...venice.ClientOption) (task, error) {
		transport := &at{sync.Pool{New: func() any { m := *answers; return &m }}}
		client, err := venice.New(append([]venice.ClientOption{venice.WithBaseURL("https://service.test/api/v1"), venice.WithAPIKey("key"),
			venice.WithHTTPClient(&http.Client{Transport: transport})}, options...)...)
		return task{name, 10 * e.callers, func(ctx context.Context) error {
			var all sync.WaitGroup
			failed := make(chan error, e.callers)
			for range e.callers {
				all.Go(func() {
					for range 10 {
						if _, err := client.CreateChatCompletion(ctx, &gen.ChatCompletionRequest{Model: model, Messages: []gen.ChatMessage{gen.UserMessage(question)}}); err != nil {
							failed <- err
							return
						}
					}
				})
			}
			all.Wait()
			select {
			case err := <-failed:
				return err
			default:
				return nil
			}
		}}, err
	}
	without, err := run("no limits", venice.WithErrorBudget(0))
	if err != nil {
		return err
	}
	with, err := run("places, pacing, budget", venice.WithMaxInFlight(e.callers/4), venice.WithPacing(), venice.WithErrorBudget(40))
	if err != nil {
		return err
	}
	results, err := rounds(ctx, []task{without, with}, e.rounds, e.batch)
	if err != nil {
		return err
	}
	e.judge("many callers: time with limits", results[1].cpu(results[0]).median)
	var rows [][]string
	for _, r := range results {
		rows = append(rows, []string{r.name, r.ratio(results[0]).String(), r.cpu(results[0]).String(), fmt.Sprintf("%.1f", r.allocs())})
	}
	return table(out, []string{fmt.Sprintf("%d callers, 10 calls each", e.callers), "time / without", "CPU / without", "allocations"}, rows)
}
