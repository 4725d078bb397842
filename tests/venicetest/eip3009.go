// Payments on Base: a transfer that its owner signed for others to submit (EIP-3009). The arithmetic is the fake's own, so
// that it does not share a mistake with the signer.

package venicetest

import (
	"encoding/hex"
	"math/big"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/decred/dcrd/dcrec/secp256k1/v4"
	"github.com/decred/dcrd/dcrec/secp256k1/v4/ecdsa"
	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"golang.org/x/crypto/sha3"

	"github.com/venice-go/venice/signer"
)

const (
	tokenName    = "USD Coin"
	tokenVersion = "2"
	baseChain    = 8453

	// settleTime is how long before its end a payment must still come.
	settleTime = 6 * time.Second
)

// An authorization is a transfer as it is signed.
type authorization struct {
	from, to                       string // EIP-55 form
	value, validAfter, validBefore *big.Int
	nonce                          [32]byte
}

var (
	decimal  = regexp.MustCompile(`^(0|[1-9][0-9]{0,77})$`)
	hexNonce = regexp.MustCompile(`^0x[0-9a-fA-F]{64}$`)
	hexSig   = regexp.MustCompile(`^0x[0-9a-fA-F]{130}$`)
)

// readAuthorization reads {signature, authorization: {from, to, value, validAfter, validBefore, nonce}}.
func readAuthorization(payload jsontext.Value) (a authorization, signature []byte, bad *badPayment) {
	var wire struct {
		Signature     string         `json:"signature"`
		Authorization jsontext.Value `json:"authorization"`
	}
	if err := json.Unmarshal(payload, &wire); err != nil || !hexSig.MatchString(wire.Signature) {
		return a, nil, &badPayment{"INVALID_PAYMENT", "payload.signature: want 0x and 130 hex digits"}
	}
	is, complete := textMembers(wire.Authorization, "from", "to", "value", "validAfter", "validBefore", "nonce")
	if !complete {
		return a, nil, &badPayment{"INVALID_PAYMENT", "payload.authorization: want the texts from, to, value, validAfter, validBefore and nonce"}
	}
	var err error
	if a.from, err = signer.ChecksumAddress(is["from"]); err != nil || isZero(a.from) {
		return a, nil, &badPayment{"INVALID_PAYMENT_PAYER", "authorization.from: want an EVM address"}
	}
	if a.to, err = signer.ChecksumAddress(is["to"]); err != nil || a.to != PayTo {
		return a, nil, &badPayment{"INVALID_PAYMENT_RECIPIENT", "authorization.to: want " + PayTo}
	}
	if !wholeNumber.MatchString(is["value"]) {
		return a, nil, &badPayment{"INVALID_AMOUNT", "authorization.value: want base units, digits without a leading zero"}
	}
	for name, into := range map[string]**big.Int{"value": &a.value, "validAfter": &a.validAfter, "validBefore": &a.validBefore} {
		n, ok := new(big.Int).SetString(is[name], 10)
		if !ok || !decimal.MatchString(is[name]) || n.BitLen() > 256 {
			return a, nil, &badPayment{"INVALID_PAYMENT", "authorization: want decimal numbers below 2^256"}
		}
		*into = n
	}
	if !hexNonce.MatchString(is["nonce"]) {
		return a, nil, &badPayment{"INVALID_PAYMENT", "authorization.nonce: want 0x and 64 hex digits"}
	}
	_, _ = hex.Decode(a.nonce[:], []byte(is["nonce"][2:])) // matched above
	signature, _ = hex.DecodeString(wire.Signature[2:])
	return a, signature, nil
}

func isZero(address string) bool { return strings.Trim(address, "0x") == "" }

// digest is what is signed for the token contract at asset, by EIP-712.
func (a authorization) digest(asset string) []byte {
	transfer := keccak(
		keccak([]byte(transferType)),
		addressWord(a.from), addressWord(a.to), numberWord(a.value), numberWord(a.validAfter), numberWord(a.validBefore), a.nonce[:])
	return keccak([]byte("\x19\x01"), tokenDomain(asset), transfer)
}

const transferType = "TransferWithAuthorization(address from,address to,uint256 value,uint256 validAfter,uint256 validBefore,bytes32 nonce)"

// tokenDomain is the separator of the token contract at asset, by EIP-712.
func tokenDomain(asset string) []byte {
	return keccak(
		keccak([]byte("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)")),
		keccak([]byte(tokenName)), keccak([]byte(tokenVersion)), smallWord(baseChain), addressWord(asset))
}

// addressWord is an address as the EVM's arguments have it, 32 bytes.
func addressWord(address string) []byte {
	word := make([]byte, 32)
	_, _ = hex.Decode(word[12:], []byte(address[2:])) // addresses come here checked
	return word
}

func keccak(parts ...[]byte) []byte {
	hash := sha3.NewLegacyKeccak256()
	for _, p := range parts {
		hash.Write(p)
	}
	return hash.Sum(nil)
}

// signedBy returns the address whose key signed a digest, or why there is none, by the rules of the token contract.
func signedBy(digest, signature []byte) (address, why string) {
	var s secp256k1.ModNScalar
	if s.SetByteSlice(signature[32:64]) || s.IsOverHalfOrder() {
		return "", "invalid signature: s is in the upper half"
	}
	v := signature[64]
	if v != 27 && v != 28 {
		return "", "invalid signature: v is neither 27 nor 28"
	}
	public, _, err := ecdsa.RecoverCompact(append([]byte{v}, signature[:64]...), digest)
	if err != nil {
		return "", "invalid signature: " + err.Error()
	}
	address, _ = signer.ChecksumAddress("0x" + hex.EncodeToString(keccak(public.SerializeUncompressed()[1:])[12:]))
	return address, ""
}

// readEVM judges a payment on Base, but for what changes with time.
func readEVM(e *envelope) (*payment, *badPayment) {
	a, signature, bad := readAuthorization(e.payload)
	if bad != nil {
		return nil, bad
	}
	units, bad := readAmount(a.value.String())
	if bad != nil {
		return nil, bad
	}
	if e.amount != "" && e.amount != a.value.String() {
		return nil, &badPayment{"INVALID_AMOUNT", "want the value that is signed as the amount accepted"}
	}
	digest := a.digest(USDC)
	if by, why := signedBy(digest, signature); why != "" || by != a.from {
		if why == "" {
			why = "invalid signature: not authorization.from's over this transfer"
		}
		return nil, &badPayment{"PAYMENT_VERIFICATION_FAILED", why}
	}
	return &payment{
		network: baseNetwork, payer: a.from, units: units, id: hex.EncodeToString(digest), nonce: "0x" + hex.EncodeToString(a.nonce[:]),
		accepts: a.inTime, calldata: a.calldata(signature),
	}, nil
}

// calldata is how the token contract is called with a signed transfer.
func (a authorization) calldata(signature []byte) []byte {
	name := selector("transferWithAuthorization(address,address,uint256,uint256,uint256,bytes32,uint8,bytes32,bytes32)")
	return slices.Concat(name[:], addressWord(a.from), addressWord(a.to), numberWord(a.value), numberWord(a.validAfter), numberWord(a.validBefore),
		a.nonce[:], smallWord(int64(signature[64])), signature[:64])
}

// inTime says why the token contract would not take the transfer in a block of this time. A block holds whole seconds.
func (a authorization) inTime(at time.Time) (why string) {
	now := big.NewInt(at.Unix())
	switch {
	case now.Cmp(a.validAfter) <= 0:
		return "authorization is not yet valid: validAfter lies ahead"
	case now.Cmp(a.validBefore) >= 0:
		return "authorization is expired: validBefore is past"
	}
	return ""
}
