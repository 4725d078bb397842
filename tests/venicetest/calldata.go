// Calls of contracts: arguments and results in words of 32 bytes, and refusals.

package venicetest

import (
	"encoding/hex"
	"math/big"
	"slices"
	"strings"

	"github.com/venice-go/venice/signer"
)

// A callWord is one argument of a contract's method.
type callWord [32]byte

func (w callWord) number() *big.Int { return new(big.Int).SetBytes(w[:]) }

func (w callWord) address() string {
	address, _ := signer.ChecksumAddress("0x" + hex.EncodeToString(w[12:])) // twenty bytes in lower case
	return address
}

// A contractCall is a call of one method, whose arguments are of the method's types.
type contractCall struct {
	h    *Handler
	from string // EIP-55 form
	args []callWord
	at   int64 // the block
}

// A callResult is what came of a call. It changes nothing until effect runs, so that a call can be tried.
type callResult struct {
	returns []byte
	effect  func() // or nil
	logs    []chainLog
	refused bool // then returns has the reason
}

// A chainLog is what a contract tells those who watch the chain.
type chainLog struct {
	contract string
	topics   []callWord
	data     []byte
}

func returning(parts ...[]byte) callResult { return callResult{returns: slices.Concat(parts...)} }

// numberWord takes a number that is not negative and fits.
func numberWord(n *big.Int) []byte { return n.FillBytes(make([]byte, 32)) }

func smallWord(n int64) []byte { return numberWord(big.NewInt(n)) }

func truth(is bool) []byte {
	if is {
		return smallWord(1)
	}
	return smallWord(0)
}

// textWords are a text as the only result: where it begins, its length, and its bytes up to a whole word.
func textWords(text string) []byte {
	padded := make([]byte, (len(text)+31)/32*32)
	copy(padded, text)
	return slices.Concat(smallWord(32), smallWord(int64(len(text))), padded)
}

func selector(signature string) [4]byte { return [4]byte(keccak([]byte(signature))) }

// refusal is a contract's own error, by its signature.
func refusal(signature string, words ...[]byte) callResult {
	name := selector(signature)
	return callResult{returns: append(name[:], slices.Concat(words...)...), refused: true}
}

// refusalText is the language's own error, a text.
func refusalText(why string) callResult { return refusal("Error(string)", textWords(why)) }

// A contractMethod is what a contract does when it is called.
type contractMethod struct {
	types []string
	gas   uint64 // beyond what every transaction takes
	run   func(*contractCall) callResult
}

// contractMethods are by selector.
type contractMethods map[[4]byte]contractMethod

func (m contractMethods) add(signature string, gas uint64, run func(*contractCall) callResult) {
	_, types, _ := strings.Cut(strings.TrimSuffix(signature, ")"), "(")
	m[selector(signature)] = contractMethod{strings.FieldsFunc(types, func(r rune) bool { return r == ',' }), gas, run}
}

// always is a method that answers the same to everybody.
func (m contractMethods) always(signature string, result []byte) {
	m.add(signature, 2_000, func(*contractCall) callResult { return returning(result) })
}

// find returns the method of a call's data and the arguments, which must be of its types. More data than these take is
// left alone, as contracts do.
func (m contractMethods) find(data []byte) (method contractMethod, args []callWord, found bool) {
	if len(data) < 4 {
		return method, nil, false
	}
	method, found = m[[4]byte(data)]
	rest := data[4:]
	for _, kind := range method.types {
		if len(rest) < 32 || kind == "address" && [12]byte(rest) != [12]byte{} {
			return method, nil, false
		}
		args, rest = append(args, callWord(rest)), rest[32:]
	}
	return method, args, found
}
