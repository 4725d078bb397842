// Tests of minting: the key and nothing else on stdout, and the exit code of each way to fail.

package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestMint(t *testing.T) {
	t.Setenv("VENICE_API_KEY", "not a key\n") // is none of the mint's business
	s := newService(t, nil)
	r := s.mint(t)
	s.gave(t, r, "for "+walletAddress)
	if !strings.HasPrefix(s.key, "VENICE_INFERENCE_KEY_") || strings.Count(r.stderr, "\n") != 1 {
		t.Errorf("key %q, stderr %q", s.key, r.stderr)
	}
	s.gave(t, s.mint(t, "--type", "Admin"), "")
	if !strings.HasPrefix(s.key, "VENICE_ADMIN_KEY_") {
		t.Errorf("key %q", s.key)
	}
}

func TestMintRequest(t *testing.T) {
	s := newService(t, nil)
	r := s.mint(t, "--description", "ci", "--expires", "2100-01-02", "--limit-usd", "1.5", "--limit-diem", "0", "--limit-period", "month")
	s.gave(t, r, "(ci ")
	for _, secret := range []string{"token", "signature"} {
		delete(s.posted, secret)
	}
	got, _ := json.Marshal(s.posted)
	description, _ := s.posted["description"].(string)
	want := fmt.Sprintf(`{"address":%q,"apiKeyType":"INFERENCE","consumptionLimit":{"diem":0,"usd":1.5},"description":%q,`+
		`"expiresAt":"2100-01-02T00:00:00Z","limitPeriod":"MONTH"}`, walletAddress, description)
	if string(got) != want || !strings.HasPrefix(description, "ci ") {
		t.Errorf("sent %s\nwant %s", got, want)
	}
}

func TestMintJSON(t *testing.T) {
	s := newService(t, nil)
	r := s.mint(t, "--json", "--expires", "2100-01-02T03:04:05Z", "--description", "<ci>")
	var got map[string]string
	if err := json.Unmarshal([]byte(r.stdout), &got); err != nil || r.code != exitOK {
		t.Fatalf("%v: %+v", err, r)
	}
	if got["apiKey"] != s.key || got["id"] == "" || got["type"] != "INFERENCE" || !strings.HasPrefix(got["description"], "<ci> ") ||
		got["expiresAt"] != "2100-01-02T03:04:05.000Z" || len(got) != 5 {
		t.Errorf("got %v", got)
	}
}

func TestMintEmulated(t *testing.T) {
	for _, env := range []map[string]string{nil, {"WALLET_PRIVATE_KEY": walletKey}} {
		r := veniceWith(t, env, "", "mint", "--emulate")
		if r.code != exitOK || !strings.HasPrefix(r.stdout, "VENICE_INFERENCE_KEY_") || strings.Count(r.stdout, "\n") != 1 ||
			!strings.Contains(r.stderr, "emulated") || strings.Contains(r.stderr, walletAddress) != (env != nil) {
			t.Errorf("%+v", r)
		}
	}
	veniceWith(t, map[string]string{"WALLET_PRIVATE_KEY": "junk"}, "", "mint", "--emulate").want(t, exitUsage, "", "private key")
}

func TestMintFailures(t *testing.T) {
	reply := func(status int, body string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(status)
			fmt.Fprint(w, body)
		}
	}
	const unusual = `{"data":{"key":"VENICE_INFERENCE_KEY_abc-123"}}`
	const unknown = `{"data":{"key":"vk-of-another-form"}}`
	for name, test := range map[string]struct {
		answer http.HandlerFunc
		code   int
		stdout string
		stderr string
	}{
		"mismatch":    {reply(400, `{"error":"Wallet signature does not match"}`), exitRefused, "", "refused too"},
		"malformed":   {reply(400, `{"error":"JWT is malformed"}`), exitRefused, "", "refused too"},
		"bad request": {reply(400, `{"error":"Invalid request parameters"}`), exitRefused, "", "Invalid request parameters"},
		"too many":    {reply(429, `{"error":"slow down"}`), exitUnavailable, "", "Try again later"},
		"expired":     {reply(400, `{"error":"JWT has expired"}`), exitUnavailable, "", "Try again later"},
		"cut": {func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) },
			exitMaybe, "", "delete what you find"},
		"server fails": {reply(502, `{"error":"bad gateway"}`), exitMaybe, "", "may have been minted"},
		"unusual":      {reply(200, unusual), exitOK, "VENICE_INFERENCE_KEY_abc-123\n", "warning: the key is on stdout"},
		"with a 500":   {reply(500, unusual), exitOK, "VENICE_INFERENCE_KEY_abc-123\n", "warning: the key is on stdout"},
		"unknown":      {reply(200, unknown), exitMaybe, unknown + "\n", "look there for a key"},
	} {
		t.Run(name, func(t *testing.T) {
			s := newService(t, test.answer)
			r := s.mint(t).want(t, test.code, test.stdout, test.stderr)
			r.hides(t, "VENICE_INFERENCE_KEY_", "vk-of")
		})
	}
}

func TestMintNoStake(t *testing.T) {
	s := newService(t, nil)
	if err := s.Stake(walletAddress, -1); err != nil {
		t.Fatal(err)
	}
	s.mint(t).want(t, exitNoStake, "", "Stake VVV on Base with "+walletAddress)
}

func TestMintUnreachable(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	veniceRun(t, "mint", "--base-url", "http://"+l.Addr().String()).want(t, exitUnavailable, "", "Try again later")
}

// A hostile service hands out something else to sign. It gets no signature.
func TestMintForeignToken(t *testing.T) {
	s := newService(t, nil)
	message := "other.example wants you to sign in with your Ethereum account"
	mux := http.NewServeMux()
	mux.HandleFunc("GET /", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(map[string]any{"success": true, "data": map[string]any{"token": message}})
	})
	mux.Handle("POST /", http.HandlerFunc(s.serve))
	srv := httptest.NewServer(mux)
	defer srv.Close()
	veniceRun(t, "mint", "--base-url", srv.URL).want(t, exitRefused, "", "")
	s.wait()
	if s.posts != 0 {
		t.Error("signed and sent")
	}
}

// A service that repeats what it was sent does not bring secrets to stderr.
func TestMintEchoedSecrets(t *testing.T) {
	s := newService(t, nil)
	s.answer = func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(400)
		_ = json.NewEncoder(w).Encode(map[string]any{"error": "no: " + s.signature, "code": s.token[:90]})
	}
	s.mint(t).want(t, exitRefused, "", "[redacted]").hides(t, s.token[:90], s.signature[:60])
	s.answer = func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(400)
		fmt.Fprint(w, s.token+" "+walletKey)
	}
	s.mint(t).want(t, exitRefused, "", "[redacted]").hides(t, s.token[:90])
}

// A key that cannot be written is a key to be found and deleted.
func TestMintStdoutGone(t *testing.T) {
	s := newService(t, nil)
	var stderr bytes.Buffer
	code := run(t.Context(), []string{"mint", "--base-url", s.url}, nil, gone{}, &stderr, func(string) string { return walletKey })
	s.wait()
	r := result{code, "", stderr.String()}
	r.want(t, exitMaybe, "", "could not be written to stdout: gone")
	r.want(t, exitMaybe, "", "delete it")
	r.hides(t, s.key)
}

type gone struct{}

func (gone) Write([]byte) (int, error) { return 0, errors.New("gone") }

// A lost answer after an interrupt: the request was out.
func TestMintInterruptedLate(t *testing.T) {
	s := newService(t, nil)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	s.answer = func(http.ResponseWriter, *http.Request) {
		cancel()
		time.Sleep(50 * time.Millisecond)
		panic(http.ErrAbortHandler)
	}
	var stdout, stderr bytes.Buffer
	code := run(ctx, []string{"mint", "--base-url", s.url}, nil, &stdout, &stderr, func(string) string { return walletKey })
	if code != exitMaybe || stdout.Len() > 0 || !strings.Contains(stderr.String(), "Web3 API Key ") {
		t.Errorf("exit code %d, stdout %q, stderr %q", code, &stdout, &stderr)
	}
}

func TestMintUsage(t *testing.T) {
	s := newService(t, nil)
	for want, args := range map[string][]string{
		"-type: want inference or admin":                                                             {"--type", "root"},
		"-limit-period: want epoch or month or lifetime":                                             {"--limit-period", "week"},
		"-limit-usd: want a number from 0 to 9999999999":                                             {"--limit-usd", "-1"},
		"-limit-diem: want a number from 0 to 9999999999":                                            {"--limit-diem", "NaN"},
		`value "10000000000" for flag -limit-usd: want`:                                              {"--limit-usd", "10000000000"},
		"-expires: want YYYY-MM-DD or":                                                               {"--expires", "tomorrow"},
		`value "" for flag -expires`:                                                                 {"--expires", ""},
		`value "2030-2-3" for flag -expires`:                                                         {"--expires", "2030-2-3"},
		`value "2030-01-02T03:04:05.6789Z" for flag -expires`:                                        {"--expires", "2030-01-02T03:04:05.6789Z"},
		"-description: 56 characters, want at most 55":                                               {"--description", strings.Repeat("x", 56)},
		"contradict each other: want one of them":                                                    {"--emulate"},
		"--base-url, VENICE_BASE_URL or VENICE_API_KEY: venice: WithBaseURL: plain http is accepted": {"--base-url", "http://service.example"},
		"no such file":                 {"--key-file", filepath.Join(t.TempDir(), "no")},
		"--key-file: open [redacted]:": {"--key-file", walletKey},
		"not defined: -private-key":    {"--private-key=" + walletKey},
	} {
		s.mint(t, args...).want(t, exitUsage, "", want)
	}
	if s.posts > 0 {
		t.Errorf("%d requests", s.posts)
	}
	s.gave(t, s.mint(t, "--description", strings.Repeat("x", 55), "--limit-usd", "9999999999"), "")
}

// An expiry in the past is refused before anything is sent, and limits are said to be per day where nothing else was asked.
func TestMintWarns(t *testing.T) {
	s := newService(t, nil)
	for _, past := range []string{"2020-01-01", "2020-01-01T00:00:00Z", time.Now().UTC().Format(time.DateOnly)} {
		s.mint(t, "--expires", past).want(t, exitUsage, "", "it is past")
	}
	if s.posts > 0 {
		t.Errorf("%d requests", s.posts)
	}
	for want, args := range map[bool][][]string{
		true:  {{"--limit-usd", "5"}, {"--limit-diem", "0"}},
		false: {{}, {"--limit-usd", "5", "--limit-period", "lifetime"}, {"--limit-usd", "5", "--limit-period", "epoch"}},
	} {
		for _, a := range args {
			if r := s.mint(t, a...); r.code != exitOK || strings.Contains(r.stderr, "each UTC day") != want {
				t.Errorf("%v: %+v", a, r)
			}
		}
	}
}
