// The world that schedules of calls play in: a fake service, a journal, and processes that call under a cap and may end at
// any moment.

package money

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"net/http"
	"path/filepath"
	"regexp"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/venice-go/venice"
	"github.com/venice-go/venice/journal"
	"github.com/venice-go/venice/spend"
	"github.com/venice-go/venice/tests/venicetest"
)

// A spendPlan is all that is decided before a schedule of calls begins.
type spendPlan struct {
	seed                      uint64
	file                      bool // the journal is a file
	processes, crashes        int
	callers                   int  // of each process, at the same time
	trouble                   int  // one call in so many meets a fault; 0 for none
	greedy                    bool // the service takes more than its prices say, now and then
	skew                      time.Duration
	perCall, perWindow, total spend.Amount
	window                    time.Duration
}

func newSpendPlan(seed uint64) spendPlan {
	r := rand.New(rand.NewPCG(seed, 3))
	pick := func(from ...int) int { return from[r.IntN(len(from))] }
	cents := func(low, high int) spend.Amount { return spend.Amount(low+r.IntN(high-low)) * spend.USD / 100 }
	p := spendPlan{
		seed: seed, file: r.IntN(10) == 0, processes: pick(1, 1, 2, 3), crashes: pick(0, 0, 1, 2), callers: pick(1, 2, 5, 8, 16),
		trouble: pick(0, 1, 2, 3), greedy: r.IntN(4) == 0, total: cents(2, 60),
	}
	if r.IntN(2) == 0 {
		p.perWindow, p.window = cents(2, 30), time.Duration(1+r.IntN(20))*time.Minute
	}
	if r.IntN(4) == 0 {
		p.perCall = cents(1, 8)
	}
	if r.IntN(4) == 0 {
		p.skew = time.Duration(r.IntN(40)) * time.Second
	}
	if seed%50 == 0 {
		p.callers, p.total = 50, cents(20, 400)
	}
	return p
}

func (p spendPlan) String() string { type plain spendPlan; return fmt.Sprintf("%+v", plain(p)) }

// A spendWorld is what the processes of one schedule share.
type spendWorld struct {
	t      *testing.T
	plan   spendPlan
	fake   *venicetest.Handler
	memory *journal.Memory
	path   string

	serving sync.Mutex // the service takes one at a time, so that what it charges for each is known
	mu      sync.Mutex
	rand    *rand.Rand
	charges []charge
	extra   float64 // billionths of a dollar that the service took beyond its prices
	tally   *spendTally
}

// A charge is what the service took for one request, in billionths of a dollar.
type charge struct {
	at     time.Time // when it was sent
	amount float64
}

func newSpendWorld(t *testing.T, p spendPlan, tally *spendTally) *spendWorld {
	w := &spendWorld{t: t, plan: p, rand: rand.New(rand.NewPCG(p.seed, 4)), memory: new(journal.Memory), tally: tally}
	w.fake = venicetest.NewHandler(venicetest.WithSeed(p.seed), venicetest.WithClock(w.now), venicetest.WithoutRateLimits(),
		venicetest.OnViolation(func(err error) { t.Error(err) }))
	if p.file {
		w.path = filepath.Join(t.TempDir(), "journal")
	}
	return w
}

func (w *spendWorld) now() time.Time { return time.Now().AddDate(26, 0, 0) }

func (w *spendWorld) draw(n int) int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.rand.IntN(n)
}

// A spender is a process that calls under the cap. It ends when its steps are used up.
type spender struct {
	mortal
	w      *spendWorld
	cap    *spend.Cap
	client *venice.Client
}

func (w *spendWorld) start(steps int64, skew time.Duration) *spender {
	s := &spender{w: w, mortal: mortal{journal: w.memory}}
	s.steps.Store(steps)
	if w.plan.file {
		file, err := journal.OpenFile(w.path)
		if err != nil {
			w.t.Fatal(err)
		}
		s.journal = file
	}
	make := func(options ...venice.ClientOption) *venice.Client {
		c, err := venice.New(append(options, venice.WithBaseURL(origin+"/api/v1"), venice.WithAPIKey(w.fake.InferenceKey()), venice.WithErrorBudget(0),
			venice.WithHTTPClient(&http.Client{Transport: s}))...)
		if err != nil {
			w.t.Fatal(err)
		}
		return c
	}
	p := w.plan
	s.cap = &spend.Cap{Name: "agent", PerCall: p.perCall, PerWindow: p.perWindow, Window: p.window, Total: p.total,
		Prices: spend.NewPrices(make()), Journal: s, Now: func() time.Time { return w.now().Add(skew) }}
	s.client = make(venice.WithGuard(s.cap))
	return s
}

// RoundTrip implements [http.RoundTripper]: the service's answer, unless something goes wrong before it or after it.
func (s *spender) RoundTrip(r *http.Request) (*http.Response, error) {
	w := s.w
	if !s.step() {
		return nil, errEnded
	}
	if r.Method == http.MethodGet {
		return serve(w.fake, r)
	}
	sent, fault := w.now(), 0
	if w.plan.trouble > 0 && w.draw(w.plan.trouble) == 0 {
		fault = 1 + w.draw(6)
	}
	time.Sleep(time.Duration(w.draw(3000)) * time.Millisecond)
	if fault == 1 {
		return reply(r, http.StatusTooManyRequests, `{"error":"Too many requests"}`), nil
	}
	resp, err := w.serve(r, sent)
	time.Sleep(time.Duration(w.draw(3000)) * time.Millisecond)
	switch {
	case !s.step():
		return nil, errEnded
	case err != nil:
		return nil, err
	}
	switch fault {
	case 2:
		return nil, io.ErrUnexpectedEOF
	case 3:
		return reply(r, http.StatusBadGateway, `{"error":"Bad gateway"}`), nil
	case 4: // half of it
		resp.Body = io.NopCloser(io.LimitReader(resp.Body, 200))
	case 5:
		return reply(r, http.StatusOK, `<html>`), nil
	}
	return resp, nil
}

func reply(r *http.Request, status int, body string) *http.Response {
	return &http.Response{StatusCode: status, Header: http.Header{"Content-Type": {"application/json"}}, Body: io.NopCloser(bytes.NewReader([]byte(body))),
		ContentLength: int64(len(body)), Request: r}
}

var costOf = regexp.MustCompile(`"cost":\{"diem":0,"usd":([0-9.e-]+)\}`)

// serve has the service answer, and writes down what it took. A greedy one takes more now and then, and says so.
func (w *spendWorld) serve(r *http.Request, sent time.Time) (*http.Response, error) {
	w.serving.Lock()
	defer w.serving.Unlock()
	before := w.balance()
	resp, err := serve(w.fake, r)
	took := before - w.balance()
	if err == nil && took > 0 && w.plan.greedy && w.draw(3) == 0 {
		body, _ := io.ReadAll(resp.Body)
		more := float64(w.draw(20_000_000))
		w.extra += more
		body = costOf.ReplaceAllFunc(body, func(b []byte) []byte {
			usd, _ := strconv.ParseFloat(string(costOf.FindSubmatch(b)[1]), 64)
			return fmt.Appendf(nil, `"cost":{"diem":0,"usd":%v}`, usd+more/1e9)
		})
		resp.Body, resp.ContentLength, took = io.NopCloser(bytes.NewReader(body)), int64(len(body)), took+more
		resp.Header.Del("Content-Length")
	}
	if took > 0 {
		w.charges = append(w.charges, charge{sent, took})
	}
	return resp, err
}

// balance is what the account has left, in billionths of a dollar.
func (w *spendWorld) balance() float64 {
	r, _ := http.NewRequest(http.MethodGet, origin+"/api/v1/api_keys/rate_limits", nil)
	r.Header.Set("Authorization", "Bearer "+w.fake.InferenceKey())
	resp, err := serve(w.fake, r)
	var a struct {
		Data struct{ Balances struct{ USD float64 } }
	}
	if err == nil {
		err = json.NewDecoder(resp.Body).Decode(&a)
		resp.Body.Close()
	}
	if err != nil {
		w.t.Error(err)
	}
	return math.Round(a.Data.Balances.USD*1e10) / 10
}
