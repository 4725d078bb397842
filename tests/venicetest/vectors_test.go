// Payments that other software made, read by the fake.

package venicetest

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"os"
	"strconv"
	"testing"

	"filippo.io/edwards25519"
	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

type paymentVectors struct {
	EIP3009 []struct {
		Authorization     map[string]string
		Digest, Signature string
	}
	USDC   string
	Solana []struct {
		Offer struct {
			Amount, Asset, PayTo string
			Extra                struct{ FeePayer, Memo string }
		}
		Transaction, Signature string
	}
	ATA struct {
		Mint      string
		Cases     []struct{ Owner, ATA string }
		Token2022 struct{ Owner, ATA string }
	}
}

func readVectors(t testing.TB) (v paymentVectors) {
	t.Helper()
	raw, err := os.ReadFile("testdata/payments.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(raw, &v, json.MatchCaseInsensitiveNames(true)); err != nil {
		t.Fatal(err)
	}
	if len(v.EIP3009) < 4 || len(v.Solana) < 2 || len(v.ATA.Cases) < 14 {
		t.Fatalf("too few vectors: %+v", v)
	}
	return v
}

func TestEIP3009Vectors(t *testing.T) {
	v := readVectors(t)
	for i, c := range v.EIP3009 {
		c.Authorization["to"] = PayTo // the recipient is judged on the way, and put back below
		payload, _ := json.Marshal(map[string]any{"authorization": c.Authorization, "signature": c.Signature})
		a, signature, bad := readAuthorization(jsontext.Value(payload))
		if bad != nil {
			t.Fatalf("case %d: %+v", i, bad)
		}
		a.to = readVectors(t).EIP3009[i].Authorization["to"]
		digest := a.digest(v.USDC)
		if got := "0x" + hex.EncodeToString(digest); got != c.Digest {
			t.Errorf("case %d: digest %s, want %s", i, got, c.Digest)
		}
		if by, why := signedBy(digest, signature); by != c.Authorization["from"] || why != "" {
			t.Errorf("case %d: signed by %s (%s)", i, by, why)
		}
		digest[0] ^= 1
		if by, _ := signedBy(digest, signature); by == c.Authorization["from"] {
			t.Errorf("case %d: signs another digest as well", i)
		}
	}
}

func TestSolanaVectors(t *testing.T) {
	for i, c := range readVectors(t).Solana {
		offer := solanaOffer{fixedKey(c.Offer.Asset), fixedKey(c.Offer.PayTo), fixedKey(c.Offer.Extra.FeePayer), c.Offer.Extra.Memo}
		units, _ := strconv.ParseUint(c.Offer.Amount, 10, 64)
		f, bad := offer.judge(c.Transaction, units)
		if bad != nil {
			t.Fatalf("case %d: %+v", i, bad)
		}
		if to58(f.signatures[1]) != c.Signature || f.payer != f.accounts[1] || f.amount != units || len(f.memos) != 1 {
			t.Errorf("case %d: %+v", i, f)
		}
		if _, bad := offer.judge(c.Transaction, units+1); bad == nil {
			t.Errorf("case %d: pays another amount as well", i)
		}
	}
}

func TestTokenAccountVectors(t *testing.T) {
	v := readVectors(t).ATA
	mint := fixedKey(v.Mint)
	for _, c := range v.Cases {
		if got := tokenAccount(fixedKey(c.Owner), mint, tokenProgram).String(); got != c.ATA {
			t.Errorf("account of %s: %s, want %s", c.Owner, got, c.ATA)
		}
	}
	if got := tokenAccount(fixedKey(v.Token2022.Owner), mint, token2022).String(); got != v.Token2022.ATA {
		t.Errorf("account under Token-2022: %s, want %s", got, v.Token2022.ATA)
	}
}

// What is read as a transaction has one form only: writing it again gives the same bytes.
func FuzzReadTransaction(f *testing.F) {
	for _, c := range readVectors(f).Solana {
		raw, err := base64.StdEncoding.DecodeString(c.Transaction)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(raw)
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		read, err := readTransaction(bytes.Clone(raw))
		if err == nil && !bytes.Equal(read.wire(bytes.Clone(read.signatures[0])), raw) {
			t.Errorf("%x read as %+v", raw, read)
		}
	})
}

// What is paid to must not be anybody's: a made-up mint, and addresses of the right form.
func TestMadeUpAddresses(t *testing.T) {
	for _, address := range []string{USDC, PayTo} {
		if a, err := walletAddress(address); a != address || err != nil {
			t.Errorf("%s: %s, %v", address, a, err)
		}
	}
	for _, address := range []string{USDCMint, PayToSolana, FeePayer} {
		if a, err := walletAddress(address); a != address || err != nil {
			t.Errorf("%s: %s, %v", address, a, err)
		}
	}
	if got := pubkey(feePayerKey()[32:]).String(); got != FeePayer {
		t.Errorf("the fee payer's key is %s's", got)
	}
	payTo := fixedKey(PayToSolana)
	if _, err := new(edwards25519.Point).SetBytes(payTo[:]); err == nil {
		t.Error("PayToSolana is on the curve")
	}
}
