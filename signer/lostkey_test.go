// Tests that a key is never lost without a word: answers that break off, that fail, and that surprise.

package signer

import (
	"context"
	"errors"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/venice-go/venice"
)

func TestLostAnswers(t *testing.T) {
	var leave func()
	for name, answer := range map[string]func(w http.ResponseWriter){
		"connection closed": func(w http.ResponseWriter) { panic(http.ErrAbortHandler) },
		"headers, then cut": func(w http.ResponseWriter) {
			w.Header().Set("Content-Type", "application/json")
			w.Header().Set("Content-Length", "500")
			w.Write([]byte(`{"success":true,"data":{"apiK`))
		},
		"500":               func(w http.ResponseWriter) { reply(w, 500, `{"error":"Internal error"}`) },
		"502":               func(w http.ResponseWriter) { http.Error(w, "<html>bad gateway</html>", http.StatusBadGateway) },
		"503 text":          func(w http.ResponseWriter) { reply(w, 503, `{"error":"Could not verify wallet signature"}`) },
		"504":               func(w http.ResponseWriter) { reply(w, 504, "") },
		"redirect":          func(w http.ResponseWriter) { w.Header().Set("Location", "/other"); w.WriteHeader(303) },
		"204":               func(w http.ResponseWriter) { w.WriteHeader(204) },
		"empty":             func(w http.ResponseWriter) { reply(w, 200, "") },
		"no key":            func(w http.ResponseWriter) { reply(w, 200, `{"success":true,"data":{}}`) },
		"empty key":         func(w http.ResponseWriter) { reply(w, 200, `{"success":true,"data":{"apiKey":""}}`) },
		"a web page":        func(w http.ResponseWriter) { w.Write([]byte("<html>welcome</html>")) },
		"the caller leaves": func(http.ResponseWriter) { leave(); time.Sleep(50 * time.Millisecond) },
	} {
		t.Run(name, func(t *testing.T) {
			var ctx context.Context
			ctx, leave = context.WithCancel(t.Context())
			defer leave()
			testLost(t, ctx, answer)
		})
	}
}

func testLost(t *testing.T, ctx context.Context, answer func(http.ResponseWriter)) {
	m := newMint(t)
	m.answer = func(w http.ResponseWriter, _ int, _ map[string]any) { answer(w) }
	key, err := MintAPIKey(ctx, m.client, testWallet(t), nil)
	m.mu.Lock()
	defer m.mu.Unlock()
	lost, ok := errors.AsType[*LostKeyError](err)
	if key != nil || !ok || !errors.Is(err, ErrKeyMayExist) {
		t.Fatalf("%v, %v", key, err)
	}
	if len(m.posts) != 1 {
		t.Errorf("sent %d times", len(m.posts))
	}
	if lost.Description == "" || lost.Description != m.posts[0]["description"] || !strings.Contains(err.Error(), lost.Description) {
		t.Errorf("the key that may exist is %v, the error says %v", m.posts[0]["description"], err)
	}
}

func TestLostKeyErrorKeepsTheAnswer(t *testing.T) {
	m := newMint(t)
	m.answer = func(w http.ResponseWriter, _ int, _ map[string]any) {
		reply(w, 200, `{"data":{"key":"of-a-new-form"}}`)
	}
	_, err := MintAPIKey(t.Context(), m.client, testWallet(t), nil)
	lost, ok := errors.AsType[*LostKeyError](err)
	if !ok || !strings.Contains(lost.Answer.Reveal(), "of-a-new-form") || strings.Contains(err.Error(), "of-a-new-form") {
		t.Errorf("%v", err)
	}
}

func TestNothingWasSent(t *testing.T) {
	token := freshToken(0)
	proof, err := SignMintToken(t.Context(), testWallet(t), token)
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	} // nobody listens now
	client, err := venice.New(venice.WithBaseURL("http://" + l.Addr().String()))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := SubmitProof(t.Context(), client, proof, nil); err == nil || errors.Is(err, ErrKeyMayExist) {
		t.Errorf("nobody listens: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	m := newMint(t)
	if _, err := SubmitProof(ctx, m.client, proof, nil); !errors.Is(err, context.Canceled) || errors.Is(err, ErrKeyMayExist) || len(m.posts) != 0 {
		t.Errorf("the context was over before: %v", err)
	}
}

// An answer that does not look as described still yields the key, with an error that says so.
func TestSurprisesYieldTheKey(t *testing.T) {
	long := strings.Repeat("x", 100)
	for name, c := range map[string]struct {
		status            int
		contentType, body string
		plain             bool // no surprise: no error
	}{
		"as described":         {200, "application/json", goodAnswer, true},
		"201":                  {201, "application/json", goodAnswer, true},
		"members of odd types": {200, "application/json", `{"success":"yes","data":{"id":7,"apiKeyType":{},"consumptionLimit":"none","apiKey":"` + mintedKey + `"}}`, true},
		"more members":         {200, "application/json", `{"new":[1],"data":{"new":{},"apiKey":"` + mintedKey + `"},"success":true}`, true},
		"a name twice":         {200, "application/json", `{"data":{"id":"1","id":"2","apiKey":"` + mintedKey + `"}}`, true},
		"not UTF-8":            {200, "application/json", "{\"data\":{\"description\":\"\xff\",\"apiKey\":\"" + mintedKey + "\"}}", true},
		"another member":       {200, "application/json", `{"success":true,"data":{"key":"` + mintedKey + `"}}`, false},
		"elsewhere":            {200, "application/json", `{"result":[{"secret":"` + mintedKey + `"}]}`, false},
		"data a string":        {200, "application/json", `{"data":"` + mintedKey + `"}`, false},
		"a bare string":        {200, "application/json", `"` + mintedKey + `"`, false},
		"as text":              {200, "text/plain", mintedKey + "\n", false},
		"no JSON":              {200, "application/json", "key=" + mintedKey + ";", false},
		"cut off":              {200, "application/json", goodAnswer[:len(goodAnswer)-30], false},
		"then more":            {200, "application/json", goodAnswer + goodAnswer, false},
		"as a web page":        {200, "text/html", "<html>" + long + mintedKey + "<br>" + long, false},
		"beside a 500":         {500, "application/json", goodAnswer, false},
	} {
		m := newMint(t)
		m.answer = func(w http.ResponseWriter, _ int, _ map[string]any) {
			w.Header().Set("Content-Type", c.contentType)
			w.WriteHeader(c.status)
			w.Write([]byte(c.body))
		}
		key, err := MintAPIKey(t.Context(), m.client, testWallet(t), nil)
		if key == nil || key.APIKey.Reveal() != mintedKey || key.Description != m.posts[0]["description"] || len(m.posts) != 1 {
			t.Errorf("%s: %v, %v", name, key, err)
		}
		if (err == nil) != c.plain || errors.Is(err, ErrKeyMayExist) {
			t.Errorf("%s: error %v", name, err)
		}
		if err != nil && strings.Contains(err.Error(), mintedKey) {
			t.Errorf("%s: the error shows the key: %v", name, err)
		}
	}
}

// The connection breaks inside the answer, after the key.
func TestCutAnswerYieldsTheKey(t *testing.T) {
	m := newMint(t)
	m.answer = func(w http.ResponseWriter, _ int, _ map[string]any) {
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Content-Length", "5000")
		w.Write([]byte(goodAnswer[:100]))
	}
	key, err := MintAPIKey(t.Context(), m.client, testWallet(t), nil)
	if key == nil || key.APIKey.Reveal() != mintedKey || err == nil {
		t.Errorf("%v, %v", key, err)
	}
}
