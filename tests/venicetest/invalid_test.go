// Tests of the refusal of invalid requests.

package venicetest_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/venice-go/venice"
	"github.com/venice-go/venice/tests/venicetest"
)

// What the description does not allow is refused, with the place of the mistake.
func TestInvalidRequests(t *testing.T) {
	srv := venicetest.NewServer(t)
	c := caller{t, srv, srv.AdminKey()}
	key := func(field string, value any) map[string]any {
		body := map[string]any{"apiKeyType": "INFERENCE", "description": "x"}
		body[field] = value
		return body
	}
	for _, test := range []struct {
		name, method, path string
		body               any
		text, place        string
	}{
		{"unknown field", "POST", "/api_keys", key("colour", "red"), "colour", ""},
		{"unknown field in chat", "POST", "/chat/completions", with("colour", "red"), "colour", ""},
		{"unknown field in mint", "POST", mintPath, map[string]any{
			"apiKeyType": "ADMIN", "address": "0x", "token": "t", "signature": "s", "colour": "red"}, "colour", ""},
		{"missing field", "POST", "/api_keys", map[string]any{"apiKeyType": "ADMIN"}, "description", "description"},
		{"missing body", "POST", "/api_keys", nil, "body is missing", ""},
		{"wrong type", "POST", "/api_keys", key("description", 7), "string", "description"},
		{"unknown value", "POST", "/api_keys", key("limitPeriod", "YEAR"), "allowed values", "limitPeriod"},
		{"too long", "POST", "/api_keys", key("description", strings.Repeat("x", 65)), "64", "description"},
		{"no such day", "POST", "/api_keys", key("expiresAt", "2026-02-31"), "Invalid date", "expiresAt"},
		{"out of range", "POST", "/api_keys", key("consumptionLimit", map[string]any{"usd": -1}), "", "consumptionLimit"},
		{"unknown query value", "GET", "/models/traits?type=bogus", nil, "allowed values", "type"},
		{"no JSON", "POST", "/api_keys", `{"apiKeyType":`, "Invalid JSON request", ""},
		{"no object", "POST", "/api_keys", `[]`, "object", ""},
		{"description over the mint's limit", "POST", mintPath, nil, "64", "description"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if test.place == "description" && test.path == mintPath { // the description sets no limit here, the service does
				w := testWallet(t)
				if err := srv.Stake(w.Address(), 1); err != nil {
					t.Fatal(err)
				}
				body := c.mintBody(w)
				body["description"] = strings.Repeat("é", 65)
				test.body = body
			}
			r := c.do(test.method, test.path, test.body).want(t, 400, test.text)
			if test.place == "" {
				return
			}
			details, _ := r.body["details"].(map[string]any)
			if details[test.place] == nil || !strings.Contains(fmt.Sprint(r.body["issues"]), test.place) {
				t.Errorf("%s is not named as the place: %s", test.place, r.raw)
			}
		})
	}

	req := c.request("POST", "/api_keys", key("description", "form"))
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	c.send(req).want(t, 400, "'Content-Type' must be 'application/json'")

	big := c.do("POST", "/api_keys", `{"description":"`+strings.Repeat("x", 36<<20)+`"}`)
	if big.body["code"] != "PAYLOAD_TOO_LARGE" {
		t.Errorf("36 MiB: %d %.200s", big.status, big.raw)
	}
}

// The place of a mistake is the whole way to it, once, and the places of lists are numbers.
func TestPlaceOfMistake(t *testing.T) {
	srv := venicetest.NewServer(t)
	c := caller{t, srv, srv.InferenceKey()}
	image := []any{map[string]any{"type": "text", "text": "What is it?"}, map[string]any{"type": "image_url", "image_url": map[string]any{"url": "data:image/png;base64,"}}}
	for _, test := range []struct {
		req  *http.Request
		want string
	}{
		{c.form("/audio/voices", part{"file", "audio/wav", "RIFF"}, part{"model", "", "made-up"}), `["model"]`},
		{c.request("POST", "/chat/completions", with("messages", []any{map[string]any{"role": "user", "content": image}})), `["messages",0,"content",1]`},
		{c.request("POST", "/chat/completions", with("max_tokens", "many")), `["max_tokens"]`},
		{c.request("POST", "/embeddings", map[string]any{"model": "text-embedding-bge-m3", "input": "x", "encoding_format": "hex"}), `["encoding_format"]`},
		{c.request("GET", "/models/traits?type=bogus", nil), `["type"]`},
	} {
		r := c.send(test.req).want(t, 400, "Invalid request parameters")
		if !strings.Contains(string(r.raw), `"path":`+test.want+`}`) {
			t.Errorf("%s, want the place %s", r.raw, test.want)
		}
	}
}

// What the service has ended is gone for everybody, whatever they send, and says what has come in its place. A test may pin
// what it was.
func TestRetired(t *testing.T) {
	srv := venicetest.NewServer(t)
	for _, op := range venice.Operations() {
		if op.Instead == "" {
			continue
		}
		stranger := caller{t, srv, ""}
		r := stranger.do(op.Method, op.Path, `{"bogus":`).want(t, 410, "retired")
		link, _, _ := strings.Cut(op.Instead, " ")
		for _, next := range venice.Operations() {
			if next.Name == link {
				link = "</api/v1" + next.Path + `>; rel="successor-version"`
			}
		}
		if r.header.Get("Deprecation") == "" || strings.HasPrefix(link, "<") && r.header.Get("Link") != link {
			t.Errorf("%s: %v, want the link %s", op.Name, r.header, link)
		}
		srv.Respond(op.Name, venicetest.Answer{Status: 200, Unchecked: true})
		if r := (caller{t, srv, srv.AdminKey()}).do(op.Method, op.Path, nil); r.status == 410 {
			t.Errorf("%s: a pinned answer is not given", op.Name)
		}
	}
}
