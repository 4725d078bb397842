// Tests of serving the fake to other programs.

package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/venice-go/venice/tests/venicetest"
)

// serveFake runs emulate on a free port until stop is called, which returns how it ended.
func serveFake(t *testing.T, args ...string) (base string, lines []string, stop func() result) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	out, in := io.Pipe()
	var stderr bytes.Buffer
	ended := make(chan int)
	go func() {
		code := run(ctx, append([]string{"emulate", "--addr", "127.0.0.1:0"}, args...), nil, in, &stderr, func(string) string { return "" })
		_ = in.Close()
		ended <- code
	}()
	t.Cleanup(cancel)
	for scan := bufio.NewScanner(out); scan.Scan(); {
		lines = append(lines, scan.Text())
		if strings.HasPrefix(scan.Text(), "Interrupt") {
			break
		}
	}
	if len(lines) > 0 {
		base = strings.TrimPrefix(lines[0], "base URL  ")
	}
	return base, lines, func() result {
		cancel()
		return result{<-ended, "", stderr.String()}
	}
}

func TestEmulate(t *testing.T) {
	base, lines, stop := serveFake(t, "--stake", strings.ToLower(walletAddress)+"=0.5", "--stake", "0x70997970C51812dc3A010C7d01b50e0d17dc79C8=100",
		"--usdc", walletAddress+"=20", "--usdc", "9C6hybhQ6Aycep9jaUnP6uL9ZYvDjUp1aSkFWPUFJtpj=7.5")
	host := strings.TrimSuffix(base, "/api/v1")
	same := venicetest.NewHandler() // which has the same keys, whatever was granted
	key := same.InferenceKey()
	want := []string{
		"base URL  " + base,
		"staked    0.5 VVV by " + walletAddress,
		"staked    100 VVV by 0x70997970C51812dc3A010C7d01b50e0d17dc79C8",
		"USDC      20 USD of " + walletAddress,
		"USDC      7.5 USD of 9C6hybhQ6Aycep9jaUnP6uL9ZYvDjUp1aSkFWPUFJtpj",
		"key       " + key,
		"admin     " + same.AdminKey(),
		"mint      WALLET_PRIVATE_KEY=... venice-go mint --base-url " + base,
		`Go        venice.New(venice.WithBaseURL("` + base + `"), venice.WithAPIKey(key))`,
		`curl      curl -H "Authorization: Bearer ` + key + `" ` + base + "/models",
		`Base      x402.Payer{TestAsset: "` + venicetest.USDC + `", RPC: "` + host + `/chain/base"}`,
		`Solana    x402.Payer{TestAsset: "` + venicetest.USDCMint + `", RPC: "` + host + `/chain/solana"}`,
		"Interrupt (Ctrl-C) to stop.",
	}
	if got := strings.Join(lines, "\n"); got != strings.Join(want, "\n") || !strings.HasSuffix(base, "/api/v1") {
		t.Errorf("printed\n%s\nwant\n%s", got, strings.Join(want, "\n"))
	}
	r := veniceRun(t, "mint", "--base-url", base)
	if r.code != exitOK {
		t.Fatalf("%+v", r)
	}
	for what, secret := range map[string]string{"minted": r.stdout, "printed": key} {
		req, err := http.NewRequestWithContext(t.Context(), "GET", base+"/api_keys/rate_limits", nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Authorization", "Bearer "+strings.TrimSpace(secret))
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode != http.StatusOK {
			t.Errorf("the %s key gets %s", what, resp.Status)
		}
	}
	for _, chain := range []string{"/chain/base", "/chain/solana"} {
		resp, err := http.Post(host+chain, "application/json", strings.NewReader(`{"id":1,"method":"none"}`))
		if err != nil {
			t.Fatal(err)
		}
		said, _ := io.ReadAll(resp.Body)
		if resp.Body.Close(); !strings.Contains(string(said), "the method none is not emulated") {
			t.Errorf("%s: %s", chain, said)
		}
	}
	stop().want(t, exitOK, "", "")
	if resp, err := http.Get(base + "/models"); err == nil {
		_ = resp.Body.Close()
		t.Error("still served after the interrupt")
	}
}

func TestEmulateWithoutStake(t *testing.T) {
	base, lines, stop := serveFake(t)
	if len(lines) < 3 || !strings.Contains(lines[1], "see --stake") || !strings.Contains(lines[2], "see --usdc") {
		t.Errorf("printed %q", lines)
	}
	veniceRun(t, "mint", "--base-url", base).want(t, exitNoStake, "", "no staked VVV")
	stop().want(t, exitOK, "", "")
}

// Keys without a stake, and lines that work as they stand.
func TestEmulateKey(t *testing.T) {
	base, lines, stop := serveFake(t, "--key")
	said := strings.Join(lines, "\n")
	key := regexp.MustCompile(`OPENAI_API_KEY=(\S+) OPENAI_BASE_URL=(\S+)`).FindStringSubmatch(said)
	if key == nil || key[2] != base || !strings.Contains(said, "Authorization: Bearer "+key[1]) {
		t.Fatal(said)
	}
	env := map[string]string{"VENICE_API_KEY": key[1], "VENICE_BASE_URL": base}
	veniceWith(t, env, "", "chat", "Hello").want(t, exitOK, "You said: Hello\n", "")
	env["VENICE_API_KEY"] = regexp.MustCompile(`(?m)^account +export VENICE_API_KEY=(\S+)`).FindStringSubmatch(said)[1]
	if r := veniceWith(t, env, "", "keys", "list"); r.code != exitOK {
		t.Errorf("%+v", r)
	}
	stop().want(t, exitOK, "", "")
}

// Other machines get in where that was asked for, and it is said.
func TestEmulateOpen(t *testing.T) {
	base, _, stop := serveFake(t, "--addr", "0.0.0.0:0")
	if resp, err := http.Get(base + "/models"); err != nil {
		t.Error(err)
	} else {
		resp.Body.Close()
	}
	stop().want(t, exitOK, "", "is not this machine alone")
}

func TestEmulateUsage(t *testing.T) {
	for _, addr := range []string{"127.0.0.1", "127.0.0.1:http:1", "", "8402"} {
		veniceRun(t, "emulate", "--addr", addr).want(t, exitUsage, "", "want an address and a port, such as 127.0.0.1:8402")
	}
	for _, amount := range []string{"", "=", "=0", "=-1", "=NaN", "=Inf", "=much"} {
		veniceRun(t, "emulate", "--stake", walletAddress+amount).want(t, exitUsage, "", "-stake: want ADDRESS=VVV with a number above 0")
	}
	for _, grant := range []string{"0x12=1", "9C6hybhQ6Aycep9jaUnP6uL9ZYvDjUp1aSkFWPUFJtp0=1"} {
		veniceRun(t, "emulate", "--usdc", grant).want(t, exitUsage, "", "invalid wallet address: want 0x and 40 hex digits")
	}
	veniceRun(t, "emulate", "--usdc", walletAddress+"=-1").want(t, exitUsage, "", "-usdc: want ADDRESS=USD with a number above 0, 1000000000 at most")
	veniceRun(t, "emulate", "--stake", strings.ToUpper(walletAddress)+"=1").want(t, exitUsage, "", "-stake: signer: invalid wallet address")

	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = taken.Close() }()
	veniceRun(t, "emulate", "--addr", taken.Addr().String()).want(t, exitFailure, "", "address already in use")
}

// An answer that breaks the contract is printed, and makes the end a failure.
func TestFakeViolation(t *testing.T) {
	var log bytes.Buffer
	f, err := startFake("localhost:0", &log)
	if err != nil {
		t.Fatal(err)
	}
	f.violation(errors.New("GET /models: bent"))
	if err := f.stop(); err == nil || !strings.Contains(err.Error(), "1 time(s)") || log.String() != "violation of the contract: GET /models: bent\n" {
		t.Errorf("%v; printed %q", err, &log)
	}
}
