// Help for the tests: a fake, an attester and a client whose chats are encrypted.

package e2ee_test

import (
	"context"
	"net/http"
	"testing"
	"time"

	"github.com/venice-go/venice"
	"github.com/venice-go/venice/e2ee"
	"github.com/venice-go/venice/gen"
	"github.com/venice-go/venice/tests/venicetest"
)

const (
	older = "e2ee-gemma-3-27b-p"
	newer = "e2ee-glm-5"
)

// trusting takes every quote for genuine. What a real verifier says is for the tests of package tdx.
type trusting struct{}

func (trusting) VerifyQuote(context.Context, []byte, time.Time) (*e2ee.QuoteReport, error) {
	return &e2ee.QuoteReport{By: "a test that trusts every quote"}, nil
}

// between is a transport that sees what goes over the wire, and may change it.
type between func(next http.RoundTripper, req *http.Request) (*http.Response, error)

func (b between) RoundTrip(req *http.Request) (*http.Response, error) {
	if b == nil {
		return http.DefaultTransport.RoundTrip(req)
	}
	return b(http.DefaultTransport, req)
}

// setUp returns an attester, and a client that encrypts. wire sees what both send.
func setUp(t testing.TB, s *venicetest.Server, policy e2ee.Policy, wire between, options ...venice.ClientOption) (*e2ee.Attester, *venice.Client) {
	t.Helper()
	network := venice.WithHTTPClient(&http.Client{Transport: wire})
	options = append([]venice.ClientOption{venice.WithBaseURL(s.URL), network}, options...)
	plain, err := venice.New(append(options, venice.WithAuth(nil))...)
	if err != nil {
		t.Fatal(err)
	}
	attester, err := e2ee.NewAttester(plain, policy)
	if err != nil {
		t.Fatal(err)
	}
	client, err := venice.New(append(append([]venice.ClientOption{venice.WithAPIKey(s.InferenceKey())}, options...), e2ee.Chat(attester))...)
	if err != nil {
		t.Fatal(err)
	}
	return attester, client
}

func ask(model, text string) *gen.ChatCompletionRequest {
	return &gen.ChatCompletionRequest{Model: model, Messages: []gen.ChatMessage{gen.UserMessage(text)}}
}

func said(t testing.TB, answer *gen.ChatCompletion) string {
	t.Helper()
	if answer == nil || len(answer.Choices) == 0 {
		t.Fatalf("no choices in %+v", answer)
	}
	return answer.Choices[0].Message.Content.String()
}
