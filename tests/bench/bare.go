// Bare: net/http alone, which is what no client can be below.

package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
)

// newBare sends bytes that are at hand, and reads the answer without looking at it.
func newBare(base string, transport http.RoundTripper) task {
	request := fmt.Appendf(nil, `{"max_completion_tokens":500,"messages":[{"content":%s,"role":"system"},{"content":%s,"role":"user"}],"model":%q,"stream":false,"temperature":0.7}`,
		quote(system), quote(question), model)
	room, want := make([]byte, 0, 16<<10), len(chatAnswer())
	return task{"net/http alone", 1, func(ctx context.Context) error {
		req, err := http.NewRequestWithContext(ctx, http.MethodPost, base+"/chat/completions", bytes.NewReader(request))
		if err != nil {
			return err
		}
		req.Header.Set("Content-Type", "application/json")
		req.Header.Set("Authorization", "Bearer key")
		resp, err := transport.RoundTrip(req)
		if err != nil {
			return err
		}
		defer resp.Body.Close()
		answer := bytes.NewBuffer(room)
		if _, err := io.Copy(answer, resp.Body); err != nil || answer.Len() != want {
			return fmt.Errorf("%d bytes, %w", answer.Len(), orNone(err))
		}
		return nil
	}}
}
