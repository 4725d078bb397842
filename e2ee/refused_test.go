// Tests of what is refused before anything leaves: requests that cannot be encrypted, models that take no encrypted ones, and
// attestations that are not good enough.

package e2ee_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/venice-go/venice"
	"github.com/venice-go/venice/e2ee"
	"github.com/venice-go/venice/gen"
	"github.com/venice-go/venice/tests/venicetest"
)

func TestUnsupportedRequests(t *testing.T) {
	s, w := venicetest.NewServer(t), &wire{}
	_, client := setUp(t, s, trust(), w.pass)
	field := venice.WithField
	for _, c := range []struct {
		why    string
		option venice.CallOption
	}{
		{"tools", field("/tools", []any{map[string]any{"type": "function"}})},
		{"tool_choice", field("/tool_choice", "required")},
		{"a picture", field("/messages/0/content", []any{map[string]any{"type": "image_url", "image_url": map[string]any{"url": "https://x"}}})},
		{"a file beside a text", field("/messages/0/content", []any{map[string]any{"type": "text", "text": "x"}, map[string]any{"type": "file"}})},
		{"a content that is an object", field("/messages/0/content", map[string]any{"text": "x"})},
		{"a result of a tool", field("/messages/-", map[string]any{"role": "tool", "content": "x"})},
		{"a role of one's own", field("/messages/-", map[string]any{"role": "narrator", "content": "x"})},
		{"a call of a tool", field("/messages/-", map[string]any{"role": "assistant", "tool_calls": []any{map[string]any{"id": "x"}}})},
		{"a name", field("/messages/0/name", "Ann")},
		{"something unknown in a message", field("/messages/0/note", "x")},
		{"no messages", field("/messages", []any{})},
		{"messages of another kind", field("/messages", "x")},
		{"web search", field("/venice_parameters/enable_web_search", "on")},
		{"scraping", field("/venice_parameters/enable_web_scraping", true)},
		{"search of X", field("/venice_parameters/enable_x_search", true)},
		{"a character", field("/venice_parameters/character_slug", "alan")},
		{"Venice's own prompt", field("/venice_parameters/include_venice_system_prompt", true)},
		{"no encryption", field("/venice_parameters/enable_e2ee", false)},
		{"something unknown of Venice's", field("/venice_parameters/notes", "x")},
		{"parameters of another kind", field("/venice_parameters", "x")},
		{"logprobs", field("/logprobs", true)},
		{"stop", field("/stop", "END")},
		{"several stops", field("/stop", []string{"END"})},
		{"metadata", field("/metadata", map[string]any{"a": "b"})},
		{"a format of one's own", field("/response_format", map[string]any{"type": "grammar"})},
		{"a schema that is missing", field("/response_format", map[string]any{"type": "json_schema"})},
		{"something unknown", field("/prompt", "x")},
		{"prose among settings", field("/reasoning/effort", "please think hard")},
		{"settings behind the model", field("/model", newer+":enable_web_search=on")},
		{"no model", field("/model", "")},
		{"a body that is no object", field("", []any{})},
	} {
		for _, err := range []error{
			func() error {
				_, err := client.CreateChatCompletion(t.Context(), ask(newer, secret), c.option)
				return err
			}(),
			func() (last error) {
				for _, err := range client.StreamChatCompletion(t.Context(), ask(newer, secret), c.option) {
					last = err
				}
				return last
			}(),
		} {
			if !errors.Is(err, e2ee.ErrUnsupported) || errors.Is(err, venice.ErrMaybeSent) || !errors.Is(err, venice.ErrNotCarriedOut) {
				t.Errorf("%s: %v", c.why, err)
			}
		}
	}
	if len(w.requests) != 0 {
		t.Errorf("%d requests left", len(w.requests))
	}
	for why, option := range map[string]venice.CallOption{
		"numbers": field("/temperature", 0.5), "an unknown switch": field("/zz", true), "ids": field("/user", "Ann and Bob"),
		"web search off": field("/venice_parameters/enable_web_search", "off"), "no tools": field("/tools", []any{}),
		"effort": field("/reasoning/effort", "low"), "a null": field("/stop", nil), "text": field("/response_format", map[string]any{"type": "text"}),
		"no thinking": field("/venice_parameters/disable_thinking", true), "tokens": field("/stop_token_ids", []int{1, 2}),
		"an object": field("/response_format", map[string]any{"type": "json_object"}),
	} {
		_, err := client.CreateChatCompletion(t.Context(), ask(newer, secret), option)
		if e, refused := errors.AsType[*venice.Error](err); err != nil && !(refused && e.Status == 400) { // by the fake's description
			t.Errorf("%s: %v", why, err)
		}
	}
}

// A client that encrypts gives models nothing else to read, and does all the rest.
func TestOtherOperations(t *testing.T) {
	s, w := venicetest.NewServer(t), &wire{}
	_, client := setUp(t, s, trust(), w.pass)
	ctx := t.Context()
	for why, call := range map[string]func() error{
		"responses": func() error {
			_, err := client.CreateResponse(ctx, &gen.ResponseRequest{Model: newer})
			return err
		},
		"embeddings": func() error {
			_, err := client.CreateEmbedding(ctx, &gen.CreateEmbeddingRequest{Model: "x"})
			return err
		},
		"pictures": func() error {
			_, err := client.GenerateImage(ctx, &gen.GenerateImageRequest{Prompt: secret})
			return err
		},
		"unlisted": func() error { return client.Do(ctx, "POST", "/completions", map[string]any{"prompt": secret}, nil) },
		"as a read": func() error {
			return client.Do(ctx, "POST", "/completions", map[string]any{"prompt": secret}, nil, venice.WithEffect(venice.EffectRead))
		},
		"another spelling": func() error { return client.Do(ctx, "POST", "/chat/completions/", ask(newer, secret), nil) },
		"escaped":          func() error { return client.Do(ctx, "POST", "/chat/%63ompletions", ask(newer, secret), nil) },
	} {
		if err := call(); !errors.Is(err, e2ee.ErrNoEncryption) || errors.Is(err, venice.ErrMaybeSent) {
			t.Errorf("%s: %v", why, err)
		}
	}
	if len(w.requests) != 0 {
		t.Errorf("%d requests left", len(w.requests))
	}
	if list, err := client.ListModels(ctx, nil); err != nil || len(list.Data) == 0 {
		t.Errorf("models: %v", err)
	}
}

func TestModelsWithoutEncryption(t *testing.T) {
	s, w := venicetest.NewServer(t), &wire{}
	attester, client := setUp(t, s, trust(), w.pass)
	for _, model := range []string{"zai-org-glm-5-1", "no-such-model", "e2ee-not-listed"} {
		if _, err := client.CreateChatCompletion(t.Context(), ask(model, secret)); !errors.Is(err, e2ee.ErrNoEncryption) || !errors.Is(err, venice.ErrNotCarriedOut) {
			t.Errorf("%s: %v", model, err)
		}
	}
	if a, err := attester.Attest(t.Context(), "e2ee-not-listed"); err != nil || a.Encrypts {
		t.Errorf("%+v, %v", a, err)
	}
	for _, r := range w.requests {
		if r.Method != http.MethodGet {
			t.Errorf("%s %s left", r.Method, r.URL.Path)
		}
	}
	// What the service takes for no attestation is none, whatever else it shows.
	s.Respond("GET /tee/attestation", venicetest.Answer{Status: 502, Body: []byte(`{"verified":false}`), Unchecked: true})
	_, client = setUp(t, s, trust(), w.pass, venice.WithMaxAttempts(1))
	if _, err := client.CreateChatCompletion(t.Context(), ask(newer, secret)); !errors.Is(err, e2ee.ErrAttestation) {
		t.Errorf("502: %v", err)
	}
}

func TestPolicies(t *testing.T) {
	s := venicetest.NewServer(t, venicetest.WithoutRateLimits())
	attester, _ := setUp(t, s, e2ee.Policy{}, nil)
	a, err := attester.Attest(t.Context(), newer)
	if err != nil {
		t.Fatal(err)
	}
	m, other := a.Measurements, a.Measurements
	other.MRTD = strings.Repeat("0", 96)
	now := time.Now()
	for _, c := range []struct {
		why    string
		policy e2ee.Policy
		kind   error // of a chat
	}{
		{"nothing verified", e2ee.Policy{}, e2ee.ErrUnverified},
		{"unverified accepted", e2ee.Policy{AcceptUnverified: true}, nil},
		{"verified", e2ee.Policy{Verifier: trusting{}}, nil},
		{"measurements", e2ee.Policy{Verifier: trusting{}, Allowed: []e2ee.Measurements{other, m}}, nil},
		{"one measurement", e2ee.Policy{Verifier: trusting{}, Allowed: []e2ee.Measurements{{RTMR3: strings.ToUpper(m.RTMR3)}}}, nil},
		{"other measurements", e2ee.Policy{Verifier: trusting{}, Allowed: []e2ee.Measurements{other}}, e2ee.ErrAttestation},
		{"that TCB", e2ee.Policy{Verifier: trusting{}, LeastTCB: a.TCB}, nil},
		{"a newer TCB", e2ee.Policy{Verifier: trusting{}, LeastTCB: "07" + a.TCB[2:]}, e2ee.ErrAttestation},
	} {
		_, client := setUp(t, s, c.policy, nil)
		if _, err := client.CreateChatCompletion(t.Context(), ask(newer, secret)); !errors.Is(err, c.kind) {
			t.Errorf("%s: %v", c.why, err)
		}
	}
	for why, bad := range map[string]e2ee.Policy{
		"older than an hour": {MaxAge: time.Hour + 1}, "negative": {MaxAge: -1}, "TCB": {LeastTCB: "06"}, "TCB that is no hex": {LeastTCB: "x"},
		"any measurement": {Allowed: []e2ee.Measurements{{}}}, "short measurement": {Allowed: []e2ee.Measurements{{MRTD: "00"}}},
	} {
		if _, err := e2ee.NewAttester(new(venice.Client), bad); err == nil {
			t.Errorf("%s: no error", why)
		}
	}
	if _, err := e2ee.NewAttester(nil, e2ee.Policy{}); err == nil {
		t.Error("no client: no error")
	}
	if _, err := venice.New(e2ee.Chat(nil)); err == nil {
		t.Error("no attester: no error")
	}

	// An attestation is used until it ends, and no longer.
	w := &wire{}
	attester, _ = setUp(t, s, e2ee.Policy{MaxAge: time.Minute, Now: func() time.Time { return now }}, w.pass)
	var keys []string
	for _, after := range []time.Duration{0, 59 * time.Second, time.Second, 0} {
		now = now.Add(after)
		a, err := attester.Attest(t.Context(), newer)
		if err != nil {
			t.Fatal(err)
		}
		keys = append(keys, a.Nonce)
	}
	if keys[0] != keys[1] || keys[1] == keys[2] || keys[2] != keys[3] {
		t.Errorf("nonces %q", keys)
	}
}
