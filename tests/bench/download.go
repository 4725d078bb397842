// Downloads: how much memory a large answer takes on its way through.

package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"runtime"
	"runtime/metrics"
	"time"

	"github.com/venice-go/venice/gen"
)

// sound answers with n bytes of audio.
func sound(n int64) responder {
	block := bytes.Repeat([]byte("venice.."), 8<<10)
	head := fmt.Appendf(nil, "HTTP/1.1 200 OK\r\nContent-Type: audio/mpeg\r\nContent-Length: %d\r\n\r\n", n)
	return func(conn net.Conn, path, body []byte) error {
		_, err := conn.Write(head)
		for left := n; err == nil && left > 0; left -= int64(len(block)) {
			_, err = conn.Write(block[:min(left, int64(len(block)))])
		}
		return err
	}
}

// download passes a large answer through to nowhere, by this client and by net/http alone.
func download(ctx context.Context, out io.Writer, e effort) error {
	server, err := listen(sound(e.bytes))
	if err != nil {
		return err
	}
	defer server.close()
	client, err := veniceClient(server.base(), newTransport())
	if err != nil {
		return err
	}
	bare := &http.Client{Transport: newTransport()}
	gets := []func() (io.ReadCloser, error){
		func() (io.ReadCloser, error) {
			req, err := http.NewRequestWithContext(ctx, http.MethodGet, server.base(), nil)
			if err != nil {
				return nil, err
			}
			resp, err := bare.Do(req)
			if err != nil {
				return nil, err
			}
			return resp.Body, nil
		},
		func() (io.ReadCloser, error) {
			return client.CreateSpeech(ctx, &gen.CreateSpeechRequest{Input: question})
		},
	}
	var rows [][]string
	var floor time.Duration
	for i, name := range []string{"net/http", "this client"} {
		took, peak, total, err := passThrough(gets[i], e.bytes)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		if i == 0 {
			floor = took
		} else {
			e.judge("download", took.Seconds()/floor.Seconds())
			e.judge("download: MiB of heap", float64(peak)/(1<<20))
		}
		rows = append(rows, []string{name, fmt.Sprintf("%.2f", took.Seconds()/floor.Seconds()), mebi(peak), mebi(total)})
	}
	title := fmt.Sprintf("download of %d MiB", e.bytes>>20)
	return table(out, []string{title, "time / net/http", "peak heap, MiB", "allocated in all, MiB"}, rows)
}

func mebi(n uint64) string { return fmt.Sprintf("%.2f", float64(n)/(1<<20)) }

// passThrough returns how long an answer of n bytes took, by how much the heap was larger at most while it was read,
// and how much was allocated, freed since or not.
func passThrough(get func() (io.ReadCloser, error), n int64) (took time.Duration, peak, total uint64, err error) {
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	stop, done := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		sample := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
		for {
			metrics.Read(sample)
			if now := sample[0].Value.Uint64(); now > before.HeapAlloc {
				peak = max(peak, now-before.HeapAlloc)
			}
			select {
			case <-stop:
				return
			case <-time.After(time.Millisecond):
			}
		}
	}()
	start := time.Now()
	body, err := get()
	if err == nil {
		var copied int64
		copied, err = io.Copy(io.Discard, body)
		body.Close()
		if err == nil && copied != n {
			err = fmt.Errorf("%d of %d bytes", copied, n)
		}
	}
	took = time.Since(start)
	close(stop)
	<-done
	runtime.ReadMemStats(&after)
	return took, peak, after.TotalAlloc - before.TotalAlloc, err
}
