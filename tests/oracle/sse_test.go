// The framing of event streams, compared with that of github.com/tmaxmax/go-sse.

package oracle

import (
	"errors"
	"io"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	peer "github.com/tmaxmax/go-sse"

	"github.com/venice-go/venice/internal/sse"
)

const most = 1 << 20

// ours returns the data of the events that an empty line ended.
func ours(r io.Reader) (found []string, err error) {
	events := sse.NewReader(r, most)
	for {
		data, err := events.Next()
		if err != nil {
			return found, err
		}
		if len(data) > 0 {
			found = append(found, string(data))
		}
	}
}

func theirs(r io.Reader) (found []string, err error) {
	for e, err := range peer.Read(r, &peer.ReadConfig{MaxEventSize: most}) {
		if err != nil {
			return found, err
		}
		if e.Data != "" {
			found = append(found, e.Data)
		}
	}
	return found, io.EOF
}

// FuzzEvents compares data. Left out are events without any, which the peer reports for the sake of their name or id and
// the client takes for heartbeats, and what the end of the stream cut off, which only the client reports, with the error.
func FuzzEvents(f *testing.F) {
	for _, stream := range []string{
		"data: a\n\ndata: b\r\n\r\ndata: c\r\rdata:[DONE]\n\n",
		"\uFEFFdata\n\n:comment\nevent: x\nid: 7\nretry: 5\ndata: 1\ndata: 2\n\n",
		"data: a\r\ndata: b\r\n\r\ndata: c\rdata: d\n\n",
		"data\r\n\ndata:\n\rdata:  two\n\n\n",
		"Data: a\n data: b\ndata : c\ndatas: d\ndata\x00: e\n\n",
		"data: {\"a\":\"\u2028\"}\n\nid\n\nevent: only\n\n: ping\n\ndata: cut",
	} {
		f.Add(stream)
	}
	f.Fuzz(agree)
}

// agree leaves out a byte order mark behind empty lines: it is one at the very start of a stream only, where the client
// takes it off, while the peer does that wherever its first event begins.
func agree(t *testing.T, stream string) {
	if first := strings.TrimLeft(stream, "\r\n"); first != stream && strings.HasPrefix(first, "\uFEFF") {
		return
	}
	want, err := theirs(strings.NewReader(stream))
	if !errors.Is(err, io.EOF) {
		t.Skip(err)
	}
	for name, r := range map[string]io.Reader{
		"at once": strings.NewReader(stream), "byte by byte": iotest.OneByteReader(strings.NewReader(stream)),
	} {
		if got, err := ours(r); !errors.Is(err, io.EOF) || !slices.Equal(got, want) {
			t.Fatalf("%q %s: %q, %v; the peer has %q", stream, name, got, err, want)
		}
	}
}

// Streams of the pieces that matter come upon more than streams of any bytes.
func TestEventsOfPieces(t *testing.T) {
	pieces := []string{"data", ":", " ", "a", "\n", "\r", "\r\n", "\n\n", "\uFEFF", "id", "event", "\x00", "data: b\n", "data:c\r"}
	random := rand.New(rand.NewPCG(7, 11))
	for range 100_000 {
		var stream strings.Builder
		for range random.IntN(12) {
			stream.WriteString(pieces[random.IntN(len(pieces))])
		}
		agree(t, stream.String())
	}
}
