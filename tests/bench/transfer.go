// Transfers: what a large file costs on its way here and there, in time and in memory.

package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"mime/multipart"
	"net"
	"net/http"
	"os"
	"runtime"
	"runtime/metrics"
	"time"

	"github.com/venice-go/venice"
	"github.com/venice-go/venice/gen"
)

// sound answers with n bytes of audio, and what was sent with its text.
func sound(n int64) responder {
	block := bytes.Repeat([]byte("venice.."), 8<<10)
	head := fmt.Appendf(nil, "HTTP/1.1 200 OK\r\nContent-Type: audio/mpeg\r\nContent-Length: %d\r\n\r\n", n)
	const text = `{"text":"Hello."}`
	heard := fmt.Appendf(nil, okJSON, len(text), text)
	return func(conn net.Conn, path, body []byte) error {
		if bytes.HasSuffix(path, []byte("transcriptions")) {
			_, err := conn.Write(heard)
			return err
		}
		_, err := conn.Write(head)
		for left := n; err == nil && left > 0; left -= int64(len(block)) {
			_, err = conn.Write(block[:min(left, int64(len(block)))])
		}
		return err
	}
}

// transfer brings a large answer here and a large file there, by this client and by net/http alone.
func transfer(ctx context.Context, out io.Writer, e effort) error {
	server, err := listen(sound(e.bytes))
	if err != nil {
		return err
	}
	defer server.close()
	transport := newTransport().(*http.Transport)
	client, err := veniceClient(server.base(), transport)
	if err != nil {
		return err
	}
	file, err := os.CreateTemp("", "bench-*.wav")
	if err != nil {
		return err
	}
	defer func() {
		_ = file.Close()
		_ = os.Remove(file.Name())
	}()
	if err := file.Truncate(e.bytes); err != nil {
		return err
	}
	bare := &http.Client{Transport: transport}
	anew := func(run func(context.Context) error) func(context.Context) error {
		return func(ctx context.Context) error {
			defer transport.CloseIdleConnections() // some are faster than others, as the kernel has it
			return run(ctx)
		}
	}
	var rows [][]string
	for _, way := range []struct {
		name       string
		bare, ours func(context.Context) error
	}{
		{"download", bareDownload(bare, server.base(), e.bytes), ourDownload(client, e.bytes)},
		{"upload", bareUpload(bare, server.base(), file), ourUpload(client, file)},
	} {
		tasks := []task{{"net/http", 1, anew(way.bare)}, {"this client", 1, anew(way.ours)}}
		results, err := rounds(ctx, tasks, e.rounds, e.batch)
		if err != nil {
			return fmt.Errorf("%s: %w", way.name, err)
		}
		for i, r := range results {
			peak, err := peakOf(ctx, tasks[i])
			if err != nil {
				return fmt.Errorf("%s: %w", way.name, err)
			}
			if i == 1 {
				e.judge(way.name, r.cpu(results[0]).median)
				e.judge(way.name+": MiB of heap", peak)
			}
			rows = append(rows, []string{way.name, r.name, r.ratio(results[0]).String(), r.cpu(results[0]).String(), fmt.Sprintf("%.2f", peak), fmt.Sprintf("%.2f", r.bytes()/(1<<20))})
		}
	}
	return table(out, []string{fmt.Sprintf("%d MiB", e.bytes>>20), "by", "time / net/http", "CPU / net/http", "peak heap, MiB", "allocated in all, MiB"}, rows)
}

func bareDownload(client *http.Client, base string, n int64) func(context.Context) error {
	return func(ctx context.Context) error {
		req, err := http.NewRequestWithContext(ctx, http.MethodPost, base+"/audio/speech", http.NoBody)
		if err != nil {
			return err
		}
		resp, err := client.Do(req)
		if err != nil {
			return err
		}
		defer resp.Body.Close()
		return discard(resp.Body, n)
	}
}

func ourDownload(client *venice.Client, n int64) func(context.Context) error {
	return func(ctx context.Context) error {
		media, err := client.CreateSpeech(ctx, &gen.CreateSpeechRequest{Input: question})
		if err != nil {
			return err
		}
		defer media.Close()
		return discard(media, n)
	}
}

func discard(body io.Reader, want int64) error {
	n, err := io.Copy(io.Discard, body)
	if err == nil && n != want {
		err = fmt.Errorf("%d of %d bytes", n, want)
	}
	return err
}

// bareUpload lays the form around the file by hand, and so knows its length.
func bareUpload(client *http.Client, base string, file *os.File) func(context.Context) error {
	return func(ctx context.Context) error {
		var form bytes.Buffer
		w := multipart.NewWriter(&form)
		if _, err := w.CreateFormFile("file", "sound.wav"); err != nil {
			return err
		}
		head := bytes.NewReader(bytes.Clone(form.Bytes()))
		form.Reset()
		if err := w.Close(); err != nil {
			return err
		}
		size, err := rewound(file)
		if err != nil {
			return err
		}
		req, err := http.NewRequestWithContext(ctx, http.MethodPost, base+"/audio/transcriptions", io.MultiReader(head, file, &form))
		if err != nil {
			return err
		}
		req.ContentLength = head.Size() + size + int64(form.Len())
		req.Header.Set("Content-Type", w.FormDataContentType())
		resp, err := client.Do(req)
		if err != nil {
			return err
		}
		defer resp.Body.Close()
		_, err = io.Copy(io.Discard, resp.Body)
		return err
	}
}

func ourUpload(client *venice.Client, file *os.File) func(context.Context) error {
	return func(ctx context.Context) error {
		if _, err := rewound(file); err != nil {
			return err
		}
		t, err := client.CreateTranscription(ctx, &gen.CreateTranscriptionRequest{File: &gen.File{Name: "sound.wav", Reader: file}})
		if err == nil && t.Text != "Hello." {
			err = fmt.Errorf("heard %q", t.Text)
		}
		return err
	}
}

// rewound returns the size of a file that is at its beginning.
func rewound(file *os.File) (int64, error) {
	size, err := file.Seek(0, io.SeekEnd)
	if err == nil {
		_, err = file.Seek(0, io.SeekStart)
	}
	return size, err
}

// peakOf is by how many MiB the heap is larger at most while a task runs.
func peakOf(ctx context.Context, t task) (float64, error) {
	var before runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	peak := before.HeapAlloc
	stop, done := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		sample := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
		for {
			metrics.Read(sample)
			peak = max(peak, sample[0].Value.Uint64())
			select {
			case <-stop:
				return
			case <-time.After(time.Millisecond):
			}
		}
	}()
	err := t.run(ctx)
	close(stop)
	<-done
	return float64(peak-before.HeapAlloc) / (1 << 20), err
}
