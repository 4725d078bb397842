// Transactions of Base as they are sent: EIP-1559's, decoded byte by byte, and who signed them. Nothing here is shared
// with the client, so that it does not share a mistake with it.

package venicetest

import (
	"encoding/hex"
	"errors"
	"fmt"
	"math/big"
	"strings"

	"github.com/venice-go/venice/signer"
)

// An evmTransaction is one that was signed.
type evmTransaction struct {
	hash            string // 0x and hex
	from, to        string // EIP-55 form
	nonce, gas      uint64
	tip, fee, value *big.Int // tip and fee per gas, in wei
	data            []byte
	parity, r, s    *big.Int
	size            int // bytes as it was sent
}

const maxTransaction = 128 << 10 // bytes, as nodes have it

// readEVMTransaction reads 0x and hex. Its errors are in the words of nodes, which clients look for.
func readEVMTransaction(text string) (*evmTransaction, error) {
	digits, prefixed := strings.CutPrefix(text, "0x")
	raw, err := hex.DecodeString(digits)
	switch {
	case err != nil || !prefixed || len(raw) == 0:
		return nil, errors.New("rlp: want a transaction as 0x and hex")
	case len(raw) > maxTransaction:
		return nil, errors.New("oversized data: transaction size exceeds 131072 bytes")
	case raw[0] != 2:
		return nil, errors.New("transaction type not supported: the fake takes those of EIP-1559")
	}
	envelope, err := readRLP(raw[1:])
	if err != nil || len(envelope.list) != 12 {
		return nil, errors.New("rlp: want the twelve members of EIP-1559")
	}
	member := envelope.list
	numbers := map[int]*big.Int{}
	for at, bits := range map[int]int{0: 256, 1: 63, 2: 256, 3: 256, 4: 63, 6: 256, 9: 1, 10: 256, 11: 256} {
		if numbers[at], err = member[at].number(bits); err != nil {
			return nil, err
		}
	}
	switch {
	case member[5].isList || member[7].isList || !member[8].isList:
		return nil, errRLP
	case len(member[5].bytes) != 20:
		return nil, errors.New("the fake makes no contracts: want the 20 bytes of an address to send to")
	case len(member[8].list) > 0:
		return nil, errors.New("the fake takes no access lists")
	case numbers[0].Cmp(big.NewInt(baseChain)) != 0:
		return nil, fmt.Errorf("invalid sender: invalid chain id for signer: have %d want %d", numbers[0], baseChain)
	}
	t := &evmTransaction{
		hash: "0x" + hex.EncodeToString(keccak(raw)), nonce: numbers[1].Uint64(), tip: numbers[2], fee: numbers[3], gas: numbers[4].Uint64(),
		value: numbers[6], data: member[7].bytes, parity: numbers[9], r: numbers[10], s: numbers[11], size: len(raw),
	}
	t.to, _ = signer.ChecksumAddress("0x" + hex.EncodeToString(member[5].bytes)) // twenty bytes in lower case
	var unsigned []byte
	for _, m := range member[:9] {
		unsigned = append(unsigned, m.whole...)
	}
	signature := make([]byte, 65)
	t.r.FillBytes(signature[:32])
	t.s.FillBytes(signature[32:64])
	signature[64] = 27 + byte(t.parity.Uint64())
	by, why := signedBy(keccak([]byte{2}, rlpList(unsigned)), signature)
	if why != "" {
		return nil, errors.New("invalid sender: " + why)
	}
	t.from = by
	return t, nil
}
