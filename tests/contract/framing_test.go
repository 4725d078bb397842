// Tests of framing: any cut of a stream gives the events that another reader finds.

package contract

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/venice-go/venice/internal/sse"
)

func FuzzFraming(f *testing.F) {
	for _, s := range []string{"data: a\n\ndata: b\ndata: c\n\n", "\uFEFFdata:x\r\n\r\nid: 1\n: note\ndata\n\n", "data: cut", "event: e\rdata: 1\r\r", "\n\n\n"} {
		f.Add(s, 3)
	}
	f.Fuzz(func(t *testing.T, stream string, cut int) {
		if len(stream) > 4096 {
			return
		}
		var want []string
		for r := sse.NewReader(strings.NewReader(stream), maxEvent); ; {
			data, err := r.Next()
			if len(data) > 0 {
				want = append(want, string(data))
			}
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		var got []string
		note := func(data []byte) {
			if len(data) > 0 {
				got = append(got, string(data))
			}
		}
		framed := framing{}
		step := max(1, cut%7)
		for rest := stream; len(rest) > 0; rest = rest[min(step, len(rest)):] {
			framed.write([]byte(rest[:min(step, len(rest))]), note)
		}
		framed.finish(note)
		if fmt.Sprintf("%q", got) != fmt.Sprintf("%q", want) {
			t.Errorf("%q in steps of %d: %q, want %q", stream, step, got, want)
		}
	})
}
