// Tests of the routes that manage keys, of who may call what, and of the headers of answers.

package venicetest_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/venice-go/venice/tests/venicetest"
)

func TestKeyLifeCycle(t *testing.T) {
	srv := venicetest.NewServer(t, venicetest.WithClock(newClock().read))
	admin := caller{t, srv, srv.AdminKey()}

	made := admin.do("POST", "/api_keys", map[string]any{
		"apiKeyType": "INFERENCE", "description": "backend", "expiresAt": "2026-12-31T23:59:59Z",
		"consumptionLimit": map[string]any{"usd": 50, "diem": nil}, "limitPeriod": "MONTH",
	}).want(t, 200, `"success":true`).data(t)
	secret, id := made["apiKey"].(string), made["id"].(string)
	if !strings.HasPrefix(secret, "VENICE_INFERENCE_KEY_") || fmt.Sprint(made["consumptionLimit"]) != "map[diem:<nil> usd:50 vcu:<nil>]" {
		t.Errorf("made %v", made)
	}

	// The list is newest first and shows no secret.
	list := admin.do("GET", "/api_keys", nil).want(t, 200, `"object":"list"`)
	keys := list.body["data"].([]any)
	if len(keys) != 2 || keys[0].(map[string]any)["id"] != id {
		t.Errorf("listed %v", keys)
	}
	if strings.Contains(list.raw, secret) || !strings.Contains(list.raw, secret[len(secret)-6:]) {
		t.Errorf("the list shows the secret, or not its end: %s", list.raw)
	}

	// PATCH changes what it names; null takes away.
	patch := func(change map[string]any) map[string]any {
		t.Helper()
		change["id"] = id
		return admin.do("PATCH", "/api_keys", change).want(t, 200, `"success":true`).data(t)
	}
	got := patch(map[string]any{"description": "renamed"})
	if got["description"] != "renamed" || got["expiresAt"] != "2026-12-31T23:59:59.000Z" || got["limitPeriod"] != "MONTH" {
		t.Errorf("after a new description: %v", got)
	}
	got = patch(map[string]any{"consumptionLimit": map[string]any{"diem": 3}})
	if fmt.Sprint(got["consumptionLimits"]) != "map[diem:3 usd:50 vcu:<nil>]" || got["description"] != "renamed" {
		t.Errorf("after a new limit: %v", got)
	}
	got = patch(map[string]any{"consumptionLimit": map[string]any{"usd": nil}, "expiresAt": nil, "limitPeriod": "LIFETIME"})
	if fmt.Sprint(got["consumptionLimits"]) != "map[diem:3 usd:<nil> vcu:<nil>]" || got["expiresAt"] != nil || got["limitPeriod"] != "LIFETIME" {
		t.Errorf("after null: %v", got)
	}

	// By id it is the same key; gone, it is gone from everywhere.
	if got := admin.do("GET", "/api_keys/"+id, nil).want(t, 200, "").data(t); got["description"] != "renamed" {
		t.Errorf("by id: %v", got)
	}
	caller{t, srv, secret}.do("GET", "/api_keys/rate_limits", nil).want(t, 200, "")
	admin.do("DELETE", "/api_keys?id="+id, nil).want(t, 200, `{"success":true}`)
	caller{t, srv, secret}.do("GET", "/api_keys/rate_limits", nil).want(t, 401, "Authentication failed")
	admin.do("GET", "/api_keys/"+id, nil).want(t, 400, "API key not found")
	admin.do("PATCH", "/api_keys", map[string]any{"id": id}).want(t, 400, "API key not found or expired")
	admin.do("DELETE", "/api_keys?id="+id, nil).want(t, 400, "API key could not be found")
}

// A wallet's keys are its own: the ADMIN key of another account does not see them.
func TestAccountsAreApart(t *testing.T) {
	srv := venicetest.NewServer(t)
	c := caller{t: t, srv: srv}
	w := testWallet(t)
	if err := srv.Stake(w.Address(), 1); err != nil {
		t.Fatal(err)
	}
	id := c.do("POST", mintPath, c.mintBody(w)).want(t, 200, "").data(t)["id"].(string)
	other := caller{t, srv, srv.AdminKey()}
	if list := other.do("GET", "/api_keys", nil).want(t, 200, ""); strings.Contains(list.raw, id) {
		t.Errorf("another account lists the key")
	}
	other.do("GET", "/api_keys/"+id, nil).want(t, 400, "API key not found")
	other.do("DELETE", "/api_keys?id="+id, nil).want(t, 400, "could not be found")
}

func TestKeyExpires(t *testing.T) {
	clk := newClock()
	srv := venicetest.NewServer(t, venicetest.WithClock(clk.read))
	admin := caller{t, srv, srv.AdminKey()}
	made := admin.do("POST", "/api_keys", map[string]any{
		"apiKeyType": "INFERENCE", "description": "short", "expiresAt": clk.read().Add(time.Minute).Format(time.RFC3339),
	}).want(t, 200, "").data(t)
	short := caller{t, srv, made["apiKey"].(string)}
	clk.move(59 * time.Second)
	short.do("GET", "/api_keys/rate_limits", nil).want(t, 200, `"keyExpiration":"2026-06-29T12:01:00.000Z"`)
	clk.move(time.Second)
	short.do("GET", "/api_keys/rate_limits", nil).want(t, 401, "Authentication failed")
	if list := admin.do("GET", "/api_keys", nil).want(t, 200, ""); len(list.body["data"].([]any)) != 1 {
		t.Errorf("an expired key is listed: %s", list.raw)
	}
}

// A limit stops a key when its period's spending reaches it, and lets it go on in the next.
func TestConsumptionLimit(t *testing.T) {
	const never = 10 * 365 * 24 * time.Hour
	for _, test := range []struct {
		period string
		next   time.Duration // until the period after the one that begins the test
	}{{"EPOCH", 12 * time.Hour}, {"MONTH", 36 * time.Hour}, {"LIFETIME", never}} {
		t.Run(test.period, func(t *testing.T) {
			clk := newClock()
			srv := venicetest.NewServer(t, venicetest.WithClock(clk.read))
			admin := caller{t, srv, srv.AdminKey()}
			made := admin.do("POST", "/api_keys", map[string]any{
				"apiKeyType": "INFERENCE", "description": "limited", "limitPeriod": test.period,
				"consumptionLimit": map[string]any{"usd": 0.00001},
			}).want(t, 200, "").data(t)
			stored := func() map[string]any { return admin.do("GET", "/api_keys/"+made["id"].(string), nil).data(t) }
			if used := stored()["lastUsedAt"]; used != nil {
				t.Errorf("used at %v, before it was", used)
			}

			limited := caller{t, srv, made["apiKey"].(string)}
			limited.do("POST", "/chat/completions", hello).want(t, 200, "")
			limited.do("POST", "/chat/completions", hello).want(t, 402, "API key USD spend limit exceeded")
			if got := limited.do("GET", "/api_keys/rate_limits", nil).data(t); got["accessPermitted"] != false {
				t.Errorf("permitted beyond the limit: %v", got)
			}
			clk.move(time.Second)
			k := stored()
			if got := fmt.Sprint(k["usage"], k["currentPeriodUsage"], k["lastUsedAt"]); got !=
				"map[trailingSevenDays:map[diem:0.0000 usd:0.0000 vcu:0.0000]] map[diem:0.0000 usd:0.0000]2026-06-29T12:00:00.000Z" {
				t.Errorf("after one call: %s", got)
			}

			clk.move(test.next - 2*time.Second)
			limited.do("POST", "/chat/completions", hello).want(t, 402, "spend limit")
			clk.move(time.Second)
			if test.next == never {
				limited.do("POST", "/chat/completions", hello).want(t, 402, "spend limit")
			} else {
				limited.do("POST", "/chat/completions", hello).want(t, 200, "")
			}
			clk.move(7*24*time.Hour + time.Second)
			if got := fmt.Sprint(stored()["usage"]); !strings.Contains(got, "usd:0.0000") {
				t.Errorf("after a week: %s", got)
			}
		})
	}
}

func TestWhoMayCallWhat(t *testing.T) {
	clk := newClock()
	srv := venicetest.NewServer(t, venicetest.WithClock(clk.read))
	admin, inference := srv.AdminKey(), srv.InferenceKey()
	for _, test := range []struct {
		method, path string
		key          string
		status       int
		text         string
	}{
		{"GET", "/models", "", 200, "list"},
		{"GET", "/models/traits", "VENICE_ADMIN_KEY_unknown", 200, "list"},
		{"GET", mintPath, "", 200, "token"},
		{"GET", "/api_keys", "", 402, "x402Version"},
		{"POST", "/chat/completions", "", 402, "authOptions"},
		{"GET", "/api_keys", "VENICE_ADMIN_KEY_unknown", 401, "Authentication failed"},
		{"POST", "/chat/completions", "nonsense", 401, "Authentication failed"},
		{"GET", "/api_keys", inference, 401, "Admin API key required"},
		{"POST", "/api_keys", inference, 401, "Admin API key required"},
		{"PATCH", "/api_keys", inference, 401, "Admin API key required"},
		{"DELETE", "/api_keys?id=x", inference, 401, "Admin API key required"},
		{"GET", "/api_keys/some-id", inference, 401, "Admin API key required"},
		{"GET", "/api_keys/rate_limits/log", inference, 401, "Admin API key required"},
		{"GET", "/api_keys/rate_limits", inference, 200, "accessPermitted"},
		{"GET", "/api_keys/rate_limits", admin, 200, "nextEpochBegins\":\"2026-06-30T00:00:00.000Z"},
		{"GET", "/api_keys/rate_limits/log", admin, 200, "list"},
		{"GET", "/api_keys", admin, 200, "list"},
		{"GET", "/billing/balance", admin, 200, "canConsume"},
		{"GET", "/nowhere", admin, 404, "no such route"},
		{"PUT", "/models", admin, 404, "no such route"},
	} {
		caller{t, srv, test.key}.do(test.method, test.path, nil).want(t, test.status, test.text)
	}

	// A sign-in is ignored where only keys are taken, and wins over the key elsewhere.
	signIn := func(path, key string) *http.Request {
		req := caller{t, srv, key}.request("GET", path, nil)
		req.Header.Set("SIGN-IN-WITH-X", "e30=")
		return req
	}
	caller{t, srv, ""}.send(signIn("/api_keys", admin)).want(t, 200, "list")
	caller{t, srv, ""}.send(signIn("/api_keys", "")).want(t, 401, "Authentication failed")
}

func TestHeaders(t *testing.T) {
	clk := newClock()
	srv := venicetest.NewServer(t, venicetest.WithClock(clk.read))
	c := caller{t, srv, srv.InferenceKey()}
	c.do("POST", "/chat/completions", hello).want(t, 200, "")
	h := c.do("POST", "/chat/completions", hello).want(t, 200, "").header
	for name, want := range map[string]string{
		"x-venice-version": "venicetest", "x-venice-model-id": "zai-org-glm-5-1", "x-venice-balance-usd": "99.9999894",
		"x-ratelimit-limit-requests": "500", "x-ratelimit-remaining-requests": "498", "x-ratelimit-reset-requests": "1782734460000",
		"Content-Type": "application/json",
	} {
		if got := h.Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	if a, b := h.Get("CF-RAY"), c.do("GET", "/models", nil).header.Get("CF-RAY"); a == "" || a == b {
		t.Errorf("CF-RAY %q, then %q", a, b)
	}
	clk.move(time.Minute)
	if got := c.do("POST", "/chat/completions", hello).header.Get("x-ratelimit-remaining-requests"); got != "499" {
		t.Errorf("%s requests remain a minute later", got)
	}
	if got := c.do("GET", "/api_keys/rate_limits", nil).header.Get("x-ratelimit-limit-requests"); got != "" {
		t.Errorf("a model's rate limit, %s, on a route without a model", got)
	}
	discovery := caller{t: t, srv: srv}.do("GET", "/api_keys", nil).header.Get("PAYMENT-REQUIRED")
	if !strings.HasPrefix(discovery, "eyJ") {
		t.Errorf("PAYMENT-REQUIRED %q", discovery)
	}
}
