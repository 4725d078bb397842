// The tests' own wallets: they sign transfers by code of their own, on Base, and sign in.

package venicetest_test

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math/big"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/decred/dcrd/dcrec/secp256k1/v4"
	"github.com/decred/dcrd/dcrec/secp256k1/v4/ecdsa"
	"golang.org/x/crypto/sha3"

	"github.com/venice-go/venice/signer"
	"github.com/venice-go/venice/signer/siwx"
	"github.com/venice-go/venice/tests/venicetest"
)

const (
	testKey   = "ac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80" // published, never to be funded
	testOwner = "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266"
	testSeed  = "4wBqpZM9xaSheZzJSMawUKKwhdpChKbZ5eu5ky4Vigw" // bytes 1 to 32
	testSol   = "9C6hybhQ6Aycep9jaUnP6uL9ZYvDjUp1aSkFWPUFJtpj"
)

func solanaWallet(t *testing.T) *signer.Solana {
	t.Helper()
	w, err := signer.ParseSolana(testSeed)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// nonces are never the same twice in a run.
var nonces = make(chan string)

func init() {
	go func() {
		for n := 0; ; n++ {
			nonces <- fmt.Sprintf("%016x", n)
		}
	}()
}

// message is a sign-in of the wallet, as bend changes it.
func message(w signer.Wallet, now time.Time, bend func(*siwx.Message)) *siwx.Message {
	statement := "Sign in to Venice AI"
	m := &siwx.Message{
		Domain: "api.venice.ai", Address: w.Address(), Statement: &statement, URI: "https://api.venice.ai", ChainID: "8453",
		Nonce: <-nonces, IssuedAt: now.UTC().Format(time.RFC3339), ExpirationTime: now.Add(4 * time.Minute).UTC().Format(time.RFC3339),
	}
	if !strings.HasPrefix(w.Address(), "0x") {
		m.ChainID = "5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp"
	}
	if bend != nil {
		bend(m)
	}
	return m
}

// header signs a text in and returns the value of SIGN-IN-WITH-X, as bend changes it.
func header(t *testing.T, w signer.Wallet, text string, bend func(map[string]any)) string {
	t.Helper()
	signature, err := w.SignMessage(t.Context(), []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	h := map[string]any{"address": w.Address(), "message": text, "signature": signature, "chainId": 8453}
	if !strings.HasPrefix(w.Address(), "0x") {
		h["chainId"], h["type"] = w.Chain(), "ed25519"
	}
	if bend != nil {
		bend(h)
	}
	return encode(t, h)
}

func encode(t *testing.T, v any) string {
	t.Helper()
	raw, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return base64.StdEncoding.EncodeToString(raw)
}

// as sends a request with a new sign-in of the wallet.
func (c caller) as(w signer.Wallet, now time.Time, req *http.Request) reply {
	c.t.Helper()
	text, err := message(w, now, nil).Text()
	if err != nil {
		c.t.Fatal(err)
	}
	req.Header.Set("SIGN-IN-WITH-X", header(c.t, w, text, nil))
	return c.send(req)
}

func hash(parts ...[]byte) []byte {
	h := sha3.NewLegacyKeccak256()
	for _, p := range parts {
		h.Write(p)
	}
	return h.Sum(nil)
}

// A transfer is an authorization of EIP-3009, as it goes over the wire.
type transfer map[string]any

func newTransfer(now time.Time, units int64) transfer {
	return transfer{
		"from": testOwner, "to": venicetest.PayTo, "value": strconv.FormatInt(units, 10), "validAfter": "0",
		"validBefore": strconv.FormatInt(now.Unix()+300, 10), "nonce": "0x" + strings.Repeat("0", 48) + <-nonces,
	}
}

func (a transfer) with(name string, value any) transfer {
	b := transfer{}
	for k, v := range a {
		b[k] = v
	}
	b[name] = value
	return b
}

// words are 32 bytes each: numbers, addresses and the nonce.
func word(v string) []byte {
	if digits, isHex := strings.CutPrefix(v, "0x"); isHex {
		raw, _ := hex.DecodeString(strings.Repeat("0", 64-len(digits)) + digits)
		return raw
	}
	n, _ := new(big.Int).SetString(v, 10)
	if n == nil || n.BitLen() > 256 {
		n = new(big.Int)
	}
	return n.FillBytes(make([]byte, 32))
}

// sign returns r||s||v over the transfer, in the domain of the fake's token or of one with another name.
func (a transfer) sign(t *testing.T, name string) []byte {
	t.Helper()
	domain := hash(word("0x8b73c3c69bb8fe3d512ecc4cf759cc79239f7b179b0ffacaa9a75d522b39400f"),
		hash([]byte(name)), hash([]byte("2")), word("8453"), word(venicetest.USDC))
	fields := [][]byte{word("0x7c7c6cdb67a18743f49ec6fa9b35f50d52ed05cbed4cc592e13b44501c1a2267")}
	for _, name := range []string{"from", "to", "value", "validAfter", "validBefore", "nonce"} {
		fields = append(fields, word(a[name].(string)))
	}
	key, err := hex.DecodeString(testKey)
	if err != nil {
		t.Fatal(err)
	}
	c := ecdsa.SignCompact(secp256k1.PrivKeyFromBytes(key), hash([]byte{0x19, 1}, domain, hash(fields...)), false)
	return append(c[1:], c[0])
}

func (a transfer) payload(t *testing.T) map[string]any {
	return map[string]any{"authorization": a, "signature": "0x" + hex.EncodeToString(a.sign(t, "USD Coin"))}
}

// offer asks what is payable on a network.
func (c caller) offer(network string) map[string]any {
	c.t.Helper()
	for _, o := range c.do("POST", "/x402/top-up", nil).want(c.t, 402, "accepts").body["accepts"].([]any) {
		if offer := o.(map[string]any); offer["network"] == network {
			return offer
		}
	}
	c.t.Fatalf("no offer for %s", network)
	return nil
}

const (
	onBase   = "eip155:8453"
	onSolana = "solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp"
)

// envelope is a payment of version 2 for an offer, and flat one of the older shape.
func envelope(offer map[string]any, amount string, payload any) map[string]any {
	accepted := map[string]any{}
	for k, v := range offer {
		accepted[k] = v
	}
	accepted["amount"] = amount
	return map[string]any{"x402Version": 2, "accepted": accepted, "payload": payload}
}

func flat(network string, payload any) map[string]any {
	return map[string]any{"x402Version": 2, "scheme": "exact", "network": network, "payload": payload}
}

// pay sends a payment in the header of that name.
func (c caller) pay(name string, payment any) reply {
	c.t.Helper()
	req := c.request("POST", "/x402/top-up", nil)
	value, plain := payment.(string)
	if !plain {
		value = encode(c.t, payment)
	}
	req.Header.Set(name, value)
	return c.send(req)
}

// newPayer is a fake at a clock that stands still, with a wallet that has 100 USDC on both chains and no limits.
func newPayer(t *testing.T, options ...venicetest.Option) (caller, *clock) {
	clk := newClock()
	srv := venicetest.NewServer(t, append([]venicetest.Option{venicetest.WithClock(clk.read), venicetest.WithoutRateLimits()}, options...)...)
	for _, address := range []string{testOwner, testSol} {
		if err := srv.SetUSDC(address, 100); err != nil {
			t.Fatal(err)
		}
	}
	return caller{t, srv, ""}, clk
}
