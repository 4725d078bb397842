// Revert: a contract's refusal, and what it gives as the reason.

package stake

import (
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"math/big"
	"strings"
	"unicode"
	"unicode/utf8"
)

// What contracts revert with: two forms of the language itself, and errors of their own.
const (
	errorText method = "08c379a0" // Error(string)
	panicCode method = "4e487b71" // Panic(uint256)
)

// ownErrors are those of OpenZeppelin's contracts, version 5, of which VVV and its staking are made. Any other is shown
// by its selector.
var ownErrors = map[method]string{
	"fb8f41b2": "ERC20InsufficientAllowance(address,uint256,uint256)",
	"e450d38c": "ERC20InsufficientBalance(address,uint256,uint256)",
	"94280d62": "ERC20InvalidSpender(address)",
	"ec442f05": "ERC20InvalidReceiver(address)",
	"d93c0665": "EnforcedPause()",
	"118cdaa7": "OwnableUnauthorizedAccount(address)",
}

// A RevertError says that a contract refuses a call. Without a receipt it was found out beforehand, and nothing was sent;
// with one the transaction is in a block, changed nothing, and cost its fee.
type RevertError struct {
	Call    string   // what was called: "approve", "stake", "unstake" or "withdraw"
	Reason  string   // what the contract answered, on one line; "" if it gave no reason
	Receipt *Receipt // nil if nothing was sent
}

// Error has the contract's own words.
func (e *RevertError) Error() string {
	reason := e.Reason
	if reason == "" {
		reason = "no reason given"
	}
	if e.Receipt == nil {
		return fmt.Sprintf("stake: %s: the contract would refuse it, so that it was not sent: %s", e.Call, reason)
	}
	return fmt.Sprintf("stake: %s: the contract refused it in transaction %s, which cost %v ETH: %s", e.Call, e.Receipt.Hash, e.Receipt.Fee, reason)
}

// reasonIn reads what a call returned when it reverted.
func reasonIn(data []byte) string {
	if len(data) < 4 {
		return ""
	}
	selector, arguments := method(hex.EncodeToString(data[:4])), data[4:]
	switch {
	case selector == errorText:
		if text, ok := textIn(arguments); ok {
			return fmt.Sprintf("%q", text)
		}
	case selector == panicCode && len(arguments) == len(word{}):
		return fmt.Sprintf("a fault in the contract, Panic(%#x)", new(big.Int).SetBytes(arguments))
	}
	if signature, ok := ownErrors[selector]; ok {
		name, kinds, _ := strings.Cut(strings.TrimSuffix(signature, ")"), "(")
		return name + "(" + strings.Join(values(kinds, arguments), ", ") + ")"
	}
	return "an error of its own, 0x" + string(selector)
}

// values are arguments that fit one word each, as far as they are there.
func values(kinds string, arguments []byte) (list []string) {
	for kind := range strings.SplitSeq(kinds, ",") {
		if kind == "" || len(arguments) < len(word{}) {
			break
		}
		w := word(arguments)
		arguments = arguments[len(w):]
		if kind == "address" {
			list = append(list, address(w[12:]).String())
		} else {
			list = append(list, new(big.Int).SetBytes(w[:]).String())
		}
	}
	return list
}

// textIn reads the one string of Error(string): where it begins, how long it is, and itself. It is a stranger's text: no
// more than 200 bytes of it are shown, and none that steers a terminal.
func textIn(arguments []byte) (string, bool) {
	start, ok := lengthAt(arguments, 0)
	if !ok {
		return "", false
	}
	length, ok := lengthAt(arguments, start)
	if !ok || length > len(arguments)-start-len(word{}) {
		return "", false
	}
	return plain(string(arguments[start+len(word{}):][:length])), true
}

// lengthAt reads a word that counts bytes of what it stands in.
func lengthAt(data []byte, at int) (int, bool) {
	if at < 0 || len(data) < len(word{}) || at > len(data)-len(word{}) {
		return 0, false
	}
	w := word(data[at:])
	n := binary.BigEndian.Uint64(w[24:])
	if [24]byte(w[:24]) != [24]byte{} || n > uint64(len(data)) {
		return 0, false
	}
	return int(n), true //nolint:gosec // not above the length of a slice
}

// plain is a stranger's text on one line, with nothing in it that steers a terminal, and not too long.
func plain(text string) string {
	text = strings.Map(func(r rune) rune {
		if r == utf8.RuneError || !unicode.IsPrint(r) {
			return ' '
		}
		return r
	}, text)
	if len(text) > 200 {
		text = strings.ToValidUTF8(text[:200], "") + "..."
	}
	return text
}
