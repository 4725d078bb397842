// Tests of the calls of the real service, against the fake.

package main

import (
	"errors"
	"fmt"
	"net/http"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/venice-go/venice/tests/venicetest"
)

// A published test key, never to be funded, and its address.
const (
	walletKey     = "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80"
	walletAddress = "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266"
)

// live runs with an environment, and returns what was printed, how it ended and which operations were called.
func live(t *testing.T, fake *venicetest.Server, env map[string]string) (printed string, called []string, err error) {
	t.Helper()
	if fake != nil {
		env["VENICE_BASE_URL"] = fake.URL
		fake.OnRequest(func(operation string, _ *http.Request, _ []byte) { called = append(called, operation) })
	}
	var out strings.Builder
	err = run(t.Context(), func(name string) string { return env[name] }, &out)
	for _, secret := range []string{env["VENICE_API_KEY"], env["WALLET_PRIVATE_KEY"]} {
		if secret != "" && strings.Contains(out.String()+fmt.Sprint(err), secret) {
			t.Errorf("a secret is printed:\n%s%v", &out, err)
		}
	}
	return out.String(), called, err
}

// Free calls come first, then the others by what they may cost, each with its estimate before and its cost after.
func TestLive(t *testing.T) {
	for name, env := range map[string]map[string]string{
		"key":    {"VENICE_API_KEY": "", "MAX_USD": "1"},
		"wallet": {"WALLET_PRIVATE_KEY": walletKey, "MAX_USD": "1"},
	} {
		t.Run(name, func(t *testing.T) {
			fake := venicetest.NewServer(t)
			if name == "key" {
				env["VENICE_API_KEY"] = fake.InferenceKey()
			} else if err := fake.SetCredit(walletAddress, 5); err != nil {
				t.Fatal(err)
			}
			printed, called, err := live(t, fake, env)
			if err != nil {
				t.Fatalf("%v\n%s", err, printed)
			}
			estimates := regexp.MustCompile(`(?m)^up to ([0-9.]+) USD  (.+)\n(?:done|failed) +(.+?): ([0-9.]+) USD, by the `).FindAllStringSubmatch(printed, -1)
			if len(estimates) != 5 {
				t.Errorf("%d calls with estimate and cost, want 5:\n%s", len(estimates), printed)
			}
			last := 0.0
			for _, e := range estimates {
				before, err1 := strconv.ParseFloat(e[1], 64)
				after, err2 := strconv.ParseFloat(e[4], 64)
				if err := errors.Join(err1, err2); err != nil {
					t.Fatal(err)
				}
				if before < last || after > before && !strings.Contains(e[2], "block number") && name == "key" || e[2] != e[3] {
					t.Errorf("%s: up to %g after %g, and cost %g", e[2], before, last, after)
				}
				last = before
			}
			if called[0] != "GET /models" || !strings.Contains(printed, " USD spent of 1\ncontract: ") || !strings.Contains(printed, ": 0 break, ") {
				t.Errorf("%q\n%s", called, printed)
			}
		})
	}
}

// Without credentials nothing is called; every step is named.
func TestLiveWithoutCredentials(t *testing.T) {
	fake := venicetest.NewServer(t)
	printed, called, err := live(t, fake, map[string]string{})
	if err != nil || len(called) > 0 || !strings.HasPrefix(printed, "No credentials: ") || !strings.Contains(printed, "up to 0.05 USD") {
		t.Errorf("%v, %q\n%s", err, called, printed)
	}
	if strings.Count(printed, "\n") != len(steps)+1 {
		t.Errorf("not every step is named:\n%s", printed)
	}
}

// A limit of nothing leaves the free calls.
func TestLiveLimit(t *testing.T) {
	fake := venicetest.NewServer(t)
	printed, called, err := live(t, fake, map[string]string{"VENICE_API_KEY": fake.InferenceKey(), "MAX_USD": "0"})
	if err != nil || strings.Count(printed, "would pass the limit") != 5 || !strings.Contains(printed, "0 USD spent of 0\n") {
		t.Errorf("%v\n%s", err, printed)
	}
	for _, operation := range called {
		if strings.HasPrefix(operation, "POST") {
			t.Errorf("%s was called", operation)
		}
	}
}

// A call that costs more than it should leaves nothing for the next ones.
func TestLiveStopsAtTrueCost(t *testing.T) {
	fake := venicetest.NewServer(t)
	fake.Respond("POST /embeddings", venicetest.Answer{Body: []byte(`{"object":"list","model":"m","data":[],"usage":{"prompt_tokens":1,"total_tokens":1},"cost":{"usd":3,"diem":0}}`)})
	printed, _, err := live(t, fake, map[string]string{"VENICE_API_KEY": fake.InferenceKey(), "MAX_USD": "1"})
	_, later, found := strings.Cut(printed, "done      embedding: 3 USD, by the answer\n")
	if err != nil || !found || strings.Contains(later, "done ") || !strings.Contains(later, "would pass the limit") {
		t.Errorf("%v\n%s", err, printed)
	}
}

// What a client would misread fails, and so does a call that is refused; an overload does not.
func TestLiveFails(t *testing.T) {
	fake := venicetest.NewServer(t)
	fake.Respond("GET /image/styles", venicetest.Answer{Body: []byte(`{"data":7,"object":"list"}`), Unchecked: true})
	fake.Respond("POST /audio/speech", venicetest.Answer{Status: 503, Body: []byte(`{"error":"busy"}`)})
	fake.Respond("POST /embeddings", venicetest.Answer{Status: 403, Body: []byte(`{"error":"no"}`)})
	folder := t.TempDir()
	printed, _, err := live(t, fake, map[string]string{"VENICE_API_KEY": fake.InferenceKey(), "MAX_USD": "1", "FORMAT": "github", "RECORD": folder})
	if err == nil || !strings.Contains(err.Error(), "a client would misread an answer") || !strings.Contains(err.Error(), "calls that failed: embedding\n") ||
		!strings.Contains(printed, "::error title=contract break::GET /image/styles 200 /data: integer in place of array") {
		t.Errorf("%v\n%s", err, printed)
	}
	if files, err := os.ReadDir(folder); err != nil || len(files) < 5 {
		t.Errorf("%d recordings, %v", len(files), err)
	}
	for _, env := range []map[string]string{{"MAX_USD": "much"}, {"MAX_USD": "NaN"}, {"FORMAT": "xml"}, {"WALLET_PRIVATE_KEY": "0x12"}} {
		if _, called, err := live(t, fake, env); err == nil || len(called) > 0 {
			t.Errorf("%v: %v, %q", env, err, called)
		}
	}
}
