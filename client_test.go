// Tests of New, its options, and what a client shows of itself.

package venice_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/venice-go/venice"
	"github.com/venice-go/venice/gen"
)

func TestNewDefaults(t *testing.T) {
	t.Setenv("VENICE_BASE_URL", "")
	t.Setenv("VENICE_API_KEY", "")
	c := newClient(t)
	if got, want := c.BaseURL(), "https://api.venice.ai/api/v1"; got != want {
		t.Errorf("base URL %q, want %q", got, want)
	}
}

func TestOptionsRejected(t *testing.T) {
	t.Setenv("VENICE_API_KEY", "")
	for _, c := range []struct {
		option venice.ClientOption
		text   string
	}{
		{venice.WithAPIKey(""), "WithAPIKey: an API key is"},
		{venice.WithAPIKey("secret key"), "without spaces"},
		{venice.WithAPIKey("secret\n"), "not shown"},
		{venice.WithAPIKey("secret\u00e9"), "printable ASCII"},
		{venice.WithHTTPClient(nil), "WithHTTPClient: client is nil"},
		{venice.WithUserAgent(""), "WithUserAgent"},
		{venice.WithUserAgent("a\r\nb: c"), "printable ASCII"},
		{venice.WithTimeout(-time.Second), "want 0 or more, got -1s"},
		{venice.WithAnswerLimit(0), "want 1 or more, got 0"},
		{venice.WithHeader("", "x"), "not a header name"},
		{venice.WithHeader("A B", "x"), "not a header name"},
		{venice.WithHeader("content-length", "5"), "decides on Content-Length itself"},
		{venice.WithHeader("X-A", "secret\r\nX-B: c"), "the value for X-A"},
	} {
		_, err := venice.New(c.option)
		wantText(t, err, "venice: ", c.text)
		if err != nil && strings.Contains(err.Error(), "secret") {
			t.Errorf("%q shows the value", err)
		}
	}
	t.Setenv("VENICE_API_KEY", "secret\n")
	_, err := venice.New()
	wantText(t, err, "VENICE_API_KEY: an API key is")
	if _, err := venice.New(venice.WithAuth(nil)); err != nil {
		t.Errorf("the environment is read although WithAuth(nil) was given: %v", err)
	}
}

func TestBadCallOptionSendsNothing(t *testing.T) {
	client, _ := serve(t, func(http.ResponseWriter, *http.Request) { t.Error("a request was sent") })
	_, err := get(t.Context(), client, venice.WithTimeout(-1))
	wantText(t, err, "venice: getThing: WithTimeout")
	_, err = collect(t.Context(), client, venice.WithAnswerLimit(-1))
	wantText(t, err, "venice: createThing: WithAnswerLimit")
}

func TestHeaders(t *testing.T) {
	var got http.Header
	echo := func(w http.ResponseWriter, r *http.Request) {
		got = r.Header
		answer(200, "application/json", `{"name":"a"}`)(w, r)
	}
	client, _ := serve(t, echo, venice.WithUserAgent("tester/1"), venice.WithHeader("X-One", "client"), venice.WithHeader("X-Two", "client"))
	for _, c := range []struct {
		name, value, one string
	}{{"x-one", "call", "call"}, {"X-Three", "3", "client"}} { // the second shows that the first changed one call only
		if _, err := get(t.Context(), client, venice.WithHeader(c.name, c.value)); err != nil {
			t.Fatal(err)
		}
		if got.Get("X-One") != c.one || got.Get("X-Two") != "client" || got.Get(c.name) != c.value {
			t.Errorf("X-One %q, X-Two %q, %s %q", got.Get("X-One"), got.Get("X-Two"), c.name, got.Get(c.name))
		}
	}
	if got.Get("User-Agent") != "tester/1" || got.Get("Accept") != "application/json" {
		t.Errorf("User-Agent %q, Accept %q", got.Get("User-Agent"), got.Get("Accept"))
	}
	client, _ = serve(t, echo)
	if _, err := get(t.Context(), client); err != nil || got.Get("User-Agent") != "venice-go" {
		t.Errorf("User-Agent %q by default, error %v", got.Get("User-Agent"), err)
	}
}

// A recorder is a transport that answers without a network.
type recorder func(*http.Request) (*http.Response, error)

func (f recorder) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func TestHTTPClientIsCopied(t *testing.T) {
	mine := &http.Client{Timeout: time.Hour, Transport: recorder(func(r *http.Request) (*http.Response, error) {
		return &http.Response{StatusCode: 200, Header: http.Header{"Content-Type": {"application/json"}}, Body: io.NopCloser(strings.NewReader(`{"name":"mine"}`))}, nil
	})}
	client := newClient(t, venice.WithAuth(nil), venice.WithHTTPClient(mine))
	used := mine.Transport
	mine.Transport = recorder(func(*http.Request) (*http.Response, error) { return nil, io.ErrClosedPipe })
	if got, err := get(t.Context(), client); err != nil || got.Name != "mine" {
		t.Errorf("got %v, %v: a change of the caller's client reached ours", got, err)
	}
	if mine.CheckRedirect != nil || used == nil || mine.Timeout != time.Hour || http.DefaultClient.CheckRedirect != nil {
		t.Error("a client of the caller was changed")
	}
}

func TestClientShowsNoSecret(t *testing.T) {
	const key = "VENICE_INFERENCE_KEY_s3cr3t"
	option := venice.WithAPIKey(key)
	header := venice.WithHeader("X-Secret", key)
	client := newClient(t, option, header)
	var log bytes.Buffer
	for _, h := range []slog.Handler{slog.NewTextHandler(&log, nil), slog.NewJSONHandler(&log, nil)} {
		slog.New(h).Info("made", "client", client, "value", *client, "option", option, "in", struct{ C *venice.Client }{client})
	}
	asJSON, err := json.Marshal(map[string]any{"pointer": client, "value": *client})
	if err != nil {
		t.Fatal(err)
	}
	printed := log.String() + string(asJSON)
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%d", "%x"} {
		for _, v := range []any{client, *client, option, header, struct{ C venice.Client }{*client}, []*venice.Client{client}} {
			printed += fmt.Sprintf(verb+"\n", v)
		}
	}
	for _, secret := range []string{key, "s3cr3t", fmt.Sprintf("%x", key), fmt.Sprint([]byte(key))} {
		if strings.Contains(printed, secret) {
			t.Errorf("%q shows in:\n%s", secret, printed)
		}
	}
	if !strings.Contains(log.String(), "venice.Client(https://api.venice.ai/api/v1)") {
		t.Errorf("the log does not show the base URL: %s", log.String())
	}
	if got := fmt.Sprint(venice.Client{}); got != "venice.Client()" {
		t.Errorf("the zero client prints %q", got)
	}
}

// The zero client says so, whatever is asked of it.
func TestZeroClient(t *testing.T) {
	var c venice.Client
	_, err := c.ListModels(t.Context(), nil)
	wantText(t, err, "make one with venice.New")
	for _, err := range c.StreamChatCompletion(t.Context(), &gen.ChatCompletionRequest{}) {
		wantText(t, err, "venice: this client", "make one with venice.New")
	}
	_, err = venice.RPC[string](t.Context(), &c, "base-mainnet", "eth_chainId", nil)
	wantText(t, err, "venice: this client", "make one with venice.New")
	if got := c.BaseURL(); got != "" {
		t.Errorf("the base URL is %q", got)
	}
}
