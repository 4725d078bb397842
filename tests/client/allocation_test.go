// Allocations: what is called often takes memory as often as it has to, and no more often. Counts do not depend on the machine.

package client_test

import (
	"bytes"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/venice-go/venice"
	"github.com/venice-go/venice/gen"
	"github.com/venice-go/venice/signer"
	"github.com/venice-go/venice/tests/venicetest"
)

// countable skips a test of what pools spare.
func countable(t *testing.T) {
	t.Helper()
	if raced {
		t.Skip("under the race detector pools lose some of what they are given, and there is more to allocate")
	}
}

// wantAllocations fails if f takes more of them, on average.
func wantAllocations(t *testing.T, what string, most float64, f func()) {
	t.Helper()
	if got := testing.AllocsPerRun(100, f); got > most {
		t.Errorf("%s takes %.2f allocations, want %g at most", what, got, most)
	}
}

func TestModelsAllocateNothing(t *testing.T) {
	srv := venicetest.NewServer(t)
	models := venice.NewModels(newClient(t, venice.WithBaseURL(srv.URL), venice.WithAuth(nil)), 0)
	check := func(id string, err error) {
		if id == "" || err != nil {
			t.Fatal(id, err)
		}
	}
	wantAllocations(t, "a trait that is known", 0, func() { check(models.ByTrait(t.Context(), "", "default")) })
	wantAllocations(t, "a capability that is known", 0, func() { check(models.ByCapability(t.Context(), "supportsFunctionCalling")) })
}

// canned answers every request with the same bytes, without a network.
type canned struct {
	contentType string
	body        []byte
}

func (c canned) RoundTrip(r *http.Request) (*http.Response, error) {
	_, _ = io.Copy(io.Discard, r.Body)
	return &http.Response{StatusCode: 200, ProtoMajor: 1, Header: http.Header{"Content-Type": {c.contentType}},
		Body: io.NopCloser(bytes.NewReader(c.body)), ContentLength: int64(len(c.body)), Request: r}, nil
}

func cannedClient(t *testing.T, contentType, body string) *venice.Client {
	return newClient(t, venice.WithAPIKey("key"), venice.WithHTTPClient(&http.Client{Transport: canned{contentType, []byte(body)}}))
}

var question = &gen.ChatCompletionRequest{Model: model, Messages: []gen.ChatMessage{gen.UserMessage("Hi")}}

func TestChatAllocations(t *testing.T) {
	countable(t)
	client := cannedClient(t, "application/json", `{"id":"1","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"finish_reason":"stop",`+
		`"message":{"role":"assistant","content":"Hello there."}}],"usage":{"prompt_tokens":1,"completion_tokens":2,"total_tokens":3}}`)
	wantAllocations(t, "a chat call", 33, func() {
		if _, err := client.CreateChatCompletion(t.Context(), question); err != nil {
			t.Fatal(err)
		}
	})
}

// Of these, 29 are the curve's.
func TestSignInAllocations(t *testing.T) {
	countable(t)
	wallet, err := signer.GenerateEVM()
	if err != nil {
		t.Fatal(err)
	}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "https://api.venice.ai/api/v1/chat/completions", nil)
	if err != nil {
		t.Fatal(err)
	}
	auth, op := signer.SignIn(wallet), &venice.Operation{Access: venice.AccessAny}
	wantAllocations(t, "a sign-in", 50, func() {
		if err := auth.Authorize(t.Context(), req, op); err != nil {
			t.Fatal(err)
		}
	})
}

// What a stream itself takes is the same with one chunk and with a thousand.
func TestChunkAllocations(t *testing.T) {
	countable(t)
	const n = 1000
	for _, c := range []struct {
		name  string
		most  float64
		chunk func(i int) string
	}{
		{"a chunk that brings a text", 1.1, func(int) string { return `{"id":"1","created":1,"choices":[{"index":0,"delta":{"content":" word"}}]}` }},
		{"a chunk that differs otherwise", 1.1, func(i int) string {
			return `{"id":"1","created":` + strings.Repeat("1", 1+i%2) + `,"choices":[{"index":0,"delta":{"content":" word"}}]}`
		}},
	} {
		var all strings.Builder
		for i := range n {
			all.WriteString("data: " + c.chunk(i) + "\n\n")
		}
		stream := func(body string) func() {
			client := cannedClient(t, "text/event-stream", body+"data: [DONE]\n\n")
			return func() {
				for _, err := range client.StreamChatCompletion(t.Context(), question) {
					if err != nil {
						t.Fatal(err)
					}
				}
			}
		}
		none := testing.AllocsPerRun(10, stream(""))
		if got := (testing.AllocsPerRun(10, stream(all.String())) - none) / n; got > c.most {
			t.Errorf("%s takes %.3f allocations, want %g at most", c.name, got, c.most)
		}
	}
}

func TestVectorAllocations(t *testing.T) {
	list := []byte("[" + strings.Repeat("0.015625,", 1023) + "1]")
	text := []byte(`"` + strings.Repeat("AACAPwAAgD8AAIA/", 341) + `AACAPw=="`)
	for _, b := range [][]byte{list, text} {
		var v gen.Vector
		wantAllocations(t, string(b[:10]), 2, func() {
			if err := gen.Unmarshal(b, &v); err != nil || len(v) != 1024 {
				t.Fatal(len(v), err)
			}
		})
	}
}
