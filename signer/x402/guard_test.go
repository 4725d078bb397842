// Tests of what a payer guards against: clocks, words that come too late or too early, and services that talk too much.

package x402

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/venice-go/venice/gen"
	"github.com/venice-go/venice/internal/solana"
	"github.com/venice-go/venice/journal"
	"github.com/venice-go/venice/signer"
)

// A stub is a chain that says what it is told to.
type stub struct {
	isOver, settled, certain bool
	err                      error
	blockhash                string
	asked                    int
}

func (s *stub) prepare(_ context.Context, t *Transfer) (uint64, error) {
	t.Blockhash = s.blockhash
	return 1000, s.err
}

func (s *stub) over(context.Context, *Transfer, uint64) (bool, error) { return s.isOver, s.err }

func (s *stub) outcome(context.Context, *Transfer, uint64) (bool, bool, string, error) {
	s.asked++
	return s.settled, s.certain, "", s.err
}

// While a wallet takes its time, the user or the chain may say what became of the payment. That stays so.
func TestWordsBeforeTheSignature(t *testing.T) {
	for made, state := range map[bool]string{true: "settled0", false: "dead0"} {
		for _, declines := range []bool{false, true} {
			s, client := newTill(t, "paid")
			var p *Payer
			wallet := &otherwise{testWallet(t), func(ctx context.Context, x Transfer) (string, error) {
				intents, _ := p.Intents(ctx)
				_ = s.sleep(ctx, time.Hour)
				if err := p.Resolve(ctx, client, intents[0].ID, made); err != nil {
					t.Error(err)
				}
				if declines {
					return "", ErrDeclined
				}
				return testWallet(t).SignTransfer(ctx, x)
			}}
			p = s.payer(wallet, nil)
			_, err := p.TopUp(t.Context(), client, 5*USD)
			if got := states(t, p); err == nil || got != state || len(s.payments) != 0 {
				t.Errorf("made %v, declines %v: %v, %s, sent %d", made, declines, err, got, len(s.payments))
			}
		}
	}
}

// The chain decides when it can be said that a payment was not made, if it can be asked.
func TestResolveAsksTheChain(t *testing.T) {
	for name, c := range map[string]struct {
		stub
		freed bool
	}{
		"not over":             {stub{}, false},
		"silent":               {stub{isOver: true, err: errors.New("no answer")}, false},
		"over, and it has it":  {stub{isOver: true, settled: true, certain: true}, false},
		"over, and cannot say": {stub{isOver: true}, true},
	} {
		s, client := newTill(t, "400")
		p := s.payer(testWallet(t), nil)
		if _, err := p.TopUp(t.Context(), client, 5*USD); !errors.Is(err, ErrFailed) {
			t.Fatal(err)
		}
		if err := s.sleep(t.Context(), time.Hour); err != nil {
			t.Fatal(err)
		}
		intents, _ := p.Intents(t.Context())
		p.chain = &c.stub
		if err := p.Resolve(t.Context(), client, intents[0].ID, false); (err == nil) != c.freed {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A node that is of no use is found out before anything is signed.
func TestNodeThatIsDown(t *testing.T) {
	s, client := newTill(t, "paid")
	wallet := &spy{TransferSigner: testWallet(t)}
	p := s.payer(wallet, nil)
	p.chain = &stub{err: errors.New("no answer")}
	if _, err := p.TopUp(t.Context(), client, 5*USD); err == nil || wallet.asked != 0 || len(s.payments) != 0 {
		t.Errorf("%v, signed %d times", err, wallet.asked)
	}
}

// A refusal does not keep the chain from knowing better, at any time.
func TestChainKnowsBetter(t *testing.T) {
	s, client := newTill(t, "402", "paid")
	p := s.payer(testWallet(t), nil)
	_, _ = p.TopUp(t.Context(), client, 5*USD)
	p.chain = &stub{settled: true, certain: true}
	if _, err := p.TopUp(t.Context(), client, 5*USD); err != nil {
		t.Error(err)
	}
	if got := states(t, p); got != "settled1 settled1" {
		t.Error(got)
	}
}

const solanaOffer = `{"x402Version":2,"accepts":[{"scheme":"exact","network":"` + solana.Network + `","amount":"5000000","asset":"` + testMint + `",` +
	`"payTo":"8qUL23aSj7mDWdoLMXGHFvnVCT9wd7jXcysiekroADEL","maxTimeoutSeconds":10,"extra":{"feePayer":"BFK9TLC3edb13K6v4YyH3DwPb5DSUpkWvb7XnqCL9b4F","memo":"order 7"}}]}`

const testPayToSolana = "8qUL23aSj7mDWdoLMXGHFvnVCT9wd7jXcysiekroADEL" // any 32 bytes

// What another process settles meanwhile is not sent again, and its receipt is this one's too.
func TestSettledByAnother(t *testing.T) {
	s, client := newTill(t, "lost", "paid")
	journal := new(journal.Memory)
	other := s.payer(testWallet(t), journal)
	p := s.payer(testWallet(t), journal)
	p.config.sleep = func(ctx context.Context, d time.Duration) error {
		if err := other.Settle(ctx, client); err != nil {
			t.Error(err)
		}
		return s.sleep(ctx, d)
	}
	if receipt, err := p.TopUp(t.Context(), client, 5*USD); err != nil || receipt.PaymentID != "p1" || len(s.payments) != 2 {
		t.Errorf("%+v, %v, sent %d times", receipt, err, len(s.payments))
	}
}

// A payment goes to the origin that it was signed for, and to no other.
func TestOpenElsewhere(t *testing.T) {
	s, client := newTill(t, "paid")
	journal := &failing{after: 2}
	if _, err := s.payer(testWallet(t), journal).TopUp(t.Context(), client, 5*USD); err == nil {
		t.Fatal("no crash")
	}
	journal.after = 1000
	there, another := newTill(t, "paid")
	if _, err := s.payer(testWallet(t), journal).TopUp(t.Context(), another, 5*USD); !errors.Is(err, ErrOutstanding) || len(there.payments) != 0 {
		t.Errorf("%v, sent %d times", err, len(there.payments))
	}
}

// Only a recipient that was signed for is remembered.
func TestDeclinedRecipient(t *testing.T) {
	s, client := newTill(t, "paid")
	journal := new(journal.Memory)
	no := &otherwise{testWallet(t), func(context.Context, Transfer) (string, error) { return "", ErrDeclined }}
	hostile, _ := offering(t, strings.Replace(goodOffer, "2670b922ef37c7df47158725c0cc407b5382293f", "5aaeb6053f3e94c9b9a09f33669435e7ef1beaed", 1), nil)
	p := &Payer{Wallet: no, Budget: wideBudget, TestAsset: testAsset, Journal: journal}
	if _, err := p.TopUp(t.Context(), hostile, 5*USD); !errors.Is(err, ErrDeclined) {
		t.Fatal(err)
	}
	if _, err := s.payer(testWallet(t), journal).TopUp(t.Context(), client, 5*USD); err != nil {
		t.Error(err)
	}
}

// A service that repeats what it was sent does not get it into logs and journals.
func TestEchoes(t *testing.T) {
	for script, says := range map[string]string{"echo": "you sent", "reason": "Payment Required: SETTLEMENT_FAILED; PAYMENT-RESPONSE: invalid_exact_evm_[redacted]"} {
		s, client := newTill(t, script)
		p := s.payer(testWallet(t), nil)
		_, err := p.TopUp(t.Context(), client, 5*USD)
		e, ok := errors.AsType[*Error](err)
		if !ok || !errors.Is(e.Kind, ErrFailed) {
			t.Fatal(err)
		}
		raw, _ := decode64(e.Intent.Payload.Reveal())
		var sent struct{ Payload struct{ Signature string } }
		if err := json.Unmarshal(raw, &sent); err != nil {
			t.Fatal(err)
		}
		var log bytes.Buffer
		slog.New(slog.NewJSONHandler(&log, nil)).Info("x", "err", err, "intent", e.Intent)
		for _, text := range []string{err.Error(), fmt.Sprintf("%+v %#v", err, err), e.Intent.Refusal, log.String()} {
			if strings.Contains(text, sent.Payload.Signature[2:]) || strings.Contains(text, e.Intent.Payload.Reveal()[:80]) {
				t.Errorf("%s: shows the payment: %s", script, text)
			}
		}
		if !strings.Contains(err.Error(), says) || !strings.Contains(e.Intent.Refusal, says) {
			t.Errorf("%s: the service's words are lost: %v", script, err)
		}
	}
}

// A node's address is often a key.
func TestPayersPrintNoEndpoint(t *testing.T) {
	p := &Payer{Wallet: testWallet(t), RPC: "https://node.example/secret-key"}
	var log bytes.Buffer
	slog.New(slog.NewJSONHandler(&log, nil)).Info("x", "payer", p)
	slog.New(slog.NewTextHandler(&log, nil)).Info("x", "payer", p)
	text, _ := json.Marshal(p)
	if all := fmt.Sprintf("%v %+v %#v %s %s", p, p, p, text, &log); strings.Contains(all, "secret") || !strings.Contains(all, p.Wallet.Address()) {
		t.Error(all)
	}
	if got := fmt.Sprint((*Payer)(nil), &Payer{}); got != "x402.Payer() x402.Payer()" {
		t.Error(got)
	}
}

// Who leaves while an earlier payment is settled has had nothing signed.
func TestLeavingBeforeOnesOwn(t *testing.T) {
	s, client := newTill(t, "paid")
	journal := &failing{after: 2} // the first payment is signed, and then its process ends
	if _, err := s.payer(testWallet(t), journal).TopUp(t.Context(), client, 5*USD); err == nil {
		t.Fatal("no crash")
	}
	journal.after = 1000
	arrived, leave := make(chan bool), make(chan bool)
	s.onPay = func() { arrived <- true; <-leave }
	wallet := &spy{TransferSigner: testWallet(t)}
	p := s.payer(wallet, journal)
	ctx, cancel := context.WithCancel(t.Context())
	go func() { <-arrived; cancel() }()
	_, err := p.TopUp(ctx, client, 5*USD)
	if !errors.Is(err, ErrOutstanding) || errors.Is(err, ErrUnknown) || wallet.asked != 0 {
		t.Errorf("%v, signed %d times", err, wallet.asked)
	}
	close(leave)
	if err := p.Settle(t.Context(), client); err != nil {
		t.Fatal(err)
	}
}

// Payers without a journal share the process's.
func TestOwnMemory(t *testing.T) {
	client, paid := offering(t, goodOffer, nil)
	wallet, _ := signer.GenerateEVM()
	budget := wideBudget
	budget.Total = 5 * USD
	for n := range 3 {
		_, err := (&Payer{Wallet: wallet, Budget: budget, TestAsset: testAsset}).TopUp(t.Context(), client, 5*USD)
		if (err == nil) != (n == 0) || n > 0 && !errors.Is(err, ErrBudget) {
			t.Errorf("%d: %v", n, err)
		}
	}
	if *paid != 1 {
		t.Errorf("paid %d times", *paid)
	}
}

// An address in another spelling than the chain's would be refused after it was signed for.
func TestWalletsAddress(t *testing.T) {
	s, client := newTill(t, "paid")
	for _, address := range []string{"", strings.ToLower(testWallet(t).Address()), testMint, "x"} {
		p := &Payer{Wallet: &misspelled{testWallet(t), address}, Budget: wideBudget, TestAsset: testAsset}
		if _, err := p.TopUp(t.Context(), client, 5*USD); err == nil || !strings.Contains(err.Error(), "address") {
			t.Errorf("%q: %v", address, err)
		}
	}
	if len(s.payments) != 0 {
		t.Error("paid")
	}
}

type misspelled struct {
	TransferSigner
	address string
}

func (w *misspelled) Address() string { return w.address }

// copyOf is a journal with the same records of an account.
func copyOf(j journal.Journal, account string) *journal.Memory {
	own := new(journal.Memory)
	_ = j.Update(context.Background(), account, func(records []gen.Secret) ([]gen.Secret, error) {
		return nil, own.Update(context.Background(), account, func([]gen.Secret) ([]gen.Secret, error) { return records, nil })
	})
	return own
}
