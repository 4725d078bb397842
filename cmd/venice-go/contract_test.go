// Tests of the proxy that checks what passes it.

package main

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/venice-go/venice/tests/contract"
	"github.com/venice-go/venice/tests/venicetest"
)

// TestCaller is the program that the command runs in other tests: it calls the proxy that it was told of.
func TestCaller(t *testing.T) {
	path := os.Getenv("CONTRACT_TEST_CALL")
	if path == "" {
		t.Skip("it is for other tests to run")
	}
	resp, err := http.Get(os.Getenv("OPENAI_BASE_URL") + path)
	if err != nil || os.Getenv("VENICE_BASE_URL") != os.Getenv("OPENAI_BASE_URL") {
		t.Fatal(err)
	}
	body, _ := io.ReadAll(resp.Body)
	resp.Body.Close()
	fmt.Printf("the program got %s\n", body)
	if resp.StatusCode >= 500 {
		os.Exit(3)
	}
}

// caller are the arguments that run it.
func caller(t *testing.T, path string) []string {
	t.Helper()
	t.Setenv("CONTRACT_TEST_CALL", path)
	return []string{"--", os.Args[0], "-test.run=^TestCaller$"}
}

func TestContractReports(t *testing.T) {
	cases, err := txtar.ParseFile("testdata/contract.txtar")
	if err != nil {
		t.Fatal(err)
	}
	text := map[string]string{}
	for _, f := range cases.Files {
		text[f.Name] = string(f.Data)
	}
	check, err := contract.New()
	if err != nil {
		t.Fatal(err)
	}
	for name, args := range text {
		name, isCase := strings.CutSuffix(name, ".args")
		if !isCase {
			continue
		}
		t.Run(name, func(t *testing.T) {
			upstream := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("Content-Type", "application/json")
				fmt.Fprint(w, text[name+".answer"])
			}))
			defer upstream.Close()
			flags := strings.Fields(strings.Replace(args, "UPSTREAM", upstream.URL+"/api/v1", 1))
			r := veniceRun(t, append(append([]string{"contract"}, flags...), caller(t, "/models")...)...)
			got := strings.ReplaceAll(r.stdout, check.Report().Revision, "REVISION") + fmt.Sprintf("exit %d\n", r.code)
			if got != text[name+".want"] || !strings.Contains(r.stderr, "the program got "+text[name+".answer"]) {
				t.Errorf("got\n%s\nwant\n%s\nstderr %s", got, text[name+".want"], r.stderr)
			}
		})
	}
}

// Without a program it serves until it is interrupted. What was recorded is served again by the fake.
func TestContractServes(t *testing.T) {
	fake := venicetest.NewServer(t)
	folder, output := filepath.Join(t.TempDir(), "made"), filepath.Join(t.TempDir(), "report")
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	out, in := io.Pipe()
	var stdout bytes.Buffer
	ended := make(chan int)
	go func() {
		args := []string{"contract", "--upstream", fake.URL, "--listen", "127.0.0.1:0", "--record", folder, "--output", output}
		ended <- run(ctx, args, nil, &stdout, in, func(string) string { return "" })
		_ = in.Close()
	}()
	lines := bufio.NewReader(out)
	first, err := lines.ReadString('\n')
	base, is := strings.CutPrefix(first, "base URL  ")
	if err != nil || !is {
		t.Fatalf("%q, %v", first, err)
	}
	go func() { _, _ = io.Copy(io.Discard, lines) }()
	base = strings.TrimSpace(base)
	for _, asked := range []string{"br, gzip;q=0.5", "br", ""} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, base+"/models", nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Accept-Encoding", asked)
		resp, err := http.DefaultClient.Do(r)
		if err != nil || resp.StatusCode != http.StatusOK {
			t.Fatal(resp, err)
		}
		_, _ = io.Copy(io.Discard, resp.Body)
		resp.Body.Close()
	}
	cancel()
	if code := <-ended; code != exitOK || stdout.Len() > 0 {
		t.Errorf("exit code %d, stdout %q", code, &stdout)
	}
	if report, err := os.ReadFile(output); err != nil || !strings.Contains(string(report), "3 answers of 1 operations") || !strings.Contains(string(report), "1 answers recorded") {
		t.Errorf("%v: %s", err, report)
	}
	if err := venicetest.NewServer(t).Replay(os.DirFS(folder)); err != nil {
		t.Error(err)
	}
}

// A program that goes another way than through the proxy is no success.
func TestContractOfNothing(t *testing.T) {
	up := venicetest.NewServer(t).URL
	for level, code := range map[string]int{"break": exitFailure, "drift": exitFailure, "fine": exitOK} {
		args := append([]string{"contract", "--upstream", up, "--fail-on", level}, caller(t, "")...)
		if r := veniceRun(t, args...); r.code != code || strings.Contains(r.stderr, "nothing was checked") != (code != exitOK) {
			t.Errorf("%s: %+v", level, r)
		}
	}
}

func TestContractFails(t *testing.T) {
	down := httptest.NewServer(http.NotFoundHandler())
	down.Close()
	args := append([]string{"contract", "--upstream", down.URL + "/api/v1"}, caller(t, "/models")...)
	if r := veniceRun(t, args...); r.code != exitFailure || !strings.Contains(r.stderr, "the upstream could not be reached") || !strings.Contains(r.stderr, "the program: exit status 3") {
		t.Errorf("%+v", r)
	}
	if r := veniceRun(t, "contract", "--upstream", down.URL, "--", "/no/such/program"); r.code != exitFailure || !strings.Contains(r.stderr, "the program: ") {
		t.Errorf("%+v", r)
	}
}

func TestContractUsage(t *testing.T) {
	const up = "https://api.venice.ai/api/v1"
	for _, test := range []struct{ args, says string }{
		{"", "--upstream: want a base URL such as https://api.venice.ai/api/v1"},
		{"--upstream api.venice.ai", "--upstream: want a base URL"},
		{"--upstream ftp://api.venice.ai/api/v1", "--upstream: want a base URL"},
		{"--upstream https://me:secret@api.venice.ai/api/v1", "--upstream: want a base URL"},
		{"--upstream " + up + " --listen 0.0.0.0:1", "--listen: keys pass through, so it serves this machine only"},
		{"--upstream " + up + " --format xml", `--format: contract: no format "xml": want text, json, junit or github`},
		{"--upstream " + up + " --fail-on never", "want fine, drift or break"},
		{"--upstream " + up + " --description no-such-file", "--description: open no-such-file"},
		{"--upstream " + up + " --description contract.go", "the description"},
		{"--upstream " + up + " --", "want a program to run after --"},
	} {
		r := veniceRun(t, append([]string{"contract"}, strings.Fields(test.args)...)...)
		r.want(t, exitUsage, "", test.says).hides(t, "secret@")
	}
}
