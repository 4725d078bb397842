// Tests of the field against big integers.

package enclave

import (
	"math/big"
	"math/rand/v2"
	"testing"
)

func TestField(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	numbers := []*big.Int{new(big.Int), big.NewInt(1), big.NewInt(fold), new(big.Int).Sub(prime, big.NewInt(1)), new(big.Int).Sub(prime, big.NewInt(fold))}
	for range 100 {
		words := make([]byte, 32)
		for i := range words {
			words[i] = byte(random.Uint32())
		}
		n := new(big.Int).SetBytes(words)
		numbers = append(numbers, n.Mod(n, prime))
	}
	for _, a := range numbers {
		for _, b := range numbers {
			product := new(big.Int).Mul(a, b)
			difference := new(big.Int).Sub(a, b)
			if got := mul(elementOf(a), elementOf(b)).number(); got.Cmp(product.Mod(product, prime)) != 0 {
				t.Fatalf("%x times %x is %x, want %x", a, b, got, product)
			}
			if got := sub(elementOf(a), elementOf(b)).number(); got.Cmp(difference.Mod(difference, prime)) != 0 {
				t.Fatalf("%x less %x is %x, want %x", a, b, got, difference)
			}
		}
	}
}
