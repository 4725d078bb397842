package stake

import (
	"math/big"
	"testing"
	"testing/synctest"
)

// Twice the fee of the newest block is only offered where that is allowed.
func TestCutFee(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f, s := allowed(t)
		s.MaxCost = amount(t, "0.0000005")
		if _, err := s.Stake(t.Context(), amount(t, "1")); err != nil {
			t.Fatal(err)
		}
		if tx := f.decode(f.raws[0]); tx.fee.Int64() != 8_000_000 || tx.tip.Int64() != 1_000_000 {
			t.Errorf("%+v", tx)
		}
	})
}

func TestRaised(t *testing.T) {
	n := big.NewInt
	for _, c := range []struct {
		last, now *price
		most      int64
		tip, fee  int64
		allowed   bool
	}{
		{&price{n(100), n(1000)}, nil, 10000, 126, 1251, true},
		{&price{n(100), n(1000)}, &price{n(90), n(900)}, 10000, 126, 1251, true},
		{&price{n(100), n(1000)}, &price{n(900), n(9000)}, 10000, 900, 9000, true},
		{&price{n(100), n(1000)}, &price{n(900), n(9000)}, 5000, 900, 5000, true},
		{&price{n(100), n(1000)}, nil, 1101, 126, 1101, true},
		{&price{n(100), n(1000)}, nil, 1100, 126, 1100, false},
		{&price{n(1000), n(1000)}, nil, 1101, 1101, 1101, true},
		{&price{n(0), n(1)}, nil, 10, 1, 2, true},
		{&price{n(0), n(1)}, nil, 1, 1, 1, false},
	} {
		got, allowed := c.last.raised(c.now, n(c.most))
		if allowed != c.allowed || got.tip.Int64() != c.tip || got.fee.Int64() != c.fee {
			t.Errorf("%v, %v, %d: %v, %t", c.last, c.now, c.most, got, allowed)
		}
	}
}
