// The field that the curve is over: numbers of four words, reduced by the form of the prime, 2^256 - fold.

package enclave

import (
	"encoding/binary"
	"math/big"
	"math/bits"
)

const fold = 1<<32 + 977

// An element is less than the prime, its lowest word first.
type element [4]uint64

var primeWords = element{1<<64 - 1 - fold + 1, 1<<64 - 1, 1<<64 - 1, 1<<64 - 1}

func elementOf(n *big.Int) (e element) {
	b := n.FillBytes(make([]byte, sideLen))
	for i := range e {
		e[3-i] = binary.BigEndian.Uint64(b[8*i:])
	}
	return e
}

func (e element) number() *big.Int {
	b := make([]byte, 0, sideLen)
	for i := range e {
		b = binary.BigEndian.AppendUint64(b, e[3-i])
	}
	return new(big.Int).SetBytes(b)
}

func mul(a, b element) element {
	var t [8]uint64
	for i := range a {
		var carry uint64
		for j := range b {
			high, low := bits.Mul64(a[i], b[j])
			var c uint64
			low, c = bits.Add64(low, t[i+j], 0)
			high += c
			low, c = bits.Add64(low, carry, 0)
			t[i+j], carry = low, high+c
		}
		t[i+4] = carry
	}
	var r element
	var carry uint64
	for i := range r { // the upper half counts fold times
		high, low := bits.Mul64(t[i+4], fold)
		var c uint64
		low, c = bits.Add64(low, t[i], 0)
		high += c
		low, c = bits.Add64(low, carry, 0)
		r[i], carry = low, high+c
	}
	return r.plus(carry)
}

// plus adds 2^256 times a number below 2^63.
func (e element) plus(n uint64) element {
	for n > 0 {
		high, low := bits.Mul64(n, fold)
		var c uint64
		e[0], c = bits.Add64(e[0], low, 0)
		e[1], c = bits.Add64(e[1], high, c)
		e[2], c = bits.Add64(e[2], 0, c)
		e[3], n = bits.Add64(e[3], 0, c)
	}
	if less, borrow := minus(e, primeWords); borrow == 0 {
		return less
	}
	return e
}

func minus(a, b element) (d element, borrow uint64) {
	for i := range a {
		d[i], borrow = bits.Sub64(a[i], b[i], borrow)
	}
	return d, borrow
}

func sub(a, b element) element {
	d, borrow := minus(a, b)
	if borrow == 0 {
		return d
	}
	var c uint64
	for i := range d {
		d[i], c = bits.Add64(d[i], primeWords[i], c)
	}
	return d
}

func times(a element, n uint64) element { return mul(a, element{n}) }
