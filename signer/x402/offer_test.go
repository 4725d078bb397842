// Tests of offers: hostile ones, none of which may be signed.

package x402

import (
	"context"
	"encoding/base64"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/venice-go/venice"
	"github.com/venice-go/venice/journal"
	"github.com/venice-go/venice/signer"
)

// A spy counts what a wallet is asked to sign.
type spy struct {
	TransferSigner
	asked int
}

func (s *spy) SignTransfer(ctx context.Context, t Transfer) (string, error) {
	s.asked++
	return s.TransferSigner.SignTransfer(ctx, t)
}

func (s *spy) SignMessage(context.Context, []byte) (string, error) {
	s.asked++
	return "", errors.New("not for paying")
}

const (
	testAsset = "0x00000000000000000000000000000000000a55e7"
	testPayTo = "0x2670B922ef37C7Df47158725C0CC407b5382293F"
	testMint  = "9C6hybhQ6Aycep9jaUnP6uL9ZYvDjUp1aSkFWPUFJtpj"
)

var wideBudget = Budget{PerPayment: 100 * USD, Total: 1000 * USD, PerWindow: 1000 * USD, Window: time.Hour}

// goodOffer is the service's, for a made-up asset.
const goodOffer = `{"x402Version":2,"accepts":[` + goodEntry + `],"resource":{"url":"https://api.venice.ai/api/v1/x402/top-up","description":"d","mimeType":"application/json"}}`

const goodEntry = `{"scheme":"exact","network":"eip155:8453","amount":"5000000","asset":"0x00000000000000000000000000000000000a55e7",` +
	`"payTo":"0x2670b922ef37c7df47158725c0cc407b5382293f","maxTimeoutSeconds":300,"extra":{"name":"USD Coin","version":"2"}}`

// offering serves an offer to questions, and takes any payment.
func offering(t *testing.T, body string, header *string) (*venice.Client, *int) {
	paid := new(int)
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("PAYMENT-SIGNATURE") != "" {
			*paid++
			reply(w, 200, `{"success":true,"data":{"walletAddress":"x","amountCredited":5,"newBalance":5,"paymentId":"p"}}`)
			return
		}
		if header != nil {
			w.Header().Set("PAYMENT-REQUIRED", base64.StdEncoding.EncodeToString([]byte(*header)))
		}
		reply(w, 402, body)
	}))
	t.Cleanup(s.Close)
	client, err := venice.New(venice.WithBaseURL(s.URL), venice.WithAuth(nil))
	if err != nil {
		t.Fatal(err)
	}
	return client, paid
}

func TestGoodOffers(t *testing.T) {
	sum, _ := signer.ChecksumAddress(testAsset)
	for name, c := range map[string]struct{ old, new string }{
		"as it is":           {},
		"checksummed asset":  {testAsset, sum},
		"checksummed payTo":  {strings.ToLower(testPayTo), testPayTo},
		"an alias":           {`"eip155:8453"`, `"base"`},
		"unknown members":    {`"extra":{`, `"future":[1,{}],"extra":{"more":null,`},
		"eip3009":            {`"version":"2"`, `"version":"2","assetTransferMethod":"eip3009","paymentFlow":"authorization"`},
		"another rail":       {`"accepts":[`, `"accepts":[{"network":"solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp","scheme":"exact"},`},
		"another scheme too": {`"accepts":[`, `"accepts":[` + strings.Replace(goodEntry, "exact", "upto", 1) + `,`},
		"harmless extension": {`"accepts"`, `"extensions":{"bazaar":{"info":1}},"accepts"`},
	} {
		body := strings.Replace(goodOffer, c.old, c.new, 1)
		if c.old != "" && body == goodOffer {
			t.Fatalf("%s: changes nothing", name)
		}
		wallet := &spy{TransferSigner: testWallet(t)}
		client, paid := offering(t, body, &body)
		p := &Payer{Wallet: wallet, Budget: wideBudget, TestAsset: testAsset, Journal: new(journal.Memory)}
		if receipt, err := p.TopUp(t.Context(), client, 5*USD); err != nil || receipt.Credited != "5" || wallet.asked != 1 || *paid != 1 {
			t.Errorf("%s: %v, %v, asked %d, paid %d", name, receipt, err, wallet.asked, *paid)
		}
	}
}

// Stock servers of the protocol put the offer into the header alone; it is judged as one in a body is.
func TestOffersInTheHeaderAlone(t *testing.T) {
	long := strings.Repeat("d", maxOffer)
	for _, body := range []string{"", "{}", " { }\n", "null", " \t"} {
		for header, rule := range map[string]string{
			goodOffer: "",
			strings.Replace(goodOffer, `"scheme"`, `"Amount":"1","scheme"`, 1):                    "json",
			strings.Replace(goodOffer, `"d"`, `"`+long+`"`, 1):                                    "json",
			strings.Replace(goodOffer, `"accepts"`, `"extensions":{"gasPermit":{}},"accepts"`, 1): "extensions",
			strings.Replace(goodOffer, "exact", "upto", 1):                                        "scheme",
			"{}": "x402Version", "null": "json",
		} {
			wallet := &spy{TransferSigner: testWallet(t)}
			client, paid := offering(t, body, &header)
			p := &Payer{Wallet: wallet, Budget: wideBudget, TestAsset: testAsset, Journal: new(journal.Memory)}
			receipt, err := p.TopUp(t.Context(), client, 5*USD)
			refused, _ := errors.AsType[*OfferError](err)
			switch {
			case rule == "" && (err != nil || receipt.Credited != "5" || wallet.asked != 1 || *paid != 1):
				t.Errorf("body %q: %v, %v, asked %d, paid %d", body, receipt, err, wallet.asked, *paid)
			case rule != "" && (refused == nil || refused.Rule != rule || wallet.asked != 0 || strings.Count(err.Error(), "nothing was signed") != 1):
				t.Errorf("body %q, header %.60q: %v, asked %d; want a refusal by %s", body, header, err, wallet.asked, rule)
			}
		}
	}
	_, err := readOffers([]byte("{}"), "not base64")
	if refused, _ := errors.AsType[*OfferError](err); refused == nil || refused.Rule != "header" {
		t.Errorf("a header that is no base64: %v", err)
	}
	if _, err := readOffers([]byte(`{"hello":1}`), base64.StdEncoding.EncodeToString([]byte(goodOffer))); err == nil {
		t.Error("a body that says something else was passed over")
	}
}

func TestHostileOffers(t *testing.T) {
	const me = "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266"
	type offer struct{ rule, old, new string }
	hostile := map[string]offer{
		"not JSON":                    {"json", goodOffer, "pay me"},
		"a list":                      {"json", goodOffer, "[]"},
		"nothing":                     {"json", goodOffer, ""},
		"null":                        {"json", goodOffer, "null"},
		"two documents":               {"json", goodOffer, goodOffer + goodOffer},
		"cut off":                     {"json", `"version":"2"}}]`, `"version":"2"`},
		"huge":                        {"json", `"description":"d"`, `"description":"` + strings.Repeat("d", 7000) + `"`},
		"amount twice":                {"json", `"amount":"5000000"`, `"amount":"5000000","amount":"9000000"`},
		"amount and Amount":           {"json", `"amount":"5000000"`, `"amount":"5000000","Amount":"9000000"`},
		"payTo and payto":             {"json", `"payTo":`, `"payto":"` + me + `","payTo":`},
		"payTo with a long s":         {"json", `"asset":`, `"a\u017fset":"x","asset":`},
		"accepts twice":               {"json", `"accepts":`, `"accepts":[],"accepts":`},
		"ACCEPTS too":                 {"json", `"accepts":`, `"ACCEPTS":[],"accepts":`},
		"extra and EXTRA":             {"json", `"extra":`, `"EXTRA":{},"extra":`},
		"accepts is no list":          {"json", `"accepts":[`, `"accepts":{"0":[`},
		"entry is no object":          {"json", `"accepts":[`, `"accepts":["x",`},
		"amount is a number":          {"json", `"5000000"`, `5000000`},
		"timeout is a text":           {"json", `300`, `"300"`},
		"timeout has a fraction":      {"json", `300`, `300.5`},
		"version 1":                   {"x402Version", `"x402Version":2`, `"x402Version":1`},
		"no version":                  {"x402Version", `"x402Version":2,`, ``},
		"no offers":                   {"network", goodEntry, ``},
		"other chain":                 {"network", "eip155:8453", "eip155:1"},
		"test network":                {"network", "eip155:8453", "eip155:84532"},
		"chain in capitals":           {"network", "eip155:8453", "EIP155:8453"},
		"two offers for one rail":     {"network", goodEntry, goodEntry + "," + strings.Replace(goodEntry, "2670b9", "2670b8", 1)},
		"upto":                        {"scheme", "exact", "upto"},
		"no scheme":                   {"scheme", `"scheme":"exact",`, ``},
		"other asset":                 {"asset", testAsset, "0x4200000000000000000000000000000000000006"},
		"USDC of another chain":       {"asset", testAsset, "0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48"},
		"USDC itself, to a stranger":  {"asset", testAsset, baseUSDC},
		"no asset":                    {"asset", `"asset":"` + testAsset + `",`, ``},
		"amount zero":                 {"amount", "5000000", "0"},
		"amount with a zero in front": {"amount", "5000000", "05000000"},
		"amount negative":             {"amount", "5000000", "-5000000"},
		"amount with a sign":          {"amount", "5000000", "+5000000"},
		"amount with a point":         {"amount", "5000000", "5000000.0"},
		"amount in exponents":         {"amount", "5000000", "5e6"},
		"amount in hex":               {"amount", "5000000", "0x4c4b40"},
		"amount with a space":         {"amount", "5000000", "5000000 "},
		"amount in other digits":      {"amount", "5000000", "５000000"},
		"amount above what was asked": {"amount", "5000000", "5000001"},
		"amount of 2^64":              {"amount", "5000000", "18446744073709551616"},
		"amount of 2^256":             {"amount", "5000000", "115792089237316195423570985008687907853269984665640564039457584007913129639936"},
		"empty amount":                {"amount", "5000000", ""},
		"payTo zero":                  {"payTo", strings.ToLower(testPayTo), zeroAddress},
		"payTo the payer":             {"payTo", strings.ToLower(testPayTo), strings.ToLower(me)},
		"payTo the asset":             {"payTo", strings.ToLower(testPayTo), strings.ToLower(testAsset)},
		"payTo with a wrong checksum": {"payTo", strings.ToLower(testPayTo), "0x2670b922ef37C7Df47158725C0CC407b5382293F"},
		"payTo short":                 {"payTo", strings.ToLower(testPayTo), "0x2670b922ef37c7df47158725c0cc407b538229"},
		"payTo a name":                {"payTo", strings.ToLower(testPayTo), "venice.eth"},
		"payTo with a space":          {"payTo", strings.ToLower(testPayTo), " " + strings.ToLower(testPayTo)},
		"payTo on Solana":             {"payTo", strings.ToLower(testPayTo), testMint},
		"no payTo":                    {"payTo", `"payTo":"` + strings.ToLower(testPayTo) + `",`, ``},
		"no timeout":                  {"timeout", `"maxTimeoutSeconds":300,`, ``},
		"timeout of 5 seconds":        {"timeout", "300", "5"},
		"timeout negative":            {"timeout", "300", "-300"},
		"timeout of ages":             {"timeout", "300", "9223372036854775807"},
		"other name":                  {"extra", "USD Coin", "USDC"},
		"other version":               {"extra", `"version":"2"`, `"version":"1"`},
		"no extra":                    {"extra", `,"extra":{"name":"USD Coin","version":"2"}`, ``},
		"permit2":                     {"extra", `"version":"2"`, `"version":"2","assetTransferMethod":"permit2"`},
		"other flow":                  {"extra", `"version":"2"`, `"version":"2","paymentFlow":"escrow"`},
		"gas by EIP-2612":             {"extensions", `"accepts"`, `"extensions":{"eip2612GasSponsoring":{"info":{}}},"accepts"`},
		"gas by approval":             {"extensions", `"accepts"`, `"extensions":{"erc20ApprovalGasSponsoring":{}},"accepts"`},
		"extensions are a list":       {"extensions", `"accepts"`, `"extensions":["x"],"accepts"`},
	}
	if len(hostile) < 40 {
		t.Errorf("%d hostile offers, want 40", len(hostile))
	}
	for name, c := range hostile {
		body := strings.Replace(goodOffer, c.old, c.new, 1)
		if body == goodOffer {
			t.Fatalf("%s: changes nothing", name)
		}
		refusesOffer(t, name, c.rule, body, nil)
	}
	// What the header says must be what the body says.
	for name, header := range map[string]string{
		"another amount": strings.Replace(goodOffer, "5000000", "6000000", 1), "another payTo": strings.Replace(goodOffer, "2670b9", "2670b8", 1),
		"fewer": `{"x402Version":2,"accepts":[]}`, "not JSON": "x", "another resource": strings.Replace(goodOffer, `"d"`, `"e"`, 1),
		"names twice": strings.Replace(goodOffer, `"amount"`, `"amount":"1","amount"`, 1),
	} {
		rule := "header"
		if name == "not JSON" || name == "names twice" {
			rule = "json"
		}
		refusesOffer(t, "header: "+name, rule, goodOffer, &header)
	}
}

// refusesOffer has a payer meet an offer, and expects that nothing is signed, written down or sent.
func refusesOffer(t *testing.T, name, rule, body string, header *string) {
	t.Helper()
	wallet, journal := &spy{TransferSigner: testWallet(t)}, new(journal.Memory)
	client, paid := offering(t, body, header)
	p := &Payer{Wallet: wallet, Budget: wideBudget, TestAsset: testAsset, Journal: journal}
	_, err := p.TopUp(t.Context(), client, 5*USD)
	refusal, ok := errors.AsType[*OfferError](err)
	if !ok || refusal.Rule != rule || !errors.Is(err, ErrOffer) || !strings.Contains(err.Error(), "nothing was signed") {
		t.Errorf("%s: %v, want the rule %s", name, err, rule)
	}
	if wallet.asked != 0 || *paid != 0 || written(t, p) != 0 {
		t.Errorf("%s: asked to sign %d times, sent %d, %d payments in the journal", name, wallet.asked, *paid, written(t, p))
	}
}

func written(t *testing.T, p *Payer) int {
	t.Helper()
	intents, err := p.Intents(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return len(intents)
}
