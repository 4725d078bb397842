// Base: what is hashed and signed of a transfer (EIP-3009, by EIP-712), and x402's JSON of it.

package x402

import (
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/venice-go/venice/internal/evm"
	"github.com/venice-go/venice/internal/jsonrpc"
)

// baseUSDC is USDC's contract on Base.
const baseUSDC = "0x833589fCD6eDb6E08f4c7C32D4f71b54bdA02913"

const (
	baseID        = 8453
	zeroAddress   = "0x0000000000000000000000000000000000000000"
	domainName    = "USD Coin" // as USDC's contract on Base has it
	domainVersion = "2"
)

// EIP-712 hashes the types, and texts within them.
var (
	domainType        = evm.Keccak256([]byte("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"))
	authorizationType = evm.Keccak256([]byte("TransferWithAuthorization(address from,address to,uint256 value,uint256 validAfter,uint256 validBefore,bytes32 nonce)"))
	nameHash          = evm.Keccak256([]byte(domainName))
	versionHash       = evm.Keccak256([]byte(domainVersion))
	usdcWord, _       = hexWord("Asset", baseUSDC)
	usdcDomain        = domainSeparator(nameHash, versionHash, number(baseID), usdcWord)
)

// baseRail is Base: transfers of USDC by EIP-3009, and a contract that remembers which were used.
type baseRail struct{}

func (baseRail) facts() facts {
	return facts{network: evm.Base, alias: "base", usdc: baseUSDC, form: "0x and 40 hex digits, of one case or with their EIP-55 checksum"}
}

func (baseRail) account(address string) (string, error) { return evm.Account(address) }

func (baseRail) check(_ *terms, o *offer, to string) error {
	switch x := o.Extra; {
	case x.Name != domainName || x.Version != domainVersion:
		return refuseOffer("extra", x.Name+", "+x.Version, "name %s, version %s", domainName, domainVersion)
	case to == zeroAddress:
		return refuseOffer("payTo", to, "an account, not zero")
	}
	return nil
}

func (baseRail) fill(t *Transfer, _ *offer, until time.Time, random [32]byte) {
	t.ValidBefore, t.Nonce = until.Unix(), random
}

// message checks the transfer and returns the 66 bytes whose hash is signed.
func (baseRail) message(t *Transfer) ([]byte, error) {
	domain := usdcDomain
	if t.Asset != baseUSDC {
		asset, err := accountWord("Asset", t.Asset)
		if err != nil {
			return nil, err
		}
		domain = domainSeparator(nameHash, versionHash, number(baseID), asset)
	}
	// The wallet, or the signature, is compared with From as it is written, so its checksum need not be computed.
	from, err := hexWord("From", t.From)
	if err != nil {
		return nil, err
	}
	to, err := accountWord("To", t.To)
	switch {
	case err != nil:
		return nil, err
	case t.From == t.Asset:
		return nil, errors.New("From is the asset itself")
	case to == from:
		return nil, errors.New("To is the payer")
	case t.To == t.Asset:
		return nil, errors.New("To is the asset itself")
	case t.ValidAfter < 0 || t.ValidBefore <= t.ValidAfter:
		return nil, fmt.Errorf("ValidAfter is %d and ValidBefore %d, want Unix seconds of which the second is later", t.ValidAfter, t.ValidBefore)
	case t.Nonce == [32]byte{}:
		return nil, errors.New("Nonce is zero, want 32 random bytes")
	case t.FeePayer != "" || t.Blockhash != "" || t.Memo != "":
		return nil, errors.New("FeePayer, Blockhash and Memo are for Solana alone")
	}
	message := append(append(make([]byte, 0, 66), 0x19, 0x01), domain...)
	return append(message, authorizationHash(from, to, number(int64(t.Amount)), number(t.ValidAfter), number(t.ValidBefore), t.Nonce)...), nil
}

// A word is a value as EIP-712 hashes it: 32 bytes, numbers with the highest byte first.
type word = [32]byte

func domainSeparator(name, version []byte, chain, contract word) []byte {
	return evm.Keccak256(domainType, name, version, chain[:], contract[:])
}

func authorizationHash(from, to, value, validAfter, validBefore, nonce word) []byte {
	return evm.Keccak256(authorizationType, from[:], to[:], value[:], validAfter[:], validBefore[:], nonce[:])
}

func number(n int64) (w word) {
	binary.BigEndian.PutUint64(w[24:], uint64(n)) //nolint:gosec // checked to be no less than 0
	return w
}

// accountWord reads an address that is in EIP-55 form and not zero.
func accountWord(field, address string) (word, error) {
	w, err := hexWord(field, address)
	if err == nil && evm.Checksum(w[12:]) != address {
		err = fmt.Errorf("%s is %q, which is not its EIP-55 form", field, address)
	}
	return w, err
}

func hexWord(field, address string) (w word, err error) {
	if len(address) == len(zeroAddress) && address[:2] == "0x" && address != zeroAddress {
		_, err = hex.Decode(w[12:], []byte(address[2:]))
	} else {
		err = hex.ErrLength
	}
	if err != nil {
		return w, fmt.Errorf("%s is %.64q, want an address in EIP-55 form other than zero", field, address)
	}
	return w, nil
}

// payload writes every number in decimal, as text.
func (baseRail) payload(t *Transfer, message []byte, signature string) (jsontext.Value, error) {
	sig, err := evm.ParseSignature(signature)
	if err == nil {
		err = signedBy(t.From, evm.Keccak256(message), sig)
	}
	if err != nil {
		return nil, err
	}
	decimal := func(n int64) string { return strconv.FormatInt(n, 10) }
	return jsontext.Value(`{"signature":"0x` + hex.EncodeToString(sig) +
		`","authorization":{"from":"` + t.From + `","to":"` + t.To +
		`","value":"` + decimal(int64(t.Amount)) +
		`","validAfter":"` + decimal(t.ValidAfter) + `","validBefore":"` + decimal(t.ValidBefore) +
		`","nonce":"0x` + hex.EncodeToString(t.Nonce[:]) + `"}}`), nil
}

// signedBy returns an error unless sig, 65 bytes r||s||v, is the account's over digest.
func signedBy(account string, digest, sig []byte) error {
	by, err := evm.Recover(digest, sig)
	if err == nil && by != account {
		err = fmt.Errorf("not by %s over this transfer", account)
	}
	return err
}

func (baseRail) chain(node *jsonrpc.Node) chain { return &baseNode{node} }
