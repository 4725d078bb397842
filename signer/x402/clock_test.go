// Clocks that are off, set back, or not the chain's.

package x402

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/venice-go/venice/gen"
	"github.com/venice-go/venice/internal/solana"
	"github.com/venice-go/venice/journal"
	"github.com/venice-go/venice/signer"
)

// A clock that is off, either way, would have signatures count as dead or budgets as free before their time.
func TestClocksThatAreOff(t *testing.T) {
	for off, signs := range map[time.Duration]bool{0: true, 29 * time.Second: true, -29 * time.Second: true,
		32 * time.Second: false, -32 * time.Second: false, 3 * time.Hour: false, -24 * time.Hour: false} {
		s, client := newTill(t, "paid")
		wallet := &spy{TransferSigner: testWallet(t)}
		p := s.payer(wallet, nil)
		p.config.now = func() time.Time { return s.now().Add(off) }
		_, err := p.TopUp(t.Context(), client, 5*USD)
		if (err == nil) != signs || (wallet.asked == 1) != signs || !signs && !strings.Contains(err.Error(), "clock") {
			t.Errorf("%v off: %v, signed %d times", off, err, wallet.asked)
		}
	}
}

// A clock that is set back while the service does not answer does not have it asked for longer.
func TestClockSetBack(t *testing.T) {
	s, client := newTill(t, "503")
	p := s.payer(testWallet(t), nil)
	s.onPay = func() {
		if len(s.payments) == 3 {
			_ = s.sleep(t.Context(), -time.Hour)
		}
	}
	if _, err := p.TopUp(t.Context(), client, 5*USD); !errors.Is(err, ErrUnknown) || len(s.payments) > 20 {
		t.Errorf("%v, sent %d times", err, len(s.payments))
	}
}

// On Solana the time of a payment is the chain's, whatever offer and payer say, and one transaction is one payment.
func TestSolanaTime(t *testing.T) {
	client, paid := offering(t, solanaOffer, nil)
	wallet, _ := signer.GenerateSolana()
	journal := new(journal.Memory)
	p := &Payer{Wallet: wallet, Budget: wideBudget, TestAsset: testMint, Journal: journal, RPC: "http://127.0.0.1:1", Life: 10 * time.Second}
	if err := p.prepare(); err != nil {
		t.Fatal(err)
	}
	node := &stub{blockhash: "EkSnNWid2cvwEVnVx9aBqawnmiCNiDgp3gUdkDPTKN1N"}
	p.chain = node
	if _, err := p.TopUp(t.Context(), client, 5*USD); err != nil {
		t.Fatal(err)
	}
	intents, _ := p.Intents(t.Context())
	if life := intents[0].Until.Sub(intents[0].Reserved); life < 2*time.Minute {
		t.Errorf("lives %v", life)
	}
	if _, err := p.TopUp(t.Context(), client, 5*USD); err == nil || !strings.Contains(err.Error(), "same transfer") || *paid != 1 {
		t.Errorf("with the memo and the blockhash of before: %v", err)
	}
	node.blockhash = testPayToSolana
	if _, err := p.TopUp(t.Context(), client, 5*USD); err != nil {
		t.Error(err)
	}
}

// Until the chain says that it is over it is not, however late it is here.
func TestSolanaTimeIsTheChains(t *testing.T) {
	wallet, _ := signer.GenerateSolana()
	kept := new(journal.Memory)
	transfer := &Transfer{Network: solana.Network, Asset: testMint, From: wallet.Address(), To: testPayToSolana, Amount: 5 * USD}
	account, at := solana.Network+":"+wallet.Address(), time.Now().Add(-24*time.Hour)
	_ = kept.Update(t.Context(), account, func([]gen.Secret) (lines []gen.Secret, err error) {
		for _, r := range []record{
			{Type: recordReserved, ID: "i", At: at.UnixMilli(), Until: at.Unix(), Origin: "o", Transfer: transfer, LastValid: 1000},
			{Type: recordSigned, ID: "i", Payload: "p"}, {Type: recordSent, ID: "i"}, {Type: recordRefused, ID: "i", Refusal: "no"},
		} {
			line, _ := r.encode()
			lines = append(lines, line)
		}
		return lines, nil
	})
	client, paid := offering(t, solanaOffer, nil)
	for name, c := range map[string]struct {
		node *stub
		pays bool
	}{"not over": {&stub{}, false}, "silent": {&stub{err: errors.New("no answer")}, false}, "dead": {&stub{certain: true, blockhash: testPayToSolana}, true}} {
		own := copyOf(kept, account)
		p := &Payer{Wallet: wallet, Budget: wideBudget, TestAsset: testMint, Journal: own, RPC: "http://127.0.0.1:1"}
		if err := p.prepare(); err != nil {
			t.Fatal(err)
		}
		p.chain = c.node
		before := *paid
		if _, err := p.TopUp(t.Context(), client, 5*USD); (err == nil) != c.pays || !c.pays && !errors.Is(err, ErrOutstanding) || (*paid > before) != c.pays {
			t.Errorf("%s: %v", name, err)
		}
	}
}
