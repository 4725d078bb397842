// Tests of the consumer, against the fake service.

package main

import (
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/venice-go/venice"
	"github.com/venice-go/venice/gen"
	"github.com/venice-go/venice/signer"
	"github.com/venice-go/venice/tests/venicetest"
)

// start returns a fake that has a route of its own, and a client that knows it by the environment alone.
func start(t *testing.T) (*venicetest.Server, *venice.Client) {
	fake := venicetest.NewServer(t)
	fake.Unlisted("GET /files", func(w http.ResponseWriter, r *http.Request) {
		if r.URL.RawQuery != "limit=2" {
			t.Errorf("query %q", r.URL.RawQuery)
		}
		_, _ = w.Write([]byte(`{"names":["a","b"]}`))
	})
	t.Setenv("VENICE_BASE_URL", fake.URL)
	t.Setenv("VENICE_API_KEY", fake.InferenceKey())
	client, err := venice.New()
	if err != nil {
		t.Fatal(err)
	}
	return fake, client
}

func TestUndocumentedField(t *testing.T) {
	fake, client := start(t)
	var sent string
	fake.OnRequest(func(_ string, _ *http.Request, body []byte) { sent = string(body) })
	chat := &gen.ChatCompletionRequest{Model: "zai-org-glm-5-1", Messages: []gen.ChatMessage{gen.UserMessage("Hello")}}
	_, _ = undocumentedField(t.Context(), client, chat) // the fake goes by the description, and may refuse it
	if !strings.Contains(sent, `"venice_parameters":{"new_switch":true}`) {
		t.Error(sent)
	}
}

func TestUndocumentedRoute(t *testing.T) {
	fake, keyed := start(t)
	wallet, err := signer.GenerateEVM()
	if err == nil {
		err = fake.SetCredit(wallet.Address(), 1)
	}
	if err != nil {
		t.Fatal(err)
	}
	signed, err := withWallet(wallet)
	if err != nil {
		t.Fatal(err)
	}
	stranger, err := venice.New(venice.WithAuth(nil))
	if err != nil {
		t.Fatal(err)
	}
	for name, client := range map[string]*venice.Client{"key": keyed, "wallet": signed} {
		if names, err := undocumentedRoute(t.Context(), client); err != nil || !slices.Equal(names, []string{"a", "b"}) {
			t.Errorf("%s: %q, %v", name, names, err)
		}
	}
	if _, err := undocumentedRoute(t.Context(), stranger); !errors.Is(err, venice.ErrPaymentRequired) {
		t.Errorf("without credentials: %v", err)
	}
}

func TestSupply(t *testing.T) {
	fake, client := start(t)
	const digits = "115792089237316195423570985008687907853269984665640564039457584007913129639935"
	fake.Respond("POST /crypto/rpc/{network}", venicetest.Answer{Body: []byte(`{"jsonrpc":"2.0","id":1,"result":` + digits + `}`)})
	if got, err := supply(t.Context(), client, "0x1"); err != nil || got.String() != digits {
		t.Errorf("%v, %v", got, err)
	}
}

func TestUnknownMember(t *testing.T) {
	fake, client := start(t)
	fake.Respond("POST /chat/completions", venicetest.Answer{ContentType: "text/event-stream", Unchecked: true, Body: []byte(
		`data: {"id":"c","object":"chat.completion.chunk","created":1,"model":"m","service_region":"eu","choices":[]}` + "\n\ndata: [DONE]\n\n")})
	for chunk, err := range client.StreamChatCompletion(t.Context(), &gen.ChatCompletionRequest{Model: "zai-org-glm-5-1", Messages: []gen.ChatMessage{gen.UserMessage("Hello")}}) {
		if err != nil {
			t.Fatal(err)
		}
		if region, ok, err := unknownMember(chunk); region != "eu" || !ok || err != nil {
			t.Errorf("%q, %v, %v", region, ok, err)
		}
	}
}
