// Tests of staking as a whole, on a made-up chain.

package stake

import (
	"errors"
	"math/big"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/venice-go/venice/signer"
)

func TestStake(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f, s := newChain(t)
		plan, err := s.Look(t.Context(), amount(t, "1.5"))
		if err != nil || !plan.Approves || plan.Balance.VVV != amount(t, "10") || plan.MaxCost != s.MaxCost || plan.Wallet != s.Wallet.Address() ||
			plan.VVV != vvvAddress || plan.Staking != stakingAddress || plan.Chain != 8453 || len(f.raws) != 0 {
			t.Fatalf("%+v, %v", plan, err)
		}
		receipt, err := s.Stake(t.Context(), amount(t, "1.5"))
		if err != nil || len(f.raws) != 2 || receipt.Nonce != 1 || receipt.Block != 102 || receipt.Approval == nil || receipt.Approval.Nonce != 0 {
			t.Fatalf("%+v, %v, sent %d", receipt, err, len(f.raws))
		}
		first, second := f.decode(f.raws[0]), f.decode(f.raws[1])
		if first.hash != receipt.Approval.Hash || second.hash != receipt.Hash || first.to != vvvAddress || second.to != stakingAddress ||
			first.gas != 62500 || first.fee.Int64() != 11_000_000 || first.tip.Int64() != 1_000_000 {
			t.Errorf("%+v %+v", first, second)
		}
		// What is approved is exact, so that nothing of it is left.
		if f.staked.Cmp(units(t, "1.5")) != 0 || f.allowance.Sign() != 0 || f.vvv.Cmp(units(t, "8.5")) != 0 {
			t.Error(f.staked, f.allowance, f.vvv)
		}
		if want := int64(50000*11_000_000 + 1); receipt.Fee.Units().Int64() != want {
			t.Errorf("cost %v, want %d", receipt.Fee.Units(), want)
		}
		b, err := s.Balance(t.Context())
		if err != nil || b.VVV != amount(t, "8.5") || b.Staked != amount(t, "1.5") || b.ETH != amount(t, "0.01") {
			t.Errorf("%+v, %v", b, err)
		}
	})
}

// What may be taken already is not approved again, and then all of MaxCost is for the stake.
func TestStakeAllowed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f, s := newChain(t)
		f.allowance = new(big.Int).Sub(new(big.Int).Lsh(big.NewInt(1), 256), big.NewInt(1))
		plan, err := s.Look(t.Context(), amount(t, "10"))
		if err != nil || plan.Approves {
			t.Fatalf("%+v, %v", plan, err)
		}
		receipt, err := s.Stake(t.Context(), amount(t, "10"))
		if err != nil || receipt.Approval != nil || len(f.raws) != 1 {
			t.Errorf("%+v, %v", receipt, err)
		}
	})
}

func TestApproveUnstakeWithdraw(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f, s := newChain(t)
		f.staked = units(t, "3")
		if _, err := s.Approve(t.Context(), amount(t, "2")); err != nil {
			t.Error(err)
		}
		if a, err := s.Allowance(t.Context()); err != nil || a != amount(t, "2") {
			t.Error(a, err)
		}
		if _, err := s.Approve(t.Context(), Amount{}); err != nil || f.allowance.Sign() != 0 {
			t.Error(f.allowance, err)
		}
		if d, err := s.Cooldown(t.Context()); err != nil || d.Length.Hours() != 168 || !d.End.IsZero() || d.Amount != (Amount{}) {
			t.Errorf("%+v, %v", d, err)
		}
		if _, err := s.Unstake(t.Context(), amount(t, "1")); err != nil {
			t.Error(err)
		}
		if d, err := s.Cooldown(t.Context()); err != nil || d.End.Unix() != 1_800_000_000 || d.Amount != amount(t, "1") {
			t.Errorf("%+v, %v", d, err)
		}
		sent := len(f.raws)
		_, err := s.Withdraw(t.Context())
		if refusal, ok := errors.AsType[*RevertError](err); !ok || refusal.Reason != `"cooldown is not over"` || refusal.Receipt != nil || len(f.raws) != sent {
			t.Error(err)
		}
		f.ready = units(t, "1")
		if _, err := s.Withdraw(t.Context()); err != nil || f.vvv.Cmp(units(t, "11")) != 0 {
			t.Error(err, f.vvv)
		}
	})
}

// Whatever is not as it should be is found out before anything is sent.
func TestRefusals(t *testing.T) {
	one := func(m method, answer any, err error) func(string, []any) (any, error, bool) {
		return func(method string, params []any) (any, error, bool) {
			if method != "eth_call" || !strings.HasPrefix(params[0].(map[string]any)["data"].(string), "0x"+string(m)) {
				return nil, nil, false
			}
			return answer, err, true
		}
	}
	answers := func(m string, answer any, err error) func(string, []any) (any, error, bool) {
		return func(method string, _ []any) (any, error, bool) { return answer, err, method == m }
	}
	elsewhere := "0x" + strings.Repeat("0", 24) + strings.Repeat("ab", 20)
	for name, c := range map[string]struct {
		bend func(f *fakeChain, s *Staker)
		err  string
	}{
		"chain":              {func(f *fakeChain, _ *Staker) { f.id = 1 }, "on chain 1, want 8453"},
		"venice()":           {func(f *fakeChain, _ *Staker) { f.meddle = one(stakedToken, elsewhere, nil) }, "has been changed: venice() names 0xabab"},
		"diem()":             {func(f *fakeChain, _ *Staker) { f.meddle = one(diemToken, elsewhere, nil) }, "has been changed: diem() names 0xabab"},
		"no contract":        {func(f *fakeChain, _ *Staker) { f.meddle = one(diemToken, "0x", nil) }, "no such contract"},
		"poor":               {func(f *fakeChain, _ *Staker) { f.vvv = units(f.t, "1.4") }, "the wallet has 1.4 VVV on Base, want 1.5"},
		"no gas":             {func(f *fakeChain, _ *Staker) { f.eth = big.NewInt(1) }, "has 0.000000000000000001 ETH on Base for gas"},
		"no limit":           {func(_ *fakeChain, s *Staker) { s.MaxCost = Amount{} }, "MaxCost"},
		"expensive":          {func(f *fakeChain, _ *Staker) { f.baseFee = big.NewInt(1_700_000_000) }, ErrTooExpensive.Error()},
		"a tip":              {func(f *fakeChain, _ *Staker) { f.tip = units(f.t, "1") }, ErrTooExpensive.Error()},
		"no node":            {func(_ *fakeChain, s *Staker) { s.RPC = nil }, "RPC: there is none"},
		"no wallet":          {func(_ *fakeChain, s *Staker) { s.Wallet = nil }, "Wallet: there is none"},
		"messages":           {func(_ *fakeChain, s *Staker) { s.Wallet = struct{ signer.Wallet }{s.Wallet} }, "signs messages only"},
		"no address":         {func(_ *fakeChain, s *Staker) { s.Wallet = new(signer.EVM) }, "Wallet: signer: invalid wallet address"},
		"poll":               {func(_ *fakeChain, s *Staker) { s.Poll = -1 }, "Poll"},
		"test":               {func(_ *fakeChain, s *Staker) { s.Test = &Contracts{8453, vvvAddress, stakingAddress, diemAddress} }, "8453"},
		"approve is false":   {func(f *fakeChain, _ *Staker) { f.meddle = one(approve, wordOf(new(big.Int)), nil) }, "want true"},
		"approve is nothing": {func(f *fakeChain, _ *Staker) { f.meddle = one(approve, "0x", nil) }, "want true"},
		"approve reverts":    {func(f *fakeChain, _ *Staker) { f.meddle = one(approve, nil, reverts("paused")) }, `approve: the contract would refuse it, so that it was not sent: "paused"`},
		"no gas needed":      {func(f *fakeChain, _ *Staker) { f.meddle = answers("eth_estimateGas", "0x5207", nil) }, "less than any transaction"},
		"gas reverts":        {func(f *fakeChain, _ *Staker) { f.meddle = answers("eth_estimateGas", nil, reverts("hm")) }, `"hm"`},
		"endless gas":        {func(f *fakeChain, _ *Staker) { f.meddle = answers("eth_estimateGas", "0xffffffffff", nil) }, ErrTooExpensive.Error()},
		"half a number":      {func(f *fakeChain, _ *Staker) { f.meddle = answers("eth_getBalance", "12", nil) }, "eth_getBalance: the result is not"},
		"no number":          {func(f *fakeChain, _ *Staker) { f.meddle = answers("eth_getBalance", nil, nil) }, "eth_getBalance: the result is no number"},
		"no block":           {func(f *fakeChain, _ *Staker) { f.meddle = answers("eth_getBlockByNumber", nil, nil) }, "names no fee"},
		"refused": {func(f *fakeChain, _ *Staker) {
			f.meddle = answers("eth_sendRawTransaction", nil, refuse(-32000, "insufficient funds for gas * price + value", nil))
		}, "the node refuses transaction 0x"},
		"under way": {func(f *fakeChain, _ *Staker) {
			f.pool["x"] = sentTransaction{tip: new(big.Int), fee: new(big.Int)}
		}, "1 transaction(s) of the wallet are under way, from nonce 0 on"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f, s := newChain(t)
				c.bend(f, s)
				receipt, err := s.Stake(t.Context(), amount(t, "1.5"))
				if err == nil || receipt != nil || !strings.Contains(err.Error(), c.err) || len(f.raws) != 0 {
					t.Errorf("%+v, %v, sent %d; want %q", receipt, err, len(f.raws), c.err)
				}
				if p, ok := errors.AsType[*PendingError](err); ok {
					t.Error("nothing is under way:", p)
				}
				// What was refused holds up nothing.
				if !s.busy.TryLock() || s.open != nil {
					t.Error("still busy")
				}
			})
		})
	}
	synctest.Test(t, func(t *testing.T) {
		f, s := newChain(t)
		if _, err := s.Stake(t.Context(), Amount{}); err == nil || !strings.Contains(err.Error(), "want VVV above 0") || len(f.raws) != 0 {
			t.Error(err)
		}
	})
}
