// The money suite: seeded schedules of faults, crashes and callers, and what must hold after each of them.
//
// That it sees something was tried by breaking package signer. With a new nonce for each sending of a payment the schedule
// of seed 1 fails, and the processes settle more than they have intents; with a refusal of a payment that was sent before
// taken as final, the schedule of seed 7 fails.

package money

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"strconv"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/venice-go/venice/signer/x402"
	"github.com/venice-go/venice/tests/venicetest"
)

// TestSchedules plays 2,000 schedules (with -short 200), or the one that MONEY_SEED names.
func TestSchedules(t *testing.T) {
	first, last, share := uint64(1), uint64(2000), 1
	if testing.Short() {
		last, share = 200, 10
	}
	if text := os.Getenv("MONEY_SEED"); text != "" {
		n, err := strconv.ParseUint(text, 10, 64)
		if err != nil {
			t.Fatalf("MONEY_SEED: %v", err)
		}
		first, last = n, n
	}
	var seen tally
	for seed := first; seed <= last && !t.Failed(); seed++ {
		synctest.Test(t, func(t *testing.T) { play(t, newPlan(seed), &seen) })
	}
	t.Logf("%+v", seen)
	if first < last && (seen.settled < 1000/share || seen.unknown < 200/share || seen.outstanding < 100/share || seen.over < 200/share || seen.failed < 200/share || seen.resent < 500/share) {
		t.Errorf("the schedules meet too little: %+v", seen)
	}
}

// A tally counts what the schedules met, lest they meet nothing.
type tally struct{ calls, settled, failed, unknown, outstanding, over, resent, signatures int }

func play(t *testing.T, p plan, seen *tally) {
	w := newWorld(t, p)
	nodes.world = w
	var all sync.WaitGroup
	for n := range p.processes {
		all.Go(func() { w.run(n) })
	}
	all.Wait()
	w.rest()
	w.check()
	w.count(seen)
}

// run is the life of a process and of those that take its place: callers come, and now and then it ends.
func (w *world) run(n int) {
	skew := time.Duration(n) * w.plan.skew
	callers := w.plan.callers / w.plan.processes
	if n == 0 {
		callers = w.plan.callers - callers*(w.plan.processes-1)
	}
	for crash := 0; ; crash++ {
		steps := int64(1 << 40)
		if crash < w.plan.crashes {
			w.mu.Lock()
			steps = int64(w.rand.IntN(40))
			w.mu.Unlock()
		}
		p := w.start(steps, skew)
		if crash > 0 {
			_ = p.payer.Settle(context.Background(), p.client)
		}
		var all sync.WaitGroup
		for range callers {
			all.Go(func() { p.call() })
		}
		if w.plan.resolves {
			all.Go(p.resolve)
		}
		all.Wait()
		callers = min(callers, 2) // come again
		// A caller that left may have left its payment under way.
		time.Sleep(10 * time.Minute)
		p.end()
		if crash >= w.plan.crashes {
			return
		}
	}
}

// call is one caller: who comes when it likes, and may leave before the end.
func (p *process) call() {
	p.w.mu.Lock()
	amount := []x402.Amount{5 * x402.USD, 6_500_000, 10 * x402.USD, 11 * x402.USD}[p.w.rand.IntN(4)]
	comes := time.Duration(p.w.rand.IntN(90)) * time.Second
	patience := time.Hour
	if p.w.rand.IntN(4) == 0 {
		patience = time.Duration(p.w.rand.IntN(60_000)) * time.Millisecond
	}
	p.w.mu.Unlock()
	time.Sleep(comes)
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	receipt, err := p.payer.TopUp(ctx, p.client, amount)
	p.w.mu.Lock()
	defer p.w.mu.Unlock()
	p.w.calls = append(p.w.calls, call{receipt, err})
}

// resolve is somebody who looks at the chain now and then, and says what is there.
func (p *process) resolve() {
	for range 8 {
		p.w.mu.Lock()
		wait := time.Duration(p.w.rand.IntN(90)) * time.Second
		p.w.mu.Unlock()
		time.Sleep(wait)
		intents, _ := p.payer.Intents(context.Background())
		for _, i := range intents {
			if i.State != x402.IntentSettled && i.State != x402.IntentDead {
				_ = p.payer.Resolve(context.Background(), p.client, i.ID, p.w.settled()[name(&i.Transfer)])
			}
		}
	}
}

// fault decides what goes wrong with a payment that was sent.
func (w *world) fault(_ int, r *http.Request) (f venicetest.Fault) {
	payload := r.Header.Get("PAYMENT-SIGNATURE")
	w.mu.Lock()
	defer w.mu.Unlock()
	w.sent[payload]++
	if w.calm || w.plan.trouble == 0 || w.rand.IntN(w.plan.trouble) != 0 {
		return f
	}
	stall := time.Duration(w.rand.IntN(100)) * time.Second
	switch w.rand.IntN(9) {
	case 0:
		f.Cut = true
	case 1:
		f.Cut, f.Unsettled = true, true
	case 2:
		f.Status = []int{200, 400, 402, 409, 429, 500, 502, 503, 504}[w.rand.IntN(9)]
	case 3:
		f.Unsettled = true
		f.Status = []int{400, 402, 409, 429, 500, 503, 504}[w.rand.IntN(7)]
	case 4:
		f.Settling = func() { time.Sleep(stall) }
	case 5:
		f.Late = stall
	case 6:
		f.Twice = true
	case 7:
		f.Body = []byte(`{"what":"is this"}`)
	case 8:
		f.Twice, f.Cut = true, true
	}
	// A service that refuses what it settled cannot be told from one that refuses: nor one that got a payment twice, and
	// refused the second.
	refused := f.Status == 400 || f.Status == 402 || f.Twice && w.plan.resent != http.StatusOK
	w.lied[payload] = w.lied[payload] || refused && !f.Unsettled && w.sent[payload] == 1
	return f
}

// rest lets time pass without trouble, and has a last process settle what is open.
func (w *world) rest() {
	w.mu.Lock()
	w.calm = true
	w.mu.Unlock()
	time.Sleep(2 * time.Hour)
	p := w.start(1<<40, 0)
	defer p.end()
	if err := p.payer.Settle(context.Background(), p.client); err != nil {
		w.t.Errorf("%s: when all is over: %v", w.plan, err)
	}
}

// check holds the books against what really happened.
func (w *world) check() {
	p := w.start(1<<40, 0)
	defer p.end()
	intents, err := p.payer.Intents(context.Background())
	if err != nil {
		w.t.Fatalf("%s: %v", w.plan, err)
	}
	complain := func(format string, args ...any) { w.t.Errorf("%s: %s", w.plan, fmt.Sprintf(format, args...)) }
	byName, byID := map[string]x402.Intent{}, map[string]x402.Intent{}
	for _, i := range intents {
		byName[name(&i.Transfer)], byID[i.ID] = i, i
	}

	// Never more than one settlement per intent, and none without one.
	moved := map[string]int{}
	var total x402.Amount
	for _, s := range w.fake.Settlements() {
		moved[s.Nonce+s.Memo]++
		total += x402.Amount(s.Amount)
		if i, known := byName[s.Nonce+s.Memo]; !known || int64(i.Transfer.Amount) != s.Amount {
			complain("settled what the journal does not have: %+v", s)
		}
	}
	for n, times := range moved {
		if times > 1 {
			complain("%s settled %d times", n, times)
		}
	}

	// Never a base unit over the budget, by what settled and by what the books count.
	var spent x402.Amount
	for _, i := range intents {
		if i.State != x402.IntentDead {
			spent += i.Transfer.Amount
		}
		var window x402.Amount
		for _, o := range intents {
			if o.State != x402.IntentDead && !o.Reserved.After(i.Reserved) && o.Reserved.After(i.Reserved.Add(-w.plan.budget.Window)) {
				window += o.Transfer.Amount
			}
		}
		if window > w.plan.budget.PerWindow {
			complain("%v within a window, the budget is %v", window, w.plan.budget.PerWindow)
		}
	}
	if total > w.plan.budget.Total || spent > w.plan.budget.Total || total > spent {
		complain("settled %v, on the books %v, the budget is %v", total, spent, w.plan.budget.Total)
	}

	// The books equal the ledger, or say that they do not know. With proof they know.
	for _, i := range intents {
		settled := moved[name(&i.Transfer)] == 1
		switch i.State {
		case x402.IntentSettled:
			if !settled {
				complain("settled by the books, not by the ledger: %v", i)
			}
		case x402.IntentDead:
			if settled {
				complain("dead by the books, settled by the ledger: %v", i)
			}
		default:
			if w.plan.rpc() != "" {
				complain("still unknown: %v", i)
			}
		}
	}

	// One signature per intent, and one intent per call at most.
	if len(w.signed) > len(w.calls) || len(w.signed) > len(intents) {
		complain("%d signatures for %d calls and %d intents", len(w.signed), len(w.calls), len(intents))
	}

	// What callers were told is so.
	for _, c := range w.calls {
		if c.receipt != nil {
			if i := byID[c.receipt.Intent]; moved[name(&i.Transfer)] != 1 {
				complain("a receipt for what did not settle: %+v", c.receipt)
			}
		}
		e, about := errors.AsType[*x402.Error](c.err)
		switch {
		case c.receipt != nil && c.err == nil:
		case about && errors.Is(e.Kind, x402.ErrFailed):
			if moved[name(&e.Intent.Transfer)] == 1 && !w.lied[e.Intent.Payload.Reveal()] {
				complain("told that it failed, and it settled: %v", c.err)
			}
		case c.receipt == nil && c.err == nil:
			complain("neither receipt nor error")
		}
	}
}

func (w *world) count(seen *tally) {
	seen.calls += len(w.calls)
	seen.signatures += len(w.signed)
	seen.settled += len(w.fake.Settlements())
	for _, n := range w.sent {
		seen.resent += n - 1
	}
	for _, c := range w.calls {
		for kind, n := range map[error]*int{x402.ErrFailed: &seen.failed, x402.ErrUnknown: &seen.unknown,
			x402.ErrOutstanding: &seen.outstanding, x402.ErrBudget: &seen.over} {
			if errors.Is(c.err, kind) {
				*n++
			}
		}
	}
}
