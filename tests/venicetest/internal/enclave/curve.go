// The curve secp256k1 by the book: one bit at a time. Clients use another implementation.

// Package enclave is the machine that the fake's private models run in: its key, its quotes and what they rest on, what it
// decrypts and encrypts. It shares no code with the client, whose work it is there to check.
package enclave

import (
	"math/big"
	"sync"
)

var (
	prime   = number("fffffffffffffffffffffffffffffffffffffffffffffffffffffffefffffc2f")
	order   = number("fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141")
	base    = point{elementOf(number("79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798")), elementOf(number("483ada7726a3c4655da4fbfc0e1108a8fd17b448a68554199c47d08ffb10d4b8")), element{1}}
	seven   = element{7}
	sideLen = 32 // bytes of a coordinate
)

func number(digits string) *big.Int {
	n, _ := new(big.Int).SetString(digits, 16)
	return n
}

// A point in Jacobian coordinates: x is X/Z², y is Y/Z³. Z is 0 for the point at infinity.
type point struct{ x, y, z element }

var zero element

func (p point) double() point {
	if p.z == zero || p.y == zero {
		return point{}
	}
	y2 := mul(p.y, p.y)
	s, m := times(mul(p.x, y2), 4), times(mul(p.x, p.x), 3)
	x := sub(mul(m, m), times(s, 2))
	return point{x, sub(mul(m, sub(s, x)), times(mul(y2, y2), 8)), times(mul(p.y, p.z), 2)}
}

func (p point) add(q point) point {
	switch {
	case p.z == zero:
		return q
	case q.z == zero:
		return p
	}
	pz2, qz2 := mul(p.z, p.z), mul(q.z, q.z)
	u1, u2 := mul(p.x, qz2), mul(q.x, pz2)
	s1, s2 := mul(p.y, mul(qz2, q.z)), mul(q.y, mul(pz2, p.z))
	h, r := sub(u2, u1), sub(s2, s1)
	if h == zero {
		if r == zero {
			return p.double()
		}
		return point{}
	}
	h2 := mul(h, h)
	h3, v := mul(h2, h), mul(u1, h2)
	x := sub(sub(mul(r, r), h3), times(v, 2))
	return point{x, sub(mul(r, sub(v, x)), mul(s1, h3)), mul(h, mul(p.z, q.z))}
}

// multiply returns n times p.
func (p point) multiply(n *big.Int) (sum point) {
	for i := n.BitLen() - 1; i >= 0; i-- {
		if sum = sum.double(); n.Bit(i) == 1 {
			sum = sum.add(p)
		}
	}
	return sum
}

// powers are the base point times 1, 2, 4 and so on, so that keys are made without doubling.
var powers = sync.OnceValue(func() (list [256]point) {
	list[0] = base
	for i := range list[1:] {
		list[i+1] = list[i].double()
	}
	return list
})

// public returns n times the base point.
func public(n *big.Int) (sum point) {
	for i, p := range powers() {
		if n.Bit(i) == 1 {
			sum = sum.add(p)
		}
	}
	return sum
}

// affine returns the two coordinates.
func (p point) affine() (x, y *big.Int) {
	inverse := elementOf(new(big.Int).ModInverse(p.z.number(), prime))
	square := mul(inverse, inverse)
	return mul(p.x, square).number(), mul(p.y, mul(square, inverse)).number()
}

// encode is 04 and the coordinates, 32 bytes each.
func (p point) encode() []byte {
	x, y := p.affine()
	b := make([]byte, 1+2*sideLen)
	b[0] = 4
	x.FillBytes(b[1 : 1+sideLen])
	y.FillBytes(b[1+sideLen:])
	return b
}

// decode reads what encode wrote, and nothing else.
func decode(b []byte) (point, bool) {
	if len(b) != 1+2*sideLen || b[0] != 4 {
		return point{}, false
	}
	x, y := new(big.Int).SetBytes(b[1:1+sideLen]), new(big.Int).SetBytes(b[1+sideLen:])
	if x.Cmp(prime) >= 0 || y.Cmp(prime) >= 0 {
		return point{}, false
	}
	p := point{elementOf(x), elementOf(y), element{1}}
	right := sub(mul(mul(p.x, p.x), p.x), sub(zero, seven))
	return p, mul(p.y, p.y) == right
}
