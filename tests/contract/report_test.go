// Tests of reports: their forms, and that no secret gets into them or into a recording.

package contract_test

import (
	"encoding/json"
	"encoding/xml"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/venice-go/venice/tests/contract"
	"github.com/venice-go/venice/tests/venicetest"
)

// example is a report of a break, a drift and a stray route.
func example(t *testing.T) *contract.Report {
	t.Helper()
	check := newCheck(t)
	url := says(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		switch r.URL.Path {
		case "/api/v1/models":
			fmt.Fprint(w, strings.Replace(models, `"type":"text","model_spec"`, `"type":"smell","model_spec"`, 1))
		default:
			fmt.Fprint(w, `{"data":7,"object":"list","type":"text"}`)
		}
	})
	client := &http.Client{Transport: check.Transport(nil)}
	for _, path := range []string{"/models", "/models", "/models/traits", "/dreams"} {
		get(t, client, url+"/api/v1"+path)
	}
	return check.Report()
}

func written(t *testing.T, r *contract.Report, format string) string {
	t.Helper()
	var b strings.Builder
	if err := r.Write(&b, format); err != nil {
		t.Fatal(err)
	}
	return strings.ReplaceAll(b.String(), r.Revision, "REVISION")
}

func TestFormats(t *testing.T) {
	r := example(t)
	const text = `contract: 4 answers of 3 operations, held against revision REVISION: 1 break, 2 drift
break  GET /models/traits 200 /data: integer in place of object
drift  GET /dreams 200: the route is not described
drift  GET /models 200 /data/0/type: the value "smell" is none of the described ones (2 times)
`
	if got := written(t, r, "text"); got != text {
		t.Errorf("text:\n%s\nwant\n%s", got, text)
	}
	const github = `::error title=contract break::GET /models/traits 200 /data: integer in place of object
::warning title=contract drift::GET /dreams 200: the route is not described
::warning title=contract drift::GET /models 200 /data/0/type: the value "smell" is none of the described ones (2 times)
`
	if got := written(t, r, "github"); got != github+text {
		t.Errorf("github:\n%s\nwant\n%s", got, github+text)
	}
	var again struct {
		Level contract.Level
		contract.Report
	}
	if err := json.Unmarshal([]byte(written(t, r, "json")), &again); err != nil || again.Level != contract.Break ||
		fmt.Sprint(again.Findings, again.Operations) != fmt.Sprint(r.Findings, r.Operations) {
		t.Errorf("json: %v, %+v", err, again)
	}
	var suite struct {
		Tests    int `xml:"tests,attr"`
		Failures int `xml:"failures,attr"`
		Cases    []struct {
			Name    string    `xml:"name,attr"`
			Failure *struct{} `xml:"failure"`
			Out     string    `xml:"system-out"`
		} `xml:"testcase"`
	}
	if err := xml.Unmarshal([]byte(written(t, r, "junit")), &suite); err != nil || suite.Tests != 3 || suite.Failures != 1 ||
		suite.Cases[2].Failure == nil || !strings.Contains(suite.Cases[1].Out, "smell") {
		t.Errorf("junit: %v, %+v", err, suite)
	}
	if err := r.Write(&strings.Builder{}, "yaml"); err == nil || !strings.Contains(err.Error(), "want text, json, junit or github") {
		t.Errorf("an unknown format: %v", err)
	}
}

func TestLevelText(t *testing.T) {
	for l, want := range map[contract.Level]string{contract.Fine: "fine", contract.Drift: "drift", contract.Break: "break", 7: "Level(7)"} {
		var back contract.Level
		if err := back.UnmarshalText([]byte(want)); l.String() != want || (err == nil) != (l != 7) || err == nil && back != l {
			t.Errorf("%d is %q, and back %v, %v", l, l, back, err)
		}
	}
}

// secretTexts are made up, each of a kind that must not be kept.
var secretTexts = map[string]string{
	"key": "VENICE_INFERENCE_KEY_madeup0123456789", "token": "eyJhbGciOiJIUzI1NiJ9.eyJleHAiOjF9.c2ln",
	"signature": "0x" + strings.Repeat("ab", 65), "payment": "eyJ4NDAyVmVyc2lvbiI6MiwicGF5bG9hZCI6e319",
	"data URL": "data:image/png;base64,aGVsbG8gd29ybGQ=", "of another": "sk-madeup-0123456789abcdef", "solana": strings.Repeat("5wHu", 22),
	"odd key": "madeup/odd+key=",
}

// A service that says all secrets back, as names, values, texts, addresses, headers and in pieces, has none of them kept.
func TestNoSecretIsKept(t *testing.T) {
	folder := t.TempDir()
	check := newCheck(t, contract.WithRecording(folder))
	turn := ""
	url := says(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Set-Cookie", "session="+turn)
		w.Header().Set("X-Venice-Model-Id", turn)
		quoted, _ := json.Marshal(turn)
		name := string(quoted)
		switch {
		case r.Method == http.MethodPost && r.Header.Get("Accept") == "text/event-stream":
			w.Header().Set("Content-Type", "text/event-stream")
			half := len(turn) / 2
			for _, piece := range []string{turn[:half], turn[half:], turn} {
				quoted, _ := json.Marshal(piece)
				fmt.Fprintf(w, "data: %s\n\n", strings.Replace(chunk, `"x"`, string(quoted), 1))
				if r.URL.RawQuery == "whole" {
					fmt.Fprintf(w, "data: %s\n\n", strings.Replace(chunk, `"x"`, name, 1))
					break
				}
			}
			fmt.Fprint(w, "data: [DONE]\n\n")
		case r.Method == http.MethodPost:
			fmt.Fprintf(w, `{%s:1,%s`, name, strings.Replace(strings.Replace(chat, `"x"`, name, 1), `"stop"`, name, 1)[1:])
		case r.URL.Path == "/api/v1/models":
			fmt.Fprint(w, strings.Replace(models, `"type":"text","model_spec"`, `"type":`+name+`,"model_spec"`, 1))
		default:
			fmt.Fprintf(w, `{"success":true,"data":{"token":%s}}`, name)
		}
	})
	client := &http.Client{Transport: check.Transport(nil)}
	for kind, secret := range secretTexts {
		turn = secret
		for _, where := range []string{"GET /models", "GET /api_keys/generate_web3_key", "GET /" + strings.NewReplacer("/", "%2F", "+", "%2B").Replace(secret), "POST /chat/completions",
			"POST /chat/completions?whole", "STREAM /chat/completions", "STREAM /chat/completions?whole"} {
			method, path, _ := strings.Cut(where, " ")
			r, err := http.NewRequestWithContext(t.Context(), strings.Replace(method, "STREAM", "POST", 1), url+"/api/v1"+path, strings.NewReader(hello))
			if err != nil {
				t.Fatal(err)
			}
			if method == "STREAM" {
				r.Header.Set("Accept", "text/event-stream")
			}
			for _, name := range []string{"Authorization", "SIGN-IN-WITH-X", "X-PAYMENT", "PAYMENT-SIGNATURE"} {
				if kind == "odd key" { // which only the request shows to be one
					r.Header.Set(name, "Bearer "+secret)
				}
			}
			read(t, client, r)
		}
	}
	r := check.Report()
	kept := written(t, r, "text") + written(t, r, "json") + written(t, r, "junit") + written(t, r, "github") + fmt.Sprintf("%+v", r)
	files, err := filepath.Glob(filepath.Join(folder, "*"))
	if err != nil || len(files) < 4 || r.Recorded != len(files) || r.RecordingError != "" {
		t.Fatalf("%d files, %v, %s", len(files), err, r.RecordingError)
	}
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		kept += name + string(text)
	}
	for kind, secret := range secretTexts {
		if strings.Contains(kept, secret) || strings.Contains(kept, secret[:len(secret)-3]) {
			i := strings.Index(kept, secret[:len(secret)-3])
			t.Errorf("%s is kept: ...%s", kind, kept[max(0, i-200):min(len(kept), i+120)])
		}
	}
}

// What was recorded is served again: the same answers, status by status.
func TestReplay(t *testing.T) {
	folder := t.TempDir()
	check := newCheck(t, contract.WithRecording(folder))
	service := venicetest.NewServer(t)
	service.Respond("GET /models", venicetest.Answer{Body: []byte(models)}, venicetest.Answer{Status: 503, Body: []byte(`{"error":"busy"}`), Header: http.Header{"Retry-After": {"7"}}})
	service.Respond("POST /chat/completions", venicetest.Answer{ContentType: "text/event-stream", Body: []byte(stream)})
	client := &http.Client{Transport: check.Transport(nil)}
	all := func(base string) (got []string) {
		return append(got, get(t, client, base+"/models"), get(t, client, base+"/models"), get(t, client, base+"/models"), askStream.ask(t, client, base))
	}
	want := all(service.URL)
	again := venicetest.NewServer(t)
	if err := again.Replay(os.DirFS(folder)); err != nil {
		t.Fatal(err)
	}
	got := all(again.URL)
	for i := range want {
		if !sameJSON(strings.Fields(got[i]), strings.Fields(want[i])) {
			t.Errorf("answer %d: %s, want %s", i, got[i], want[i])
		}
	}
	if r := check.Report(); r.Recorded != 3 {
		t.Errorf("%d recorded, want 3: %+v", r.Recorded, r)
	}
	for text, why := range map[string]string{
		"{": "x.json: ", `{"operation":"GET /nowhere","status":200}`: `"GET /nowhere"`,
		`{"operation":"GET /models","status":200,"content_type":"application/json","json":{"data":7}}`: "/data: integer in place of array",
	} {
		bad := t.TempDir()
		if err := os.WriteFile(filepath.Join(bad, "x.json"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := again.Replay(os.DirFS(bad)); err == nil || !strings.Contains(err.Error(), why) {
			t.Errorf("%s: %v", text, err)
		}
	}
	if err := again.Replay(os.DirFS(t.TempDir())); err == nil {
		t.Error("an empty folder is taken for recordings")
	}
}

// sameJSON compares words of which each may be JSON, since names may stand in another order.
func sameJSON(a, b []string) bool {
	for i := range min(len(a), len(b)) {
		var x, y any
		if a[i] != b[i] && (json.Unmarshal([]byte(a[i]), &x) != nil || json.Unmarshal([]byte(b[i]), &y) != nil || fmt.Sprint(x) != fmt.Sprint(y)) {
			return false
		}
	}
	return len(a) == len(b)
}
