// Fuzzing of what strangers send: attestations, quotes in them, and pieces of answers. Package seal fuzzes cipher texts.

package e2ee_test

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/venice-go/venice"
	"github.com/venice-go/venice/e2ee"
	"github.com/venice-go/venice/gen"
	"github.com/venice-go/venice/tests/venicetest"
)

// shown is what the fake shows for a model and a nonce.
func shown(t testing.TB, s *venicetest.Server, model, nonce string) []byte {
	t.Helper()
	client, err := venice.New(venice.WithBaseURL(s.URL), venice.WithAuth(nil))
	if err != nil {
		t.Fatal(err)
	}
	came := venice.Response{KeepRaw: true}
	if _, err := client.GetAttestation(t.Context(), &gen.GetAttestationParams{Model: model, Nonce: nonce}, venice.WithResponse(&came)); err != nil {
		t.Fatal(err)
	}
	return came.Raw
}

func FuzzAttestation(f *testing.F) {
	s, nonce := venicetest.NewServer(f), strings.Repeat("0a", 32)
	for _, model := range []string{older, newer} {
		f.Add(shown(f, s, model, nonce))
	}
	f.Add([]byte(`{"verified":true,"attestation":{"workload_keyset":{"keyset_epoch":{"not_after":1e999}}}}`))
	f.Fuzz(func(t *testing.T, answer []byte) {
		for _, model := range []string{older, newer} {
			a, err := e2ee.Policy{}.Check(t.Context(), answer, model, nonce, time.Unix(1790000000, 0))
			if (a == nil) == (err == nil) || err != nil && !errors.Is(err, e2ee.ErrAttestation) {
				t.Errorf("%+v, %v", a, err)
			}
			if a != nil && (a.Verified || a.Model != model || a.Nonce != nonce || a.Until.After(a.At.Add(time.Hour))) {
				t.Errorf("%+v", a)
			}
		}
	})
}

// A quote is replaced, with all that the attestation says beside it left alone.
func FuzzQuote(f *testing.F) {
	s, nonce := venicetest.NewServer(f), strings.Repeat("0a", 32)
	raw := shown(f, s, older, nonce)
	var whole map[string]any
	if err := json.Unmarshal(raw, &whole); err != nil {
		f.Fatal(err)
	}
	delete(whole, "quote")
	good, err := hex.DecodeString(whole["intel_quote"].(string))
	if err != nil {
		f.Fatal(err)
	}
	for _, end := range []int{len(good), 636, 632, 48, 0} {
		f.Add(good[:end])
	}
	const signed = 48 + 584 // bytes; what follows is for a verifier
	f.Fuzz(func(t *testing.T, quote []byte) {
		whole["intel_quote"] = hex.EncodeToString(quote)
		answer, err := json.Marshal(whole)
		if err != nil {
			t.Fatal(err)
		}
		a, err := e2ee.Policy{}.Check(t.Context(), answer, older, nonce, time.Now())
		if err == nil && !bytes.Equal(quote[48+136:48+184], good[48+136:48+184]) {
			t.Errorf("another MRTD is good: %+v", a)
		}
		if err == nil && !bytes.Equal(quote[48+520:signed], good[48+520:signed]) {
			t.Errorf("other report data are good: %+v", a)
		}
	})
}

// Whatever comes in place of a stream, no word of it is given out that was not encrypted.
func FuzzAnswer(f *testing.F) {
	s := venicetest.NewServer(f)
	var stream []byte
	_, client := setUp(f, s, trust(), func(next http.RoundTripper, req *http.Request) (*http.Response, error) {
		if req.Method != http.MethodPost {
			return next.RoundTrip(req)
		}
		return &http.Response{StatusCode: 200, Header: http.Header{"Content-Type": {"text/event-stream"}}, Body: io.NopCloser(bytes.NewReader(stream)), Request: req}, nil
	}, venice.WithErrorBudget(0), venice.WithMaxAttempts(1))
	f.Add([]byte("data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"plain\"}}]}\n\ndata: [DONE]\n\n"))
	f.Add([]byte("data: {\"choices\":[{\"delta\":{\"content\":\" \",\"x\":[1],\"role\":\"assistant\"},\"finish_reason\":\"stop\"}],\"usage\":{}}\n\ndata: [DONE]\n\n"))
	f.Add([]byte("event: error\ndata: e2ee_attestation_stale\n\n"))
	f.Add([]byte("data: {\"error\":{\"message\":\"x\"}}\n\n"))
	f.Add([]byte("data: {\"choices\":[{\"delta\":{\"content\":\"04" + strings.Repeat("ab", 120) + "\"}}]}\n\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		stream = data
		for chunk, err := range client.StreamChatCompletion(t.Context(), ask(newer, "hello")) {
			if err != nil || chunk == nil {
				continue
			}
			for _, c := range chunk.Choices {
				for _, text := range []*string{c.Delta.Content, c.Delta.ReasoningContent, c.Delta.Refusal} {
					if text != nil && strings.TrimSpace(*text) != "" {
						t.Errorf("%q was given out", *text)
					}
				}
			}
		}
	})
}
