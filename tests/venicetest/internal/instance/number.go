// Numbers of a schema, in exact arithmetic.

package instance

import (
	"errors"
	"math/big"
	"strings"
)

// number makes one within the limits: the next of the hints that fits, else a small one.
func (m *maker) number(f *object, integer bool) (any, error) {
	r := readRange(f, integer)
	for i := m.numbers; i < len(m.hints.Numbers); i++ {
		if hint := rational(number(m.hints.Numbers[i])); hint != nil && r.has(hint) {
			m.numbers = i + 1
			return number(decimal(hint)), nil
		}
	}
	x, err := r.pick(int64(m.rand.IntN(100)))
	if err != nil {
		return nil, err
	}
	return number(decimal(x)), nil
}

// A span is the numbers between two limits, which are nil for none, that are multiples of a step, nil for any.
type span struct {
	low, high         *big.Rat
	aboveLow, belowHi bool // the limit itself is left out
	step              *big.Rat
}

func readRange(f *object, integer bool) span {
	s := span{low: rational(f.members["minimum"]), high: rational(f.members["maximum"]), step: rational(f.members["multipleOf"])}
	if x := rational(f.members["exclusiveMinimum"]); x != nil && (s.low == nil || x.Cmp(s.low) >= 0) {
		s.low, s.aboveLow = x, true
	}
	if x := rational(f.members["exclusiveMaximum"]); x != nil && (s.high == nil || x.Cmp(s.high) <= 0) {
		s.high, s.belowHi = x, true
	}
	s.aboveLow = s.aboveLow || f.members["exclusiveMinimum"] == true && s.low != nil // as draft 4 has it
	s.belowHi = s.belowHi || f.members["exclusiveMaximum"] == true && s.high != nil
	if integer && s.step == nil {
		s.step = big.NewRat(1, 1)
	} else if integer {
		s.step = new(big.Rat).SetInt(s.step.Num()) // p/q has its whole multiples at those of p
	}
	return s
}

func (s span) has(x *big.Rat) bool {
	if s.low != nil && (x.Cmp(s.low) < 0 || s.aboveLow && x.Cmp(s.low) == 0) {
		return false
	}
	if s.high != nil && (x.Cmp(s.high) > 0 || s.belowHi && x.Cmp(s.high) == 0) {
		return false
	}
	return s.step == nil || s.step.Sign() != 0 && new(big.Rat).Quo(x, s.step).IsInt()
}

// pick returns the n-th number above the lower limit, or below the upper, in whole steps, or less far if the span ends;
// where no step fits in, what is in the middle.
func (s span) pick(n int64) (*big.Rat, error) {
	step := s.step
	if step == nil || step.Sign() == 0 {
		step = big.NewRat(1, 1)
	}
	start := new(big.Rat)
	switch {
	case s.low != nil:
		start = ceil(s.low, step)
	case s.high != nil && s.high.Sign() < 0:
		start = ceil(s.high, step)
		step = new(big.Rat).Neg(step)
	}
	for ; n >= 0; n /= 2 {
		x := new(big.Rat).Add(start, new(big.Rat).Mul(step, big.NewRat(n, 1)))
		if s.has(x) {
			return x, nil
		}
		if n == 0 {
			break
		}
	}
	if x := new(big.Rat).Add(start, step); s.has(x) { // the limit itself is left out
		return x, nil
	}
	if s.step == nil && s.low != nil && s.high != nil {
		if x := new(big.Rat).Mul(new(big.Rat).Add(s.low, s.high), big.NewRat(1, 2)); s.has(x) {
			return x, nil
		}
	}
	return nil, errors.New("no number is between the limits")
}

// ceil is the first multiple of step from x on.
func ceil(x, step *big.Rat) *big.Rat {
	q := new(big.Rat).Quo(x, step)
	whole := new(big.Int)
	whole.Div(q.Num(), q.Denom()) // rounds down
	if !q.IsInt() {
		whole.Add(whole, big.NewInt(1))
	}
	return new(big.Rat).Mul(new(big.Rat).SetInt(whole), step)
}

// decimal is a number with as many digits as it has, 30 at most behind the point.
func decimal(x *big.Rat) string {
	if x.IsInt() {
		return x.Num().String()
	}
	return strings.TrimRight(x.FloatString(30), "0")
}
