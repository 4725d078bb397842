// A world for the tests: the fake, a wallet with credit there, and a proxy before it with two clients.

package proxy_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/venice-go/venice"
	"github.com/venice-go/venice/gen"
	"github.com/venice-go/venice/proxy"
	"github.com/venice-go/venice/signer"
	"github.com/venice-go/venice/spend"
	"github.com/venice-go/venice/tests/venicetest"
)

const (
	editor = "token-of-the-editor-0123456789"
	script = "token-of-the-script-0123456789"
)

type world struct {
	*proxy.Handler
	t    *testing.T
	fake *venicetest.Server
	url  string
}

func newWorld(t *testing.T, change func(*proxy.Handler)) *world {
	t.Helper()
	fake := venicetest.NewServer(t)
	wallet, err := signer.GenerateEVM()
	if err == nil {
		err = fake.SetCredit(wallet.Address(), 100)
	}
	if err != nil {
		t.Fatal(err)
	}
	plain, err := venice.New(venice.WithBaseURL(fake.URL), venice.WithAuth(nil))
	if err != nil {
		t.Fatal(err)
	}
	prices := spend.NewPrices(plain)
	h := &proxy.Handler{
		Auth: signer.SignIn(wallet), BaseURL: fake.URL, Cap: &spend.Cap{Total: 10 * spend.USD, Prices: prices},
		Clients: []proxy.Client{
			{Name: "editor", Token: gen.NewSecret(editor), Cap: &spend.Cap{Name: "editor", Total: 5 * spend.USD, Prices: prices}},
			{Name: "script", Token: gen.NewSecret(script), Cap: &spend.Cap{Name: "script", Total: spend.USD / 100, Prices: prices}},
		},
	}
	if change != nil {
		change(h)
	}
	srv := httptest.NewServer(h)
	t.Cleanup(srv.Close)
	return &world{h, t, fake, srv.URL}
}

// call sends a request, and returns the status, the header and the body.
func (w *world) call(method, path, token, body string, change ...func(*http.Request)) (int, http.Header, string) {
	w.t.Helper()
	r, err := http.NewRequestWithContext(w.t.Context(), method, w.url+path, strings.NewReader(body))
	if err != nil {
		w.t.Fatal(err)
	}
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	for _, c := range change {
		c(r)
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		w.t.Fatal(err)
	}
	defer resp.Body.Close()
	got, err := io.ReadAll(resp.Body)
	if err != nil {
		w.t.Error(err)
	}
	return resp.StatusCode, resp.Header, string(got)
}

// codeOf is the code of an error in the shape of OpenAI's, and fails the test for any other.
func codeOf(t *testing.T, body string) string {
	t.Helper()
	var said struct {
		Error struct {
			Message, Type, Code string
			Param               *string
		}
	}
	if err := json.Unmarshal([]byte(body), &said); err != nil || said.Error.Message == "" || said.Error.Type == "" || !strings.Contains(body, `"param":null`) {
		t.Errorf("no error in OpenAI's shape: %s", body)
	}
	return said.Error.Code
}

const hello = `{"model":"zai-org-glm-5-1","max_completion_tokens":100,"messages":[{"role":"user","content":"Hello there"}]}`

var streamed = strings.Replace(hello, `"messages"`, `"stream":true,"messages"`, 1)
