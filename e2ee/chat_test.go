// Tests of encrypted chats against the fake: same methods, same words, and nothing readable on the wire.

package e2ee_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/venice-go/venice"
	"github.com/venice-go/venice/e2ee"
	"github.com/venice-go/venice/gen"
	"github.com/venice-go/venice/signer"
	"github.com/venice-go/venice/tests/venicetest"
)

const secret = "Grüße aus 東京 🚀, mein Geheimnis"

// wire records what is sent, and what comes back.
type wire struct {
	mu       sync.Mutex
	requests []*http.Request
	bodies   [][]byte
	answers  bytes.Buffer
}

func (w *wire) pass(next http.RoundTripper, req *http.Request) (*http.Response, error) {
	var body []byte
	if req.Body != nil {
		body, _ = io.ReadAll(req.Body)
		req.Body = io.NopCloser(bytes.NewReader(body))
	}
	resp, err := next.RoundTrip(req)
	if err != nil {
		return nil, err
	}
	came, err := io.ReadAll(resp.Body)
	resp.Body = io.NopCloser(bytes.NewReader(came))
	w.mu.Lock()
	defer w.mu.Unlock()
	w.requests, w.bodies = append(w.requests, req), append(w.bodies, body)
	w.answers.Write(came)
	return resp, err
}

// chats are the requests that were chats.
func (w *wire) chats() (heads []http.Header, bodies []string) {
	for i, r := range w.requests {
		if r.Method == http.MethodPost {
			heads, bodies = append(heads, r.Header), append(bodies, string(w.bodies[i]))
		}
	}
	return heads, bodies
}

func TestChats(t *testing.T) {
	for _, model := range []string{older, newer} {
		for _, signed := range []bool{false, true} {
			s, w := venicetest.NewServer(t), &wire{}
			attester, client := setUp(t, s, e2ee.Policy{Verifier: trusting{}, Signed: signed}, w.pass)

			request := &gen.ChatCompletionRequest{Model: model, Messages: []gen.ChatMessage{
				gen.SystemMessage("hidden system"), gen.DeveloperMessage("hidden developer"), gen.UserMessage("hidden question"),
				gen.AssistantMessage("hidden answer"), gen.UserMessage([]gen.ContentPart{gen.TextPart("Grüße aus 東京 "), gen.TextPart("🚀, mein Geheimnis")}),
			}}
			answer, err := client.CreateChatCompletion(t.Context(), request)
			if err != nil {
				t.Fatal(err)
			}
			if got := said(t, answer); got != "You said: "+secret || answer.Object != "chat.completion" || answer.Usage.TotalTokens == 0 {
				t.Errorf("%s: %q, %+v", model, got, answer)
			}
			var text strings.Builder
			for chunk, err := range client.StreamChatCompletion(t.Context(), request) {
				if err != nil {
					t.Fatal(err)
				}
				for _, c := range chunk.Choices {
					if c.Delta.Content != nil {
						text.WriteString(*c.Delta.Content)
					}
				}
			}
			if text.String() != "You said: "+secret {
				t.Errorf("%s: streamed %q", model, text.String())
			}

			heads, bodies := w.chats()
			a, err := attester.Attest(t.Context(), model)
			if err != nil || len(heads) != 2 {
				t.Fatal(err, len(heads))
			}
			for i, h := range heads {
				if h.Get("X-Venice-TEE-Model-Pub-Key") != a.Key || len(h.Get("X-Venice-TEE-Client-Pub-Key")) != 130 || h.Get("X-Venice-TEE-Signing-Algo") != "ecdsa" {
					t.Errorf("%v", h)
				}
				for _, leak := range []string{"hidden", "Gr", "Geheimnis", "developer"} {
					if strings.Contains(bodies[i], leak) || strings.Contains(w.answers.String(), leak+" ") {
						t.Errorf("%q went in plain: %.200s", leak, bodies[i])
					}
				}
				if strings.Count(bodies[i], `"content":"04`) != 4 {
					t.Errorf("four messages are to be encrypted: %.300s", bodies[i])
				}
			}
			if heads[0].Get("X-Venice-TEE-Client-Pub-Key") == heads[1].Get("X-Venice-TEE-Client-Pub-Key") {
				t.Error("two requests share a client key")
			}
			if strings.Contains(w.answers.String(), "said:") {
				t.Error("the answer came in plain")
			}
		}
	}
}

// What is built on chats works: collecting, several choices, a schema that goes along encrypted.
func TestChatsOfAllKinds(t *testing.T) {
	s, w := venicetest.NewServer(t), &wire{}
	_, client := setUp(t, s, e2ee.Policy{Verifier: trusting{}}, w.pass)
	request := ask(newer, secret)
	request.N = new(int64(3))
	request.ResponseFormat = new(gen.JSONSchemaFormat(gen.JSON(`{"name":"x","schema":{"title":"hidden schema","type":"object"}}`)))
	request.Messages[0].ReasoningContent = new("hidden thought")
	answer, err := venice.CollectChat(client.StreamChatCompletion(t.Context(), request))
	if err != nil || len(answer.Choices) != 3 {
		t.Fatalf("%+v, %v", answer, err)
	}
	for _, c := range answer.Choices {
		if got := c.Message.Content.String(); !strings.HasPrefix(got, "You said: "+secret) {
			t.Errorf("got %q", got)
		}
	}
	_, bodies := w.chats()
	if strings.Contains(bodies[0], "hidden") || strings.Contains(bodies[0], "schema") || strings.Count(bodies[0], `"content":"04`) != 2 {
		t.Errorf("sent %s", bodies[0])
	}
	var own struct {
		Choices []struct{ Message struct{ Content string } }
	}
	if err := client.Do(t.Context(), "POST", "/chat/completions", ask(older, "Do"), &own); err != nil || own.Choices[0].Message.Content != "You said: Do" {
		t.Errorf("%+v, %v", own, err)
	}
}

// Each attempt is encrypted anew: other keys, other cipher texts, the same words.
func TestRetriesAreEncryptedAnew(t *testing.T) {
	s, w := venicetest.NewServer(t), &wire{}
	failed := false
	_, client := setUp(t, s, e2ee.Policy{Verifier: trusting{}}, func(next http.RoundTripper, req *http.Request) (*http.Response, error) {
		resp, err := w.pass(next, req)
		if err == nil && req.Method == http.MethodPost && !failed {
			failed = true
			resp.StatusCode, resp.Header = http.StatusServiceUnavailable, http.Header{"Retry-After": {"0"}}
		}
		return resp, err
	})
	answer, err := client.CreateChatCompletion(t.Context(), ask(newer, secret))
	if err != nil || said(t, answer) != "You said: "+secret {
		t.Fatal(err)
	}
	heads, bodies := w.chats()
	if len(heads) != 2 || bodies[0] == bodies[1] || heads[0].Get("X-Venice-TEE-Client-Pub-Key") == heads[1].Get("X-Venice-TEE-Client-Pub-Key") {
		t.Errorf("%d attempts, with keys in common", len(heads))
	}
}

// A machine that was restarted has another key: the call attests it anew and goes again. The second of two that follow at once
// has nothing to renew.
func TestChangedKey(t *testing.T) {
	for _, model := range []string{older, newer} {
		s, w := venicetest.NewServer(t), &wire{}
		attester, client := setUp(t, s, e2ee.Policy{Verifier: trusting{}}, w.pass)
		before, err := attester.Attest(t.Context(), model)
		if err != nil {
			t.Fatal(err)
		}
		s.Enclave().Restart(model)
		for range 2 {
			answer, err := client.CreateChatCompletion(t.Context(), ask(model, secret))
			if err != nil || said(t, answer) != "You said: "+secret {
				t.Fatal(err)
			}
		}
		after, err := attester.Attest(t.Context(), model)
		if heads, _ := w.chats(); err != nil || after.Key == before.Key || len(heads) != 3 {
			t.Errorf("%d chats, %v, %v", len(heads), after, err)
		}

		stale := 0
		_, client = setUp(t, s, e2ee.Policy{Verifier: trusting{}}, func(next http.RoundTripper, req *http.Request) (*http.Response, error) {
			if req.Method == http.MethodPost {
				stale++
				req.Header.Set("X-Venice-TEE-Model-Pub-Key", before.Key)
			}
			return next.RoundTrip(req)
		})
		_, err = client.CreateChatCompletion(t.Context(), ask(model, secret))
		if !errors.Is(err, e2ee.ErrKeyChanged) || errors.Is(err, venice.ErrMaybeSent) || stale != 3 {
			t.Errorf("after %d requests: %v", stale, err)
		}
	}
}

// A wallet signs in anew for each attempt, also for the one after a change of the key.
func TestWallets(t *testing.T) {
	wallet, err := signer.GenerateEVM()
	if err != nil {
		t.Fatal(err)
	}
	s, w := venicetest.NewServer(t), &wire{}
	if err := s.SetCredit(wallet.Address(), 5); err != nil {
		t.Fatal(err)
	}
	attester, client := setUp(t, s, trust(), w.pass, venice.WithAuth(signer.SignIn(wallet)))
	if _, err := attester.Attest(t.Context(), newer); err != nil {
		t.Fatal(err)
	}
	s.Enclave().Restart(newer)
	answer, err := client.CreateChatCompletion(t.Context(), ask(newer, secret))
	if err != nil || said(t, answer) != "You said: "+secret {
		t.Fatal(err)
	}
	heads, _ := w.chats()
	if len(heads) != 2 || heads[0].Get("Sign-In-With-X") == "" || heads[0].Get("Sign-In-With-X") == heads[1].Get("Sign-In-With-X") {
		t.Errorf("%d attempts: %v", len(heads), heads)
	}
}

// Those who start at the same time share one attestation.
func TestAttestationsAreShared(t *testing.T) {
	s, w := venicetest.NewServer(t), &wire{}
	_, client := setUp(t, s, e2ee.Policy{Verifier: trusting{}}, w.pass)
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() {
			answer, err := client.CreateChatCompletion(context.WithoutCancel(t.Context()), ask(newer, secret))
			if err != nil || said(t, answer) != "You said: "+secret {
				t.Error(err)
			}
		})
	}
	all.Wait()
	asked := 0
	for _, r := range w.requests {
		if strings.HasSuffix(r.URL.Path, "/tee/attestation") {
			asked++
		}
	}
	if asked != 1 {
		t.Errorf("asked %d times", asked)
	}
}
