// Prices.

package catalog

import "math"

// Money is USD in units of 1e-10, so that a token of the cheapest model costs a whole number of them.
type Money int64

// USD is the amount as a number.
func (m Money) USD() float64 { return float64(m) / 1e10 }

// Dollars is an amount of USD, rounded to a unit.
func Dollars(usd float64) Money { return Money(math.Round(usd * 1e10)) }

// price is an amount as the list shows it. A DIEM is worth a dollar.
func (m Money) price() map[string]any { return map[string]any{"usd": m.USD(), "diem": m.USD()} }

// Per is the price of n units where a million of them cost m. It is exact for prices of up to four decimals.
func (m Money) Per(n int) Money { return m / 1_000_000 * Money(n) }

func prices(of map[string]Money) map[string]any {
	list := map[string]any{}
	for name, m := range of {
		list[name] = m.price()
	}
	return list
}
