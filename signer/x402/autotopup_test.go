// Tests of automatic top-ups: when they pay, when they do not, and when they stop.

package x402_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/venice-go/venice"
	"github.com/venice-go/venice/gen"
	"github.com/venice-go/venice/journal"
	"github.com/venice-go/venice/signer"
	"github.com/venice-go/venice/signer/x402"
	"github.com/venice-go/venice/tests/venicetest"
)

const (
	chats    = "POST /chat/completions"
	balances = "GET /x402/balance/{walletAddress}"
	topUps   = "POST /x402/top-up"
)

// A purse is a wallet with 100 USD to pay with, no credit, and a client that tops it up.
type purse struct {
	*venicetest.Server
	wallet *signer.EVM
	auto   *x402.AutoTopUp
	client *venice.Client

	journal string // path

	mu    sync.Mutex
	calls map[string]int
	told  []string
}

// newPurse makes one, and changes it before the client is made.
func newPurse(t *testing.T, change ...func(*purse)) *purse {
	fake := venicetest.NewServer(t, venicetest.WithoutRateLimits())
	wallet, err := signer.GenerateEVM()
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "payments")
	journal, err := journal.OpenFile(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { journal.Close() })
	if err := fake.SetUSDC(wallet.Address(), 100); err != nil {
		t.Fatal(err)
	}
	p := &purse{Server: fake, wallet: wallet, journal: path, calls: map[string]int{}, auto: &x402.AutoTopUp{Amount: 5 * x402.USD, Payer: &x402.Payer{
		Wallet: wallet, Budget: budget, Journal: journal, TestAsset: venicetest.USDC,
	}}}
	p.auto.Paid = func(receipt *x402.Receipt, err error) {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.told = append(p.told, fmt.Sprint(receipt != nil, " ", err))
	}
	fake.OnRequest(func(operation string, r *http.Request, _ []byte) {
		if r.Header.Get("PAYMENT-SIGNATURE") != "" {
			operation += ", paying"
		}
		p.mu.Lock()
		defer p.mu.Unlock()
		p.calls[operation]++
	})
	for _, c := range change {
		c(p)
	}
	p.client, err = venice.New(venice.WithBaseURL(fake.URL), venice.WithAuth(p.auto))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func (p *purse) chat(ctx context.Context) error { return chat(ctx, p.client) }

func chat(ctx context.Context, client *venice.Client) error {
	_, err := client.CreateChatCompletion(ctx, &gen.ChatCompletionRequest{
		Model: "zai-org-glm-5-1", Messages: []gen.ChatMessage{gen.UserMessage("hi")}})
	return err
}

// check compares what was paid, what was told of it, and how often chat was asked for.
func (p *purse) check(t *testing.T, name string, payments, told, chatted int) {
	t.Helper()
	p.mu.Lock()
	defer p.mu.Unlock()
	if n := len(p.Settlements()); n != payments || len(p.told) != told || chatted >= 0 && p.calls[chats] != chatted {
		t.Errorf("%s: %d payments, told %q, %v; want %d, %d, %d calls", name, n, p.told, p.calls, payments, told, chatted)
	}
}

// afterRefusal calls f once, a moment after the next chat call is refused: the wallet is then waiting for funds.
func (p *purse) afterRefusal(f func()) {
	var once sync.Once
	p.OnAnswer(func(operation string, _ *http.Request, status int) {
		if operation == chats && status == http.StatusPaymentRequired {
			once.Do(func() { time.AfterFunc(50*time.Millisecond, f) })
		}
	})
}

// Five calls are refused at the same time, share one payment, and all succeed.
func TestAutoTopUpIsShared(t *testing.T) {
	p := newPurse(t)
	var refused, all sync.WaitGroup
	refused.Add(5)
	p.OnAnswer(func(operation string, _ *http.Request, status int) {
		if operation == chats && status == 402 {
			refused.Done()
			refused.Wait()
		}
	})
	for range 5 {
		all.Go(func() {
			if err := p.chat(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	p.check(t, "five calls", 1, 1, -1)
	if p.told[0] != "true <nil>" || p.calls[balances] != 2 {
		t.Errorf("told %q after %d looks", p.told, p.calls[balances])
	}
	p.OnAnswer(nil)
	// The next time that it is low it pays again, until the budget says no; of which it tells as well.
	for n, want := range []error{nil, nil, nil, venice.ErrPaymentRequired} {
		if err := p.SetCredit(p.wallet.Address(), 0.05); err != nil {
			t.Fatal(err)
		}
		if err := p.chat(t.Context()); !errors.Is(err, want) {
			t.Errorf("%d: %v", n, err)
		}
	}
	p.check(t, "until the budget ends", 4, 5, -1)
	if !strings.Contains(p.told[4], x402.ErrBudget.Error()) {
		t.Errorf("told %q", p.told[4])
	}
}

func TestAutoTopUpNeverPays(t *testing.T) {
	refusal := func(body string) func(*purse) {
		return func(p *purse) {
			p.Respond(chats, venicetest.Answer{Status: 402, Body: []byte(body), Unchecked: true})
		}
	}
	for name, c := range map[string]struct {
		arrange func(*purse)
		kind    error
		says    string
		looks   int
	}{
		"linked to DIEM": {func(p *purse) { _ = p.LinkDIEM(p.wallet.Address(), 0) }, venice.ErrLowBalance, "DIEM", 1},
		"a key's limit":  {refusal(`{"error":"API key USD spend limit exceeded."}`), venice.ErrSpendLimit, "", 0},
		"out of funds":   {refusal(`{"error":"Insufficient USD or Diem balance to complete request."}`), venice.ErrOutOfFunds, "", 0},
		"no credentials": {refusal(`{"x402Version":2,"resource":{"url":"x"},"accepts":[],"authOptions":[]}`), venice.ErrNoCredentials, "", 0},
		"no reason":      {refusal(`{}`), venice.ErrPaymentRequired, "", 0},
		"balance fails": {func(p *purse) {
			p.Respond(balances, venicetest.Answer{Status: 400, Body: []byte(`{"error":"no"}`), Unchecked: true})
		}, venice.ErrLowBalance, "automatic top-up: balance: ", 1},
		"balance is refused too": {func(p *purse) {
			p.Respond(balances, venicetest.Answer{Status: 402, Body: []byte(`{"code":"PAYMENT_REQUIRED","reason":"insufficient_balance","currentBalanceUsd":0}`), Unchecked: true})
		}, venice.ErrLowBalance, "automatic top-up: balance: ", 1},
	} {
		p := newPurse(t, c.arrange)
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		defer cancel()
		if err := p.chat(ctx); !errors.Is(err, c.kind) || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v", name, err)
		}
		p.check(t, name, 0, 0, 1)
		if p.calls[balances] != c.looks || p.calls[topUps] != 0 {
			t.Errorf("%s: %v, want %d looks and no question for offers", name, p.calls, c.looks)
		}
	}

	// A job costs more than the wallet has, which is above the floor.
	p := newPurse(t)
	if err := p.SetCredit(p.wallet.Address(), 0.2); err != nil {
		t.Fatal(err)
	}
	if _, err := p.client.QueueVideo(t.Context(), &gen.QueueVideoRequest{Model: "wan-2-7-text-to-video", Prompt: new("sky"), Duration: gen.VideoDuration5s}); !errors.Is(err, venice.ErrOutOfFunds) {
		t.Errorf("a job's quote: %v", err)
	}
	p.check(t, "a job's quote", 0, 0, 0)

	// The refusal is old: the balance is enough by now.
	p = newPurse(t)
	p.OnAnswer(func(operation string, _ *http.Request, status int) {
		if status == 402 {
			_ = p.SetCredit(p.wallet.Address(), 1)
		}
	})
	if err := p.chat(t.Context()); err != nil {
		t.Errorf("enough by now: %v", err)
	}
	p.check(t, "enough by now", 0, 0, 2)
}

// A credit that does not lift the wallet, or is not seen to, ends it until Reset.
func TestAutoTopUpSwitchesOff(t *testing.T) {
	for name, after := range map[string]func(*purse){
		"not lifted": func(p *purse) { _ = p.SetCredit(p.wallet.Address(), 0.09) },
		"not seen": func(p *purse) {
			p.Respond(balances, venicetest.Answer{Status: 400, Body: []byte(`{"error":"no"}`), Unchecked: true})
		},
	} {
		p := newPurse(t)
		p.OnAnswer(func(operation string, _ *http.Request, status int) {
			if operation == topUps && status == 200 {
				after(p)
			}
		})
		for n := range 3 {
			if err := p.chat(t.Context()); !errors.Is(err, venice.ErrLowBalance) || !strings.Contains(err.Error(), "off until Reset") {
				t.Errorf("%s, %d: %v", name, n, err)
			}
			if err := p.SetCredit(p.wallet.Address(), 0); err != nil {
				t.Fatal(err)
			}
			p.Respond(balances)
		}
		p.check(t, name, 1, 1, 3)
		if !strings.HasPrefix(p.told[0], "true ") || !strings.Contains(p.told[0], "off until Reset") {
			t.Errorf("%s: told %q", name, p.told)
		}
		p.OnAnswer(nil)
		p.auto.Reset()
		if err := p.chat(t.Context()); err != nil {
			t.Errorf("%s, after Reset: %v", name, err)
		}
		p.check(t, name+", after Reset", 2, 2, 5)
	}
}

type broken struct{ signer.Wallet }

func (*broken) SignTransfer(context.Context, x402.Transfer) (string, error) {
	return "", errors.New("connection lost")
}

func TestAutoTopUpRefuses(t *testing.T) {
	p := newPurse(t)
	good := p.auto.Payer
	payer := func(b x402.Budget) *x402.Payer {
		return &x402.Payer{Wallet: p.wallet, Budget: b, Journal: good.Journal, TestAsset: venicetest.USDC}
	}
	for says, auto := range map[string]*x402.AutoTopUp{
		"AutoTopUp: none":              nil,
		"no Payer":                     {Amount: 5 * x402.USD},
		"needs a Journal":              {Amount: 5 * x402.USD, Payer: &x402.Payer{Wallet: p.wallet, Budget: budget}},
		"4.99 USD":                     {Amount: 5*x402.USD - 10_000, Payer: good},
		"10000.01 USD":                 {Amount: 10_000*x402.USD + 10_000, Payer: good},
		"allows 10.00 USD per payment": {Amount: 11 * x402.USD, Payer: good},
		"allows 0.00 USD per payment":  {Amount: 5 * x402.USD, Payer: payer(x402.Budget{})},
		"Budget needs":                 {Amount: 5 * x402.USD, Payer: payer(x402.Budget{PerPayment: 5 * x402.USD})},
		"x402: Payer: no wallet":       {Amount: 5 * x402.USD, Payer: &x402.Payer{Budget: budget, Journal: good.Journal}},
	} {
		client, err := venice.New(venice.WithBaseURL(p.URL), venice.WithAuth(auto))
		if err != nil {
			t.Fatal(err)
		}
		_, err = client.GetX402Balance(t.Context(), p.wallet.Address())
		if err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %v", says, err)
		}
	}
	if len(p.calls) != 0 {
		t.Errorf("sent %v", p.calls)
	}
}
