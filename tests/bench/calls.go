// Calls: the tables of chat calls, chunks and framing, side by side.

package main

import (
	"context"
	"fmt"
	"io"
	"math"
	"net/http"
)

// calls measures chat calls and chunks of all peers, in memory and over loopback.
func calls(ctx context.Context, out io.Writer, e effort) error {
	server, err := listen(canned(streamAnswer()))
	if err != nil {
		return err
	}
	defer server.close()
	var where = []struct {
		name, base string
		transport  func() http.RoundTripper
	}{
		{"memory", "https://service.test/api/v1", func() http.RoundTripper { return newMemory(streamAnswer()) }},
		{"loopback", server.base(), newTransport},
	}
	var rows [][]string
	for _, what := range []string{"chat call", "chunk"} {
		for _, w := range where {
			peers, err := newPeers(w.base, w.transport)
			if err != nil {
				return err
			}
			var tasks []task
			for _, p := range peers {
				if err := p.check(ctx); err != nil {
					return err
				}
				tasks = append(tasks, p.task(what))
			}
			if what == "chat call" && w.name == "loopback" {
				tasks = append(tasks, newBare(w.base, w.transport()))
			}
			results, err := rounds(ctx, tasks, e.rounds, e.batch)
			if err != nil {
				return err
			}
			ours := results[1]
			e.judge(what+", "+w.name, ours.cpu(results[0]).median)
			if w.name == "memory" {
				e.judge(what+", memory: allocations", math.Floor(ours.allocs())) // as testing.AllocsPerRun has it: a pool that was emptied is no habit
			}
			for _, r := range results {
				rows = append(rows, []string{what, w.name, r.name, r.ratio(results[0]).String(), r.cpu(results[0]).String(),
					fmt.Sprintf("%.1f", r.allocs()), fmt.Sprintf("%.0f", r.bytes())})
			}
		}
	}
	return table(out, []string{"one", "over", "client", "time / floor", "CPU / floor", "allocations", "bytes"}, rows)
}

// task is one chat call, or one stream counted by its chunks.
func (p peer) task(what string) task {
	if what == "chunk" {
		return task{p.name, streamChunks, func(ctx context.Context) error { return p.stream(ctx, func(piece) {}) }}
	}
	return task{p.name, 1, func(ctx context.Context) error { _, err := p.chat(ctx); return err }}
}

// newTransport is what net/http gives everybody, with room for as many idle connections as there may be streams.
func newTransport() http.RoundTripper {
	t := http.DefaultTransport.(*http.Transport).Clone()
	t.MaxIdleConns, t.MaxIdleConnsPerHost = 0, full.streams
	return t
}

// framing measures events that carry nothing, so that no JSON is decoded, against the chunks of the floor.
func framing(ctx context.Context, out io.Writer, e effort) error {
	const base = "https://service.test/api/v1"
	floor := newFloor(base, newMemory(streamAnswer()))
	ours, err := newVenice(base, newMemory(commentAnswer()))
	if err != nil {
		return err
	}
	bare := newFloor(base, newMemory(commentAnswer()))
	results, err := rounds(ctx, []task{floor.task("chunk"), ours.task("chunk"), bare.task("chunk")}, e.rounds, e.batch)
	if err != nil {
		return err
	}
	var rows [][]string
	for i, name := range []string{"this client", "bufio.Scanner"} {
		r := results[i+1]
		rows = append(rows, []string{name, r.ratio(results[0]).String(), fmt.Sprintf("%.2f", r.allocs()), fmt.Sprintf("%.0f", r.bytes())})
	}
	return table(out, []string{"framing of one event", "time / floor's chunk", "allocations", "bytes"}, rows)
}
