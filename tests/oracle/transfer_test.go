// Transfers on Base, as go-ethereum hashes and signs them, and as a token on its EVM takes them.

package oracle

import (
	"bytes"
	"context"
	"encoding/hex"
	"math/big"
	"math/rand/v2"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/ethereum/go-ethereum/accounts/abi"
	"github.com/ethereum/go-ethereum/accounts/abi/bind"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/common/hexutil"
	"github.com/ethereum/go-ethereum/common/math"
	"github.com/ethereum/go-ethereum/core/types"
	"github.com/ethereum/go-ethereum/crypto"
	"github.com/ethereum/go-ethereum/ethclient/simulated"
	"github.com/ethereum/go-ethereum/signer/core/apitypes"

	"github.com/venice-go/venice/signer"
	"github.com/venice-go/venice/signer/x402"
)

const (
	baseUSDC   = "0x833589fCD6eDb6E08f4c7C32D4f71b54bdA02913"
	maxPayment = int64(10_000 * x402.USD)
)

// transfer is a random one of a wallet's, of an amount and a time of any size.
func transfer(random *rand.ChaCha8, w signer.Wallet) x402.Transfer {
	var to [20]byte
	random.Read(to[:])
	t := x402.Transfer{
		Network: "eip155:8453", Asset: baseUSDC, From: w.Address(), To: common.Address(to).Hex(),
		Amount:      x402.Amount(1 + int64(random.Uint64()>>(random.Uint64()%64))&(1<<62-1)%maxPayment),
		ValidBefore: 1 + int64(random.Uint64()>>(1+random.Uint64()%63)),
	}
	if t.ValidBefore <= 0 {
		t.ValidBefore = 1<<63 - 1
	}
	random.Read(t.Nonce[:])
	return t
}

// typed is a transfer as wallets are asked for it by eth_signTypedData.
func typed(t x402.Transfer) apitypes.TypedData {
	field := func(name, kind string) apitypes.Type { return apitypes.Type{Name: name, Type: kind} }
	return apitypes.TypedData{
		Types: apitypes.Types{
			"EIP712Domain": {field("name", "string"), field("version", "string"), field("chainId", "uint256"), field("verifyingContract", "address")},
			"TransferWithAuthorization": {
				field("from", "address"), field("to", "address"), field("value", "uint256"),
				field("validAfter", "uint256"), field("validBefore", "uint256"), field("nonce", "bytes32"),
			},
		},
		PrimaryType: "TransferWithAuthorization",
		Domain:      apitypes.TypedDataDomain{Name: "USD Coin", Version: "2", ChainId: math.NewHexOrDecimal256(8453), VerifyingContract: t.Asset},
		Message: apitypes.TypedDataMessage{
			"from": t.From, "to": t.To, "value": big.NewInt(int64(t.Amount)),
			"validAfter": big.NewInt(t.ValidAfter), "validBefore": big.NewInt(t.ValidBefore), "nonce": t.Nonce[:],
		},
	}
}

func TestAuthorizations(t *testing.T) {
	random := source(t)
	for n := range *count {
		key := make([]byte, 32)
		random.Read(key)
		theirs, err := crypto.ToECDSA(key)
		if err != nil {
			t.Fatal(err)
		}
		ours, err := signer.ParseEVM(hex.EncodeToString(key))
		if err != nil {
			t.Fatal(err)
		}
		pay := transfer(random, ours)
		if n%2 == 1 { // any token is hashed, the made-up ones of tests too
			pay.Asset = transfer(random, ours).To
		}
		digest, raw, err := apitypes.TypedDataAndHash(typed(pay))
		if err != nil {
			t.Fatal(err)
		}
		message, err := pay.Message()
		if err != nil || string(message) != raw || !bytes.Equal(crypto.Keccak256(message), digest) {
			t.Fatalf("%+v: %x, %v; want %x", pay, message, err, raw)
		}
		sig, err := crypto.Sign(digest, theirs)
		if err != nil {
			t.Fatal(err)
		}
		sig[64] += 27
		if got, err := x402.SignTransfer(t.Context(), ours, pay); got != hexutil.Encode(sig) || err != nil {
			t.Fatalf("%+v: %s, %v; want %x", pay, got, err, sig)
		}
	}
}

const tokenABI = `[
	{"type":"constructor","inputs":[{"name":"chain","type":"uint256"}]},
	{"type":"function","name":"mint","inputs":[{"name":"to","type":"address"},{"name":"value","type":"uint256"}],"outputs":[]},
	{"type":"function","name":"balanceOf","stateMutability":"view","inputs":[{"name":"of","type":"address"}],"outputs":[{"type":"uint256"}]},
	{"type":"function","name":"authorizationState","stateMutability":"view",
		"inputs":[{"name":"by","type":"address"},{"name":"nonce","type":"bytes32"}],"outputs":[{"type":"bool"}]},
	{"type":"function","name":"transferWithAuthorization","outputs":[],"inputs":[
		{"name":"from","type":"address"},{"name":"to","type":"address"},{"name":"value","type":"uint256"},
		{"name":"validAfter","type":"uint256"},{"name":"validBefore","type":"uint256"},{"name":"nonce","type":"bytes32"},
		{"name":"v","type":"uint8"},{"name":"r","type":"bytes32"},{"name":"s","type":"bytes32"}]}
]`

// token is the contract on a chain of its own, called by somebody who is neither payer nor payee.
type token struct {
	*bind.BoundContract
	address common.Address
	chain   *simulated.Backend
	caller  *bind.TransactOpts
}

func deploy(t *testing.T) *token {
	key, err := crypto.GenerateKey()
	if err != nil {
		t.Fatal(err)
	}
	caller, err := bind.NewKeyedTransactorWithChainID(key, big.NewInt(1337))
	if err != nil {
		t.Fatal(err)
	}
	caller.GasLimit = 1_000_000 // given, so that what fails does so on the chain
	chain := simulated.NewBackend(types.GenesisAlloc{caller.From: {Balance: new(big.Int).Lsh(big.NewInt(1), 100)}})
	t.Cleanup(func() { _ = chain.Close() })
	code, err := os.ReadFile("testdata/Token.bin")
	if err != nil {
		t.Fatal(err)
	}
	spec, err := abi.JSON(strings.NewReader(tokenABI))
	if err != nil {
		t.Fatal(err)
	}
	address, _, contract, err := bind.DeployContract(caller, spec, common.FromHex(strings.TrimSpace(string(code))), chain.Client(), big.NewInt(8453))
	if err != nil {
		t.Fatal(err)
	}
	chain.Commit()
	return &token{contract, address, chain, caller}
}

// call carries out one method in a block of its own, and reports whether it succeeded.
func (k *token) call(t *testing.T, method string, args ...any) bool {
	t.Helper()
	tx, err := k.Transact(k.caller, method, args...)
	if err != nil {
		t.Fatal(method, err)
	}
	k.chain.Commit()
	receipt, err := k.chain.Client().TransactionReceipt(context.Background(), tx.Hash())
	if err != nil {
		t.Fatal(method, err)
	}
	return receipt.Status == types.ReceiptStatusSuccessful
}

func (k *token) read(t *testing.T, method string, args ...any) any {
	t.Helper()
	var out []any
	if err := k.Call(nil, &out, method, args...); err != nil {
		t.Fatal(method, err)
	}
	return out[0]
}

// pay submits a transfer with a signature of 65 bytes.
func (k *token) pay(t *testing.T, p x402.Transfer, sig []byte) bool {
	t.Helper()
	return k.call(t, "transferWithAuthorization", common.HexToAddress(p.From), common.HexToAddress(p.To), big.NewInt(int64(p.Amount)),
		big.NewInt(p.ValidAfter), big.NewInt(p.ValidBefore), p.Nonce, sig[64], [32]byte(sig[:32]), [32]byte(sig[32:64]))
}

// What we sign is taken by a token once, and nothing that differs from it is.
func TestEVM(t *testing.T) {
	random := source(t)
	k := deploy(t)
	for n := range max(1, *count/1000) {
		w, err := signer.GenerateEVM()
		if err != nil {
			t.Fatal(err)
		}
		p := transfer(random, w)
		p.Asset, p.ValidBefore = k.address.Hex(), time.Now().Unix()+300+int64(n)*1000
		from, to := common.HexToAddress(p.From), common.HexToAddress(p.To)
		if !k.call(t, "mint", from, big.NewInt(3*maxPayment)) {
			t.Fatal("not minted")
		}
		text, err := x402.SignTransfer(t.Context(), w, p)
		if err != nil {
			t.Fatal(err)
		}
		sig := hexutil.MustDecode(text)

		high := bytes.Clone(sig)
		new(big.Int).Sub(crypto.S256().Params().N, new(big.Int).SetBytes(sig[32:64])).FillBytes(high[32:64])
		high[64] ^= 27 ^ 28
		if k.pay(t, p, high) {
			t.Error("taken with a high s")
		}
		for why, change := range map[string]func(*x402.Transfer){
			"payee":       func(p *x402.Transfer) { p.To = k.caller.From.Hex() },
			"payer":       func(p *x402.Transfer) { p.From = k.caller.From.Hex() },
			"amount":      func(p *x402.Transfer) { p.Amount++ },
			"validAfter":  func(p *x402.Transfer) { p.ValidAfter++ },
			"validBefore": func(p *x402.Transfer) { p.ValidBefore++ },
			"nonce":       func(p *x402.Transfer) { p.Nonce[n%32]++ },
		} {
			changed := p
			change(&changed)
			if k.pay(t, changed, sig) {
				t.Errorf("taken with another %s", why)
			}
		}
		if used := k.read(t, "authorizationState", from, p.Nonce); used != false {
			t.Error("used before it was taken")
		}

		if !k.pay(t, p, sig) {
			t.Fatalf("refused: %+v", p)
		}
		if used := k.read(t, "authorizationState", from, p.Nonce); used != true {
			t.Error("not used after it was taken")
		}
		if k.pay(t, p, sig) {
			t.Error("taken twice")
		}
		if got := k.read(t, "balanceOf", to).(*big.Int); got.Int64() != int64(p.Amount) {
			t.Errorf("the payee has %v, want %d", got, p.Amount)
		}
		if got := k.read(t, "balanceOf", from).(*big.Int); got.Int64() != 3*maxPayment-int64(p.Amount) {
			t.Errorf("the payer has %v", got)
		}

		// Another token, or the same too late: signed by the rules, but no good.
		elsewhere := p
		elsewhere.Asset, elsewhere.Nonce[0] = baseUSDC, p.Nonce[0]+1
		late := p
		late.ValidBefore, late.Nonce[0] = 1_700_000_000, p.Nonce[0]+2
		for why, p := range map[string]x402.Transfer{"for another token": elsewhere, "too late": late} {
			text, err := x402.SignTransfer(t.Context(), w, p)
			if err != nil {
				t.Fatal(err)
			}
			if k.pay(t, p, hexutil.MustDecode(text)) {
				t.Error("taken, signed ", why)
			}
		}
	}
}
