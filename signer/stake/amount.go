// Amount: a sum of VVV, sVVV or ETH.

package stake

import (
	"bytes"
	"errors"
	"fmt"
	"math/big"
	"regexp"
	"strings"
)

// decimals is how many digits VVV, sVVV and ETH have after the point.
const decimals = 18

// An Amount is a sum of VVV, of sVVV or of ETH: an integer of base units, of which 10^18 make one, from 0 to 2^256-1.
// Amounts can be compared by ==. The zero Amount is 0.
type Amount struct{ units word }

var decimal = regexp.MustCompile(`^(0|[1-9][0-9]{0,19})(?:\.([0-9]{1,18}))?$`)

// ParseAmount reads a sum such as "1.5": plain decimal digits, above zero, with at most 20 digits before the point and
// 18 after it. There is no sign, exponent, separator or unit, and no rounding.
func ParseAmount(text string) (Amount, error) {
	if parts := decimal.FindStringSubmatch(text); parts != nil {
		units, _ := new(big.Int).SetString(parts[1]+(parts[2] + strings.Repeat("0", decimals))[:decimals], 10)
		if units.Sign() > 0 {
			return NewAmount(units)
		}
	}
	if len(text) > 40 {
		text = text[:40] + "..."
	}
	return Amount{}, fmt.Errorf("stake: amount %q: want a number above 0 such as 1.5, with at most 18 digits after the point", text)
}

// NewAmount makes an amount of base units, which must be from 0 to 2^256-1.
func NewAmount(units *big.Int) (a Amount, err error) {
	if units == nil || units.Sign() < 0 || units.BitLen() > 8*len(a.units) {
		return a, errors.New("stake: amount: want base units from 0 to 2^256-1")
	}
	units.FillBytes(a.units[:])
	return a, nil
}

// Units returns the amount in base units, as an integer of the caller's own.
func (a Amount) Units() *big.Int { return new(big.Int).SetBytes(a.units[:]) }

// Cmp returns -1, 0 or 1 as a is less than, equal to or more than b.
func (a Amount) Cmp(b Amount) int { return bytes.Compare(a.units[:], b.units[:]) }

// String returns the amount as [ParseAmount] reads it, with no more digits than it takes: "1.5", "0".
func (a Amount) String() string {
	digits := fmt.Sprintf("%0*s", decimals+1, a.Units())
	whole, part := digits[:len(digits)-decimals], strings.TrimRight(digits[len(digits)-decimals:], "0")
	if part == "" {
		return whole
	}
	return whole + "." + part
}

// MarshalText returns what String does, which is so what JSON and slog show.
func (a Amount) MarshalText() ([]byte, error) { return []byte(a.String()), nil }
