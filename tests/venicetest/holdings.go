// Holdings: who has how much of something on a chain, in base units.

package venicetest

import (
	"fmt"
	"math/big"
	"strconv"
)

// holdings are base units by address.
type holdings map[string]*big.Int

// of returns a number of the caller's own.
func (h holdings) of(address string) *big.Int {
	if n := h[address]; n != nil {
		return new(big.Int).Set(n)
	}
	return new(big.Int)
}

// move takes units from one address and gives them to another. "" is nowhere: units are made or destroyed.
func (h holdings) move(from, to string, units *big.Int) {
	if from != "" {
		h[from] = new(big.Int).Sub(h.of(from), units)
	}
	if to != "" {
		h[to] = new(big.Int).Add(h.of(to), units)
	}
}

func (h holdings) has(address string, units *big.Int) bool { return h.of(address).Cmp(units) >= 0 }

func (h holdings) total() *big.Int {
	sum := new(big.Int)
	for _, n := range h {
		sum.Add(sum, n)
	}
	return sum
}

const maxHolding = 1e9 // of whole coins that a test arranges

// baseUnits turns an amount that a test arranges into base units, rounded. A float is taken for the shortest number that
// reads as it, so that 0.1 is a tenth to the last digit.
func baseUnits(amount float64, decimals int64, coin string) (*big.Int, error) {
	if !(-maxHolding <= amount && amount <= maxHolding) {
		return nil, fmt.Errorf("venicetest: %v %s: want no more than a billion", amount, coin)
	}
	exact, _ := new(big.Rat).SetString(strconv.FormatFloat(amount, 'g', -1, 64)) // a number, as seen above
	exact.Mul(exact, new(big.Rat).SetInt(new(big.Int).Exp(big.NewInt(10), big.NewInt(decimals), nil)))
	units, _ := new(big.Int).SetString(exact.FloatString(0), 10)
	return units, nil
}

// endow sets what a wallet has of a coin.
func (h *Handler) endow(address string, amount float64, coin holdings, decimals int64, name string, read func(string) (string, error)) error {
	a, err := read(address)
	if err != nil {
		return err
	}
	units, err := baseUnits(amount, decimals, name)
	if err == nil && units.Sign() < 0 {
		err = fmt.Errorf("venicetest: %v %s: want no less than nothing", amount, name)
	}
	if err != nil {
		return err
	}
	h.lock()
	defer h.mu.Unlock()
	coin[a] = units
	return nil
}
