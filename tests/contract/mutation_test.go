// Mutated answers: each is found, at the level that it has for who reads it.

package contract_test

import (
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"github.com/venice-go/venice/tests/contract"
	"github.com/venice-go/venice/tests/venicetest"
)

const (
	chat = `{"id":"c","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"finish_reason":"stop","logprobs":null,` +
		`"message":{"role":"assistant","content":"x"}}],"usage":{"prompt_tokens":1,"completion_tokens":1,"total_tokens":2}}`
	chunk  = `{"id":"c","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{"content":"x"},"finish_reason":null}]}`
	models = `{"object":"list","type":"text","data":[{"id":"m","object":"model","created":1,"owned_by":"venice.ai","type":"text",` +
		`"model_spec":{"privacy":"private"}}]}`
	keys = `{"object":"list","data":[{"apiKeyType":"INFERENCE","consumptionLimits":{"usd":5,"diem":null},"createdAt":"2026-06-01T00:00:00Z",` +
		`"description":"d","expiresAt":null,"id":"k","last6Chars":"abcdef","lastUsedAt":null,"limitPeriod":"EPOCH","modelPrivacy":"ALL"}]}`
	vectors = `{"object":"list","model":"m","data":[{"object":"embedding","index":0,"embedding":[0.5,1]}],"usage":{"prompt_tokens":1,"total_tokens":1}}`
	balance = `{"success":true,"data":{"walletAddress":"0x00000000000000000000000000000000000000aa","balanceUsd":1.5,"canConsume":true,"minimumTopUpUsd":5,"suggestedTopUpUsd":10}}`
	stream  = "data: " + chunk + "\n\ndata: [DONE]\n\n"
)

// A mutation is a good answer, and what is changed in it.
type mutation struct {
	name, operation, method, path string
	answer                        venicetest.Answer
	from, to                      string
	level                         contract.Level
}

var (
	askChat   = mutation{operation: "POST /chat/completions", method: "POST", path: "/chat/completions", answer: venicetest.Answer{Body: []byte(chat)}}
	askStream = mutation{operation: "POST /chat/completions", method: "POST", path: "/chat/completions", answer: venicetest.Answer{ContentType: "text/event-stream", Body: []byte(stream)}}
	askModels = mutation{operation: "GET /models", method: "GET", path: "/models", answer: venicetest.Answer{Body: []byte(models)}}
	askKeys   = mutation{operation: "GET /api_keys", method: "GET", path: "/api_keys", answer: venicetest.Answer{Body: []byte(keys)}}
	askVector = mutation{operation: "POST /embeddings", method: "POST", path: "/embeddings", answer: venicetest.Answer{Body: []byte(vectors)}}
	askMoney  = mutation{operation: "GET /x402/balance/{walletAddress}", method: "GET", path: "/x402/balance/0x00000000000000000000000000000000000000aa", answer: venicetest.Answer{Body: []byte(balance)}}
)

func (m mutation) with(name string, level contract.Level, from, to string) mutation {
	m.name, m.level, m.from, m.to = name, level, from, to
	return m
}

func (m mutation) as(status int, contentType string) mutation {
	m.answer.Status, m.answer.ContentType = status, contentType
	return m
}

var mutations = []mutation{
	askChat.with("nothing", contract.Fine, "", ""),
	askStream.with("nothing, of a stream", contract.Fine, "", ""),
	askStream.with("no empty line at the end", contract.Fine, "[DONE]\n\n", "[DONE]"),
	askModels.with("nothing, of models", contract.Fine, "", ""),
	askKeys.with("nothing, of keys", contract.Fine, "", ""),
	askVector.with("nothing, of vectors", contract.Fine, "", ""),
	askMoney.with("nothing, of money", contract.Fine, "", ""),

	askChat.with("an unknown member", contract.Drift, `"id":`, `"mood":"good","id":`),
	askChat.with("an unknown member deep down", contract.Drift, `"role":`, `"mood":"good","role":`),
	askChat.with("an unknown reason to finish", contract.Drift, `"stop"`, `"bored"`),
	askChat.with("a number as text", contract.Break, `"total_tokens":2`, `"total_tokens":"2"`),
	askModels.with("a list as an object", contract.Break, `"data":[`, `"data":{},"x":[`),
	askChat.with("a missing member", contract.Break, `"id":"c",`, ""),
	askChat.with("a missing message", contract.Break, `,"message":{"role":"assistant","content":"x"}`, ""),
	askChat.with("a text as an object", contract.Break, `"model":"m"`, `"model":{"id":"m"}`),
	askChat.with("half an answer", contract.Break, `"choices"`, "\x00"),
	askChat.with("a page", contract.Break, chat, "<html>").as(200, "text/html"),
	askChat.with("nothing at all", contract.Break, chat, ""),
	askChat.with("an error with 200", contract.Drift, chat, `{"error":{"message":"no","code":"x"}}`),
	askChat.with("an undescribed status", contract.Drift, chat, `{"error":"no"}`).as(418, ""),
	askStream.with("a chunk without choices", contract.Break, `"choices"`, `"choice"`),
	askStream.with("a chunk of another type", contract.Break, `"delta":{"content":"x"}`, `"delta":"x"`),
	askStream.with("a chunk that is no JSON", contract.Break, `{"id"`, `{id`),
	askStream.with("a stream without an end", contract.Break, "data: [DONE]\n\n", ""),
	askStream.with("an unknown member of a chunk", contract.Drift, `"id":`, `"mood":"good","id":`),
	askModels.with("an unknown type of model", contract.Drift, `"type":"text","model_spec"`, `"type":"smell","model_spec"`),
	askModels.with("no list of models", contract.Break, models, `{"object":"list","type":"text","data":null}`),
	askModels.with("a model without an id", contract.Break, `"id":"m",`, ""),
	askKeys.with("an unknown kind of key", contract.Drift, `"INFERENCE"`, `"GUEST"`),
	askKeys.with("a limit as text", contract.Break, `"usd":5`, `"usd":"5"`),
	askVector.with("a vector of texts", contract.Break, `[0.5,1]`, `["0.5","1"]`),
	askVector.with("a place with a fraction", contract.Drift, `"index":0`, `"index":0.5`),
	askMoney.with("a flag as text", contract.Break, `"canConsume":true`, `"canConsume":"true"`),
	askMoney.with("money as text", contract.Break, `"balanceUsd":1.5`, `"balanceUsd":"1.5"`),
	askMoney.with("no money", contract.Break, `"balanceUsd":1.5,`, ``),
}

const hello = `{"model":"m","messages":[{"role":"user","content":"Hi"}]}`

// ask sends the request of a mutation, and returns the body of its answer.
func (m mutation) ask(t *testing.T, client *http.Client, base string) string {
	t.Helper()
	body := ""
	switch {
	case m.operation == "POST /embeddings":
		body = `{"model":"m","input":"Hi"}`
	case m.method == "POST":
		body = hello
	}
	r, err := http.NewRequestWithContext(t.Context(), m.method, base+m.path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	return read(t, client, r)
}

// Both places to look on from find the same, and pass on what came.
func TestMutations(t *testing.T) {
	description, err := os.ReadFile("../internal/reading/testdata/service.yaml") // which does not change as the real one does
	if err != nil {
		t.Fatal(err)
	}
	mutated := 0
	for _, m := range mutations {
		t.Run(m.name, func(t *testing.T) {
			sent := strings.Replace(string(m.answer.Body), m.from, m.to, 1)
			if m.from != "" {
				mutated += min(1, int(m.level))
				if sent == string(m.answer.Body) {
					t.Fatal("nothing was changed")
				}
			}
			m.answer.Body, m.answer.Unchecked = []byte(sent), true
			fake := venicetest.NewHandler()
			fake.Respond(m.operation, m.answer)

			inside := newCheck(t, contract.WithDescription(description))
			server := httptest.NewServer(fake)
			defer server.Close()
			got := m.ask(t, &http.Client{Transport: inside.Transport(nil)}, server.URL+"/api/v1")

			before := newCheck(t, contract.WithDescription(description))
			proxy := httptest.NewServer(before.Middleware(fake))
			defer proxy.Close()
			passed := m.ask(t, http.DefaultClient, proxy.URL+"/api/v1")
			proxy.Close()

			if got != sent || passed != sent {
				t.Errorf("passed on %q and %q, want %q", got, passed, sent)
			}
			for _, r := range []*contract.Report{inside.Report(), before.Report()} {
				if r.Level() != m.level || r.Answers() != 1 {
					t.Errorf("%d answers of level %v, want %v: %v", r.Answers(), r.Level(), m.level, r.Findings)
				}
			}
		})
	}
	if mutated < 20 {
		t.Errorf("%d mutations, want 20 at least", mutated)
	}
}
