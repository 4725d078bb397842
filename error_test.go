// Tests of errors: every shape the service sends, the kinds, and what is printed.

package venice_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/venice-go/venice"
)

func TestErrorShapes(t *testing.T) {
	for _, c := range []struct {
		status             int
		contentType, body  string
		code, message, id  string
		details, wholeText string
		kind               error
	}{
		{status: 401, body: `{"error":"Authentication failed"}`, message: "Authentication failed", kind: venice.ErrUnauthorized,
			wholeText: "venice: getThing: 401 Unauthorized: Authentication failed (request ray)" + keyless},
		{status: 400, body: `{"error":"Invalid request parameters","details":{"model":{"_errors":["Required"]}},"issues":[{"path":["model"]}]}`,
			message: "Invalid request parameters", details: `{"model":{"_errors":["Required"]}}`, kind: venice.ErrBadRequest},
		{status: 400, body: `{"error":"Invalid","details":"model is required"}`, message: "Invalid", details: `"model is required"`, kind: venice.ErrBadRequest},
		{status: 400, body: `{"error":"Invalid","details":null,"issues":[1]}`, message: "Invalid", details: `[1]`, kind: venice.ErrBadRequest},
		{status: 400, body: `{"error":{"message":"Too long","type":"invalid_request_error","param":"messages","code":"context_length_exceeded"}}`,
			code: "context_length_exceeded", message: "Too long", kind: venice.ErrContextLength},
		{status: 500, body: `{"error":"Inference failed","request_id":"req-7"}`, message: "Inference failed", id: "req-7", kind: venice.ErrServer,
			wholeText: "venice: getThing: 500 Internal Server Error: Inference failed (request req-7)"},
		{status: 422, body: `{"error":"Refused","suggested_prompt":"a cat"}`, message: "Refused", kind: venice.ErrContentPolicy},
		{status: 422, body: `{"error":{"message":"Refused","type":"provider_content_policy","credits_refunded":true,"recommended_model":null}}`,
			code: "provider_content_policy", message: "Refused", kind: venice.ErrContentPolicy},
		{status: 413, body: `{"code":"PAYLOAD_TOO_LARGE","error":"Too large"}`, code: "PAYLOAD_TOO_LARGE", message: "Too large", kind: venice.ErrTooLarge},
		{status: 401, body: `{"error":"Nonce was used","code":"X402_SIGN_IN_NONCE_REUSED"}`, code: "X402_SIGN_IN_NONCE_REUSED", message: "Nonce was used", kind: venice.ErrUnauthorized,
			wholeText: "venice: getThing: 401 Unauthorized: X402_SIGN_IN_NONCE_REUSED: Nonce was used (request ray)" + keyless},
		{status: 402, body: `{"x402Version":2,"resource":{"url":"u"},"accepts":[{"scheme":"exact"}],"authOptions":{}}`, message: "Payment Required", kind: venice.ErrPaymentRequired,
			wholeText: "venice: getThing: 402 Payment Required (request ray)" + keyless},
		{status: 402, body: `{"error":"Balance too low","code":"PAYMENT_REQUIRED","reason":"insufficient_balance","currentBalanceUsd":0.01}`,
			code: "PAYMENT_REQUIRED", message: "Balance too low", kind: venice.ErrPaymentRequired},
		{status: 400, body: `{"error":"AMOUNT_TOO_LOW","message":"at least 5 USD"}`, code: "AMOUNT_TOO_LOW", message: "at least 5 USD", kind: venice.ErrBadRequest},
		{status: 409, body: `{"error":"PAYMENT_IN_PROGRESS"}`, code: "PAYMENT_IN_PROGRESS", message: "Conflict", kind: venice.ErrConflict},
		{status: 400, body: `{"statusCode":400,"error":"Bad Request","message":"no such id"}`, message: "Bad Request: no such id", kind: venice.ErrBadRequest},
		{status: 404, body: `{"message":"nothing here"}`, message: "nothing here", kind: venice.ErrNotFound},
		{status: 410, body: `{"error":"expired"}`, message: "expired", kind: venice.ErrNotFound},
		{status: 403, body: `{"error":"not yours"}`, message: "not yours", kind: venice.ErrForbidden},
		{status: 415, body: `{"error":"no"}`, message: "no", kind: venice.ErrUnsupportedMedia},
		{status: 429, body: `{"error":{"message":"slow down","code":429}}`, code: "429", message: "slow down", kind: venice.ErrRateLimited},
		// Decoding surprises.
		{status: 503, body: `{"error":{"message":["a","b"],"code":{"x":1}},"details":7,"request_id":5}`, message: "a; b", id: "5", details: "7", kind: venice.ErrServer},
		{status: 400, body: `{"error":["a", "b"]}`, message: "a; b", kind: venice.ErrBadRequest},
		{status: 400, body: `{"error":null,"errors":[{"detail":"x"}]}`, message: "x", kind: venice.ErrBadRequest},
		{status: 400, body: `{"error":"first","error":"last","code":"c"}`, code: "c", message: "last", kind: venice.ErrBadRequest},
		{status: 400, body: "{\"error\":\"bad \xff bytes\"}", message: "bad \uFFFD bytes", kind: venice.ErrBadRequest},
		{status: 500, body: `{"code":"E","error":"whole", oops`, code: "E", message: "whole", kind: venice.ErrServer},
		{status: 500, body: `{"code":"E","error":{"message":"half","details":{"a":`, code: "E", message: "half", kind: venice.ErrServer},
		{status: 500, body: `{"error":"cut of`, message: "Internal Server Error", kind: venice.ErrServer},
		{status: 500, body: `"just text"`, message: "just text", kind: venice.ErrServer},
		{status: 400, body: `{"error":{"x": 1}}`, message: `{"x":1}`, kind: venice.ErrBadRequest},
		{status: 500, body: `[1,2]`, message: "Internal Server Error", kind: venice.ErrServer},
		{status: 502, contentType: "text/html", body: "<html><head><title>502 Bad Gateway</title>", message: "Bad Gateway", kind: venice.ErrServer,
			wholeText: "venice: getThing: 502 Bad Gateway (request ray)"},
		{status: 503, contentType: "text/plain", body: "upstream connect error\nreset reason: overflow", message: "upstream connect error", kind: venice.ErrServer},
		{status: 502, contentType: "application/octet-stream", body: "\x1f\x8b\x00\xff", message: "Bad Gateway", kind: venice.ErrServer},
		{status: 504, message: "Gateway Timeout", kind: venice.ErrServer},
		{status: 524, message: "the service gave no reason", kind: venice.ErrServer, wholeText: "venice: getThing: 524: the service gave no reason (request ray)"},
		{status: 300, body: `{"error":"choose"}`, message: "choose"},
	} {
		if c.contentType == "" {
			c.contentType = "application/json"
		}
		if c.id == "" {
			c.id = "ray"
		}
		client, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("CF-RAY", "ray")
			answer(c.status, c.contentType, c.body)(w, r)
		})
		_, err := get(t.Context(), client)
		e := asError(t, err)
		if e.Status != c.status || e.Code != c.code || e.Message != c.message || e.RequestID != c.id || e.Operation != "getThing" ||
			string(e.Details) != c.details || string(e.Raw) != c.body {
			t.Errorf("%d %s\ngot  code %q, message %q, request %q, details %s, raw %q\nwant code %q, message %q, request %q, details %s",
				c.status, c.body, e.Code, e.Message, e.RequestID, e.Details, e.Raw, c.code, c.message, c.id, c.details)
		}
		if c.wholeText != "" && e.Error() != c.wholeText {
			t.Errorf("text %q, want %q", e, c.wholeText)
		}
		if c.kind != nil && !errors.Is(err, c.kind) {
			t.Errorf("%v is not %v", err, c.kind)
		}
		kinds := 0
		for _, kind := range sentinels {
			if errors.Is(err, kind) {
				kinds++
			}
		}
		if want := map[bool]int{true: 1, false: 0}[c.kind != nil]; kinds != want && !errors.Is(c.kind, venice.ErrContextLength) {
			t.Errorf("%v is of %d kinds, want %d", err, kinds, want)
		}
	}
}

const keyless = "; the client has no credentials: set VENICE_API_KEY, or use WithAPIKey or WithAuth"

var sentinels = []error{
	venice.ErrBadRequest, venice.ErrUnauthorized, venice.ErrPaymentRequired, venice.ErrForbidden, venice.ErrNotFound, venice.ErrConflict,
	venice.ErrTooLarge, venice.ErrUnsupportedMedia, venice.ErrContentPolicy, venice.ErrRateLimited, venice.ErrServer, venice.ErrContextLength,
}

func TestRequestIDPrefersTheServicesOwn(t *testing.T) {
	client, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("CF-RAY", "ray")
		w.Header().Set("X-Request-ID", "own")
		w.WriteHeader(500)
	})
	if _, err := get(t.Context(), client); asError(t, err).RequestID != "own" {
		t.Errorf("got %v, want the X-Request-ID", err)
	}
}

// An error body that breaks off is better than none.
func TestErrorBodyCut(t *testing.T) {
	client, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Length", "1000")
		answer(422, "application/json", `{"code":"C","error":"text","more":`)(w, r)
	})
	_, err := get(t.Context(), client)
	wantText(t, err, "422 Unprocessable Entity: C: text")
}

func TestErrorPrintsOneLineAndNoBody(t *testing.T) {
	const secret = "VENICE_ADMIN_KEY_s3cret"
	nasty := "two\nlines\x1b[31m and \u202eback\u2028" + strings.Repeat("é", 1000)
	body, _ := json.Marshal(map[string]any{"error": nasty, "code": nasty, "request_id": nasty, "apiKey": secret})
	client, _ := serve(t, answer(400, "application/json", string(body)))
	_, err := get(t.Context(), client)
	e := asError(t, err)
	var log bytes.Buffer
	for _, h := range []slog.Handler{slog.NewTextHandler(&log, nil), slog.NewJSONHandler(&log, nil)} {
		slog.New(h).Error("failed", "err", err, "value", *e)
	}
	asJSON, marshalErr := json.Marshal(e)
	if marshalErr != nil || !strings.Contains(string(asJSON), `"status":400`) {
		t.Errorf("as JSON %s, %v", asJSON, marshalErr)
	}
	if strings.Contains(string(asJSON), base64.StdEncoding.EncodeToString(body)) {
		t.Errorf("as JSON it has the body in it: %s", asJSON)
	}
	all := log.String() + string(asJSON)
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%d", "%x"} {
		for _, v := range []any{err, e, *e} {
			all += fmt.Sprintf(verb, v)
		}
	}
	for _, form := range []string{secret, fmt.Sprintf("%x", secret), fmt.Sprint([]byte(secret)), strings.Trim(fmt.Sprint([]byte("s3cret")), "[]")} {
		if strings.Contains(all, form) {
			t.Errorf("%q shows in %s", form, all)
		}
	}
	text := e.Error()
	if strings.ContainsAny(text, "\n\r\x1b\u202e\u2028") || utf8.RuneCountInString(text) > 600 || !utf8.ValidString(text) {
		t.Errorf("text of %d characters: %q", utf8.RuneCountInString(text), text)
	}
	if e.Message != nasty {
		t.Error("the message itself was changed")
	}
	for _, want := range []string{`"operation":"getThing"`, `"status":400`, "err.status=400", `"message":"two lines`} {
		if !strings.Contains(log.String(), want) {
			t.Errorf("%s is not in the log: %s", want, log.String())
		}
	}
}

func TestErrorIsOfNoOtherKind(t *testing.T) {
	e := &venice.Error{Status: 418}
	if errors.Is(e, nil) || errors.Is(e, venice.ErrServer) || errors.Is(e, errors.New("x")) || e.Is(nil) {
		t.Error("an error without a kind has one")
	}
}

// A service that repeats the key it was sent does not have the client print it.
func TestErrorDoesNotRepeatTheKey(t *testing.T) {
	const key = "VENICE_INFERENCE_KEY_made-up"
	for _, body := range []string{
		`{"error":"bad token @@ in Authorization","code":"@@","request_id":"@@"}`,
		`{"error":"bad token VENICE\u005fINFERENCE_KEY_made-up in Authorization"}`,
		`{"error":"` + strings.Repeat("x", 290) + `@@"}`,
		`{"error":"bad token","issues":[{"path":["@@"],"message":"@@"}]}`,
		`{"detail":"bad token @@"}`,
		`bad token @@`,
	} {
		body = strings.ReplaceAll(body, "@@", key)
		for status, contentType := range map[int]string{401: "application/json", 400: "text/plain", 200: "text/event-stream"} {
			sent := body
			if status == 200 {
				sent = "event: error\ndata: " + body + "\n\n"
			}
			client, _ := serve(t, answer(status, contentType, sent), venice.WithAPIKey(key))
			var err error
			if status == 200 {
				_, err = collect(t.Context(), client)
			} else {
				_, err = get(t.Context(), client)
			}
			e := asError(t, err)
			var log bytes.Buffer
			slog.New(slog.NewTextHandler(&log, nil)).Error("failed", "err", err)
			asJSON, _ := json.Marshal(e)
			if shown := fmt.Sprintf("%v %+v %#v %s %s", err, *e, e, log.String(), asJSON); strings.Contains(shown, "VENICE_I") || !strings.Contains(shown, "[redacted]") && len(body) < 200 {
				t.Errorf("%d %s: %s", status, body, shown)
			}
			if string(e.Raw) != body {
				t.Errorf("kept %s", e.Raw)
			}
		}
	}
	client, _ := serve(t, answer(200, "application/json", `{"jsonrpc":"2.0","error":{"code":1,"message":"bad `+key+`"}}`), venice.WithAPIKey(key))
	_, err := venice.RPC[int](t.Context(), client, "base-mainnet", "m", nil)
	wantText(t, err, "1: bad [redacted]")
}

// What the service says twice is printed once.
func TestErrorSaysItOnce(t *testing.T) {
	for body, want := range map[string]string{
		`{"error":"INSUFFICIENT_BALANCE","code":"INSUFFICIENT_BALANCE","message":"INSUFFICIENT_BALANCE: low"}`: "400 Bad Request: INSUFFICIENT_BALANCE: low",
		`{"error":"INSUFFICIENT_BALANCE","message":"INSUFFICIENT_BALANCE: low"}`:                               "400 Bad Request: INSUFFICIENT_BALANCE: low",
		`{"error":"INSUFFICIENT_BALANCE: low","code":"INSUFFICIENT_BALANCE","message":"low"}`:                  "400 Bad Request: INSUFFICIENT_BALANCE: low",
		`{"code":"400","message":"400 Bad Request"}`:                                                           "400 Bad Request",
		`{"code":400,"message":"Bad Request: 400: no"}`:                                                        "400 Bad Request: no",
		`{"code":"429","message":"429 Too Many Requests: slow"}`:                                               "400 Bad Request: 429: slow",
		`{"error":"E.","message":"E"}`:                                                                         "400 Bad Request: E.",
		`{"error":"E","message":"E."}`:                                                                         "400 Bad Request: E",
		`{"error":"no","message":"no such model"}`:                                                             "400 Bad Request: no such model",
		`{"error":"not","message":"nothing here"}`:                                                             "400 Bad Request: not: nothing here",
		`{"error":"Bad Request."}`:                                                                             "400 Bad Request",
		`{"error":"é","message":"è"}`:                                                                          "400 Bad Request: é: è",
	} {
		client, _ := serve(t, answer(400, "application/json", body), venice.WithAPIKey("key"))
		if _, err := get(t.Context(), client); err == nil || err.Error() != "venice: getThing: "+want {
			t.Errorf("%s: got %v, want %s", body, err, want)
		}
	}
}
