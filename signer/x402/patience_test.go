// Tests of wallets that ignore their context, and of what then becomes of the payment.

package x402

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/venice-go/venice"
	"github.com/venice-go/venice/journal"
)

// A wallet that does not answer holds its caller no longer than the payment would be good for, or the caller's context
// lasts. It may have signed all the same, so the payment counts as spent, and its signature goes nowhere.
func TestWalletThatIgnoresItsContext(t *testing.T) {
	for _, leaves := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			sent := 0
			network := roundTrip(func(r *http.Request) (*http.Response, error) {
				if r.Header.Get("PAYMENT-SIGNATURE") != "" {
					sent++
				}
				header := http.Header{"Content-Type": {"application/json"}, "Date": {time.Now().UTC().Format(http.TimeFormat)}}
				return &http.Response{StatusCode: 402, Header: header, Body: io.NopCloser(strings.NewReader(goodOffer)), Request: r}, nil
			})
			client, err := venice.New(venice.WithBaseURL("http://127.0.0.1:1"), venice.WithAuth(nil), venice.WithHTTPClient(&http.Client{Transport: network}))
			if err != nil {
				t.Fatal(err)
			}
			let := make(chan bool)
			deaf := &otherwise{testWallet(t), func(ctx context.Context, x Transfer) (string, error) {
				<-let
				return testWallet(t).SignTransfer(context.WithoutCancel(ctx), x)
			}}
			p := &Payer{Wallet: deaf, Budget: wideBudget, Journal: new(journal.Memory), TestAsset: testAsset, Life: time.Minute}
			ctx, want, most := t.Context(), context.DeadlineExceeded, time.Minute+signGrace
			if leaves {
				var cancel context.CancelFunc
				ctx, cancel = context.WithCancel(ctx)
				time.AfterFunc(time.Second, cancel)
				want, most = context.Canceled, time.Second+signGrace
			}
			began := time.Now()
			if _, err := p.TopUp(ctx, client, 5*USD); !errors.Is(err, want) || !errors.Is(err, ErrUnknown) {
				t.Errorf("caller leaves %t: %v", leaves, err)
			}
			if took := time.Since(began); took > most || took < most-time.Second {
				t.Errorf("caller leaves %t: held for %v, want %v", leaves, took, most)
			}
			close(let)
			synctest.Wait()
			if got := states(t, p); got != "reserved0" || sent != 0 {
				t.Errorf("caller leaves %t: %s, sent %d times", leaves, got, sent)
			}
		})
	}
}

// A wallet that heeds its context gets to say that it did not sign, and the budget is free again.
func TestWalletThatDeclinesLate(t *testing.T) {
	s, client := newTill(t, "paid")
	ctx, cancel := context.WithCancel(t.Context())
	p := s.payer(&otherwise{testWallet(t), func(ctx context.Context, _ Transfer) (string, error) {
		cancel()
		<-ctx.Done()
		time.Sleep(10 * time.Millisecond)
		return "", ErrDeclined
	}}, nil)
	_, err := p.TopUp(ctx, client, 5*USD)
	if got := states(t, p); !errors.Is(err, ErrDeclined) || got != "dead0" {
		t.Errorf("%v, %s", err, got)
	}
}

// Without a node, nobody can say that a payment was not made as long as it can settle by this machine's clock or by the
// service's. One that runs ahead does not free it, and neither does a service that does not tell its time.
func TestResolveAsksTheService(t *testing.T) {
	for name, c := range map[string]struct {
		ours, theirs time.Duration // since the payment
		change       func(*till, **venice.Client)
		freed        bool
		says         string
	}{
		"both are past":      {ours: time.Hour, theirs: time.Hour, freed: true},
		"ours runs ahead":    {ours: 24 * time.Hour, theirs: time.Minute, says: "by the service's clock"},
		"theirs runs ahead":  {ours: time.Minute, theirs: 24 * time.Hour, says: "can still settle until"},
		"no clock of theirs": {ours: time.Hour, theirs: time.Hour, change: func(s *till, _ **venice.Client) { s.dateless = true }, says: "does not tell"},
		"no answer":          {ours: time.Hour, theirs: time.Hour, change: func(s *till, _ **venice.Client) { s.down = true }, says: "503"},
		"no client":          {ours: time.Hour, theirs: time.Hour, change: func(_ *till, c **venice.Client) { *c = nil }, says: "no client"},
		"somebody else's":    {ours: time.Hour, theirs: time.Hour, change: func(_ *till, c **venice.Client) { _, *c = newTill(t, "paid") }, says: "which was to be paid"},
	} {
		s, client := newTill(t, "400")
		p := s.payer(testWallet(t), nil)
		if _, err := p.TopUp(t.Context(), client, 5*USD); !errors.Is(err, ErrFailed) {
			t.Fatal(err)
		}
		p.config.now = func() time.Time { return noon.Add(c.ours) }
		_ = s.sleep(t.Context(), c.theirs)
		if c.change != nil {
			c.change(s, &client)
		}
		intents, _ := p.Intents(t.Context())
		err := p.Resolve(t.Context(), client, intents[0].ID, false)
		if (err == nil) != c.freed || err != nil && !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v", name, err)
		}
		if got := states(t, p); (got == "dead1") != c.freed {
			t.Errorf("%s: %s", name, got)
		}
		// That it was made may be said at any time, by anybody.
		if err := p.Resolve(t.Context(), nil, intents[0].ID, true); (err == nil) == c.freed {
			t.Errorf("%s: made: %v", name, err)
		}
	}
}
