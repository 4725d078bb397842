// Tests of transfers: published vectors, what is refused, and that payers can express nothing else.

package x402

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/decred/dcrd/dcrec/secp256k1/v4"

	"github.com/venice-go/venice/internal/evm"
	"github.com/venice-go/venice/internal/solana"
	"github.com/venice-go/venice/internal/vectors"
	"github.com/venice-go/venice/signer"
)

// published are facts that viem, ethers, @x402 and Solana's kit agree on.
var published = func() (p struct {
	EIP3009 struct {
		PrivateKey, DomainTypeHash, DomainSeparator, TypeHash string
		Cases                                                 []struct {
			Authorization                 struct{ From, To, Value, ValidAfter, ValidBefore, Nonce string }
			StructHash, Digest, Signature string
		}
		WrongDomains []struct{ Change, DomainSeparator string }
		NeverSigned  []struct{ Type, TypeHash string }
	}
	TokenAccounts struct {
		Mint, Token2022 string
		Cases           []struct {
			Owner, ATA   string
			OwnerOnCurve bool
		}
	}
	Solana struct {
		Blockhash, SeedHex string
		Cases              []struct {
			Offer          struct{ Amount, Asset, PayTo string }
			Transaction    string `json:"transaction_base64"`
			MessageHex     string
			PayerSignature string `json:"payerSignature_base58"`
			StaticAccounts []string
			Instructions   []instruction
		}
	}
	Payload            json.RawMessage
	AuthorizationState string
}) {
	data, err := os.ReadFile("testdata/transfer.json")
	if err == nil {
		err = json.Unmarshal(data, &p)
	}
	if err != nil {
		panic(err)
	}
	return p
}()

func testEVM(t testing.TB) paying {
	w, err := signer.ParseEVM(published.EIP3009.PrivateKey)
	if err != nil {
		t.Fatal(err)
	}
	return paying{w}
}

// testKey is the key of testEVM.
func testKey() *secp256k1.PrivateKey {
	return secp256k1.PrivKeyFromBytes(unhex(published.EIP3009.PrivateKey))
}

func testSolana(t testing.TB) paying {
	w, err := signer.ParseSolana(vectors.Solana.Keys.Secret64)
	if err != nil {
		t.Fatal(err)
	}
	return paying{w}
}

// baseTransfer is the published one of 5 USD.
func baseTransfer() Transfer {
	a := published.EIP3009.Cases[0].Authorization
	return Transfer{
		Network: evm.Base, Asset: baseUSDC, From: a.From, To: a.To, Amount: 5 * USD,
		ValidBefore: 1_700_000_300, Nonce: [32]byte(unhex(a.Nonce)),
	}
}

// solanaTransfer is the published one of 5 USD with a memo of its own.
func solanaTransfer() Transfer {
	return Transfer{
		Network: solana.Network, Asset: solanaUSDC, From: "9C6hybhQ6Aycep9jaUnP6uL9ZYvDjUp1aSkFWPUFJtpj",
		To: "8qUL23aSj7mDWdoLMXGHFvnVCT9wd7jXcysiekroADEL", Amount: 5 * USD,
		FeePayer: "BFK9TLC3edb13K6v4YyH3DwPb5DSUpkWvb7XnqCL9b4F", Blockhash: published.Solana.Blockhash, Memo: "venice-vector-1",
	}
}

func unhex(text string) []byte {
	raw, err := hex.DecodeString(strings.TrimPrefix(text, "0x"))
	if err != nil {
		panic(err)
	}
	return raw
}

func ExampleSignTransfer() {
	wallet, _ := signer.ParseEVM("0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80") // a published test key
	transfer := Transfer{
		Network:     wallet.Chain(),
		Asset:       "0x833589fCD6eDb6E08f4c7C32D4f71b54bdA02913",
		From:        wallet.Address(),
		To:          "0x2670B922ef37C7Df47158725C0CC407b5382293F",
		Amount:      5 * USD,
		ValidBefore: 1_700_000_300,
		Nonce:       [32]byte{31: 1}, // random, in earnest
	}
	signature, err := SignTransfer(context.Background(), wallet, transfer)
	fmt.Println(signature[:20], err)

	transfer.To = wallet.Address()
	_, err = SignTransfer(context.Background(), wallet, transfer)
	fmt.Println(err)
	// Output:
	// 0x04606e29ea123bfdd2 <nil>
	// x402: transfer not signed: To is the payer
}

func ExampleParseAmount() {
	amount, err := ParseAmount("5.25")
	fmt.Println(amount, int64(amount), err)
	_, err = ParseAmount("5e3")
	fmt.Println(err)
	// Output:
	// 5.25 USD 5250000 <nil>
	// x402: amount "5e3": want dollars such as 5 or 5.25, with at most six digits after the point
}

func TestParseAmount(t *testing.T) {
	for text, want := range map[string]Amount{
		"5": 5 * USD, "5.25": 5_250_000, "0.000001": 1, "10000": 10_000 * USD, "5.250000": 5_250_000, "0.1": 100_000,
		"9223372036854.775807": 9223372036854775807,
	} {
		if got, err := ParseAmount(text); got != want || err != nil {
			t.Errorf("%s: %d, %v", text, got, err)
		}
	}
	for _, text := range []string{
		"", "0", "0.0", "0.000000", "-5", "+5", "5.", ".5", "05", "5.0000001", "5e3", "5E0", "0x5", "5,25", "1,000", " 5", "5 ", "5\n",
		"5 USD", "$5", "Inf", "NaN", "٥", "9223372036854.775808", "99999999999999", strings.Repeat("9", 1000),
	} {
		if got, err := ParseAmount(text); got != 0 || err == nil || len(err.Error()) > 200 {
			t.Errorf("%.50q: %d, %v", text, got, err)
		}
	}
	for amount, want := range map[Amount]string{
		0: "0.00 USD", 1: "0.000001 USD", USD: "1.00 USD", 5_250_000: "5.25 USD", 5_100_000: "5.10 USD", -5_000_010: "-5.00001 USD",
		-9223372036854775808: "-9223372036854.775808 USD",
	} {
		if got := amount.String(); got != want {
			t.Errorf("%d: %s, want %s", int64(amount), got, want)
		}
	}
}

func FuzzParseAmount(f *testing.F) {
	f.Add("5.25")
	f.Add("0.000001")
	f.Fuzz(func(t *testing.T, text string) {
		amount, err := ParseAmount(text)
		if err != nil {
			return
		}
		again, err := ParseAmount(strings.TrimSuffix(amount.String(), " USD"))
		if amount <= 0 || again != amount || err != nil {
			t.Errorf("%q: %d, then %d, %v", text, amount, again, err)
		}
	})
}

// The wallets that hold no key sign messages, and are not asked to pay.
func TestOnlyKeysSignTransfers(t *testing.T) {
	address := testEVM(t).Address()
	digest, err := signer.NewDangerousDigestWallet(address, func(context.Context, [32]byte) ([]byte, error) { panic("asked") })
	if err != nil {
		t.Fatal(err)
	}
	message, err := signer.NewMessageWallet(address, func(context.Context, []byte) ([]byte, error) { panic("asked") })
	if err != nil {
		t.Fatal(err)
	}
	for _, w := range []signer.Wallet{digest, message} {
		if sig, err := SignTransfer(t.Context(), w, baseTransfer()); sig != "" || !errors.Is(err, ErrDeclined) {
			t.Errorf("%T pays: %q, %v", w, sig, err)
		}
		if err := (&Payer{Wallet: w, Budget: wideBudget}).prepare(); err == nil || !strings.Contains(err.Error(), "cannot pay") {
			t.Errorf("%T as a payer's: %v", w, err)
		}
	}
}

// refusals are changes that make a transfer one that is not to be signed, and what the error then has to name.
type refusals []struct {
	why    string
	change func(*Transfer)
	want   string
}

func (list refusals) test(t *testing.T, w TransferSigner, good func() Transfer) {
	for _, r := range list {
		transfer := good()
		r.change(&transfer)
		sig, err := w.SignTransfer(t.Context(), transfer)
		if sig != "" || !errors.Is(err, ErrDeclined) || !strings.Contains(err.Error(), r.want) || len(err.Error()) > 300 {
			t.Errorf("%s: %q, %v; want an error about %s", r.why, sig, err, r.want)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	if sig, err := w.SignTransfer(ctx, good()); sig == "" || err != nil {
		t.Errorf("the transfer itself: %q, %v", sig, err)
	}
	cancel()
	if sig, err := w.SignTransfer(ctx, good()); sig != "" || !errors.Is(err, ErrDeclined) || !errors.Is(err, context.Canceled) {
		t.Errorf("canceled: %q, %v", sig, err)
	}
}

// common are the refusals on both chains.
var common = refusals{
	{"zero", func(t *Transfer) { *t = Transfer{} }, "Amount is 0.00 USD"},
	{"no amount", func(t *Transfer) { t.Amount = 0 }, "Amount is 0.00 USD"},
	{"less than nothing", func(t *Transfer) { t.Amount = -1 }, "Amount"},
	{"a unit too much", func(t *Transfer) { t.Amount = 10_000*USD + 1 }, "Amount is 10000.000001 USD"},
	{"no network", func(t *Transfer) { t.Network = "" }, "Network"},
	{"alias of the network", func(t *Transfer) { t.Network = "base" }, "Network"},
	{"test network", func(t *Transfer) { t.Network = "eip155:84532" }, "Network"},
	{"no payee", func(t *Transfer) { t.To = "" }, "To"},
	{"payee is the payer", func(t *Transfer) { t.To = t.From }, "To is the payer"},
	{"payee is the asset", func(t *Transfer) { t.To = t.Asset }, "To is the asset"},
	{"another's payee form", func(t *Transfer) { t.To = strings.Repeat("z", 10_000) }, "To"},
	{"no asset", func(t *Transfer) { t.Asset = "" }, "Asset"},
	{"payer is the asset", func(t *Transfer) { t.From = t.Asset }, "From is the asset"},
	{"no payer", func(t *Transfer) { t.From = "" }, "From"},
}
