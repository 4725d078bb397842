// Tests of wallets that sign in.

package venicetest_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/venice-go/venice"
	"github.com/venice-go/venice/signer"
	"github.com/venice-go/venice/signer/siwx"
	"github.com/venice-go/venice/tests/venicetest"
)

func TestSignInRefusals(t *testing.T) {
	clk := newClock()
	srv := venicetest.NewServer(t, venicetest.WithClock(clk.read))
	c := caller{t, srv, srv.InferenceKey()} // over which the sign-in wins
	w, now := testWallet(t), clk.read()
	other := testOwner[:len(testOwner)-1] + "7"
	if err := srv.SetCredit(w.Address(), 1); err != nil {
		t.Fatal(err)
	}
	at := func(d time.Duration) string { return now.Add(d).Format(time.RFC3339) }
	for code, bend := range map[string]struct {
		message func(*siwx.Message)
		text    func(string) string
		header  func(map[string]any)
		value   string
	}{
		"PARSE_ERROR":        {value: "not base64"},
		"INVALID_PAYLOAD":    {header: func(h map[string]any) { delete(h, "signature") }},
		"INVALID_MESSAGE":    {text: func(text string) string { return text + "\n" }},
		"MISSING_NONCE":      {text: func(text string) string { return cutLine(text, "Nonce: ") }},
		"INVALID_WALLET":     {header: func(h map[string]any) { h["address"] = "0x12" }},
		"ADDRESS_MISMATCH":   {header: func(h map[string]any) { h["address"] = strings.ToLower(other) }},
		"INVALID_CHAIN_ID":   {header: func(h map[string]any) { h["chainId"] = "base" }},
		"CHAIN_MISMATCH":     {header: func(h map[string]any) { h["chainId"] = 1 }},
		"UNSUPPORTED_CHAIN":  {message: func(m *siwx.Message) { m.ChainID = "1" }, header: func(h map[string]any) { h["chainId"] = 1 }},
		"DOMAIN_MISMATCH":    {message: func(m *siwx.Message) { m.Domain = "example.org" }},
		"TIMESTAMP_MISMATCH": {header: func(h map[string]any) { h["timestamp"] = now.Add(time.Minute).UnixMilli() }},
		"EXPIRED":            {message: func(m *siwx.Message) { m.IssuedAt, m.ExpirationTime = at(-6*time.Minute), at(time.Minute) }},
		"FUTURE_TIMESTAMP":   {message: func(m *siwx.Message) { m.IssuedAt = at(31 * time.Second) }},
		"NOT_BEFORE":         {message: func(m *siwx.Message) { m.NotBefore = at(time.Second) }},
		"INVALID_SIGNATURE":  {header: func(h map[string]any) { h["signature"] = "0x" + strings.Repeat("11", 64) + "1b" }},
	} {
		t.Run(code, func(t *testing.T) {
			for _, path := range []string{"/chat/completions", "/x402/balance/" + testOwner, "/x402/transactions/" + testOwner} {
				text, err := message(w, now, bend.message).Text()
				if err != nil {
					t.Fatal(err)
				}
				if bend.text != nil {
					text = bend.text(text)
				}
				value := header(t, w, text, bend.header)
				if bend.value != "" {
					value = bend.value
				}
				req, want := c.request("POST", path, hello), `"code":"X402_SIGN_IN_`+code+`"`
				if path != "/chat/completions" {
					req, want = c.request("GET", path, nil), `{"error":"Invalid Sign-in-with-x signature"}`
				}
				req.Header.Set("X-Sign-In-With-X", value)
				c.send(req).want(t, 401, want)
			}
		})
	}
}

func cutLine(text, start string) string {
	before, rest, _ := strings.Cut(text, start)
	_, after, _ := strings.Cut(rest, "\n")
	return before + after
}

// A nonce is used up by the first request that has it, even one that is refused.
func TestNonceIsUsedUp(t *testing.T) {
	for credit, first := range map[float64]int{1: 200, 0: 402} {
		clk := newClock()
		srv := venicetest.NewServer(t, venicetest.WithClock(clk.read))
		c := caller{t, srv, ""}
		for _, w := range []signer.Wallet{testWallet(t), solanaWallet(t)} {
			if err := srv.SetCredit(w.Address(), credit); err != nil {
				t.Fatal(err)
			}
			text, err := message(w, clk.read(), nil).Text()
			if err != nil {
				t.Fatal(err)
			}
			value := header(t, w, text, nil)
			for i, status := range []int{first, 401} {
				req := c.request("POST", "/chat/completions", hello)
				req.Header.Set("SIGN-IN-WITH-X", value)
				want := []string{"", "X402_SIGN_IN_NONCE_REUSED"}[i]
				c.send(req).want(t, status, want)
			}
		}
	}
}

// The fake's own host is as good a domain as the service's.
func TestSignInDomains(t *testing.T) {
	srv := venicetest.NewServer(t)
	c := caller{t, srv, ""}
	w := testWallet(t)
	if err := srv.SetCredit(testOwner, 1); err != nil {
		t.Fatal(err)
	}
	host := strings.TrimSuffix(strings.TrimPrefix(srv.URL, "http://"), "/api/v1")
	for domain, status := range map[string]int{"api.venice.ai": 200, "venice.ai": 200, host: 200, "evil.venice.ai": 401, "localhost": 401} {
		text, err := message(w, time.Now(), func(m *siwx.Message) { m.Domain = domain }).Text()
		if err != nil {
			t.Fatal(err)
		}
		req := c.request("POST", "/chat/completions", hello)
		req.Header.Set("SIGN-IN-WITH-X", header(t, w, text, nil))
		c.send(req).want(t, status, "")
	}
}

// A contract's wallet signs in by the contract's word.
func TestContractSignsIn(t *testing.T) {
	srv := venicetest.NewServer(t)
	c := caller{t, srv, ""}
	w := testWallet(t)
	if err := srv.SetCredit(testOwner, 1); err != nil {
		t.Fatal(err)
	}
	if err := srv.Contract(testOwner, func(text, signature string) bool { return strings.Contains(text, "Nonce: ") && signature == "0x6f6b" }); err != nil {
		t.Fatal(err)
	}
	for signature, status := range map[string]int{"0x6f6b": 200, "0x6e6f": 401} {
		text, err := message(w, time.Now(), nil).Text()
		if err != nil {
			t.Fatal(err)
		}
		req := c.request("POST", "/chat/completions", hello)
		req.Header.Set("SIGN-IN-WITH-X", header(t, w, text, func(h map[string]any) { h["signature"] = signature }))
		c.send(req).want(t, status, "")
	}
}

// Five requests of a wallet may be in flight, until their answers are written. Others go on.
func TestInFlight(t *testing.T) {
	srv := venicetest.NewServer(t)
	c := caller{t, srv, ""}
	evm, sol := testWallet(t), solanaWallet(t)
	if err := srv.SetCredit(testOwner, 1); err != nil {
		t.Fatal(err)
	}
	if err := srv.SetCredit(testSol, 1); err != nil {
		t.Fatal(err)
	}
	entered, leave, ended := make(chan bool), make(chan bool), make(chan reply)
	srv.OnAnswer(func(operation string, r *http.Request, status int) {
		if status == 200 && r.Header.Get("X-Slow") != "" && operation == "POST /chat/completions" {
			entered <- true
			<-leave
		}
	})
	slow := func() {
		req := c.request("POST", "/chat/completions", hello)
		req.Header.Set("X-Slow", "1")
		ended <- c.as(evm, time.Now(), req)
	}
	for range 5 {
		go slow()
		<-entered
	}
	c.as(evm, time.Now(), c.request("POST", "/chat/completions", hello)).want(t, 429, `"code":"X402_CONCURRENCY_LIMIT"`)
	c.as(evm, time.Now(), c.request("GET", "/x402/balance/"+testOwner, nil)).want(t, 200, "balanceUsd")
	c.as(sol, time.Now(), c.request("POST", "/chat/completions", hello)).want(t, 200, "")
	leave <- true
	(<-ended).want(t, 200, "")
	for { // the place is free a moment after the client has its answer
		r := c.as(evm, time.Now(), c.request("POST", "/chat/completions", hello))
		if r.status == 200 {
			break
		}
		r.want(t, 429, "X402_CONCURRENCY_LIMIT")
	}
	for range 4 {
		leave <- true
		(<-ended).want(t, 200, "")
	}
}

// Wherever a wallet is let in, it is refused in the ways of wallets; the server fails the test where the description
// does not allow such an answer.
func TestWalletsEverywhere(t *testing.T) {
	srv := venicetest.NewServer(t)
	c := caller{t, srv, ""}
	w := testWallet(t)
	all := operations(t)
	for _, op := range venice.Operations() {
		if op.Access != venice.AccessAny || op.Instead != "" {
			continue
		}
		name := op.Method + " " + op.Path
		request := func() *http.Request { return c.validRequest(name, all[name], bodyTypes(all[name])[0], 1) }
		bad := request()
		bad.Header.Set("SIGN-IN-WITH-X", "e30=")
		c.send(bad).want(t, 401, "X402_SIGN_IN_INVALID_PAYLOAD")
		if err := srv.SetCredit(testOwner, 0.0999999999); err != nil {
			t.Fatal(err)
		}
		c.as(w, time.Now(), request()).want(t, 402, `"reason":"insufficient_balance"`)
		if err := srv.SetCredit(testOwner, 0.1); err != nil {
			t.Fatal(err)
		}
		poor := c.as(w, time.Now(), request())
		if op.Effect == venice.EffectQueue && !venicetest.Behaves(name) {
			poor.want(t, 402, `{"error":"Insufficient USD or Diem balance`)
			if err := srv.SetCredit(testOwner, 1); err != nil {
				t.Fatal(err)
			}
			poor = c.as(w, time.Now(), request())
		}
		if sense := !venicetest.Behaves(name); sense || poor.status >= 500 { // to a behaviour a made-up request makes none
			poor.want(t, 200, "")
		}
		if poor.header.Get("x-venice-balance-usd") == "" {
			t.Errorf("%s: no balance among the headers", name)
		}
		paid := request()
		paid.Header.Set("X-402-Payment", "e30=")
		c.as(w, time.Now(), paid).want(t, 400, "PAYMENT_HEADER_NOT_ACCEPTED")
	}
}
