// Numbers of samples: at their limits, next to them, and between.

package venicetest

import (
	"math"

	"github.com/getkin/kin-openapi/openapi3"
)

const (
	maxInteger      = 1 << 53 // what every JSON decoder keeps exactly
	lowest, highest = -1e300, 1e300
)

func (s *sampler) number(schema *openapi3.Schema) float64 {
	if schema.Type.Is("integer") {
		low, high := limits(schema, -maxInteger, maxInteger, func(x, _ float64) float64 { return math.Floor(x) + 1 },
			func(x, _ float64) float64 { return math.Ceil(x) - 1 })
		if schema.Format == "int32" {
			low, high = max(low, math.MinInt32), min(high, math.MaxInt32)
		}
		return multiple(schema, s.integer(math.Ceil(low), math.Floor(high)))
	}
	low, high := limits(schema, lowest, highest, math.Nextafter, math.Nextafter)
	return multiple(schema, s.float(low, high))
}

// limits returns the least and the greatest number that the schema allows. Above and below step over an excluded
// limit.
func limits(schema *openapi3.Schema, low, high float64, above, below func(x, to float64) float64) (float64, float64) {
	if schema.Min != nil {
		low = *schema.Min
	}
	if b := schema.ExclusiveMin.Bool; b != nil && *b && schema.Min != nil {
		low = above(low, math.Inf(1))
	}
	if schema.Max != nil {
		high = *schema.Max
	}
	if b := schema.ExclusiveMax.Bool; b != nil && *b && schema.Max != nil {
		high = below(high, math.Inf(-1))
	}
	return low, high
}

// multiple steps toward zero to a multiple of what the schema wants multiples of.
func multiple(schema *openapi3.Schema, x float64) float64 {
	if schema.MultipleOf == nil {
		return x
	}
	return math.Trunc(x / *schema.MultipleOf)**schema.MultipleOf + 0
}

// integer returns a whole number from low to high: a limit, one of those that code gets wrong, or any.
func (s *sampler) integer(low, high float64) float64 {
	x := pick(s, []float64{low + 1, high - 1, 0, 1, -1, 42, 255, 256, 1 << 31, -1 << 31, 1<<53 - 1})
	switch s.rand.IntN(6) {
	case 0:
		x = pick(s, []float64{low, high})
	case 1, 2:
		x = math.Floor(min(low, 0) + s.rand.Float64()*1000)
	}
	if x < low || x > high {
		x = math.Floor(low + s.rand.Float64()*(high-low))
	}
	return x + 0 // no negative zero
}

// float returns a number from low to high: a limit, one of those that code gets wrong, or any.
func (s *sampler) float(low, high float64) float64 {
	x := pick(s, []float64{
		0, 1, -1, 0.1, 0.5, -0.0000066, 1e-7, 5e-324, 12.34, 1234567.891, 1 << 53, 1e21, -1e21, 123456789012345680000,
	})
	switch s.rand.IntN(6) {
	case 0:
		x = pick(s, []float64{low, high})
	case 1, 2:
		x = math.Floor(s.rand.Float64()*1e8) / 1e4 // like an amount
	}
	if x < low || x > high {
		x = min(max(low+s.rand.Float64()*(high-low), low), high)
	}
	return x + 0
}
