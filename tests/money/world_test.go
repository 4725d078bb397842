// The world that a schedule plays in: a fake service and its chains, a wallet, a journal, and processes that pay and may
// end at any moment. Time is the bubble's, so that minutes of waiting cost nothing.

package money

import (
	"context"
	"crypto/ed25519"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/venice-go/venice"
	"github.com/venice-go/venice/gen"
	"github.com/venice-go/venice/journal"
	"github.com/venice-go/venice/signer"
	"github.com/venice-go/venice/signer/x402"
	"github.com/venice-go/venice/tests/venicetest"
)

const origin = "http://127.0.0.1:1"

// A world is what the processes of one schedule share.
type world struct {
	t      *testing.T
	plan   plan
	fake   *venicetest.Handler
	wallet signer.Wallet
	memory *journal.Memory // nil if the journal is a file
	path   string

	mu     sync.Mutex
	rand   *rand.Rand // of what goes wrong
	signed []signed
	calls  []call
	lied   map[string]bool // payloads that were refused at their first sending, although they were settled
	sent   map[string]int  // sendings by payload
	calm   bool            // nothing goes wrong any more
}

// A signed transfer, and when it was signed.
type signed struct {
	x402.Transfer
	at time.Time
}

// A call is what became of one TopUp.
type call struct {
	receipt *x402.Receipt
	err     error
}

func newWorld(t *testing.T, p plan) *world {
	w := &world{t: t, plan: p, rand: rand.New(rand.NewPCG(p.seed, 1)), lied: map[string]bool{}, sent: map[string]int{}}
	w.fake = venicetest.NewHandler(venicetest.WithSeed(p.seed), venicetest.WithClock(w.now), venicetest.WithoutRateLimits(),
		venicetest.WithResentPayment(p.resent), venicetest.OnViolation(func(err error) { t.Error(err) }))
	w.wallet = &witness{w, newWallet(t, p)}
	if err := w.fake.SetUSDC(w.wallet.Address(), p.funds); err != nil {
		t.Fatal(err)
	}
	w.fake.OnTopUp(w.fault)
	if p.file {
		w.path = filepath.Join(t.TempDir(), "journal")
	} else {
		w.memory = new(journal.Memory)
	}
	return w
}

// now is the fake's time: the bubble's is the year 2000.
func (w *world) now() time.Time { return time.Now().AddDate(26, 0, 0) }

// chance is true once in n times.
func (w *world) chance(n int) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.rand.IntN(n) == 0
}

func newWallet(t *testing.T, p plan) signer.Wallet {
	random := rand.NewChaCha8([32]byte{byte(p.seed), byte(p.seed >> 8), 1})
	seed := make([]byte, 32)
	if _, err := random.Read(seed); err != nil {
		t.Fatal(err)
	}
	if !p.solana {
		w, err := signer.ParseEVM(hex.EncodeToString(seed))
		if err != nil {
			t.Fatal(err)
		}
		return w
	}
	text, _ := json.Marshal(slices.Collect(func(yield func(int) bool) {
		for _, b := range ed25519.NewKeyFromSeed(seed) {
			if !yield(int(b)) {
				return
			}
		}
	}))
	w, err := signer.ParseSolana(string(text))
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// A witness sees what is signed, and now and then does not sign, or does not say that it did.
type witness struct {
	w *world
	signer.Wallet
}

func (s *witness) SignTransfer(ctx context.Context, t x402.Transfer) (string, error) {
	if s.w.misbehaves(40) {
		return "", fmt.Errorf("not now: %w", x402.ErrDeclined)
	}
	if err := s.w.alone(t); err != nil {
		s.w.t.Errorf("%s: %v", s.w.plan, err)
	}
	s.w.mu.Lock()
	s.w.signed = append(s.w.signed, signed{t, s.w.now()})
	s.w.mu.Unlock()
	if s.w.misbehaves(40) {
		return "", errors.New("the connection to the wallet broke")
	}
	return x402.SignTransfer(ctx, s.Wallet, t)
}

func (w *world) misbehaves(n int) bool {
	w.mu.Lock()
	calm := w.calm
	w.mu.Unlock()
	return !calm && w.chance(n)
}

// alone says which earlier signature could still settle when another is asked for.
func (w *world) alone(next x402.Transfer) error {
	settled := w.settled()
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, s := range w.signed {
		alive := w.now().Unix() < s.ValidBefore
		if s.Blockhash != "" {
			alive = w.now().Sub(s.at) < 45*time.Second // 150 blocks, some of which were over when it was signed
		}
		if alive && !settled[name(&s.Transfer)] {
			return fmt.Errorf("payment %s is signed while %s can settle", name(&next), name(&s.Transfer))
		}
	}
	return nil
}

// name is what tells a transfer from others on its chain.
func name(t *x402.Transfer) string {
	if t.Memo != "" {
		return t.Memo
	}
	return "0x" + hex.EncodeToString(t.Nonce[:])
}

// settled lists what really moved.
func (w *world) settled() map[string]bool {
	m := map[string]bool{}
	for _, s := range w.fake.Settlements() {
		m[s.Nonce+s.Memo] = true
	}
	return m
}

// A process is a payer with what it holds of the world. It ends when its steps are used up.
type process struct {
	mortal
	w      *world
	payer  *x402.Payer
	client *venice.Client
}

// A mortal is what ends when its steps are used up, and until then writes to a journal.
type mortal struct {
	steps   atomic.Int64 // to the journal and the service, each of which has a beginning and an end
	journal journal.Journal
}

var errEnded = errors.New("this process has ended")

// step reports whether it lived to see it.
func (p *mortal) step() bool { return p.steps.Add(-1) >= 0 }

func (w *world) start(steps int64, skew time.Duration) *process {
	p := &process{w: w, mortal: mortal{journal: w.memory}}
	p.steps.Store(steps)
	if w.memory == nil {
		file, err := journal.OpenFile(w.path)
		if err != nil {
			w.t.Fatal(err)
		}
		p.journal = file
	}
	var err error
	p.client, err = venice.New(venice.WithBaseURL(origin+"/api/v1"), venice.WithAuth(nil), venice.WithErrorBudget(0),
		venice.WithHTTPClient(&http.Client{Transport: p}))
	if err != nil {
		w.t.Fatal(err)
	}
	p.payer = &x402.Payer{Wallet: w.wallet, Budget: w.plan.budget, Journal: p, TestAsset: w.plan.asset(), RPC: w.plan.rpc(),
		Now: func() time.Time { return w.now().Add(skew) }}
	return p
}

func (p *mortal) end() {
	p.steps.Store(0)
	if c, ok := p.journal.(io.Closer); ok {
		c.Close()
	}
}

// Update implements [journal.Journal].
func (p *mortal) Update(ctx context.Context, account string, step func([]gen.Secret) ([]gen.Secret, error)) error {
	if !p.step() {
		return errEnded
	}
	err := p.journal.Update(ctx, account, step)
	if !p.step() {
		return errEnded
	}
	return err
}

// RoundTrip implements [http.RoundTripper].
func (p *process) RoundTrip(r *http.Request) (*http.Response, error) {
	if !p.step() {
		return nil, errEnded
	}
	resp, err := serve(p.w.fake, r)
	if !p.step() {
		return nil, errEnded
	}
	return resp, err
}

// chains answers for the nodes of both chains, which payers ask by the default transport.
type chains struct{ world *world }

var nodes chains

func (c *chains) RoundTrip(r *http.Request) (*http.Response, error) {
	if !strings.HasPrefix(r.URL.String(), origin+"/") || c.world.misbehaves(10) {
		return nil, errors.New("no route to the node")
	}
	return serve(c.world.fake, r)
}

func TestMain(m *testing.M) {
	http.DefaultTransport = &nodes
	os.Exit(m.Run())
}
