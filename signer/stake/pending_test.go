// Tests of what gets lost: answers, bytes, and callers who leave.

package stake

import (
	"context"
	"encoding/hex"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// An answer that is lost is resolved by the transaction's hash; bytes that were lost go again, the same ones.
func TestLostAnswers(t *testing.T) {
	lost := errors.New("connection reset")
	for name, c := range map[string]struct {
		arrives bool
		times   int
		says    error
		hidden  bool // from who asks for the hash
	}{
		"answer": {true, 1, lost, false}, "bytes": {false, 1, lost, false}, "bytes, often": {false, 40, lost, false}, "answer, often": {true, 20, lost, false},
		"already known": {true, 3, refuse(-32000, "already known", nil), false}, "too low": {true, 1, refuse(-32000, "nonce too low", nil), false},
		"any refusal":        {true, 1, refuse(-32000, "insufficient funds", nil), false},
		"known elsewhere":    {true, 1, refuse(-32000, "already known", nil), true},
		"in a block already": {true, 1, refuse(-32000, "nonce too low: next nonce 1, tx nonce 0", nil), true},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f, s := allowed(t)
				left := c.times
				tries := map[string]bool{}
				f.meddle = func(method string, params []any) (any, error, bool) {
					if method == "eth_getTransactionByHash" && c.hidden {
						return nil, nil, true
					}
					if method != "eth_sendRawTransaction" {
						return nil, nil, false
					}
					tries[params[0].(string)] = true
					if left == 0 {
						return nil, nil, false
					}
					if left--; c.arrives {
						_, _ = f.take(params[0].(string))
					}
					return nil, c.says, true
				}
				receipt, err := s.Stake(t.Context(), amount(t, "1"))
				if err != nil || f.nonces() != 1 || f.staked.Cmp(units(t, "1")) != 0 {
					t.Fatalf("%+v, %v", receipt, err)
				}
				if len(tries) != 1 || receipt.Hash != f.decode(f.raws[0]).hash {
					t.Errorf("%d versions were sent", len(tries))
				}
			})
		})
	}
}

// A node that neither takes a transaction nor says so leaves it open.
func TestNodeOfNoUse(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f, s := allowed(t)
		down := false
		f.meddle = func(method string, _ []any) (any, error, bool) {
			down = down || method == "eth_sendRawTransaction"
			return nil, errors.New("no route to host"), down
		}
		_, err := s.Stake(t.Context(), amount(t, "1"))
		if p, ok := errors.AsType[*PendingError](err); !ok || len(p.Hashes) != 1 || !strings.Contains(err.Error(), "no route") {
			t.Error(err)
		}
	})
}

// A node that drops what it took gets it again.
func TestForgottenTransaction(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f, s := allowed(t)
		s.MaxCost = amount(t, "0.0000007") // which allows no replacement
		f.mines = false
		f.meddle = func(method string, _ []any) (any, error, bool) {
			if method == "eth_getTransactionReceipt" && f.count(method) == 3 {
				clear(f.pool)
				f.mines = true
			}
			return nil, nil, false
		}
		if _, err := s.Stake(t.Context(), amount(t, "1")); err != nil || len(f.raws) != 2 || f.raws[0] != f.raws[1] {
			t.Error(err, len(f.raws))
		}
	})
}

// Who leaves knows what was sent, and can wait for it later and elsewhere.
func TestLeaving(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f, s := allowed(t)
		f.mines = false
		ctx, cancel := context.WithTimeoutCause(t.Context(), 5*time.Second, errors.New("tea time"))
		defer cancel()
		_, err := s.Stake(ctx, amount(t, "1"))
		p, ok := errors.AsType[*PendingError](err)
		if !ok || !strings.Contains(err.Error(), "tea time") || !strings.Contains(err.Error(), p.Hashes[0]) || len(f.raws) != 1 {
			t.Fatal(err)
		}
		other := &Staker{Wallet: s.Wallet, RPC: s.RPC, MaxCost: s.MaxCost}
		if _, err := other.Stake(t.Context(), amount(t, "1")); err == nil || !strings.Contains(err.Error(), "under way") || len(f.raws) != 1 {
			t.Error(err)
		}
		// Even if the node forgot: then the next has the same nonce, and one of the two at most is carried out.
		clear(f.pool)
		f.mines = true
		if _, err := other.Stake(t.Context(), amount(t, "2")); err != nil {
			t.Error(err)
		}
		if a, b := f.decode(f.raws[0]), f.decode(f.raws[1]); a.nonce != b.nonce {
			t.Error(a.nonce, b.nonce)
		}
		_, err = s.Await(t.Context(), p)
		if _, open := errors.AsType[*PendingError](err); open || !errors.Is(err, errTaken) {
			t.Error(err)
		}
		if _, err := s.Stake(t.Context(), amount(t, "1")); err != nil {
			t.Error(err)
		}
	})
}

func TestLeavingBefore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f, s := allowed(t)
		ctx, cancel := context.WithCancel(t.Context())
		// The wallet takes its time, as one does that asks a person.
		genuine, err := signerOf(s.Wallet)
		if err != nil {
			t.Fatal(err)
		}
		s.Wallet = &keeper{s.Wallet, func(_ context.Context, digest [32]byte) ([]byte, error) {
			cancel()
			return genuine(t.Context(), digest)
		}}
		_, err = s.Stake(ctx, amount(t, "1"))
		if _, open := errors.AsType[*PendingError](err); open || !errors.Is(err, context.Canceled) || len(f.raws) != 0 {
			t.Error(err)
		}
	})
}

// The reason is found out by another process as well, which knows no more than the hash.
func TestAwaitedRevert(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f, s := allowed(t)
		f.fails, f.mines = "paused", false
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		_, err := s.Stake(ctx, amount(t, "1"))
		p, ok := errors.AsType[*PendingError](err)
		if !ok {
			t.Fatal(err)
		}
		sent := f.decode(f.raws[0])
		f.mines = true
		f.meddle = func(method string, params []any) (any, error, bool) {
			switch method {
			case "eth_call":
				c := params[0].(map[string]any)
				if c["to"] != stakingAddress || c["data"] != "0x"+hex.EncodeToString(sent.data) {
					t.Error(c)
				}
				return nil, reverts("paused"), true
			case "eth_getTransactionByHash":
				return map[string]any{"to": sent.to, "input": "0x" + hex.EncodeToString(sent.data)}, nil, true
			}
			return nil, nil, false
		}
		other := &Staker{Wallet: s.Wallet, RPC: s.RPC}
		_, err = other.Await(t.Context(), p)
		if refusal, ok := errors.AsType[*RevertError](err); !ok || refusal.Reason != `"paused"` || refusal.Receipt.Hash != sent.hash || len(f.raws) != 1 {
			t.Error(err)
		}
	})
}
