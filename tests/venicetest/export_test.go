// What the external tests use of the package's inside.

package venicetest

import (
	"crypto/ed25519"

	"github.com/getkin/kin-openapi/openapi3"
)

// WithDescription has the fake serve the description in a file, in place of the API's.
func WithDescription(file string) Option {
	return func(h *Handler) {
		doc, err := openapi3.NewLoader().LoadFromFile(file)
		if err != nil {
			panic(err)
		}
		h.contract = newContract(doc)
	}
}

var Base58 = to58

// Behaves reports whether the fake has a behaviour for an operation, rather than made-up answers.
func Behaves(operation string) bool {
	return behaviours[operation] != nil || crowded[operation] != nil
}

// Key reads a constant address.
func Key(text string) [32]byte { return fixedKey(text) }

// TokenAccount is an owner's account for a mint, under the classic token program or Token-2022.
func TokenAccount(owner, mint string, classic bool) string {
	program := token2022
	if classic {
		program = tokenProgram
	}
	return tokenAccount(fixedKey(owner), fixedKey(mint), program).String()
}

// FeePayerKey is the key that the fake signs with.
func FeePayerKey() ed25519.PrivateKey { return feePayerKey() }

// ReadEVMTransaction returns who signed a transaction, its hash and what it is, encoded anew.
func ReadEVMTransaction(text string) (from, hash string, err error) {
	t, err := readEVMTransaction(text)
	if err != nil {
		return "", "", err
	}
	return t.from, t.hash, nil
}

// Account is what a key may still spend.
func (h *Handler) Account(secret string) float64 {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.left(h.find(func(k *key) bool { return k.secret == secret })).usd()
}
