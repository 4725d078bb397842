// Tests of transactions that are sent to the fake's Base, made byte by byte.

package venicetest_test

import (
	"encoding/hex"
	"encoding/json"
	"errors"
	"math/big"
	"os"
	"strings"
	"testing"

	"github.com/decred/dcrd/dcrec/secp256k1/v4"
	"github.com/decred/dcrd/dcrec/secp256k1/v4/ecdsa"

	"github.com/venice-go/venice/tests/venicetest"
)

// The transactions of a wallet that were made by viem.
func TestViemTransactions(t *testing.T) {
	for _, v := range viemTransactions(t) {
		from, hash, err := venicetest.ReadEVMTransaction(v.Raw)
		if v.Chain != 8453 {
			if err == nil || !strings.Contains(err.Error(), "invalid chain id") {
				t.Errorf("chain %d: %v", v.Chain, err)
			}
			continue
		}
		if err != nil || from != v.From || hash != v.Hash {
			t.Errorf("%s of %s, %v; want %s of %s", hash, from, err, v.Hash, v.From)
		}
	}
}

type viemTransaction struct {
	From, Raw, Hash string
	Chain           uint64 `json:"chain_id"`
}

func viemTransactions(t testing.TB) []viemTransaction {
	var file struct{ Cases []viemTransaction }
	raw, err := os.ReadFile("../../signer/stake/testdata/eip1559.json")
	if err == nil {
		err = json.Unmarshal(raw, &file)
	}
	if err != nil || len(file.Cases) == 0 {
		t.Fatal(len(file.Cases), err)
	}
	return file.Cases
}

// A rawTransaction is what a test sends. Its numbers are written as they come, be they allowed or not.
type rawTransaction struct {
	kind, chain, nonce, tip, fee, gas, to, value, data []byte
	access                                             []byte // encoded
	mangle                                             func(r, s []byte, parity byte) ([]byte, []byte, byte)
}

const vvvContract = "acfE6019Ed1A7Dc6f7B508C02d1b04ec88cC21bf"

// newTransaction approves 5 base units of VVV for the staking contract.
func newTransaction() *rawTransaction {
	raw := func(digits string) []byte { b, _ := hex.DecodeString(digits); return b }
	return &rawTransaction{
		kind: raw("02"), chain: raw("2105"), tip: raw("0f4240"), fee: raw("989680"), gas: raw("0186a0"), to: raw(vvvContract), access: raw("c0"),
		data: raw("095ea7b3" + strings.Repeat("0", 24) + "321b7ff75154472b18edb199033ff4d116f340ff" + strings.Repeat("0", 63) + "5"),
	}
}

func (r *rawTransaction) sign(t *testing.T) string {
	t.Helper()
	var body []byte
	for _, member := range [][]byte{r.chain, r.nonce, r.tip, r.fee, r.gas, r.to, r.value, r.data} {
		body = append(body, rlpBytes(member)...)
	}
	body = append(body, r.access...)
	digest := hash(r.kind, rlpHead(0xc0, len(body)), body)
	key, _ := hex.DecodeString(strings.TrimPrefix(testWallet(t).PrivateKey().Reveal(), "0x"))
	c := ecdsa.SignCompact(secp256k1.PrivKeyFromBytes(key), digest, false)
	x, y, parity := c[1:33], c[33:], c[0]-27
	if r.mangle != nil {
		x, y, parity = r.mangle(x, y, parity)
	}
	short := func(b []byte) []byte { return new(big.Int).SetBytes(b).Bytes() }
	for _, member := range [][]byte{short([]byte{parity}), short(x), short(y)} {
		body = append(body, rlpBytes(member)...)
	}
	return "0x" + hex.EncodeToString(r.kind) + hex.EncodeToString(rlpHead(0xc0, len(body))) + hex.EncodeToString(body)
}

func rlpBytes(b []byte) []byte {
	if len(b) == 1 && b[0] < 0x80 {
		return b
	}
	return append(rlpHead(0x80, len(b)), b...)
}

func rlpHead(kind byte, length int) []byte {
	switch {
	case length < 56:
		return []byte{kind + byte(length)}
	case length < 256:
		return []byte{kind + 56, byte(length)}
	}
	return []byte{kind + 57, byte(length >> 8), byte(length)}
}

func TestRefusedTransactions(t *testing.T) {
	raw := func(digits string) []byte { b, _ := hex.DecodeString(digits); return b }
	order, _ := new(big.Int).SetString("fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141", 16)
	for _, test := range []struct {
		why  string
		bend func(*rawTransaction)
	}{
		{"transaction type not supported", func(r *rawTransaction) { r.kind = raw("01") }},
		{"invalid chain id", func(r *rawTransaction) { r.chain = raw("01") }},
		{"nonce too high", func(r *rawTransaction) { r.nonce = raw("01") }},
		{"higher than max fee per gas", func(r *rawTransaction) { r.tip = raw("989681") }},
		{"less than block base fee", func(r *rawTransaction) { r.tip, r.fee = nil, raw("4c4b3f") }},
		{"insufficient funds", func(r *rawTransaction) { r.fee = raw("02540be400") }},
		{"exceeds block gas limit", func(r *rawTransaction) { r.gas = raw("03938701") }},
		{"intrinsic gas too low", func(r *rawTransaction) { r.gas = raw("5207") }},
		{"makes no contracts", func(r *rawTransaction) { r.to = nil }},
		{"access lists", func(r *rawTransaction) { r.access = raw("c1c0") }},
		{"rlp: want the one short", func(r *rawTransaction) { r.tip = raw("000f4240") }},
		{"rlp: want the one short", func(r *rawTransaction) { r.access = raw("80") }},
		{"rlp: want the one short", func(r *rawTransaction) { r.chain = raw(strings.Repeat("ff", 33)) }},
		{"invalid signature: s is in the upper half", func(r *rawTransaction) {
			r.mangle = func(x, y []byte, parity byte) ([]byte, []byte, byte) {
				return x, new(big.Int).Sub(order, new(big.Int).SetBytes(y)).Bytes(), 1 - parity
			}
		}},
		// Any other signature is somebody's, who has nothing.
		{"insufficient funds for gas", func(r *rawTransaction) {
			r.mangle = func(x, y []byte, parity byte) ([]byte, []byte, byte) { return x, y, 1 - parity }
		}},
	} {
		c, _ := newPayer(t)
		if err := errors.Join(c.srv.SetETH(testOwner, 0.001), c.srv.SetVVV(testOwner, 1)); err != nil {
			t.Fatal(err)
		}
		tx := newTransaction()
		test.bend(tx)
		_, failure := c.ask(c.srv.BaseRPC, "eth_sendRawTransaction", tx.sign(t))
		if !strings.HasPrefix(failure, "-32000 ") || !strings.Contains(failure, test.why) {
			t.Errorf("%q: %q", test.why, failure)
		}
		if n := c.rpc(c.srv.BaseRPC, "eth_getTransactionCount", testOwner, "pending"); n != "0x0" {
			t.Errorf("%s: the nonce is used: %v", test.why, n)
		}
		good := newTransaction().sign(t)
		for what, bad := range map[string]string{"cut": good[:len(good)-2], "longer": good + "00", "no hex": good + "0"} {
			if _, failure := c.ask(c.srv.BaseRPC, "eth_sendRawTransaction", bad); !strings.Contains(failure, "rlp: ") {
				t.Errorf("%s: %q", what, failure)
			}
		}
		if _, failure := c.ask(c.srv.BaseRPC, "eth_sendRawTransaction", good); failure != "" {
			t.Errorf("the good one: %s", failure)
		}
		if _, failure := c.ask(c.srv.BaseRPC, "eth_sendRawTransaction", good); !strings.Contains(failure, "nonce too low") {
			t.Errorf("the good one again: %q", failure)
		}
	}
}

// What a contract refuses, or what runs out of gas, is in a block all the same and costs its fee.
func TestFailedTransaction(t *testing.T) {
	stake := func(r *rawTransaction) {
		r.to, _ = hex.DecodeString("321b7ff75154472b18edb199033ff4d116f340ff")
		r.data, _ = hex.DecodeString("adc9772e" + strings.Repeat("0", 24) + strings.ToLower(testOwner[2:]) + strings.Repeat("0", 63) + "5")
		r.gas = []byte{0x03, 0, 0}
	}
	for what, bend := range map[string]func(*rawTransaction){
		"no allowance": stake,
		"too little gas": func(r *rawTransaction) {
			r.gas = []byte{0x60, 0}
		},
	} {
		c, _ := newPayer(t)
		rpc := func(method string, params ...any) any { return c.rpc(c.srv.BaseRPC, method, params...) }
		if err := errors.Join(c.srv.SetETH(testOwner, 0.01), c.srv.SetVVV(testOwner, 1)); err != nil {
			t.Fatal(err)
		}
		before := rpc("eth_getBalance", testOwner, "latest")
		tx := newTransaction()
		bend(tx)
		id := rpc("eth_sendRawTransaction", tx.sign(t))
		receipt := rpc("eth_getTransactionReceipt", id).(map[string]any)
		if receipt["status"] != "0x0" || len(receipt["logs"].([]any)) != 0 {
			t.Errorf("%s: %v", what, receipt)
		}
		fee := new(big.Int)
		for _, n := range []string{receipt["gasUsed"].(string), receipt["effectiveGasPrice"].(string)} {
			v, _ := new(big.Int).SetString(n, 0)
			if fee.Sign() == 0 {
				fee = v
			} else {
				fee.Mul(fee, v)
			}
		}
		data, _ := new(big.Int).SetString(receipt["l1Fee"].(string), 0)
		had, _ := new(big.Int).SetString(before.(string), 0)
		has, _ := new(big.Int).SetString(rpc("eth_getBalance", testOwner, "latest").(string), 0)
		if had.Sub(had, has).Cmp(fee.Add(fee, data)) != 0 {
			t.Errorf("%s: cost %d, the receipt says %d", what, had, fee)
		}
		owner := strings.Repeat("0", 24) + strings.ToLower(testOwner[2:])
		spender := strings.Repeat("0", 24) + "321b7ff75154472b18edb199033ff4d116f340ff"
		if left := rpc("eth_call", map[string]any{"to": "0x" + vvvContract, "data": "0xdd62ed3e" + owner + spender}); left != "0x"+strings.Repeat("0", 64) {
			t.Errorf("%s: approved %v", what, left)
		}
		if n := rpc("eth_getTransactionCount", testOwner, "latest"); n != "0x1" {
			t.Errorf("%s: nonce %v", what, n)
		}
	}
}

func FuzzEVMTransaction(f *testing.F) {
	for _, v := range viemTransactions(f) {
		raw, _ := hex.DecodeString(v.Raw[2:])
		f.Add(raw)
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		from, id, err := venicetest.ReadEVMTransaction("0x" + hex.EncodeToString(raw))
		if err != nil {
			return
		}
		if want := "0x" + hex.EncodeToString(hash(raw)); id != want || len(from) != 42 {
			t.Errorf("%s of %s, want %s", id, from, want)
		}
	})
}
