// Cached: what finding a model takes once the list is known.

package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"

	"github.com/venice-go/venice"
)

// cached asks for models of a list of 328 that was fetched once.
func cached(ctx context.Context, out io.Writer, e effort) error {
	fetched := 0
	client, err := veniceClient("https://service.test/api/v1", roundTrip(func(req *http.Request) (*http.Response, error) {
		fetched++
		return &http.Response{Status: "200 OK", StatusCode: http.StatusOK, Header: jsonHeader, Body: io.NopCloser(bytes.NewReader(modelList())), Request: req}, nil
	}))
	if err != nil {
		return err
	}
	known := venice.NewModels(client, 0)
	find := func(ctx context.Context) error {
		_, err := known.ByCapability(ctx, "supportsFunctionCalling")
		return err
	}
	results, err := rounds(ctx, []task{{"a model by what it can do", 1, find}}, e.rounds, e.batch)
	if err == nil && fetched != 1 {
		err = fmt.Errorf("the list was fetched %d times", fetched)
	}
	if err != nil {
		return err
	}
	r := results[0]
	took := r.median(func(c cost) float64 { return c.nanoseconds }) / 1000
	e.judge("model from the cache: µs", took)
	return table(out, []string{"from the cache", "µs", "allocations"}, [][]string{{r.name, fmt.Sprintf("%.2f", took), fmt.Sprintf("%.0f", r.allocs())}})
}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(req *http.Request) (*http.Response, error) { return f(req) }
