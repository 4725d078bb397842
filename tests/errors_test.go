// Errors: every documented error status of every operation becomes an error of the client that keeps what was said.

package tests

import (
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/venice-go/venice"
	"github.com/venice-go/venice/tests/venicetest"
)

// A shape is a body that comes with an error status, and what of it must be kept.
type shape struct {
	name, contentType string
	body              string
	code, text, id    string // of the error; no text means that there is none in the body to keep
	details           bool
	spoil             func(*http.Response)
	turn              int // unless 0, 1 or 2: for the odd or the even statuses, since each takes a while
}

var shapes = []shape{
	{"a text", jsonType, `{"error":"It went wrong."}`, "", "It went wrong.", "", false, nil, 0},
	{"a tree of details", jsonType, `{"error":"Invalid request parameters","details":{"_errors":[],"n":{"_errors":["Too large"]}},
		"issues":[{"code":"too_big","path":["n"],"message":"Too large"}]}`, "", "Invalid request parameters", "", true, nil, 0},
	{"details as text", jsonType, `{"error":"No such model","details":"zai was meant?"}`, "", "No such model", "", true, nil, 0},
	{"OpenAI's form", jsonType, `{"error":{"message":"Too long a prompt.","type":"invalid_request_error","param":"messages",
		"code":"context_length_exceeded"}}`, "context_length_exceeded", "Too long a prompt.", "", false, nil, 0},
	{"a request id", jsonType, `{"error":"It went wrong.","request_id":"req-7"}`, "", "It went wrong.", "req-7", false, nil, 0},
	{"a better prompt", jsonType, `{"error":"Not that.","suggested_prompt":"A song about rain"}`, "", "Not that.", "", false, nil, 0},
	{"a provider's policy", jsonType, `{"error":{"message":"Refused by the provider.","type":"provider_content_policy",
		"credits_refunded":true,"recommended_model":"wan"}}`, "provider_content_policy", "Refused by the provider.", "", false, nil, 0},
	{"a large payload", jsonType, `{"code":"PAYLOAD_TOO_LARGE","error":"More than 25 MB."}`, "PAYLOAD_TOO_LARGE", "More than 25 MB.", "", false, nil, 0},
	{"a code", jsonType, `{"error":"The header is no JSON.","code":"X402_SIGN_IN_INVALID_PAYLOAD"}`,
		"X402_SIGN_IN_INVALID_PAYLOAD", "The header is no JSON.", "", false, nil, 0},
	{"a code for a text", jsonType, `{"error":"AMOUNT_TOO_LOW","message":"At least 5 USD."}`, "AMOUNT_TOO_LOW", "At least 5 USD.", "", false, nil, 0},
	{"no credentials", jsonType, `{"x402Version":2,"error":"Authentication required","resource":{"url":"u","description":"d","mimeType":"m"},
		"accepts":[{"scheme":"exact","amount":"10000000"}],"authOptions":{"apiKey":{"header":"Authorization"}}}`, "", "Authentication required", "", false, nil, 0},
	{"a poor wallet", jsonType, `{"error":"Payment required","code":"PAYMENT_REQUIRED","reason":"insufficient_balance","currentBalanceUsd":0.02,
		"minimumBalanceUsd":0.1,"suggestedTopUpUsd":10,"minimumTopUpUsd":5,"siwxChallenge":{"info":{}}}`, "PAYMENT_REQUIRED", "Payment required", "", false, nil, 0},
	{"HTML", "text/html; charset=utf-8", "<!DOCTYPE html><html><title>Bad gateway</title></html>", "", "", "", false, nil, 0},
	{"plain text", "text/plain", "upstream connect error\n", "", "upstream connect error", "", false, nil, 0},
	{"nothing", "", "", "", "", "", false, nil, 0},
	{"half a body", jsonType, `{"code":"OVERLOADED","error":"Try later.","details":{"_err`, "OVERLOADED", "Try later.", "", false, nil, 0},
	{"a broken connection", jsonType, `{"code":"OVERLOADED","error":"Try later.","request_id":"`, "OVERLOADED", "Try later.", "", false, cut, 0},
	{"10 MiB of JSON", jsonType, `{"error":"Try later.","code":"OVERLOADED","trace":"`, "OVERLOADED", "Try later.", "", false, inflate, 1},
	{"10 MiB of HTML", "text/html", "<html><p>", "", "", "", false, inflate, 2},
}

// testErrors gives every method every documented error in every shape, and errors made from their schemas.
func testErrors(t *testing.T, tab *table) {
	for _, m := range methods() {
		t.Run(m.name, func(t *testing.T) {
			t.Parallel()
			p := newDirect(t)
			request := newRequest(t, m, 1)
			fails := func(a venicetest.Answer, r reply) *venice.Error {
				p.Respond(m.op.Name, a)
				e, is := errors.AsType[*venice.Error](request.send(t, p.Client).err)
				if !is || e.Status != a.Status || e.Operation != m.op.Name {
					t.Fatalf("status %d: the error is %v", a.Status, e)
				}
				tab.count(m.op, anError, r.String())
				return e
			}
			for i, r := range replies(m.op, false) {
				for _, s := range shapes {
					if s.turn > 0 && i%2 != s.turn-1 {
						continue
					}
					p.wire.spoil = s.spoil
					e := fails(venicetest.Answer{Status: r.status, ContentType: s.contentType, Body: []byte(s.body), Unchecked: true}, r)
					if fault := s.forgotten(e); fault != "" {
						t.Errorf("%d with %s: %s in %#v", r.status, s.name, fault, e)
					}
				}
				p.wire.spoil = nil
				for seed := range uint64(5) {
					e := fails(venicetest.Answer{Status: r.status, ContentType: r.mediaType, Seed: seed + 1}, r)
					if fault := forgotten(e, value(t, "error", e.Raw)); fault != "" {
						t.Errorf("%d, seed %d: %s in %#v", r.status, seed+1, fault, e)
					}
				}
			}
		})
	}
}

// forgotten says what of the body the error does not have, or "".
func (s shape) forgotten(e *venice.Error) string {
	switch {
	case e.Code != s.code:
		return "another code"
	case s.text != "" && e.Message != s.text, e.Message == "":
		return "another text"
	case s.id != "" && e.RequestID != s.id:
		return "another request id"
	case s.details && string(e.Details) == "":
		return "no details"
	case !strings.HasPrefix(string(e.Raw), s.body) || len(e.Raw) > 1<<20:
		return "another body"
	}
	return ""
}

// forgotten says what of an error made from its schema is lost: its texts and codes, wherever they stand.
func forgotten(e *venice.Error, body any) string {
	for _, at := range [][]any{{"error"}, {"error", "message"}, {"message"}} {
		if said, isText := get(body, at).(string); isText && !strings.Contains(e.Code+"\n"+e.Message, said) {
			return "no " + short(said)
		}
	}
	for _, at := range [][]any{{"error", "code"}, {"code"}} {
		if code, isText := get(body, at).(string); isText && code != "" {
			if e.Code != code {
				return "another code than " + code
			}
			break
		}
	}
	return ""
}

// cut breaks the connection after the body.
func cut(r *http.Response) { follow(r, broken{}) }

// inflate makes the body one of 10 MiB and more.
func inflate(r *http.Response) { follow(r, io.LimitReader(filler{}, 10<<20)) }

func follow(r *http.Response, more io.Reader) {
	r.ContentLength = -1
	r.Body = struct {
		io.Reader
		io.Closer
	}{io.MultiReader(r.Body, more), r.Body}
}

type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

type filler struct{}

func (filler) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = 'x'
	}
	return len(p), nil
}
