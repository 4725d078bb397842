// Envelopes: what offers come in, and payments go out in.

package x402

import (
	"encoding/base64"
	"encoding/hex"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/venice-go/venice/internal/evm"
)

// Published envelopes of another library's payments are made byte for byte, but for the order of members.
func TestEnvelopes(t *testing.T) {
	raw, err := os.ReadFile("testdata/envelopes.json")
	if err != nil {
		t.Fatal(err)
	}
	var published struct {
		Offer jsontext.Value
		Cases []struct {
			Name     string
			Envelope struct {
				X402Version int64
				Payload     struct {
					Signature     string
					Authorization struct{ From, To, Value, ValidBefore, Nonce string }
				}
				Resource jsontext.Value
			}
		}
	}
	if err := json.Unmarshal(raw, &published, json.MatchCaseInsensitiveNames(true)); err != nil {
		t.Fatal(err)
	}
	for _, c := range published.Cases {
		body := `{"x402Version":2,"accepts":[` + string(published.Offer) + `]`
		if c.Envelope.Resource != nil {
			body += `,"resource":` + string(c.Envelope.Resource)
		}
		offers, err := readOffers([]byte(body+"}"), "")
		if err != nil {
			t.Fatal(err)
		}
		a := c.Envelope.Payload.Authorization
		value, _ := strconv.ParseInt(a.Value, 10, 64)
		before, _ := strconv.ParseInt(a.ValidBefore, 10, 64)
		nonce, _ := hex.DecodeString(a.Nonce[2:])
		x := Transfer{Network: evm.Base, Asset: baseUSDC, From: a.From, To: a.To, Amount: Amount(value), ValidBefore: before, Nonce: [32]byte(nonce)}
		signature, err := testWallet(t).SignTransfer(t.Context(), x)
		if err != nil || signature != c.Envelope.Payload.Signature {
			t.Fatalf("%s: signature %s, %v", c.Name, signature, err)
		}
		payload, err := x.payload(signature)
		if err != nil {
			t.Fatal(err)
		}
		header, err := offers[0].header(a.Value, payload)
		if err != nil {
			t.Fatal(err)
		}
		got, _ := base64.StdEncoding.DecodeString(header)
		want := find(t, raw, c.Name)
		if g, w := jsontext.Value(got), want; g.Canonicalize() != nil || w.Canonicalize() != nil || string(g) != string(w) {
			t.Errorf("%s:\n%s, want\n%s", c.Name, g, w)
		}
	}
}

// find returns an envelope as it was published.
func find(t *testing.T, raw []byte, name string) jsontext.Value {
	var all struct {
		Cases []struct {
			Name     string         `json:"name"`
			Envelope jsontext.Value `json:"envelope"`
		} `json:"cases"`
	}
	if err := json.Unmarshal(raw, &all); err != nil {
		t.Fatal(err)
	}
	for _, c := range all.Cases {
		if c.Name == name {
			return c.Envelope
		}
	}
	return nil
}

func FuzzReadOffers(f *testing.F) {
	f.Add([]byte(goodOffer), base64.StdEncoding.EncodeToString([]byte(goodOffer)))
	f.Add([]byte(`{"x402Version":2,"accepts":[{"amount":"1","Amount":"2"}]}`), "")
	f.Fuzz(func(t *testing.T, body []byte, header string) {
		terms := &terms{rail: baseRail{}, payer: "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266", asset: testAsset, amount: 5 * USD}
		offers, err := readOffers(body, header)
		if err != nil {
			return
		}
		o, err := terms.choose(offers)
		if err != nil {
			return
		}
		// What is accepted says the same to whoever reads it, and goes back as it came.
		if o.Scheme != "exact" || !strings.EqualFold(o.Asset, testAsset) || !baseUnits.MatchString(o.Amount) || o.MaxTimeoutSeconds < 10 {
			t.Fatalf("accepted %+v", o)
		}
		if _, err := o.header("5000000", map[string]int{}); err != nil {
			t.Fatal(err)
		}
	})
}
