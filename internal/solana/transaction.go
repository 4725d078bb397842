// Solana transactions, as far as it takes to know one from a text.

package solana

// IsTransaction reports whether message reads as the message of a Solana transaction, which is what its signatures are
// made over. Bytes that follow a whole one do not make it less of one, since a validator's opinion of them is not known
// here.
func IsTransaction(message []byte) bool {
	r := &reader{rest: message}
	signers := r.next()
	if signers&0x80 != 0 {
		// A first byte with this bit gives the transaction's version, of which later ones are laid out in ways not
		// known here. Up to 0xbf it is no beginning of a text in UTF-8; above, version 64 and later, it may be.
		return signers < 0xc0
	}
	readonlySigners, readonly := r.next(), r.next()
	accounts := r.length()
	r.skip(32 * accounts)
	r.skip(32) // recent blockhash
	for range r.length() {
		r.next() // program
		r.skip(r.length())
		r.skip(r.length())
		if r.short {
			return false
		}
	}
	// No validator takes a transaction that nobody can pay for, or with more roles than accounts.
	return !r.short && readonlySigners < signers && int(signers)+int(readonly) <= accounts
}

// A reader takes bytes off a message, and knows when there were too few.
type reader struct {
	rest  []byte
	short bool
}

func (r *reader) next() byte {
	if b := r.skip(1); len(b) == 1 {
		return b[0]
	}
	return 0
}

func (r *reader) skip(n int) []byte {
	if n > len(r.rest) {
		r.short, r.rest, n = true, nil, 0
	}
	b := r.rest[:n]
	r.rest = r.rest[n:]
	return b
}

// length reads a number as Solana packs the lengths of lists: 7 bits a byte, the lowest first, at most three bytes.
func (r *reader) length() int {
	n := 0
	for shift := 0; shift <= 14; shift += 7 {
		b := r.next()
		n |= int(b&0x7f) << shift
		if b&0x80 == 0 {
			return n
		}
	}
	r.short = true
	return 0
}
