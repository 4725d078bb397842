// Solana transactions, decoded byte by byte.

package venicetest

import (
	"crypto/ed25519"
	"errors"
	"slices"
)

// A transaction is a legacy one or one of version 0.
type transaction struct {
	signatures [][]byte // 64 bytes each
	message    []byte   // what they are made over
	signers    int      // of the accounts, the first
	readonly   [2]int   // accounts that are not written to: the last of the signers, and the last of the others
	accounts   []pubkey
	blockhash  pubkey
	steps      []instruction
	tables     int // address lookup tables
}

type instruction struct {
	program  int // index in accounts
	accounts []byte
	data     []byte
}

var errTransaction = errors.New("could not be decoded as a transaction")

// readTransaction takes bytes that follow a whole transaction for a part of its message, so that no signature fits.
func readTransaction(raw []byte) (t *transaction, err error) {
	defer func() {
		if recover() != nil { // an index beyond the end
			t, err = nil, errTransaction
		}
	}()
	t, rest := &transaction{}, raw
	take := func(n int) (part []byte) {
		part, rest = rest[:n:n], rest[n:]
		return part
	}
	length := func() (n int) {
		for shift := 0; ; shift += 7 {
			b := take(1)[0]
			n |= int(b&0x7f) << shift
			if b < 0x80 {
				if shift > 0 && b == 0 || n > 0xffff {
					return len(raw) // not the short form, or more than there is: runs beyond the end
				}
				return n
			}
		}
	}
	key := func() pubkey { return pubkey(take(32)) }

	for range length() {
		t.signatures = append(t.signatures, take(ed25519.SignatureSize))
	}
	t.message = rest
	versioned := rest[0]&0x80 != 0
	if versioned && take(1)[0] != 0x80 {
		return nil, errTransaction
	}
	head := take(3)
	t.signers, t.readonly = int(head[0]), [2]int{int(head[1]), int(head[2])}
	for range length() {
		t.accounts = append(t.accounts, key())
	}
	t.blockhash = key()
	for range length() {
		t.steps = append(t.steps, instruction{int(take(1)[0]), take(length()), take(length())})
	}
	if versioned {
		t.tables = length()
	}
	if len(t.signatures) != t.signers || t.signers > 0x7f || t.readonly[0] >= t.signers || t.signers+t.readonly[1] > len(t.accounts) {
		return nil, errTransaction
	}
	return t, nil
}

// wire is the transaction as it goes on the chain, with the first signature in its place.
func (t *transaction) wire(first []byte) []byte {
	t.signatures[0] = first
	all := slices.Concat(t.signatures...)
	return slices.Concat([]byte{byte(len(t.signatures))}, all, t.message)
}

// account is none, 32 zero bytes, for an index beyond the end.
func (t *transaction) account(i int) (k pubkey) {
	if i < len(t.accounts) {
		k = t.accounts[i]
	}
	return k
}

func (t *transaction) program(step int) pubkey { return t.account(t.steps[step].program) }

// writable reports whether the transaction may change an account.
func (t *transaction) writable(i int) bool {
	if i < t.signers {
		return i < t.signers-t.readonly[0]
	}
	return i < len(t.accounts)-t.readonly[1]
}

// signed reports whether an account's signature over the message is there.
func (t *transaction) signed(i int) bool {
	return i < t.signers && ed25519.Verify(t.accounts[i][:], t.message, t.signatures[i])
}
