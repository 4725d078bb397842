// Tests of paying: one signature per intent, whatever becomes of its answers.

package x402

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/venice-go/venice"
	"github.com/venice-go/venice/journal"
	"github.com/venice-go/venice/signer"
)

// A till offers, and answers payments by a script, the last line of it again and again.
type till struct {
	t      *testing.T
	script []string
	onPay  func()

	dateless, down bool

	mu       sync.Mutex
	payments []string // values of PAYMENT-SIGNATURE, as they came
	clock    time.Time
}

const credited = `{"success":true,"data":{"walletAddress":"x","amountCredited":5,"newBalance":5.5,"paymentId":"p1"}}`

func (s *till) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	payment := r.Header.Get("PAYMENT-SIGNATURE")
	w.Header().Set("Date", s.now().UTC().Format(http.TimeFormat))
	if s.dateless {
		w.Header()["Date"] = nil
	}
	if s.down {
		reply(w, 503, `{}`)
		return
	}
	if payment == "" {
		reply(w, 402, goodOffer)
		return
	}
	s.mu.Lock()
	s.payments = append(s.payments, payment)
	line := s.script[min(len(s.payments), len(s.script))-1]
	s.mu.Unlock()
	if s.onPay != nil {
		s.onPay()
	}
	switch line {
	case "lost":
		panic(http.ErrAbortHandler)
	case "paid":
		reply(w, 200, credited)
	case "short":
		reply(w, 200, strings.Replace(credited, `"amountCredited":5`, `"amountCredited":4.99`, 1))
	case "garbage":
		reply(w, 200, `{"hello":1}`)
	case "header":
		w.Header().Set("PAYMENT-RESPONSE", "eyJzdWNjZXNzIjp0cnVlLCJ0cmFuc2FjdGlvbiI6IjB4YWIifQ==") // success, transaction 0xab
		reply(w, 200, `<html>`)
	case "echo":
		raw, _ := base64.StdEncoding.DecodeString(payment)
		var sent struct{ Payload struct{ Signature string } }
		_ = json.Unmarshal(raw, &sent)
		reply(w, 400, fmt.Sprintf(`{"error":"you sent %s and %s"}`, sent.Payload.Signature, payment))
	case "hello":
		w.WriteHeader(200)
	case "reason":
		raw, _ := base64.StdEncoding.DecodeString(payment)
		var sent struct{ Payload struct{ Signature string } }
		_ = json.Unmarshal(raw, &sent)
		said := fmt.Sprintf(`{"success":false,"errorReason":"invalid_exact_evm_%s"}`, sent.Payload.Signature)
		w.Header().Set("PAYMENT-RESPONSE", base64.StdEncoding.EncodeToString([]byte(said)))
		reply(w, 402, `{"error":"SETTLEMENT_FAILED","code":"SETTLEMENT_FAILED"}`)
	case "no":
		reply(w, 200, strings.Replace(credited, "true", "false", 1))
	default:
		var status int
		_, _ = fmt.Sscan(line, &status)
		reply(w, status, `{"error":"CODE","message":"text"}`)
	}
}

func (s *till) now() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.clock
}

func (s *till) sleep(_ context.Context, d time.Duration) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.clock = s.clock.Add(d)
	return nil
}

func (s *till) different() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(slices.Compact(slices.Sorted(slices.Values(s.payments))))
}

func newTill(t *testing.T, script ...string) (*till, *venice.Client) {
	s := &till{t: t, script: script, clock: noon}
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	client, err := venice.New(venice.WithBaseURL(server.URL), venice.WithAuth(nil), venice.WithErrorBudget(0))
	if err != nil {
		t.Fatal(err)
	}
	return s, client
}

// payer returns one that lives by the till's clock.
func (s *till) payer(wallet signer.Wallet, book journal.Journal) *Payer {
	if book == nil {
		book = new(journal.Memory)
	}
	if local, ok := wallet.(paying); ok {
		wallet = local.Wallet // as users give it
	}
	p := &Payer{Wallet: wallet, Budget: wideBudget, Journal: book, TestAsset: testAsset, Now: s.now}
	if err := p.prepare(); err != nil {
		s.t.Fatal(err)
	}
	p.config.sleep = s.sleep
	return p
}

func states(t *testing.T, p *Payer) (all string) {
	intents, err := p.Intents(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, i := range intents {
		all += fmt.Sprint(" ", i.State, i.Sends)
	}
	return strings.TrimSpace(all)
}

func TestPayments(t *testing.T) {
	for _, c := range []struct {
		script string
		kind   error
		states string
	}{
		{"paid", nil, "settled1"},
		{"lost paid", nil, "settled2"},
		{"500 409 504 429 lost 408 307 paid", nil, "settled8"},
		{"garbage no hello paid", nil, "settled4"},
		{"header", nil, "settled1"},
		{"short", ErrCreditDiffers, "settled1"},
		{"400", ErrFailed, "refused1"},
		{"402", ErrFailed, "refused1"},
		{"404", ErrFailed, "refused1"},
		{"lost 400", ErrUnknown, "doubted2"},
		{"500 402", ErrUnknown, "doubted2"},
		{"429 402", ErrUnknown, "doubted2"},
		{"garbage 400", ErrUnknown, "doubted2"},
		{"lost", ErrUnknown, "open18"}, // 120 s, one send in 7 s
		{"503", ErrUnknown, "open18"},
	} {
		s, client := newTill(t, strings.Fields(c.script)...)
		wallet := &spy{TransferSigner: testWallet(t)}
		p := s.payer(wallet, nil)
		receipt, err := p.TopUp(t.Context(), client, 5*USD)
		if !errors.Is(err, c.kind) || c.kind == nil && err != nil || (receipt != nil) != (c.kind == nil || errors.Is(c.kind, ErrCreditDiffers)) {
			t.Errorf("%s: %v, %v", c.script, receipt, err)
		}
		if got := states(t, p); got != c.states || wallet.asked != 1 || s.different() != 1 {
			t.Errorf("%s: %s with %d signatures and %d payloads, want %s", c.script, got, wallet.asked, s.different(), c.states)
		}
		if e, ok := errors.AsType[*Error](err); ok && (e.Intent.Payload.Reveal() == "" || strings.Contains(fmt.Sprintf("%v %+v %#v", e, e, e), e.Intent.Payload.Reveal()[20:60])) {
			t.Errorf("%s: the payload is missing in the error, or shown", c.script)
		}
	}
}

// As long as a signature can settle there is no other, and what it may have cost stays spent.
func TestOutstanding(t *testing.T) {
	for script, state := range map[string]string{"lost 400": "doubted2", "400": "refused1", "lost": "open18"} {
		s, client := newTill(t, append(strings.Fields(script), "paid")...)
		if script == "lost" {
			s.script = slices.Repeat([]string{"lost"}, 18)
			s.script = append(s.script, "paid")
		}
		wallet := &spy{TransferSigner: testWallet(t)}
		p := s.payer(wallet, nil)
		p.Budget.Total = 12 * USD
		_, _ = p.TopUp(t.Context(), client, 5*USD)
		if _, err := p.TopUp(t.Context(), client, 5*USD); !errors.Is(err, ErrOutstanding) || wallet.asked != 1 {
			t.Errorf("%s, at once: %v, signed %d times", script, err, wallet.asked)
		}
		if err := p.Settle(t.Context(), client); !errors.Is(err, ErrOutstanding) {
			t.Errorf("%s, Settle: %v", script, err)
		}
		if err := s.sleep(t.Context(), 3*time.Minute); err != nil {
			t.Fatal(err)
		}
		if err := p.Settle(t.Context(), client); err != nil {
			t.Errorf("%s, Settle later: %v", script, err)
		}
		if _, err := p.TopUp(t.Context(), client, 5*USD); err != nil || wallet.asked != 2 || s.different() != 2 {
			t.Errorf("%s, when its time is over: %v, signed %d times", script, err, wallet.asked)
		}
		if got := states(t, p); got != state+" settled1" {
			t.Errorf("%s: %s", script, got)
		}
		_, err := p.TopUp(t.Context(), client, 5*USD)
		if e, ok := errors.AsType[*BudgetError](err); !ok || e.Limit != "Total" || e.Spent != 10*USD {
			t.Errorf("%s, over the budget: %v", script, err)
		}
	}
}

// What is to be known after a crash is in the journal before it could be needed.
func TestJournalIsAhead(t *testing.T) {
	s, client := newTill(t, "lost", "paid")
	var p *Payer
	look := func(want string) {
		if got := states(t, p); got != want {
			t.Errorf("the journal has %s, want %s", got, want)
		}
	}
	wallet := &watched{testWallet(t), func() { look("reserved0") }}
	p = s.payer(wallet, nil)
	s.onPay = func() { look(fmt.Sprint("open", len(s.payments))) }
	if _, err := p.TopUp(t.Context(), client, 5*USD); err != nil {
		t.Fatal(err)
	}
	look("settled2")
}

type watched struct {
	TransferSigner
	before func()
}

func (w *watched) SignTransfer(ctx context.Context, t Transfer) (string, error) {
	w.before()
	return w.TransferSigner.SignTransfer(ctx, t)
}

func TestSignersThatDoNotSign(t *testing.T) {
	other, _ := signer.GenerateEVM()
	for name, c := range map[string]struct {
		sign   func(context.Context, Transfer) (string, error)
		kind   error
		states string
	}{
		"declined": {func(context.Context, Transfer) (string, error) { return "", fmt.Errorf("not today: %w", ErrDeclined) }, ErrDeclined, "dead0"},
		"broken":   {func(context.Context, Transfer) (string, error) { return "", errors.New("connection lost") }, ErrUnknown, "reserved0"},
		"garbage":  {func(context.Context, Transfer) (string, error) { return "0x00", nil }, ErrUnknown, "reserved0"},
		"another key's": {func(ctx context.Context, x Transfer) (string, error) {
			x.From = other.Address()
			return SignTransfer(ctx, other, x)
		}, ErrUnknown, "reserved0"},
		"another amount": {func(ctx context.Context, x Transfer) (string, error) {
			x.Amount++
			return testWallet(t).SignTransfer(ctx, x)
		}, ErrUnknown, "reserved0"},
	} {
		s, client := newTill(t, "paid")
		p := s.payer(&otherwise{testWallet(t), c.sign}, nil)
		if _, err := p.TopUp(t.Context(), client, 5*USD); !errors.Is(err, c.kind) {
			t.Errorf("%s: %v", name, err)
		}
		if got := states(t, p); got != c.states || len(s.payments) != 0 {
			t.Errorf("%s: %s, sent %d", name, got, len(s.payments))
		}
	}
}

type otherwise struct {
	TransferSigner
	sign func(context.Context, Transfer) (string, error)
}

func (w *otherwise) SignTransfer(ctx context.Context, t Transfer) (string, error) {
	return w.sign(ctx, t)
}
