// Tests of answers made from the description: every operation, every status and media type.

package venicetest_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"mime/multipart"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/venice-go/venice"
	"github.com/venice-go/venice/tests/venicetest"
)

// since skips a test that sends or reads what older revisions of the description do not have.
func since(t *testing.T, revision string) {
	t.Helper()
	doc, err := openapi3.NewLoader().LoadFromData(venice.Description())
	if err != nil {
		t.Fatal(err)
	}
	if doc.Info.Version < revision {
		t.Skipf("the description is revision %s, and the test is about what came with %s", doc.Info.Version, revision)
	}
}

// needs skips a test of an operation that the description at hand does not have.
func needs(t *testing.T, operation string) {
	t.Helper()
	if operations(t)[operation] == nil {
		t.Skipf("the description at hand has no %s", operation)
	}
}

// operations are those of the description, by method and path.
func operations(t *testing.T) map[string]*openapi3.Operation {
	t.Helper()
	doc, err := openapi3.NewLoader().LoadFromData(venice.Description())
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]*openapi3.Operation{}
	for path, item := range doc.Paths.Map() {
		for method, op := range item.Operations() {
			all[method+" "+path] = op
		}
	}
	return all
}

func sample(t *testing.T, schema *openapi3.SchemaRef, seed uint64) any {
	t.Helper()
	v, err := venicetest.Sample(schema.Value, seed)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// validRequest is a request of the operation with what it requires and a body made from the schema.
func (c caller) validRequest(operation string, op *openapi3.Operation, contentType string, seed uint64) *http.Request {
	c.t.Helper()
	method, path, _ := strings.Cut(operation, " ")
	for _, p := range op.Parameters {
		if p.Value.In == "path" {
			path = strings.Replace(path, "{"+p.Value.Name+"}", pathValue(c.t, p.Value.Schema), 1)
		}
	}
	query := url.Values{}
	for _, p := range op.Parameters {
		if p.Value.In == "query" && p.Value.Required {
			query.Set(p.Value.Name, fmt.Sprint(sample(c.t, p.Value.Schema, seed)))
		}
	}
	if len(query) > 0 {
		path += "?" + query.Encode()
	}
	if contentType == "" {
		return c.request(method, path, nil)
	}
	v := sample(c.t, op.RequestBody.Value.Content[contentType].Schema, seed)
	if contentType == "application/json" {
		return c.request(method, path, v)
	}
	var form bytes.Buffer
	w := multipart.NewWriter(&form)
	for name, value := range v.(map[string]any) {
		if name == "" {
			continue // an odd name, which no part can have
		}
		text, plain := value.(string)
		if !plain {
			b, _ := json.Marshal(value)
			text = string(b)
		}
		_ = w.WriteField(name, text)
	}
	_ = w.Close()
	req := c.request(method, path, form.String())
	req.Header.Set("Content-Type", w.FormDataContentType())
	return req
}

func pathValue(t *testing.T, schema *openapi3.SchemaRef) string {
	if schema.Value.Pattern == "" && len(schema.Value.Enum) == 0 {
		return "some-id"
	}
	return fmt.Sprint(sample(t, schema, 1))
}

func bodyTypes(op *openapi3.Operation) []string {
	if op.RequestBody == nil {
		return []string{""}
	}
	return slices.Sorted(maps.Keys(op.RequestBody.Value.Content))
}

// Every operation answers a valid request in every form of its body.
func TestEveryOperationAnswers(t *testing.T) {
	srv := venicetest.NewServer(t)
	c := caller{t, srv, srv.AdminKey()}
	all := operations(t)
	if len(all) != len(venice.Operations()) {
		t.Errorf("%d operations in the description, %d in the table", len(all), len(venice.Operations()))
	}
	for _, row := range venice.Operations() {
		name := row.Method + " " + row.Path
		want := http.StatusOK
		switch row.Access {
		case venice.AccessWallet:
			want = http.StatusUnauthorized // of a key
		case venice.AccessPayment:
			want = http.StatusPaymentRequired
		}
		if row.Instead != "" {
			want = http.StatusGone
		}
		for _, contentType := range bodyTypes(all[name]) {
			for seed := range uint64(5) {
				r := c.send(c.validRequest(name, all[name], contentType, seed))
				refused := r.status >= 400 && r.status < 500 && r.body["error"] != nil
				if r.status != want && !(venicetest.Behaves(name) && refused) { // a made-up request makes no sense to a behaviour
					t.Errorf("%s %s, seed %d: %d %.300s", name, contentType, seed, r.status, r.raw)
				}
			}
		}
	}
}

// Every status and media type that is described can be pinned, and is then made and valid: the server fails the test
// otherwise. A plain key reaches them all.
func TestEveryAnswer(t *testing.T) {
	srv := venicetest.NewServer(t)
	c := caller{t, srv, srv.InferenceKey()}
	for name, op := range operations(t) {
		for status, ref := range op.Responses.Map() {
			for contentType := range ref.Value.Content {
				a := venicetest.Answer{ContentType: contentType}
				if _, err := fmt.Sscan(status, &a.Status); err != nil {
					t.Fatal(err)
				}
				srv.Respond(name, a)
				for seed := range uint64(3) {
					r := c.send(c.validRequest(name, op, bodyTypes(op)[0], seed))
					if got := r.header.Get("Content-Type"); fmt.Sprint(r.status) != status || got != contentType || r.raw == "" && contentType != "text/plain" {
						t.Errorf("%s: %d %s %.200q, want %s %s", name, r.status, got, r.raw, status, contentType)
					}
				}
			}
		}
	}
}

// Noise repeats: what an operation answers follows from the seed and from how often it was called before.
func TestNoiseRepeats(t *testing.T) {
	run := func(seed uint64, others bool) (answers []string) {
		srv := venicetest.NewServer(t, venicetest.WithNoise(seed))
		c := caller{t, srv, srv.AdminKey()}
		for range 4 {
			if others {
				c.do("GET", "/characters", nil)
			}
			answers = append(answers, c.do("GET", "/billing/balance", nil).want(t, 200, "canConsume").raw)
		}
		return answers
	}
	first := run(1, false)
	if again := run(1, true); !slices.Equal(first, again) {
		t.Errorf("first\n%q\nthen\n%q", first, again)
	}
	if other := run(2, false); slices.Equal(first, other) {
		t.Errorf("two seeds, the same answers: %q", other)
	}
	if len(slices.Compact(first)) == 1 {
		t.Errorf("always the same answer: %q", first)
	}
}

// Operations without a behaviour let in whom the table of operations says.
func TestInventedAnswersAccess(t *testing.T) {
	srv := venicetest.NewServer(t)
	key := srv.InferenceKey()
	speech := map[string]any{"input": "Hello", "model": "tts-kokoro"}
	wallet := "/x402/balance/0x" + strings.Repeat("a", 40)
	for _, test := range []struct {
		method, path, key, header string
		body                      any
		status                    int
		text                      string
	}{
		{"POST", "/audio/speech", "", "", speech, 402, "authOptions"},
		{"POST", "/audio/speech", "nonsense", "", speech, 401, "Authentication failed"},
		{"POST", "/audio/speech", key, "", map[string]any{}, 400, "input"},
		{"POST", "/audio/speech", key, "", speech, 200, ""},
		{"POST", "/audio/speech", "", "SIGN-IN-WITH-X", speech, 401, "X402_SIGN_IN_INVALID_PAYLOAD"},
		{"POST", "/audio/speech", key, "X-PAYMENT", speech, 400, "PAYMENT_HEADER_NOT_ACCEPTED"},
		{"GET", "/image/styles", "", "PAYMENT-SIGNATURE", nil, 400, "PAYMENT_HEADER_NOT_ACCEPTED"},
		{"GET", "/characters", key, "SIGN-IN-WITH-X", nil, 200, "data"},
		{"GET", "/characters", "", "", nil, 402, "authOptions"},
		{"GET", "/characters", key, "", nil, 200, "data"},
		{"GET", "/image/styles", "", "", nil, 200, "data"},
		{"GET", wallet, "", "", nil, 402, "authOptions"},
		{"GET", wallet, key, "", nil, 401, "Authentication failed"},
		{"GET", wallet, "", "SIGN-IN-WITH-X", nil, 401, `{"error":"Invalid Sign-in-with-x signature"}`},
		{"POST", "/x402/top-up", "", "", nil, 402, "accepts"},
		{"POST", "/x402/top-up", "", "PAYMENT-SIGNATURE", nil, 400, "INVALID_PAYMENT_FORMAT"},
		{"POST", "/x402/top-up", "", "X-402-Payment", nil, 400, "INVALID_PAYMENT_FORMAT"},
	} {
		c := caller{t, srv, test.key}
		req := c.request(test.method, test.path, test.body)
		if test.header != "" {
			req.Header.Set(test.header, "e30=")
		}
		c.send(req).want(t, test.status, test.text)
	}
}

// Noisy responses stream a few events with their names.
func TestNoisyStream(t *testing.T) {
	srv := venicetest.NewServer(t, venicetest.WithNoise(1))
	c := caller{t, srv, srv.InferenceKey()}
	events, names := 0, 0
	for range 20 {
		r := c.do("POST", "/responses", map[string]any{"model": "m", "input": "Hello", "stream": true}).want(t, 200, "data: ")
		if got := r.header.Get("Content-Type"); got != "text/event-stream" || !strings.HasSuffix(r.raw, "}\n\ndata: [DONE]\n\n") {
			t.Fatalf("%s %q", got, r.raw)
		}
		for block := range strings.SplitSeq(strings.TrimSuffix(r.raw, "\n\ndata: [DONE]\n\n"), "\n\n") {
			name, data, named := strings.Cut(strings.TrimPrefix(block, "event: "), "\ndata: ")
			var event struct{ Type string }
			if !named {
				data = strings.TrimPrefix(block, "data: ")
			}
			if err := json.Unmarshal([]byte(data), &event); err != nil || named && name != event.Type {
				t.Errorf("%q: %v", block, err)
			}
			if events++; named {
				names++
			}
		}
	}
	if events < 30 || names == 0 {
		t.Errorf("%d events, %d with names", events, names)
	}
}
