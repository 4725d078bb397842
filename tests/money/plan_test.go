// Plans: what a seed stands for.

package money

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"time"

	"github.com/venice-go/venice/signer/x402"
	"github.com/venice-go/venice/tests/venicetest"
)

// A plan is all that is decided before a schedule begins.
type plan struct {
	seed      uint64
	solana    bool
	proof     bool          // on Base: payers ask the chain
	file      bool          // the journal is a file
	processes int           // that run at the same time
	crashes   int           // of each process
	callers   int           // in all
	resolves  bool          // somebody says what became of payments, and is right
	skew      time.Duration // of the second process's clock
	trouble   int           // one payment in so many meets a fault; 0 for none
	resent    int           // status of the answer to a payment that was settled before
	funds     float64
	budget    x402.Budget
}

func newPlan(seed uint64) plan {
	r := rand.New(rand.NewPCG(seed, 0))
	pick := func(from ...int) int { return from[r.IntN(len(from))] }
	amount := func(low, high int) x402.Amount { return x402.Amount(low+r.IntN(high-low)) * x402.USD }
	p := plan{
		seed: seed, solana: r.IntN(4) == 0, proof: r.IntN(2) == 0, file: r.IntN(10) == 0,
		processes: pick(1, 1, 2), crashes: pick(0, 0, 1, 2, 4), callers: pick(1, 1, 2, 3, 5, 8), trouble: pick(0, 1, 1, 2, 3),
		resent: pick(http.StatusOK, http.StatusBadRequest, http.StatusPaymentRequired),
		funds:  float64(pick(0, 7, 30, 1000)),
		budget: x402.Budget{PerPayment: 10 * x402.USD, Total: amount(5, 80), PerWindow: amount(5, 40), Window: time.Duration(1+r.IntN(120)) * time.Minute},
	}
	p.skew = 20 * time.Second // clocks do not quite agree
	if r.IntN(8) == 0 {
		p.skew = time.Duration(r.IntN(8*60)-4*60) * time.Minute
	}
	p.resolves = r.IntN(4) == 0 && p.skew.Abs() <= 20*time.Second
	if seed%50 == 0 {
		p.callers = 50
	}
	return p
}

func (p plan) String() string {
	return fmt.Sprintf("seed %d (%+v)", p.seed, struct{ plan }{p}.plan.short())
}

func (p plan) short() string {
	rail := "Base"
	if p.solana {
		rail = "Solana"
	}
	return fmt.Sprintf("%s, proof %v, file %v, %d processes, %d crashes, %d callers, resolves %v, skew %v, trouble %d, resent %d, funds %v, budget %v %v",
		rail, p.proof, p.file, p.processes, p.crashes, p.callers, p.resolves, p.skew, p.trouble, p.resent, p.funds, p.budget.Total, p.budget.PerWindow)
}

func (p plan) asset() string {
	if p.solana {
		return venicetest.USDCMint
	}
	return venicetest.USDC
}

func (p plan) rpc() string {
	switch {
	case p.solana:
		return origin + "/chain/solana"
	case p.proof:
		return origin + "/chain/base"
	}
	return ""
}
