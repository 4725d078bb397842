// Tests of the numbers in samples.

package venicetest

import (
	"math"
	"testing"
)

// Numbers keep to their limits and meet them.
func TestNumbers(t *testing.T) {
	for _, test := range []struct {
		schema    string
		low, high float64
		met       []float64
	}{
		{`{"type":"integer"}`, -maxInteger, maxInteger, []float64{-maxInteger, maxInteger, 0, -1, 1}},
		{`{"type":"integer","minimum":0,"exclusiveMinimum":true,"maximum":3}`, 1, 3, []float64{1, 2, 3}},
		{`{"type":"integer","minimum":0.5,"maximum":2.5}`, 1, 2, []float64{1, 2}},
		{`{"type":"integer","minimum":5,"maximum":7,"exclusiveMaximum":true}`, 5, 6, []float64{5, 6}},
		{`{"type":"integer","format":"int32"}`, math.MinInt32, math.MaxInt32, []float64{math.MinInt32, math.MaxInt32}},
		{`{"type":"number"}`, lowest, highest, []float64{lowest, highest, 0.1, -0.0000066, 1e21}},
		{`{"type":"number","minimum":-1,"maximum":1}`, -1, 1, []float64{-1, 0, 0.5, 1}},
		{`{"type":"number","minimum":0,"exclusiveMinimum":true,"maximum":2,"exclusiveMaximum":true}`,
			5e-324, math.Nextafter(2, 0), []float64{5e-324, math.Nextafter(2, 0)}},
		{`{"type":"number","multipleOf":0.5,"minimum":-2,"maximum":2}`, -2, 2, []float64{-2, 0.5, 2}},
		{`{"type":"integer","minimum":7,"maximum":7}`, 7, 7, []float64{7}},
	} {
		s, seen := schema(t, test.schema), map[float64]bool{}
		for seed := range uint64(1000) {
			v, err := Sample(s, seed)
			if err != nil {
				t.Fatalf("%s: %v", test.schema, err)
			}
			x := v.(float64)
			if x < test.low || x > test.high || s.Type.Is("integer") && x != math.Trunc(x) || x == 0 && math.Signbit(x) {
				t.Errorf("%s: %v", test.schema, x)
			}
			seen[x] = true
		}
		for _, x := range test.met {
			if !seen[x] {
				t.Errorf("%s: never %v", test.schema, x)
			}
		}
	}
}
