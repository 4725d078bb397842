// Amount: a sum of USDC.

package x402

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
)

// An Amount is an amount of USDC in base units, millionths of a dollar: what is signed, and never a float.
type Amount int64

// USD is one dollar: 5*USD is what the smallest payment takes.
const USD Amount = 1_000_000

// maxAmount is the most that the service takes in one payment. Nothing above it is signed.
const maxAmount = 10_000 * USD

var decimal = regexp.MustCompile(`^(0|[1-9][0-9]{0,12})(?:\.([0-9]{1,6}))?$`)

// ParseAmount reads an amount in US dollars, such as "5" or "5.25": plain decimal digits, above zero, with at most six
// digits after the point. There is no sign, exponent, separator or currency, and no rounding.
func ParseAmount(text string) (Amount, error) {
	parts := decimal.FindStringSubmatch(text)
	if parts == nil {
		if len(text) > 40 {
			text = text[:40] + "..."
		}
		return 0, fmt.Errorf("x402: amount %q: want dollars such as 5 or 5.25, with at most six digits after the point", text)
	}
	units, err := strconv.ParseInt(parts[1]+(parts[2] + "000000")[:6], 10, 64)
	if err != nil || units == 0 {
		return 0, fmt.Errorf("x402: amount %q: want more than 0 and at most %d dollars", text, math.MaxInt64/USD)
	}
	return Amount(units), nil
}

// String returns the amount in dollars, with two to six digits after the point: "5.25 USD".
func (a Amount) String() string {
	sign, units := "", uint64(a) //nolint:gosec // two's complement, mended below
	if a < 0 {
		sign, units = "-", -units
	}
	cents := fmt.Sprintf("%06d", units%uint64(USD))
	cents = cents[:2] + strings.TrimRight(cents[2:], "0")
	return fmt.Sprintf("%s%d.%s USD", sign, units/uint64(USD), cents)
}
