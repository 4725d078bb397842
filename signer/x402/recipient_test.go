// Recipients: to whom, and for which origins, USDC is signed.

package x402

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/venice-go/venice/journal"
)

// USDC itself is signed for the service's origin, and for one that is named.
func TestUSDCGoesToNamedOrigins(t *testing.T) {
	body := strings.Replace(goodOffer, testAsset, baseUSDC, 1)
	wallet := &spy{TransferSigner: testWallet(t)}
	client, paid := offering(t, body, nil)
	p := &Payer{Wallet: wallet, Budget: wideBudget, Journal: new(journal.Memory)}
	if _, err := p.TopUp(t.Context(), client, 5*USD); !errors.Is(err, ErrOffer) || wallet.asked != 0 {
		t.Errorf("loopback: %v, asked %d", err, wallet.asked)
	}
	p = &Payer{Wallet: wallet, Budget: wideBudget, Journal: new(journal.Memory), AllowOrigins: []string{client.BaseURL()}}
	if _, err := p.TopUp(t.Context(), client, 5*USD); err != nil || wallet.asked != 1 || *paid != 1 {
		t.Errorf("named: %v, asked %d", err, wallet.asked)
	}
}

// The first recipient is remembered, and another needs a word of the user's.
func TestRecipients(t *testing.T) {
	other := strings.Replace(goodOffer, "2670b922ef37c7df47158725c0cc407b5382293f", "5aaeb6053f3e94c9b9a09f33669435e7ef1beaed", 1)
	journal := new(journal.Memory)
	pay := func(body string, payTo ...string) error {
		client, _ := offering(t, body, nil)
		_, err := (&Payer{Wallet: testWallet(t), Budget: wideBudget, TestAsset: testAsset, Journal: journal, PayTo: payTo}).TopUp(t.Context(), client, 5*USD)
		return err
	}
	rule := func(err error) string {
		if e, ok := errors.AsType[*OfferError](err); ok {
			return e.Rule
		}
		return fmt.Sprint(err)
	}
	if got := rule(pay(goodOffer, "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed")); got != "recipient" {
		t.Errorf("not in the list: %s", got)
	}
	if err := pay(goodOffer, strings.ToLower(testPayTo)); err != nil {
		t.Errorf("in the list: %v", err)
	}
	if got := rule(pay(other)); got != "recipient" {
		t.Errorf("another than before: %s", got)
	}
	p := &Payer{Wallet: testWallet(t), Budget: wideBudget, TestAsset: testAsset, Journal: journal}
	if err := p.Confirm(t.Context(), "0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed"); err != nil {
		t.Fatal(err)
	}
	if err := pay(other); err != nil {
		t.Errorf("confirmed: %v", err)
	}
	if got := rule(pay(goodOffer)); got != "recipient" {
		t.Errorf("the first one, after another was confirmed: %s", got)
	}
}
