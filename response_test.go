// Tests of responses: what is read from headers, when, and what is printed.

package venice_test

import (
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"reflect"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/venice-go/venice"
)

var everyHeader = map[string]string{
	"CF-RAY": "ray", "x-venice-version": "interface@1", "Content-Type": "application/json",
	"x-ratelimit-limit-requests": "500", "x-ratelimit-remaining-requests": "498", "x-ratelimit-reset-requests": "1782734460000",
	"x-ratelimit-limit-tokens": "1000000", "x-ratelimit-remaining-tokens": "0", "x-ratelimit-reset-tokens": "1782734460",
	"x-ratelimit-remaining": "50", "x-ratelimit-resets": "1782734460001",
	"x-venice-balance-usd": "12.5", "x-venice-balance-diem": "3",
	"x-venice-model-id": "m", "x-venice-model-name": "M", "x-venice-model-router": "r",
	"x-venice-deprecated": "true", "x-venice-deprecated-replacement": "n", "x-venice-model-deprecation-date": "2026-07-01T00:00:00.000Z",
	"x-venice-model-deprecation-warning": "soon", "x-venice-is-blurred": "true", "x-venice-is-content-violation": "1",
	"x-venice-responses-lane": "compat", "x-venice-responses-compat-reason": "web_search",
	"X-Venice-RPC-Credits": "20", "X-Venice-RPC-Cost-USD": "0.00002", "Idempotent-Replayed": "true",
}

func withHeaders(h map[string]string, next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		for name, value := range h {
			w.Header().Set(name, value)
		}
		next(w, r)
	}
}

func TestResponse(t *testing.T) {
	reset := time.UnixMilli(1782734460000)
	want := venice.Response{
		Status: 200, RequestID: "ray", Version: "interface@1", Attempts: 1,
		Requests:   &venice.RateLimit{Limit: 500, Remaining: 498, Reset: reset},
		Tokens:     &venice.RateLimit{Limit: 1000000, Remaining: 0, Reset: reset},
		Errors:     &venice.RateLimit{Remaining: 50, Reset: reset.Add(time.Millisecond)},
		BalanceUSD: new(12.5), BalanceDIEM: new(3.0),
		ModelID: "m", ModelName: "M", ModelRouter: "r",
		ResponsesLane: "compat", ResponsesCompatReason: "web_search",
		Deprecated: true, Replacement: "n", DeprecationDate: time.Date(2026, 7, 1, 0, 0, 0, 0, time.UTC), DeprecationWarning: "soon",
		Blurred: true, ContentViolation: true, RPCCredits: new(20.0), RPCCostUSD: new(0.00002), Replayed: true,
	}
	client, _ := serve(t, withHeaders(everyHeader, answer(200, "application/json", `{"name":"a","new":1}`)))
	got := venice.Response{Status: 7, Raw: []byte("of an earlier call")}
	if _, err := get(t.Context(), client, venice.WithResponse(&got)); err != nil {
		t.Fatal(err)
	}
	if got.Header.Get("X-Venice-Model-Id") != "m" {
		t.Errorf("headers %v", got.Header)
	}
	got.Header = nil
	if !reflect.DeepEqual(got, want) {
		g, _ := json.Marshal(got)
		w, _ := json.Marshal(want)
		t.Errorf("got\n%s\nwant\n%s", g, w)
	}
	for i := range reflect.TypeFor[venice.Response]().NumField() { // so that a new field has to be in the test
		f := reflect.ValueOf(want).Field(i)
		if name := reflect.TypeFor[venice.Response]().Field(i).Name; f.IsZero() && !strings.Contains("Header RPC RetryAfter KeepRaw Raw", name) {
			t.Errorf("%s is not tested", name)
		}
	}
}

func TestResponsesMode(t *testing.T) {
	var mode string
	client, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
		mode = r.Header.Get("X-Venice-Responses-Mode")
		answer(200, "application/json", `{}`)(w, r)
	}, venice.WithResponsesMode("native"))
	if _, err := get(t.Context(), client); err != nil || mode != "native" {
		t.Error(mode, err)
	}
	if _, err := get(t.Context(), client, venice.WithResponsesMode("compat")); err != nil || mode != "compat" {
		t.Error(mode, err)
	}
	for _, bad := range []string{"", "a b", "a\r\nb"} {
		_, err := get(t.Context(), client, venice.WithResponsesMode(bad))
		wantText(t, err, "WithResponsesMode: want auto, native or compat")
	}
}

func TestResponseOtherForms(t *testing.T) {
	future := time.Now().Add(time.Minute).Truncate(time.Second)
	client, _ := serve(t, withHeaders(map[string]string{
		"X-Balance-Remaining": "0.25", "X-RateLimit-Limit": "100", "X-RateLimit-Remaining": "0", "X-RateLimit-Reset": fmt.Sprint(future.Unix()),
		"x-venice-model-deprecation-date": "2026-07-01", "x-venice-is-blurred": "false", "x-venice-balance-diem": "none",
		"X-Request-ID": "own", "CF-RAY": "ray",
	}, answer(429, "application/json", `{"error":"slow"}`)))
	var got venice.Response
	_, err := get(t.Context(), client, venice.WithResponse(&got))
	for _, r := range []*venice.Response{&got, asError(t, err).Response} {
		if r.Status != 429 || r.RequestID != "own" || *r.BalanceUSD != 0.25 || r.BalanceDIEM != nil || r.Blurred || r.Errors != nil ||
			!reflect.DeepEqual(r.RPC, &venice.RateLimit{Limit: 100, Remaining: 0, Reset: future}) || r.DeprecationDate.Format(time.DateOnly) != "2026-07-01" ||
			r.RetryAfter < 50*time.Second || r.RetryAfter > time.Minute {
			t.Errorf("got %+v with %v", *r, r.RPC)
		}
	}
}

// A Response is there before the first chunk, before media are read, and beside every kind of failure.
func TestResponseOfEveryCall(t *testing.T) {
	var requests atomic.Int64
	body, contentType, status := "", "", 0
	client, s := quick(t, func(w http.ResponseWriter, r *http.Request) {
		if requests.Add(1) == 1 {
			w.WriteHeader(503)
			return
		}
		answer(status, contentType, body)(w, r)
	})
	r := venice.Response{KeepRaw: true}
	option := venice.WithResponse(&r)
	for _, c := range []struct {
		status                  int
		contentType, body, want string
		run                     func() error
	}{
		{200, "application/json", `{"name":"a","new":1}`, `{"name":"a","new":1}`, func() error { _, err := get(t.Context(), client, option); return err }},
		{200, "application/json", `oops`, `oops`, func() error { _, err := get(t.Context(), client, option); return err }},
		{200, "text/html", `<p>`, `<p>`, func() error { _, err := get(t.Context(), client, option); return err }},
		{404, "application/json", `{"error":"no"}`, `{"error":"no"}`, func() error { _, err := get(t.Context(), client, option); return err }},
		{200, "image/png", "x", "", func() error {
			m, err := open(t.Context(), client, "image/png", option)
			if err == nil {
				m.Close()
			}
			return err
		}},
		{200, "text/event-stream", "data: {\"name\":\"a\"}\n\ndata: {\"name\":\"b\", \"new\":1}\n\ndata: [DONE]\n\n", `{"name":"b", "new":1}`, func() error {
			c := call(opPost, &thing{}, option)
			for v, _ := range venice.DoerOf(client).Stream(t.Context(), c, func() any { return new(thing) }) {
				if r.Status != 200 {
					t.Error("the response is not there before the first chunk")
				}
				if name := v.(*thing).Name; !strings.HasPrefix(string(r.Raw), `{"name":"`+name+`"`) {
					t.Errorf("with chunk %s: raw %q", name, r.Raw)
				}
			}
			return nil
		}},
	} {
		requests.Store(0)
		r.Status, r.Raw = 0, nil
		status, contentType, body = c.status, c.contentType, c.body
		err := c.run()
		if r.Status != c.status || r.Attempts != 2 || string(r.Raw) != c.want || !r.KeepRaw {
			t.Errorf("%d %s %s: status %d, %d attempts, raw %q; %v", c.status, c.contentType, c.body, r.Status, r.Attempts, r.Raw, err)
		}
	}

	client = newClient(t, venice.WithAuth(nil), venice.WithBaseURL("http://127.0.0.1:1"))
	venice.SetClock(client, s.now, s.sleep)
	if _, err := get(t.Context(), client, option); err == nil || r.Status != 0 || r.Attempts != 4 || r.Header != nil {
		t.Errorf("no connection: %v, %v", r, err)
	}
	_, err := get(t.Context(), client, venice.WithResponse(nil))
	wantText(t, err, "WithResponse: the response is nil")
}

// A chunk is kept as it came for who asks for it, and costs nobody else an allocation.
func TestRawChunksCostNothingUnlessAskedFor(t *testing.T) {
	const chunks = 500
	body := strings.Repeat("data: {\"name\":\"a\"}\n\n", chunks) + "data: [DONE]\n\n"
	client := newClient(t, venice.WithAuth(nil), venice.WithHTTPClient(&http.Client{Transport: recorder(func(r *http.Request) (*http.Response, error) {
		return &http.Response{StatusCode: 200, Header: http.Header{"Content-Type": {"text/event-stream"}}, Body: io.NopCloser(strings.NewReader(body)), Request: r}, nil
	})}))
	one := new(thing)
	took := func(options ...venice.CallOption) float64 {
		return testing.AllocsPerRun(10, func() {
			for _, err := range venice.DoerOf(client).Stream(t.Context(), call(opPost, &thing{}, options...), func() any { return one }) {
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
	none, unasked, asked := took(), took(venice.WithResponse(&venice.Response{})), took(venice.WithResponse(&venice.Response{KeepRaw: true}))
	if unasked-none > 50 || asked-none < chunks {
		t.Errorf("%v allocations, %v with a Response, %v with its Raw, for %d chunks", none, unasked, asked, chunks)
	}
}

func TestRawIsBounded(t *testing.T) {
	client, _ := serve(t, answer(200, "application/json", `{"name":"`+strings.Repeat("x", 100)+`"}`))
	r := venice.Response{KeepRaw: true}
	if _, err := get(t.Context(), client, venice.WithResponse(&r), venice.WithAnswerLimit(50)); err == nil || len(r.Raw) != 50 {
		t.Errorf("%d bytes of 50, %v", len(r.Raw), err)
	}
}

func TestResponsePrintsNoSecret(t *testing.T) {
	r := venice.Response{Status: 200, RequestID: "two\nlines", Header: http.Header{"Set-Cookie": {"hunter2"}}, Raw: []byte("hunter2")}
	var out strings.Builder
	slog.New(slog.NewJSONHandler(&out, nil)).Info("x", "r", r, "p", &r)
	asJSON, _ := json.Marshal(r)
	all := out.String() + string(asJSON)
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%x"} {
		all += fmt.Sprintf(verb+verb+"\n", r, &r)
	}
	if strings.Contains(all, "hunter2") || strings.Contains(all, fmt.Sprint([]byte("hunter2"))) || strings.Contains(all, fmt.Sprintf("%x", "hunter2")) ||
		!strings.Contains(all, "venice.Response(status 200, attempts 0, request two lines)") {
		t.Error(all)
	}
}
