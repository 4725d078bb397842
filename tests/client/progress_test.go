// Tests of progress: what is reported of uploads and downloads.

package client_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/iotest"

	"github.com/venice-go/venice"
	"github.com/venice-go/venice/gen"
	"github.com/venice-go/venice/tests/venicetest"
)

func TestProgress(t *testing.T) {
	var got []int64
	report := func(n int64) { got = append(got, n) }
	broken := errors.New("broken")
	r := venice.Progress(io.MultiReader(iotest.OneByteReader(strings.NewReader("abc")), iotest.ErrReader(broken)), report)
	b, err := io.ReadAll(r)
	if string(b) != "abc" || !errors.Is(err, broken) || !slices.Equal(got, []int64{1, 2, 3}) {
		t.Errorf("read %q, %v and reported %d", b, err, got)
	}
	if err := r.Close(); err != nil {
		t.Error(err)
	}
	body := &countedBody{Reader: strings.NewReader(""), err: broken}
	if err := venice.Progress(body, report).Close(); !errors.Is(err, broken) || body.closed != 1 {
		t.Errorf("closed %d times, %v", body.closed, err)
	}
}

func TestProgressSeeks(t *testing.T) {
	var got []int64
	file := strings.NewReader("before and after")
	if _, err := file.Seek(7, io.SeekStart); err != nil {
		t.Fatal(err)
	}
	r := venice.Progress(file, func(n int64) { got = append(got, n) })
	s, ok := r.(io.Seeker)
	if !ok {
		t.Fatal("no seeker")
	}
	for range 2 {
		if b, err := io.ReadAll(r); string(b) != "and after" || err != nil {
			t.Errorf("read %q, %v", b, err)
		}
		if at, err := s.Seek(7, io.SeekStart); at != 7 || err != nil {
			t.Errorf("at %d, %v", at, err)
		}
	}
	if !slices.Equal(got, []int64{9, 9}) {
		t.Errorf("reported %d", got)
	}
	if _, err := s.Seek(-1, io.SeekStart); err == nil {
		t.Error("sought to before the beginning")
	}
	if _, err := venice.Progress(readerFunc(nil), nil).(io.Seeker).Seek(0, io.SeekCurrent); err == nil {
		t.Error("sought in a reader that cannot seek")
	}
}

// An upload that is refused and sent again is counted anew, and whole.
func TestProgressOfRetry(t *testing.T) {
	var bodies []string
	client, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		bodies = append(bodies, string(b))
		if len(bodies) == 1 {
			w.Header().Set("Retry-After", "0.01")
			answer(503, "application/json", `{"error":"later"}`)(w, r)
			return
		}
		answer(200, "image/png", "")(w, r)
	})
	var last atomic.Int64
	media, err := client.RemoveImageBackgroundUpload(t.Context(), &gen.RemoveImageBackgroundUpload{
		Image: &gen.File{Reader: venice.Progress(strings.NewReader("the photo"), last.Store)},
	}, venice.WithMaxAttempts(2))
	if err != nil {
		t.Fatal(err)
	}
	media.Close()
	if len(bodies) != 2 || !strings.Contains(bodies[1], "the photo") || last.Load() != 9 {
		t.Errorf("sent %q and counted %d", bodies, last.Load())
	}
}

// An upload is counted as it is sent, and a download as it is read.
func ExampleProgress() {
	srv := venicetest.NewServer(nil)
	defer srv.Close()
	srv.Respond("RemoveImageBackground", venicetest.Answer{Body: make([]byte, 500)})
	client, err := venice.New(venice.WithBaseURL(srv.URL), venice.WithAPIKey(srv.InferenceKey()))
	if err != nil {
		log.Fatal(err)
	}

	var sent, received int64
	photo := strings.NewReader(strings.Repeat("x", 100_000))
	media, err := client.RemoveImageBackgroundUpload(context.Background(), &gen.RemoveImageBackgroundUpload{
		Image: &gen.File{Name: "photo.png", Reader: venice.Progress(photo, func(n int64) { sent = n })},
	})
	if err != nil {
		log.Fatal(err)
	}
	media.ReadCloser = venice.Progress(media.ReadCloser, func(n int64) { received = n })
	defer media.Close()
	if _, err := io.Copy(io.Discard, media); err != nil {
		log.Fatal(err)
	}
	fmt.Println(sent, received)
	// Output: 100000 500
}
