// Published vectors: addresses, keys, EIP-191 signatures and tokens on which viem and ethers agree.

package signer

import (
	"encoding/json"
	"os"
	"testing"
)

var vectors struct {
	EIP55 struct {
		Valid                     []struct{ Lower, Checksummed string }
		BadChecksum, NotAddresses []string
	}
	Keys struct {
		Valid   []struct{ Key, Address string }
		Invalid []string
	}
	PersonalSign struct {
		Key, Address, HighS, LowV string
		Cases                     []struct {
			Name, Message, MessageHex, Hash, Signature string
			RepeatA                                    int
		}
	}
	Tokens struct{ Refuse, Accept []string }
}

func TestMain(m *testing.M) {
	data, err := os.ReadFile("testdata/vectors.json")
	if err == nil {
		err = json.Unmarshal(data, &vectors)
	}
	if err != nil {
		panic(err)
	}
	os.Exit(m.Run())
}
