// Tests of uploads that are sent again: from where their files were, or not at all.

package venice_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/venice-go/venice"
	"github.com/venice-go/venice/gen"
)

func TestUploadIsSentAgain(t *testing.T) {
	noLeak(t)
	path := filepath.Join(t.TempDir(), "file")
	content := bytes.Repeat([]byte("0123456789"), 100_000)
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = file.Close() }()
	if _, err := file.Seek(5, io.SeekStart); err != nil {
		t.Fatal(err)
	} // what is before is not to be sent
	var got []string
	client, _ := quick(t, func(w http.ResponseWriter, r *http.Request) {
		switch len(got) {
		case 0: // answered before the body was read
			got = append(got, "early")
			w.WriteHeader(503)
			return
		case 1:
			_, _ = io.CopyN(io.Discard, r.Body, 500_000)
			got = append(got, "half")
			w.WriteHeader(503)
			return
		}
		if err := r.ParseMultipartForm(1 << 20); err != nil {
			t.Error(err)
			return
		}
		for _, name := range []string{"file", "mask"} {
			f, _, err := r.FormFile(name)
			if err != nil {
				t.Error(err)
				return
			}
			data, _ := io.ReadAll(f)
			got = append(got, fmt.Sprint(bytes.Equal(data, content[5:]), len(data)))
		}
		answer(200, "application/json", `{}`)(w, r)
	})
	body := &upload{File: gen.File{Reader: file}, Mask: &gen.File{Reader: strings.NewReader("mask")}}
	if err := post(t, client, body); err != nil {
		t.Fatal(err)
	}
	if want := []string{"early", "half", "true 999995", "false 4"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestUploadThatCannotBeSentAgain(t *testing.T) {
	noLeak(t)
	var requests atomic.Int64
	client, s := quick(t, func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		requests.Add(1)
		w.WriteHeader(503)
	})
	piped, w, err := os.Pipe() // it has a Seek that fails
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = piped.Close() }()
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	for _, r := range []io.Reader{io.LimitReader(zero{}, 1000), piped} {
		requests.Store(0)
		err := post(t, client, &upload{File: gen.File{Reader: r}})
		if wantText(t, err, "503 Service Unavailable; not sent again: the upload was read in part"); requests.Load() != 1 || !errors.Is(err, venice.ErrServer) {
			t.Errorf("%d requests, %v", requests.Load(), err)
		}
	}

	// As long as no connection comes about, nothing is read.
	dials := 0
	client = newClient(t, venice.WithAuth(nil), venice.WithBaseURL("http://127.0.0.1:1"), venice.WithHTTPClient(&http.Client{Transport: &http.Transport{
		DialContext: func(context.Context, string, string) (net.Conn, error) { dials++; return nil, errors.New("refused") },
	}}))
	venice.SetClock(client, s.now, s.sleep)
	if err := post(t, client, &upload{File: gen.File{Reader: zero{}}}); dials != 4 || strings.Contains(err.Error(), "read in part") {
		t.Errorf("%d dials, want 4; %v", dials, err)
	}
}
