// Secrets in output: what keeps them out of stderr, and the masked form of an API key.

package main

import (
	"io"
	"strings"
	"sync"

	"github.com/venice-go/venice/internal/secrets"
)

// A scrubber passes on what is written to it but for secrets. Nothing here means to write any, but a server's error
// text may repeat what it was sent, and a user may paste a key where a file name belongs. Each message is one write.
type scrubber struct {
	mu sync.Mutex // the fake reports from many goroutines
	w  io.Writer
}

func (s *scrubber) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, err := s.w.Write(secrets.Scrub(p)); err != nil {
		return 0, err
	}
	return len(p), nil
}

// mask shows of an API key what the service's own listing shows: its kind and its last six characters.
func mask(key string) string {
	head, tail, ok := strings.Cut(key, "_KEY_")
	if !ok || len(tail) < 18 {
		return secrets.Redacted
	}
	return head + "_KEY_..." + tail[len(tail)-6:]
}
