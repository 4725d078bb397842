// Tests of progress: what is reported of uploads and downloads.

package venice_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"slices"
	"strings"
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
	if string(b) != "abc" || err != broken || !slices.Equal(got, []int64{1, 2, 3}) {
		t.Errorf("read %q, %v and reported %d", b, err, got)
	}
	if err := r.Close(); err != nil {
		t.Error(err)
	}
	body := &countedBody{Reader: strings.NewReader(""), err: broken}
	if err := venice.Progress(body, report).Close(); err != broken || body.closed != 1 {
		t.Errorf("closed %d times, %v", body.closed, err)
	}
}

// An upload is counted as it is sent, and a download as it is read.
func ExampleProgress() {
	srv := venicetest.NewServer(nil)
	defer srv.Close()
	srv.Respond("backgroundRemoveImage", venicetest.Answer{Body: make([]byte, 500)})
	client, err := venice.New(venice.WithBaseURL(srv.URL), venice.WithAPIKey(srv.InferenceKey()))
	if err != nil {
		log.Fatal(err)
	}

	var sent, received int64
	photo := strings.NewReader(strings.Repeat("x", 100_000))
	media, err := client.BackgroundRemoveImageUpload(context.Background(), &gen.BackgroundRemoveImageUpload{
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
