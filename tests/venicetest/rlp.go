// RLP, the form in which transactions of Ethereum and Base come (the yellow paper's appendix B), read strictly: each
// value has one form, and a node refuses the others.

package venicetest

import (
	"errors"
	"math/big"
)

var errRLP = errors.New("rlp: want the one short form of each element")

// An rlpItem is bytes or a list.
type rlpItem struct {
	isList bool
	bytes  []byte
	list   []rlpItem
	whole  []byte // as it stands, with its head
}

// readRLP reads one element, which must be all there is.
func readRLP(raw []byte) (rlpItem, error) {
	item, rest, err := nextRLP(raw)
	if err == nil && len(rest) > 0 {
		err = errRLP
	}
	return item, err
}

func nextRLP(raw []byte) (item rlpItem, rest []byte, err error) {
	if len(raw) == 0 {
		return item, nil, errRLP
	}
	if raw[0] < 0x80 {
		return rlpItem{bytes: raw[:1], whole: raw[:1]}, raw[1:], nil
	}
	length, head := int(raw[0]&0x3f), 1
	if length >= 56 {
		head += length - 55
		if len(raw) < head || raw[1] == 0 || head > 5 {
			return item, nil, errRLP
		}
		length = 0
		for _, b := range raw[1:head] {
			length = length<<8 | int(b)
		}
		if length < 56 {
			return item, nil, errRLP
		}
	}
	if length > len(raw)-head {
		return item, nil, errRLP
	}
	body := raw[head : head+length]
	item.whole, rest = raw[:head+length], raw[head+length:]
	if item.isList = raw[0] >= 0xc0; !item.isList {
		if length == 1 && body[0] < 0x80 {
			return item, nil, errRLP
		}
		item.bytes = body
		return item, rest, nil
	}
	for len(body) > 0 {
		var member rlpItem
		if member, body, err = nextRLP(body); err != nil {
			return item, nil, err
		}
		item.list = append(item.list, member)
	}
	return item, rest, nil
}

// number is the item as an integer of at most so many bits, written without leading zeros.
func (i rlpItem) number(bits int) (*big.Int, error) {
	n := new(big.Int).SetBytes(i.bytes)
	if i.isList || n.BitLen() > bits || len(i.bytes) > 0 && i.bytes[0] == 0 {
		return nil, errRLP
	}
	return n, nil
}

// rlpList is a list of elements that are written already.
func rlpList(body []byte) []byte {
	if len(body) < 56 {
		return append([]byte{0xc0 + byte(len(body))}, body...)
	}
	length := big.NewInt(int64(len(body))).Bytes()
	return append(append([]byte{0xf7 + byte(len(length))}, length...), body...)
}
