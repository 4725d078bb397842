// Tests of what the text of an error says about a request: shapes of bodies, and how long it may get.

package venice_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"reflect"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/venice-go/venice"
	"github.com/venice-go/venice/gen"
)

func TestErrorsSayWhichFieldAndWhy(t *testing.T) {
	var cases []struct {
		Name   string
		Status int
		Body   json.RawMessage
		Says   []string
		Is     string
	}
	if data, err := os.ReadFile("testdata/errors.json"); err != nil || json.Unmarshal(data, &cases) != nil || len(cases) == 0 {
		t.Fatalf("no cases: %v", err)
	}
	kinds := map[string]error{"bad request": venice.ErrBadRequest, "server": venice.ErrServer, "forbidden": venice.ErrForbidden, "low balance": venice.ErrLowBalance,
		"no credentials": venice.ErrNoCredentials, "unauthorized": venice.ErrUnauthorized, "payment": venice.ErrPaymentRequired, "content policy": venice.ErrContentPolicy}
	for _, c := range cases {
		client, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("CF-RAY", "ray")
			answer(c.Status, "application/json", string(c.Body))(w, r)
		}, venice.WithAuth(nil), venice.WithMaxAttempts(1))
		_, err := client.CreateChatCompletion(t.Context(), &gen.ChatCompletionRequest{})
		e := asError(t, err)
		for _, says := range append(c.Says, "venice: CreateChatCompletion: ") {
			if !strings.Contains(e.Error(), says) {
				t.Errorf("%s: %q does not say %q", c.Name, e, says)
			}
		}
		if e.Operation != "CreateChatCompletion" || kinds[c.Is] == nil || !errors.Is(err, kinds[c.Is]) {
			t.Errorf("%s: operation %q; is it of the kind %q? %t", c.Name, e.Operation, c.Is, errors.Is(err, kinds[c.Is]))
		}
		if policy := errors.Is(err, venice.ErrContentPolicy); policy != (c.Is == "content policy") {
			t.Errorf("%s: of the content policy: %t", c.Name, policy)
		}
	}
}

// What fails behind a good status fails the same in a stream, and in JSON that comes in place of one.
func TestErrorsInPlaceOfAStream(t *testing.T) {
	const body = `{"error":{"message":"blocked","type":"content_filter_error","code":"content_blocked_by_provider"}}`
	for contentType, sent := range map[string]string{"text/event-stream": "data: " + body + "\n\ndata: [DONE]\n\n", "application/json": body} {
		client, _ := serve(t, answer(200, contentType, sent))
		n := 0
		for _, err := range client.StreamChatCompletion(t.Context(), &gen.ChatCompletionRequest{}) {
			n++
			if e := asError(t, err); !errors.Is(err, venice.ErrContentPolicy) || e.Code != "content_blocked_by_provider" || e.Message != "blocked" {
				t.Errorf("%s: %v", contentType, err)
			}
		}
		if n != 1 {
			t.Errorf("%s: %d chunks, want the error alone", contentType, n)
		}
	}
}

// Only who has no credentials is told where to get some.
func TestCredentialsAreNamedToThoseWithoutAlone(t *testing.T) {
	offer := `{"x402Version":2,"accepts":[],"authOptions":{}}`
	for _, c := range []struct {
		body    string
		status  int
		options []venice.ClientOption
		op      *venice.Operation
		want    bool
	}{
		{offer, 402, nil, opGet, true},
		{`{"error":"no"}`, 401, nil, opGet, true},
		{`{"error":"no"}`, 401, []venice.ClientOption{venice.WithAPIKey("key")}, opGet, false},
		{offer, 402, []venice.ClientOption{venice.WithAPIKey("key")}, opGet, false},
		{`{"error":"no"}`, 403, nil, opGet, false},
		{`{"error":"API key USD spend limit exceeded."}`, 402, nil, opGet, false},
		{offer, 402, nil, &venice.Operation{Name: "pay", Method: "POST", Path: "/pay", Access: venice.AccessPayment}, false},
	} {
		client, _ := serve(t, answer(c.status, "application/json", c.body), append([]venice.ClientOption{venice.WithAuth(nil)}, c.options...)...)
		_, err := venice.DoerOf(client).Do(t.Context(), call(c.op, nil))
		if got := strings.HasSuffix(err.Error(), keyless); got != c.want {
			t.Errorf("%d %s with %d options: %v; want it to name the ways to credentials: %t", c.status, c.body, len(c.options), err, c.want)
		}
	}
}

// However much a body has to say, and in whatever characters, an error's text is short and printable.
func TestErrorTextIsBounded(t *testing.T) {
	long := strings.Repeat("\u00e9\u202e\n\x1b[31m\xff", 5000)
	deep := strings.Repeat(`{"a":`, 9000) + `["x"]` + strings.Repeat("}", 9000)
	wide := `{` + strings.Repeat(`"`+strings.Repeat("n", 200)+`":["t"],`, 1000) + `"z":["t"]}`
	quoted, _ := json.Marshal(long)
	for _, body := range []string{
		fmt.Sprintf(`{"error":%s,"code":%[1]s,"request_id":%[1]s,"issues":[{"path":[%[1]s],"message":%[1]s,"keys":[%[1]s]}]}`, quoted),
		`{"error":"e","details":` + deep + `}`, `{"error":"e","details":` + wide + `}`, `{"error":"e","details":` + strings.Repeat("[", 9000),
		`{"error":"` + long + `"}`,
	} {
		client, _ := serve(t, answer(401, "application/json", body), venice.WithAuth(nil))
		_, err := get(t.Context(), client)
		text := asError(t, err).Error()
		if n := utf8.RuneCountInString(text); n > 600 || !utf8.ValidString(text) || strings.ContainsFunc(text, func(r rune) bool { return !unicode.IsPrint(r) }) {
			t.Errorf("%d characters: %q", n, text)
		}
		if !strings.HasPrefix(text, "venice: getThing: 401 Unauthorized") || !strings.HasSuffix(text, keyless) {
			t.Errorf("beginning or end were lost: %q", text)
		}
	}
}

// Every operation names a method that is there.
func TestOperationsAreNamedAfterMethods(t *testing.T) {
	for _, op := range venice.Operations() {
		if _, ok := reflect.TypeFor[*venice.Client]().MethodByName(op.Name); !ok {
			t.Errorf("%s: the client has no method %q", op.Name, op.Name)
		}
	}
}
