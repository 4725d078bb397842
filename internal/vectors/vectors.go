// Package vectors has published vectors for tests: addresses, keys, signatures, tokens, sign-ins and keystore files on which
// viem, ethers, siwe and Solana's kit agree.
package vectors

import (
	"embed"
	"encoding/json"
)

//go:embed *.json
var files embed.FS

// Of wallets on EVM chains, and of mint tokens.
var (
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
)

// Of sign-ins, and of wallets on Solana.
var (
	SIWE struct {
		PrivateKey string
		Cases      []struct {
			Name, Message, Hash, Signature, Header string
			Fields                                 SIWEFields
		}
		Refused []struct {
			Why, Message string
			Fields       SIWEFields
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
)

// SIWEFields are those of the siwe library, of which nil stands for the usual value in the cases to refuse.
type SIWEFields struct {
	Scheme, Domain, Address, URI, Nonce, IssuedAt, ExpirationTime, NotBefore, RequestID *string
	Statement                                                                           *string
	ChainID                                                                             int
	Resources                                                                           []string
}

// Keystores are keystore files by name.
var Keystores map[string]struct {
	JSON           json.RawMessage
	Password, Priv string
}

func init() {
	for file, into := range map[string]any{
		"vectors":  &struct{ EIP55, Keys, PersonalSign, Tokens any }{&EIP55, &Keys, &PersonalSign, &Tokens},
		"signin":   &struct{ SIWE, Solana any }{&SIWE, &Solana},
		"keystore": &Keystores,
	} {
		data, err := files.ReadFile(file + ".json")
		if err == nil {
			err = json.Unmarshal(data, into)
		}
		if err != nil {
			panic(err)
		}
	}
}
