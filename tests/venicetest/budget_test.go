// Tests of what holds callers back: the error budget, and limits per minute.

package venicetest_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/venice-go/venice/tests/venicetest"
)

func TestErrorBudget(t *testing.T) {
	clk := newClock()
	srv := venicetest.NewServer(t, venicetest.WithClock(clk.read), venicetest.WithErrorBudget())
	c := caller{t, srv, srv.InferenceKey()}
	call := func(c caller, model, more string) reply {
		return c.do("POST", "/chat/completions", fmt.Sprintf(`{"model":%q,"messages":[{"role":"user","content":"Hi"}]%s}`, model, more))
	}
	const model = "zai-org-glm-5-1"
	bad := `,"temperature":9`
	// What does not count.
	for range 60 {
		c.do("POST", "/chat/completions", "{").want(t, 400, "Invalid JSON")
		caller{t, srv, ""}.do("POST", "/chat/completions", "{}").want(t, 402, "")
		req := c.request("POST", "/chat/completions", "{}")
		req.Header.Set("Content-Type", "text/plain")
		c.send(req).want(t, 400, "Content-Type")
	}
	for n := range 51 {
		r := call(c, model, bad).want(t, 400, "")
		if left := r.header.Get("x-ratelimit-remaining"); left != fmt.Sprint(max(0, 49-n)) {
			t.Fatalf("refusal %d: %s are left", n+1, left)
		}
		if n == 49 {
			call(c, model, "").want(t, 200, "") // 50 are not too many
		}
		clk.move(100 * time.Millisecond)
	}
	locked := call(c, model, "").want(t, 429, "Too many failed attempts")
	if ends := locked.header.Get("x-ratelimit-resets"); ends != fmt.Sprint(newClock().read().Add(30*time.Second).UnixMilli()) {
		t.Errorf("until %s", ends)
	}
	// Others go on.
	call(c, model, `,"user":"somebody else"`).want(t, 200, "")
	call(caller{t, srv, srv.InferenceKey()}, model, "").want(t, 200, "")
	c.do("GET", "/models", nil).want(t, 200, "")
	clk.move(30*time.Second - 51*100*time.Millisecond - 1)
	call(c, model, "").want(t, 429, "")
	clk.move(1)
	call(c, model, "").want(t, 200, "")
	call(c, model, bad).want(t, 400, "")
}

// Asking a model for what it lacks, or sending what its provider does not take, has a wider budget of its own.
func TestWiderErrorBudget(t *testing.T) {
	clk := newClock()
	srv := venicetest.NewServer(t, venicetest.WithClock(clk.read), venicetest.WithErrorBudget())
	const model = "venice-uncensored-1-2"
	hi := []any{map[string]any{"role": "user", "content": "Hi"}}
	tool := []any{map[string]any{"type": "function", "function": map[string]any{"name": "f", "parameters": map[string]any{"type": "object"}}}}
	for _, test := range []struct {
		name, path string
		body       map[string]any
	}{
		{"tools", "/chat/completions", map[string]any{"model": model, "messages": hi, "tools": tool}},
		{"too many tokens", "/chat/completions", map[string]any{"model": model, "messages": hi, "max_completion_tokens": 1 << 20}},
		{"a result without a call", "/chat/completions", map[string]any{"model": model, "messages": append(hi, map[string]any{"role": "tool", "tool_call_id": "c", "content": "x"})}},
		{"tools of a response", "/responses", map[string]any{"model": model, "input": "Hi", "tools": []any{map[string]any{"type": "function", "name": "f", "parameters": map[string]any{"type": "object"}}}}},
	} {
		t.Run(test.name, func(t *testing.T) {
			c := caller{t, srv, srv.InferenceKey()}
			for n := range 201 {
				r := c.do("POST", test.path, test.body).want(t, 400, "")
				if left := r.header.Get("x-ratelimit-remaining"); left != fmt.Sprint(max(0, 199-n)) {
					t.Fatalf("refusal %d: %s are left: %s", n+1, left, r.raw)
				}
				if n == 199 {
					c.do("POST", "/chat/completions", map[string]any{"model": model, "messages": hi}).want(t, 200, "")
				}
			}
			r := c.do("POST", "/chat/completions", map[string]any{"model": model, "messages": hi}).want(t, 429, "(> 200)")
			if r.header.Get("x-ratelimit-remaining") != "0" {
				t.Errorf("%v", r.header)
			}
		})
	}
}

func TestNoErrorBudget(t *testing.T) {
	srv := venicetest.NewServer(t)
	c := caller{t, srv, srv.InferenceKey()}
	for range 60 {
		r := c.do("POST", "/chat/completions", `{"model":"m"}`).want(t, 400, "")
		if r.header.Get("x-ratelimit-resets") != "" {
			t.Fatal("tells of a budget")
		}
	}
}

func TestRequestLimit(t *testing.T) {
	clk := newClock()
	srv := venicetest.NewServer(t, venicetest.WithClock(clk.read), venicetest.WithRequestLimit(2))
	c := caller{t, srv, srv.InferenceKey()}
	call := func(c caller, status int, left string) {
		t.Helper()
		r := c.do("POST", "/chat/completions", `{"model":"zai-org-glm-5-1","messages":[{"role":"user","content":"Hi"}]}`).want(t, status, "")
		if got := r.header.Get("x-ratelimit-remaining-requests"); got != left || r.header.Get("x-ratelimit-limit-requests") != "2" {
			t.Errorf("left %s, want %s", got, left)
		}
		if got := r.header.Get("x-ratelimit-reset-requests"); got != fmt.Sprint(clk.read().Truncate(time.Minute).Add(time.Minute).UnixMilli()) {
			t.Errorf("until %s", got)
		}
	}
	call(c, 200, "1")
	call(c, 200, "0")
	call(c, 429, "0")
	call(caller{t, srv, srv.InferenceKey()}, 200, "1")
	c.do("GET", "/api_keys/rate_limits", nil).want(t, 200, `"amount":2`)
	clk.move(time.Minute)
	call(c, 200, "1")
}

func TestBrowsers(t *testing.T) {
	srv := venicetest.NewServer(t)
	c := caller{t, srv, ""}
	ask := c.request("OPTIONS", "/chat/completions", nil)
	ask.Header.Set("Origin", "https://app.example.org")
	ask.Header.Set("Access-Control-Request-Method", "POST")
	ask.Header.Set("Access-Control-Request-Headers", "authorization,content-type")
	r := c.send(ask).want(t, http.StatusNoContent, "")
	if r.header.Get("Access-Control-Allow-Origin") != "*" || r.header.Get("Access-Control-Allow-Headers") != "authorization,content-type" ||
		!strings.Contains(r.header.Get("Access-Control-Allow-Methods"), "POST") {
		t.Errorf("%v", r.header)
	}
	for _, origin := range []string{"https://app.example.org", ""} {
		req := c.request("GET", "/models", nil)
		if origin != "" {
			req.Header.Set("Origin", origin)
		}
		if got := c.send(req).want(t, 200, "").header; (got.Get("Access-Control-Allow-Origin") == "*") != (origin != "") {
			t.Errorf("%q: %v", origin, got)
		}
	}
}

// A caller without credentials learns how to sign in, by the x402 extension too, in the body and in the header.
func TestSignInExtension(t *testing.T) {
	clk := newClock()
	srv := venicetest.NewServer(t, venicetest.WithClock(clk.read))
	c := caller{t, srv, ""}
	r := c.do("POST", "/chat/completions", "{}").want(t, 402, "")
	host := strings.TrimSuffix(strings.TrimPrefix(srv.URL, "http://"), "/api/v1")
	var inHeader map[string]any
	if raw, err := base64.StdEncoding.DecodeString(r.header.Get("PAYMENT-REQUIRED")); err != nil || json.Unmarshal(raw, &inHeader) != nil {
		t.Error(err)
	}
	for what, body := range map[string]map[string]any{"body": r.body, "header": inHeader} {
		extensions, _ := body["extensions"].(map[string]any)
		extension, _ := extensions["sign-in-with-x"].(map[string]any)
		info, _ := extension["info"].(map[string]any)
		nonce, _ := info["nonce"].(string)
		if info["domain"] != host || info["uri"] != srv.URL+"/chat/completions" || info["version"] != "1" || len(nonce) != 32 ||
			info["issuedAt"] != "2026-06-29T12:00:00.000Z" || info["expirationTime"] != "2026-06-29T12:05:00.000Z" {
			t.Errorf("%s: %v", what, info)
		}
		chains := fmt.Sprint(extension["supportedChains"])
		if chains != "[map[chainId:eip155:8453 type:eip191] map[chainId:solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp type:ed25519]]" || extension["schema"] == nil {
			t.Errorf("%s: %s", what, chains)
		}
	}
}

// The log has who was held back, by which limit, the newest first, for the account's own eyes.
func TestRateLimitLog(t *testing.T) {
	clk := newClock()
	srv := venicetest.NewServer(t, venicetest.WithClock(clk.read), venicetest.WithErrorBudget(), venicetest.WithRequestLimit(300))
	c, admin := caller{t, srv, srv.InferenceKey()}, caller{t, srv, srv.AdminKey()}
	log := func(c caller) (kinds string) {
		for _, entry := range c.do("GET", "/api_keys/rate_limits/log", nil).want(t, 200, "").body["data"].([]any) {
			e := entry.(map[string]any)
			kinds += fmt.Sprintf("%v %v %v;", e["rateLimitType"], e["modelId"], e["timestamp"])
		}
		return kinds
	}
	if got := log(admin); got != "" {
		t.Errorf("log of nothing: %s", got)
	}
	call := func(more string) reply {
		return c.do("POST", "/chat/completions", `{"model":"venice-uncensored-1-2","messages":[{"role":"user","content":"Hi"}]`+more+`}`)
	}
	for range 201 {
		call(`,"response_format":{"type":"json_object"}`).want(t, 400, "")
	}
	call("").want(t, 429, "(> 200)")
	clk.move(time.Minute)
	for range 51 {
		call(`,"temperature":9`).want(t, 400, "")
	}
	call("").want(t, 429, "(> 50)")
	clk.move(30 * time.Second)
	for range 300 - 51 {
		call("").want(t, 200, "")
	}
	call("").want(t, 429, "Rate limit exceeded")
	const m = "venice-uncensored-1-2"
	want := "RPM " + m + " 2026-06-29T12:01:30.000Z;FAILED_REQUESTS " + m + " 2026-06-29T12:01:00.000Z;UNSUPPORTED_FEATURE_REQUESTS " + m + " 2026-06-29T12:00:00.000Z;"
	if got := log(admin); got != want {
		t.Errorf("log %s\nwant %s", got, want)
	}
	w := testWallet(t)
	if err := srv.Stake(w.Address(), 1); err != nil {
		t.Fatal(err)
	}
	other := c.do("POST", mintPath, c.mintBody(w)).want(t, 200, "").body["data"].(map[string]any)["apiKey"].(string)
	if got := log(caller{t, srv, other}); got != "" {
		t.Errorf("another account sees %s", got)
	}
}
