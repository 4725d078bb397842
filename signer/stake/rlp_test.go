package stake

import (
	"bytes"
	"encoding/hex"
	"math/big"
	"testing"
)

// The examples of the yellow paper, and the lengths at which a head grows.
func TestRLP(t *testing.T) {
	for _, c := range []struct {
		got  []byte
		want string
	}{
		{item([]byte("dog")), "83646f67"},
		{list(item([]byte("cat")), item([]byte("dog"))), "c88363617483646f67"},
		{item(nil), "80"},
		{list(), "c0"},
		{number(big.NewInt(0)), "80"},
		{item([]byte{0}), "00"},
		{number(big.NewInt(15)), "0f"},
		{number(big.NewInt(127)), "7f"},
		{number(big.NewInt(128)), "8180"},
		{number(big.NewInt(1024)), "820400"},
		{list(list(), list(list()), list(list(), list(list()))), "c7c0c1c0c3c0c1c0"},
		{item(make([]byte, 55))[:1], "b7"},
		{item(make([]byte, 56))[:2], "b838"},
		{item(make([]byte, 256))[:3], "b90100"},
		{list(item(make([]byte, 55)))[:2], "f838"},
		{list(item(make([]byte, 54)))[:1], "f7"},
		{item(bytes.Repeat([]byte{1}, 70000))[:4], "ba011170"},
	} {
		if hex.EncodeToString(c.got) != c.want {
			t.Errorf("%x, want %s", c.got, c.want)
		}
	}
}
