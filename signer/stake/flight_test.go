// Tests of transactions under way: that each ends as one at most, whatever nodes do.

package stake

import (
	"context"
	"errors"
	"fmt"
	"math/big"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/venice-go/venice/signer"
)

// nonces makes sure that what was sent under one nonce does one thing, and returns how many there are.
func (f *fakeChain) nonces() int {
	f.t.Helper()
	does := map[uint64]string{}
	for _, raw := range f.raws {
		tx := f.decode(raw)
		what := fmt.Sprintf("%s %x", tx.to, tx.data)
		if before, ok := does[tx.nonce]; ok && before != what {
			f.t.Errorf("nonce %d: %s and %s", tx.nonce, before, what)
		}
		does[tx.nonce] = what
	}
	return len(does)
}

// allowed makes approvals unnecessary, so that there is one transaction to look at.
func allowed(t *testing.T) (*fakeChain, *Staker) {
	f, s := newChain(t)
	f.allowance = units(t, "1000")
	return f, s
}

func TestReplacement(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f, s := allowed(t)
		f.minimum = big.NewInt(20_000_000)
		began := time.Now()
		receipt, err := s.Stake(t.Context(), amount(t, "1"))
		if err != nil || receipt.Nonce != 0 || f.nonces() != 1 || f.nonce != 1 || f.staked.Cmp(units(t, "1")) != 0 {
			t.Fatalf("%+v, %v, %d sent", receipt, err, len(f.raws))
		}
		// 11, 13.75, 17.2, 21.5 million wei per gas, half a minute apart, and the time of a block.
		if n := len(f.raws); n != 4 || time.Since(began) != 3*patience+poll || receipt.Hash != f.decode(f.raws[3]).hash {
			t.Errorf("%d versions after %v", n, time.Since(began))
		}
	})
}

// Any version may be the one that is carried out, whichever was sent last.
func TestEarlierVersion(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f, s := allowed(t)
		f.mines = false
		f.meddle = func(method string, _ []any) (any, error, bool) {
			if method == "eth_getTransactionReceipt" && len(f.raws) == 3 && !f.mines {
				first := f.decode(f.raws[0])
				f.pool, f.mines = map[string]sentTransaction{first.hash: first}, true
			}
			return nil, nil, false
		}
		receipt, err := s.Stake(t.Context(), amount(t, "1"))
		if err != nil || len(f.raws) != 3 || receipt.Hash != f.decode(f.raws[0]).hash {
			t.Errorf("%+v, %v, sent %d", receipt, err, len(f.raws))
		}
	})
}

// No version costs more than is allowed, and where that is too little the last one is sent again rather than a new one.
func TestReplacementsAreLimited(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f, s := allowed(t)
		f.minimum = big.NewInt(1_000_000_000_000)
		s.MaxCost = amount(t, "0.000001") // 16,000,000 wei for each of 62,500 gas
		_, err := s.Stake(t.Context(), amount(t, "1"))
		p, ok := errors.AsType[*PendingError](err)
		if !ok || p.Call != "stake" || p.Nonce != 0 || f.nonces() != 1 || !strings.Contains(err.Error(), "waited for 10m0s") {
			t.Fatal(err)
		}
		versions := map[string]bool{}
		for _, raw := range f.raws {
			tx := f.decode(raw)
			versions[tx.hash] = true
			if cost := new(big.Int).Mul(tx.fee, new(big.Int).SetUint64(tx.gas)); cost.Cmp(s.MaxCost.Units()) > 0 {
				t.Errorf("may cost %v", cost)
			}
		}
		if len(versions) != 3 || len(p.Hashes) != 3 || len(f.raws) < 10 { // 11, 13.75 and 16 million
			t.Errorf("%d versions, %d hashes, sent %d times", len(versions), len(p.Hashes), len(f.raws))
		}
		// The end of the wait is not the end of the transaction.
		sent := len(f.raws)
		if again, err := s.Stake(t.Context(), amount(t, "1")); again != nil || !errors.Is(err, p) || len(f.raws) != sent {
			t.Error(again, err)
		}
		f.minimum.SetInt64(0)
		receipt, err := s.Await(t.Context(), p)
		if err != nil || receipt.Nonce != 0 || len(f.raws) != sent {
			t.Errorf("%+v, %v", receipt, err)
		}
		if _, err := s.Stake(t.Context(), amount(t, "1")); err != nil || f.nonces() != 2 {
			t.Error(err)
		}
	})
}

func TestRevertInABlock(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f, s := allowed(t)
		f.fails = "paused"
		f.meddle = func(method string, params []any) (any, error, bool) {
			if method != "eth_call" || params[1] == latest {
				return nil, nil, false
			}
			if params[1] != "0x65" {
				t.Errorf("asked in block %v", params[1])
			}
			return nil, reverts("paused"), true
		}
		_, err := s.Stake(t.Context(), amount(t, "1"))
		refusal, ok := errors.AsType[*RevertError](err)
		if !ok || refusal.Receipt == nil || refusal.Reason != `"paused"` || refusal.Call != "stake" || len(f.raws) != 1 ||
			err.Error() != "stake: stake: the contract refused it in transaction "+refusal.Receipt.Hash+`, which cost 0.000000550000000001 ETH: "paused"` {
			t.Error(err)
		}
		f.fails = ""
		if _, err := s.Stake(t.Context(), amount(t, "1")); err != nil {
			t.Error(err)
		}
	})
}

// An approval that succeeded is told when the stake does not.
func TestApprovedOnly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f, s := newChain(t)
		f.meddle = func(method string, params []any) (any, error, bool) {
			if method == "eth_call" && strings.HasPrefix(params[0].(map[string]any)["data"].(string), "0x"+string(stakeFor)) {
				return nil, reverts("closed"), true
			}
			return nil, nil, false
		}
		_, err := s.Stake(t.Context(), amount(t, "1"))
		if _, ok := errors.AsType[*RevertError](err); !ok || len(f.raws) != 1 || !strings.Contains(err.Error(), `"closed" (1 VVV stay approved, by transaction 0x`) {
			t.Error(err)
		}
	})
}

// Behind one address may be several nodes, of which some are behind.
func TestNodesBehind(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f, s := newChain(t)
		behind := 3
		f.meddle = func(method string, params []any) (any, error, bool) {
			switch {
			case method == "eth_getTransactionCount" && len(f.raws) > 0:
				return "0x0", nil, true // has not seen any of it
			case method == "eth_call" && params[1] == "0x65" && behind > 0:
				behind--
				return nil, []error{errors.New("status 429"), refuse(-32000, "header not found", nil), errors.New("status 503")}[behind], true
			}
			return nil, nil, false
		}
		receipt, err := s.Stake(t.Context(), amount(t, "1"))
		if err != nil || receipt.Nonce != 1 || behind != 0 {
			t.Fatalf("%+v, %v", receipt, err)
		}
		if receipt, err := s.Approve(t.Context(), amount(t, "1")); err != nil || receipt.Nonce != 2 {
			t.Errorf("%+v, %v", receipt, err)
		}
	})
}

// Receipts that are not this transaction's, or half ones, are none.
func TestStrangeReceipts(t *testing.T) {
	good := map[string]any{"status": "0x1", "blockNumber": "0x65", "gasUsed": "0x1", "effectiveGasPrice": "0x1"}
	for name, bend := range map[string]func(r map[string]any){
		"another's": func(r map[string]any) { r["transactionHash"] = "0x" + strings.Repeat("0", 64) },
		"no status": func(r map[string]any) { delete(r, "status") },
		"status 2":  func(r map[string]any) { r["status"] = "0x2" },
		"no gas":    func(r map[string]any) { r["gasUsed"] = nil },
		"no price":  func(r map[string]any) { delete(r, "effectiveGasPrice") },
		"no block":  func(r map[string]any) { delete(r, "blockNumber") }, // is still waiting
		"endless":   func(r map[string]any) { r["blockNumber"] = "0x" + strings.Repeat("f", 64) },
		"a number":  func(r map[string]any) { r["status"] = 1 },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f, s := allowed(t)
				f.mines = false
				f.meddle = func(method string, params []any) (any, error, bool) {
					if method != "eth_getTransactionReceipt" {
						return nil, nil, false
					}
					r := map[string]any{"transactionHash": params[0]}
					for name, value := range good {
						r[name] = value
					}
					if f.count(method) < 5 {
						bend(r)
					}
					return r, nil, true
				}
				receipt, err := s.Stake(t.Context(), amount(t, "1"))
				if err != nil || f.count("eth_getTransactionReceipt") != 5 || receipt.Block != 101 {
					t.Errorf("%+v, %v", receipt, err)
				}
			})
		})
	}
}

// One change at a time.
func TestBusy(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f, s := allowed(t)
		f.mines = false
		done := make(chan error)
		go func() { _, err := s.Stake(t.Context(), amount(t, "1")); done <- err }()
		synctest.Wait()
		for name, call := range map[string]func() error{
			"stake": func() error { _, err := s.Stake(t.Context(), amount(t, "1")); return err },
			"look":  func() error { _, err := s.Look(t.Context(), amount(t, "1")); return err },
			"await": func() error { _, err := s.Await(t.Context(), &PendingError{Hashes: []string{"0x"}}); return err },
		} {
			if err := call(); err == nil || !strings.Contains(err.Error(), "under way") {
				t.Error(name, err)
			}
		}
		if _, err := s.Balance(t.Context()); err != nil {
			t.Error(err)
		}
		f.mu.Lock()
		f.mines = true
		f.mu.Unlock()
		if err := <-done; err != nil || f.nonces() != 1 {
			t.Error(err)
		}
		if _, err := s.Await(t.Context(), nil); err == nil {
			t.Error("awaits nothing")
		}
	})
}

// A key elsewhere is asked once for each version, and one that does not answer holds up none that is on its way.
func TestKeyElsewhere(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f, s := allowed(t)
		f.minimum = big.NewInt(13_000_000)
		genuine, err := signerOf(s.Wallet)
		if err != nil {
			t.Fatal(err)
		}
		asked := 0
		s.Wallet = &keeper{s.Wallet.(*signer.EVM), func(ctx context.Context, digest [32]byte) ([]byte, error) {
			if asked++; asked == 2 {
				return nil, errors.New("the service is down")
			}
			return genuine(ctx, digest)
		}}
		if _, err := s.Stake(t.Context(), amount(t, "1")); err != nil || asked != 3 || len(f.raws) != 2 || f.nonces() != 1 {
			t.Fatal(err, asked, len(f.raws))
		}
		if fee := f.decode(f.raws[1]).fee.Int64(); fee != 13_750_001 {
			t.Errorf("%d wei per gas, want a quarter above 11 million", fee)
		}
	})
}
