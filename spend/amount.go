// Amount: a sum of money as caps count it.

package spend

import (
	"fmt"
	"math"
	"strings"

	"github.com/venice-go/venice/gen"
)

// An Amount is an amount of USD or of DIEM, in billionths: a token costs less than a millionth.
type Amount int64

// USD is one dollar: 0.10 USD are USD / 10. A DIEM is worth a dollar of calls.
const USD Amount = 1_000_000_000

const most = Amount(math.MaxInt64)

// String returns the amount in dollars, with two to nine digits after the point: "0.0125 USD".
func (a Amount) String() string { return a.digits() + " USD" }

func (a Amount) digits() string {
	sign, n := "", uint64(a) //nolint:gosec // two's complement, mended below
	if a < 0 {
		sign, n = "-", -n
	}
	rest := fmt.Sprintf("%09d", n%uint64(USD))
	return fmt.Sprintf("%s%d.%s", sign, n/uint64(USD), rest[:2]+strings.TrimRight(rest[2:], "0"))
}

// of is what so many units cost, rounded up: nothing is too cheap to be counted. What is behind the sixth place of a
// billionth is the float's own. What is no amount is more than anybody has.
func of(units, price float64) Amount {
	n := math.Ceil(units*price*float64(USD) - 1e-6)
	switch {
	case n >= math.MaxInt64, math.IsNaN(n), n < 0:
		return most
	case n > 0:
		return Amount(n)
	}
	return 0
}

// plus does not run over.
func (a Amount) plus(b Amount) Amount {
	if a > most-b {
		return most
	}
	return a + b
}

// Money is an amount in each of the currencies that the service counts in.
type Money struct{ USD, DIEM Amount }

func (m Money) plus(o Money) Money { return Money{m.USD.plus(o.USD), m.DIEM.plus(o.DIEM)} }

func moneyOf(units float64, p gen.Price) Money { return Money{of(units, p.USD), of(units, p.DIEM)} }
