// Tests of readings: what is found in answers, and at which level.

package reading

import (
	"encoding/json"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/venice-go/venice"
)

// small is the reading of a description that does not change.
var small = sync.OnceValue(func() *Reading {
	text, err := os.ReadFile("testdata/service.yaml")
	if err != nil {
		panic(err)
	}
	r, err := New(text)
	if err != nil {
		panic(err)
	}
	return r
})

func TestOperation(t *testing.T) {
	r := Embedded()
	for _, test := range []struct{ method, path, want string }{
		{"GET", "/models", "GET /models"},
		{"GET", "/api_keys/rate_limits", "GET /api_keys/rate_limits"},
		{"GET", "/api_keys/rate_limits/log", "GET /api_keys/rate_limits/log"},
		{"GET", "/api_keys/abc", "GET /api_keys/{id}"},
		{"GET", "/api_keys/a%2Fb", "GET /api_keys/{id}"},
		{"GET", "/m%6Fdels", "GET /models"},
		{"GET", "/api_keys/", ""},
		{"PUT", "/models", ""},
		{"GET", "/models/x", ""},
		{"GET", "", ""},
	} {
		got := ""
		if op := r.Operation(test.method, test.path); op != nil {
			got = op.String()
		}
		if got != test.want {
			t.Errorf("%s %s is %q, want %q", test.method, test.path, got, test.want)
		}
	}
	if !r.Allows("/models") || r.Allows("/nowhere") {
		t.Error("Allows does not tell paths apart")
	}
}

// Entries of what was seen that a description says by now drop out by themselves, and are to be taken out; few do at once.
func TestSeen(t *testing.T) {
	r, err := New(venice.Description())
	if err != nil {
		t.Fatal(err)
	}
	idle := r.addSeen()
	for _, at := range idle {
		t.Logf("%s does nothing: the description at hand has no such place, or says so itself", at)
	}
	if len(idle) > len(seen)/2 {
		t.Errorf("%d of %d entries do nothing", len(idle), len(seen))
	}
}

func TestNewRefuses(t *testing.T) {
	for _, description := range []string{"", "{", "openapi: 3.0.3", "a: b", `{"openapi":"3.0.3","info":{"title":"x","version":"1"},"paths":{}}`} {
		if _, err := New([]byte(description)); err == nil {
			t.Errorf("%q is taken for a description", description)
		}
	}
}

const chat = `{"id":"c","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"finish_reason":"stop","logprobs":null,
	"message":{"role":"assistant","content":"x"}}],"usage":{"prompt_tokens":1,"completion_tokens":1,"total_tokens":2}}`

func TestLevels(t *testing.T) {
	for name, test := range map[string]struct {
		operation, media, body string
		status                 int
		level                  Level
		says                   string
	}{
		"as described":       {"POST /chat/completions", jsonType, chat, 200, Fine, ""},
		"unknown member":     {"POST /chat/completions", jsonType, `{"zz":1,` + chat[1:], 200, Drift, "/zz: the member is not described"},
		"wrong type":         {"POST /chat/completions", jsonType, strings.Replace(chat, `"total_tokens":2`, `"total_tokens":"2"`, 1), 200, Break, "/usage/total_tokens: string in place of integer"},
		"list for object":    {"POST /chat/completions", jsonType, strings.Replace(chat, `"message":{`, `"message":[],"x":{`, 1), 200, Break, "/choices/0/message: array in place of object"},
		"missing":            {"POST /chat/completions", jsonType, strings.Replace(chat, `"id":"c",`, ``, 1), 200, Break, `the member "id" is missing`},
		"missing flag":       {"GET /models", jsonType, `{"object":"list","type":"text","data":[{"id":"m","object":"model","owned_by":"v","type":"text","model_spec":{"privacy":"private","capabilities":{"quantization":"fp8"}}}]}`, 200, Drift, `the member "supportsVision" is missing`},
		"null text":          {"POST /chat/completions", jsonType, strings.Replace(chat, `"id":"c"`, `"id":null`, 1), 200, Drift, "/id: null in place of string"},
		"null list":          {"GET /models", jsonType, `{"object":"list","type":"text","data":null}`, 200, Break, "/data: null in place of array"},
		"new value":          {"POST /chat/completions", jsonType, strings.Replace(chat, `"stop"`, `"bored"`, 1), 200, Drift, `/choices/0/finish_reason: the value "bored" is none of the described ones`},
		"secret value":       {"POST /chat/completions", jsonType, strings.Replace(chat, `"stop"`, `"VENICE_ADMIN_KEY_abcdef"`, 1), 200, Drift, `the value a text of 23 bytes`},
		"secret name":        {"POST /chat/completions", jsonType, `{"VENICE_ADMIN_KEY_abcdef":1,` + chat[1:], 200, Drift, `/?: the member is not described`},
		"cut":                {"POST /chat/completions", jsonType, chat[:40], 200, Break, "something else in place of JSON"},
		"nothing":            {"POST /chat/completions", jsonType, "", 200, Break, "nothing in place of JSON"},
		"page":               {"POST /chat/completions", "text/html", "<html>", 200, Break, `the media type "text/html" in place of application/json`},
		"error with 200":     {"POST /chat/completions", jsonType, `{"error":{"message":"no","code":"x"}}`, 200, Drift, "an error with a good status"},
		"undescribed status": {"POST /chat/completions", jsonType, `{"error":"no"}`, 418, Drift, "the status is not described"},
		"error elsewhere":    {"GET /models", jsonType, `{"error":"no"}`, 404, Fine, ""},
		"error as page":      {"GET /models", "text/html", `<html>`, 502, Drift, "an error that is no JSON"},
		"odd error":          {"GET /models", jsonType, `{"fault":7}`, 500, Drift, "no error of a described shape"},
		"offer":              {"POST /x402/top-up", jsonType, `{"x402Version":2,"accepts":[{"scheme":"exact","network":"eip155:8453","amount":5000000,"asset":"a","payTo":"b","maxTimeoutSeconds":300}]}`, 402, Break, "/accepts/0/amount: integer in place of string"},
		"too long":           {"GET /api_keys", jsonType, `{"object":"list","data":[{"id":"k","apiKeyType":"ADMIN","description":"` + strings.Repeat("x", 65) + `"}]}`, 200, Drift, "/data/0/description: the string is outside of its described form or range"},
		"other sound":        {"POST /audio/speech", "audio/x-aiff", "FORM", 200, Drift, "the media type"},
		"page for sound":     {"POST /audio/speech", "audio/mpeg", `{"status":"x"}`, 200, Break, "JSON or a page in place of audio/mpeg"},
		"no sound":           {"POST /audio/speech", "audio/mpeg", ``, 200, Break, "nothing in place of audio/mpeg"},
		"not modified":       {"GET /models", "", ``, 304, Fine, ""},
	} {
		a := small().Named(test.operation).Answer(test.status, test.media)
		found := append(a.Found, a.Body([]byte(test.body))...)
		says := ""
		for _, f := range found {
			says += f.String() + "\n"
		}
		if Worst(found) != test.level || !strings.Contains(says, test.says) || test.says == "" && says != "" {
			t.Errorf("%s: level %d, want %d, and %q in\n%s", name, Worst(found), test.level, test.says, says)
		}
	}
}

// Words are shown, and what may be a secret or an id is not.
func TestWord(t *testing.T) {
	for text, plain := range map[string]bool{
		"content_filter": true, "supportsE2EE": true, "gpt-5.1": true, "image/webp": true, "EARNED_CREDITS": true,
		"": false, "a text": false, "8f14e45fceea167a5a36dedd4bea2543": false, "Zk3mQx9TgLw7Vb2Nc5Hd": false,
		"VENICE_ADMIN_KEY_x1": false, "84285a34-c4a7-4d3b-a4c4-4dfc5fbae607": false, strings.Repeat("x", 41): false, "ä": false,
	} {
		if got := Word(text) == `"`+text+`"`; got != plain || (token(text) != "?") != plain {
			t.Errorf("%q is %s and %s", text, Word(text), token(text))
		}
	}
}

// A choice of forms is read by the one that its tag names; one that is new is no mistake.
func TestTags(t *testing.T) {
	read := func(output string) []Finding {
		a := small().Named("POST /responses").Answer(200, jsonType)
		return a.Body([]byte(`{"id":"r","output":[` + output + `]}`))
	}
	for output, want := range map[string]Level{
		`{"type":"message","role":"assistant"}`: Fine,
		`{"type":"message"}`:                    Break,
		`{"type":"hologram"}`:                   Drift,
	} {
		if found := read(output); Worst(found) != want {
			t.Errorf("%s: %v", output, found)
		}
	}
}

func TestEvents(t *testing.T) {
	a := small().Named("POST /chat/completions").Answer(200, streamType+"; charset=utf-8")
	for data, want := range map[string]Level{
		`{"id":"c","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{"content":"x"}}]}`: Fine,
		`[DONE]`:                          Fine,
		`{"error":{"message":"no"}}`:      Fine,
		`{"choices":[{"index":0}]}`:       Break,
		`{"choices":{}}`:                  Break,
		`{"choices":[],"id":"c","new":1}`: Drift,
		`{`:                               Break,
		``:                                Break,
	} {
		if found := a.Event([]byte(data)); a.Shape != Events || Worst(found) != want {
			t.Errorf("%q: %v", data, found)
		}
	}
}

// The short way says yes to what the walk finds nothing in, and to nothing else.
func FuzzPlain(f *testing.F) {
	chats, lists := small().Named("POST /chat/completions"), small().Named("GET /models")
	for _, seed := range []string{chat, strings.Replace(chat, `"id":"c",`, "", 1), `{"choices":[{"index":0,"delta":{"content":"x"}}],"id":"c"}`,
		`{"object":"list","type":"text","data":[{"id":"m","object":"model","owned_by":"v","type":"text","model_spec":{"privacy":"private"}}]}`,
		chat + "1", `{"id":"a","id":"b"}`, `{"object":1.5e0}`, strings.Replace(chat, `"model":"m"`, `"model":null`, 1)} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		for _, a := range []*Answer{chats.Answer(200, jsonType), chats.Answer(200, streamType), lists.Answer(200, jsonType)} {
			if !a.schema.plain(body) {
				continue
			}
			w := walker{}
			var v any
			if err := json.Unmarshal(body, &v); err == nil {
				w.value(v, a.schema, true)
			}
			if len(w.found) > 0 {
				t.Errorf("%q is taken, although %v", body, w.found)
			}
		}
	})
}

// And it says yes at all.
func TestPlain(t *testing.T) {
	chats := small().Named("POST /chat/completions")
	chunk := `{"id":"c","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{"content":"x"},"finish_reason":null}]}`
	if !chats.Answer(200, jsonType).schema.plain([]byte(chat)) || !chats.Answer(200, streamType).schema.plain([]byte(chunk)) {
		t.Error("the short way is taken by nothing")
	}
}

// Whatever comes, no more than so much is said of it, and nothing that was in it.
func FuzzBody(f *testing.F) {
	for _, seed := range []string{chat, `[]`, `null`, `{"error":[{}]}`, `{"x402Version":2,"accepts":[[]]}`, strings.Repeat(`{"choices":[`, 30)} {
		f.Add([]byte(seed), 200)
		f.Add([]byte(seed), 402)
	}
	f.Fuzz(func(t *testing.T, body []byte, status int) {
		a := small().Named("POST /chat/completions").Answer(status, jsonType)
		found := a.Body(body)
		if len(found) > most {
			t.Errorf("%d findings", len(found))
		}
		for _, f := range found {
			if text, _ := json.Marshal(f); len(text) > 4096 {
				t.Errorf("a finding of %d bytes", len(text))
			}
		}
	})
}
