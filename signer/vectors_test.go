// Published vectors: addresses, keys, signatures, tokens and sign-ins on which viem, ethers, siwe and Solana's kit agree.

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

var signIns struct {
	SIWE struct {
		PrivateKey string
		Cases      []struct {
			Name, Message, Hash, Signature, Header string
			Fields                                 siweFields
		}
		Refused []struct {
			Why, Message string
			Fields       siweFields
		}
		OfficialHeader string
	}
	Solana struct {
		Keys struct {
			SeedHex, PublicKeyHex, Address string
			Secret64                       string `json:"secret64_base58"`
			Seed32                         string `json:"seed32_base58"`
			File                           string `json:"keypair_file_json"`
			Invalid                        []struct {
				Why, Base58, JSON string
				Secret64          string `json:"secret64_base58"`
			}
		}
		Base58  []struct{ Hex, Base58 string }
		SignIns []struct {
			Name, Message, Header string
			Signature58           string `json:"signature_base58"`
			Signature64           string `json:"signature_base64"`
		}
		Transactions []string
	}
}

// siweFields are those of the siwe library, of which nil stands for the usual value in the cases to refuse.
type siweFields struct {
	Scheme, Domain, Address, URI, Nonce, IssuedAt, ExpirationTime, NotBefore, RequestID *string
	Statement                                                                           *string
	ChainID                                                                             int
	Resources                                                                           []string
}

var keystores map[string]struct {
	JSON           json.RawMessage
	Password, Priv string
}

func TestMain(m *testing.M) {
	for file, into := range map[string]any{"vectors": &vectors, "signin": &signIns, "keystore": &keystores} {
		data, err := os.ReadFile("testdata/" + file + ".json")
		if err == nil {
			err = json.Unmarshal(data, into)
		}
		if err != nil {
			panic(err)
		}
	}
	os.Exit(m.Run())
}
