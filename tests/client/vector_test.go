// Vectors: what is read at a glance is what encoding/json reads.

package client_test

import (
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/venice-go/venice/gen"
)

// sameVector fails if a list is read in another way than by encoding/json, to the bit.
func sameVector(t *testing.T, list string) {
	t.Helper()
	var want []float64
	if json.Unmarshal([]byte(list), &want) != nil {
		return
	}
	var got gen.Vector
	if err := gen.Unmarshal([]byte(list), &got); err != nil || len(got) != len(want) {
		t.Fatalf("%s: %v, %v", list, got, err)
	}
	for i, f := range want {
		if math.Float64bits(got[i]) != math.Float64bits(f) {
			t.Fatalf("number %d of %s: got %v, want %v", i, list, got[i], f)
		}
	}
}

func TestVectorNumbers(t *testing.T) {
	odd := []string{"-0.0", "0", "-0", "1e5", "-1.5E-3", "9.99999999999999", "-9.99999999999999", "9.999999999999999", "0.123456789012345",
		" 0.5 ", "0.1234567\t", "0.00000000000000000000", "12.5", "0.12345678", "0.1234567", "0.123456789"}
	random := rand.New(rand.NewPCG(17, 1))
	for range 500 {
		list := make([]string, 100)
		for i := range list {
			f := random.NormFloat64() / math.Pow10(random.IntN(5))
			list[i] = [...]string{fmt.Sprintf("%.*f", random.IntN(20), f), fmt.Sprint(f), fmt.Sprint(float32(f)), odd[random.IntN(len(odd))]}[random.IntN(4)]
		}
		sameVector(t, "["+strings.Join(list, ",")+"]")
	}
}

func FuzzVector(f *testing.F) {
	f.Add("[0.0234567,-0.0123456789,1,2e3,0.5, 0.25 ,-0.0,0.12345678901234]")
	f.Add("[0.1234567 ,0.12345678\n,9.99999999999999,0.1,0.1,0.1]")
	f.Fuzz(sameVector)
}
