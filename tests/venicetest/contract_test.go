// Tests of the contract: what breaks the description is noticed.

package venicetest

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/venice-go/venice/tests/venicetest/internal/catalog"
)

// valid asks a fake for an answer that the contract accepts, and returns it with the request and its headers.
func valid(t *testing.T, operation, body string) (*request, answer, http.Header) {
	t.Helper()
	h := NewHandler()
	method, path, _ := strings.Cut(operation, " ")
	raw := httptest.NewRequest(method, basePath+path, strings.NewReader(body))
	raw.Header.Set("Authorization", "Bearer "+h.AdminKey())
	raw.Header.Set("Content-Type", "application/json")
	r := newRequest(operation, h.contract.routes[operation], raw)
	w := httptest.NewRecorder()
	a := h.answer(w, r)
	h.setHeaders(w.Header(), r, a)
	if err := h.contract.checkAnswer(r, a, w.Header()); err != nil || a.status != http.StatusOK {
		t.Fatalf("%s: status %d, %v", operation, a.status, err)
	}
	return r, a, w.Header()
}

// bent returns a deep copy of value changed by f.
func bent[T any](t *testing.T, value T, f func(T)) T {
	t.Helper()
	data, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	var v T
	if err := json.Unmarshal(data, &v); err != nil {
		t.Fatal(err)
	}
	f(v)
	return v
}

// A valid list of keys, bent in every way that a closed schema can notice, is rejected each time.
func TestContractRejectsBentAnswers(t *testing.T) {
	r, good, header := valid(t, "GET /api_keys", "")
	key := func(body map[string]any) map[string]any { return body["data"].([]any)[0].(map[string]any) }
	for name, bend := range map[string]func(map[string]any){
		"missing in the answer": func(b map[string]any) { delete(b, "object") },
		"missing in an item":    func(b map[string]any) { delete(key(b), "last6Chars") },
		"wrong type":            func(b map[string]any) { key(b)["id"] = 7 },
		"number as text":        func(b map[string]any) { key(b)["consumptionLimits"] = map[string]any{"usd": "5"} },
		"null where none may be": func(b map[string]any) {
			key(b)["apiKeyType"] = nil
		},
		"unknown value":     func(b map[string]any) { key(b)["limitPeriod"] = "YEAR" },
		"below the minimum": func(b map[string]any) { key(b)["consumptionLimits"] = map[string]any{"usd": -1} },
		"above the maximum": func(b map[string]any) { key(b)["consumptionLimits"] = map[string]any{"usd": 1e10} },
		"unknown field":     func(b map[string]any) { key(b)["colour"] = "red" },
		"object for a list": func(b map[string]any) { b["data"] = map[string]any{} },
		"missing deep down": func(b map[string]any) { key(b)["usage"] = map[string]any{"trailingSevenDays": map[string]any{}} },
		"item of wrong type": func(b map[string]any) {
			b["data"] = []any{"key"}
		},
	} {
		t.Run(name, func(t *testing.T) {
			a := good
			a.body = bent(t, good.body, bend)
			if err := description().checkAnswer(r, a, header); err == nil {
				t.Errorf("accepted %v", a.body)
			}
		})
	}

	t.Run("undescribed status", func(t *testing.T) {
		a := good
		a.status = http.StatusTeapot
		if description().checkAnswer(r, a, header) == nil {
			t.Error("accepted")
		}
	})
	t.Run("undescribed content type", func(t *testing.T) {
		h := maps.Clone(header)
		h["Content-Type"] = []string{"text/html"}
		if description().checkAnswer(r, good, h) == nil {
			t.Error("accepted")
		}
	})
}

func TestContractRejectsBentEvents(t *testing.T) {
	body := `{"model":"zai-org-glm-5-1","messages":[{"role":"user","content":"Hello"}],"stream":true}`
	r, good, header := valid(t, "POST /chat/completions", body)
	for name, bend := range map[string]func([]any){
		"missing": func(e []any) { delete(e[1].(map[string]any), "id") },
		"wrong type": func(e []any) {
			e[1].(map[string]any)["choices"] = "none"
		},
		"missing in the bill": func(e []any) {
			delete(e[len(e)-1].(map[string]any)["usage"].(map[string]any), "total_tokens")
		},
		"no object": func(e []any) { e[0] = []any{} },
	} {
		t.Run(name, func(t *testing.T) {
			a := good
			a.events = bent(t, good.events, bend)
			if err := description().checkAnswer(r, a, header); err == nil {
				t.Error("accepted")
			}
		})
	}
}

// An invalid answer of the fake is reported, and does not reach the client.
func TestViolation(t *testing.T) {
	var got []error
	h := NewHandler(OnViolation(func(err error) { got = append(got, err) }))
	h.keys = []*key{{id: "1", secret: "VENICE_ADMIN_KEY_123456", kind: "ROOT"}}
	raw := httptest.NewRequestWithContext(context.Background(), "GET", basePath+"/api_keys/rate_limits", nil)
	raw.Header.Set("Authorization", "Bearer VENICE_ADMIN_KEY_123456")
	h.ServeHTTP(httptest.NewRecorder(), raw)
	if len(got) != 0 {
		t.Fatalf("a valid answer is a violation: %v", got)
	}
	h.keys[0].kind = adminKey
	h.keys[0].limits = map[string]any{"usd": "many"}
	raw = httptest.NewRequestWithContext(context.Background(), "GET", basePath+"/api_keys", nil)
	raw.Header.Set("Authorization", "Bearer VENICE_ADMIN_KEY_123456")
	w := httptest.NewRecorder()
	h.ServeHTTP(w, raw)
	if len(got) != 1 || !strings.Contains(got[0].Error(), "GET /api_keys") || w.Code != http.StatusInternalServerError {
		t.Errorf("violations %v, status %d", got, w.Code)
	}
}

// An answer that could not be made is a violation too, which names both seeds.
func TestAnswerThatCannotBeMade(t *testing.T) {
	h := NewHandler(WithSeed(3))
	r, _, header := valid(t, "GET /models", "")
	media := &openapi3.SchemaRef{Value: schema(t, `{"type":"string","pattern":"x\\b"}`)}
	a := answer{status: 200, media: "application/json", seed: 4}
	a.raw, a.fault = sampleBody(a.media, media, a.seed)
	err := h.check(header, r, a)
	if err == nil || !strings.HasPrefix(err.Error(), "GET /models: the answer 200 could not be made: pattern ") ||
		!strings.HasSuffix(err.Error(), "(WithSeed(3), Answer.Seed 4)") {
		t.Errorf("%v", err)
	}
	if _, err := sampleBody("image/tiff", media, 4); err == nil {
		t.Error("a file of an unknown type")
	}
}

// recorder is a test that notes its failures.
type recorder struct {
	testing.TB
	failures []string
}

func (r *recorder) Helper()        {}
func (r *recorder) Cleanup(func()) {}
func (r *recorder) Errorf(text string, a ...any) {
	r.failures = append(r.failures, fmt.Sprintf(text, a...))
}

func TestViolationFailsTheTest(t *testing.T) {
	r := &recorder{TB: t}
	srv := NewServer(r)
	defer srv.Close()
	first := catalog.All()[0]
	was := first.Kind
	defer func() { first.Kind = was }()
	first.Kind = "oracle" // no type of the description
	resp, err := http.Get(srv.URL + "/models?type=all")
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if len(r.failures) != 1 || !strings.Contains(r.failures[0], "GET /models: the answer 200 breaks the description") {
		t.Errorf("failures %q", r.failures)
	}
}

// Events leave one at a time.
func TestStreamFlushes(t *testing.T) {
	_, a, _ := valid(t, "POST /chat/completions", `{"model":"zai-org-glm-5-1","messages":[{"role":"user","content":"Hi"}],"stream":true}`)
	w := httptest.NewRecorder()
	a.write(w)
	if !w.Flushed {
		t.Error("not flushed")
	}
}
