// Package oracle compares what the signer makes with independent implementations. It is a module of its own, so that
// they stay out of the module that users import. With cgo, go-ethereum signs by libsecp256k1, which shares no code with
// ours.
package oracle

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"flag"
	"fmt"
	"math/big"
	"math/rand/v2"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/ethereum/go-ethereum/accounts"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/crypto"

	"github.com/venice-go/venice/signer"
)

var (
	seed  = flag.Uint64("seed", uint64(time.Now().UnixNano()), "seed of the random keys and messages")
	count = flag.Int("count", 10000, "random keys and messages to compare")
)

// source gives the bytes of one run. Its seed is logged, for the run to be repeated with -seed.
func source(t *testing.T) *rand.ChaCha8 {
	t.Logf("seed %d", *seed)
	var key [32]byte
	binary.LittleEndian.PutUint64(key[:], *seed)
	return rand.NewChaCha8(key)
}

// message is the nth to sign: an empty one, one of 1 MB, one that is no UTF-8, then of any length up to 1 KiB.
func message(n int, random *rand.ChaCha8) []byte {
	size := int(random.Uint64() % 1024)
	switch n {
	case 0:
		size = 0
	case 1:
		size = 1 << 20
	case 2:
		return []byte{0xff, 0xfe, 0x00, 0xc0, 0xaf}
	}
	m := make([]byte, size)
	random.Read(m)
	return m
}

// Random bytes are keys but for one in 2^127, and messages that are no UTF-8 but for the shortest.
func TestGoEthereum(t *testing.T) {
	random := source(t)
	for n := range *count {
		key := make([]byte, 32)
		random.Read(key)
		m := message(n, random)
		fail := func(format string, args ...any) {
			t.Helper()
			t.Fatalf("case %d, key %x, %d bytes: %s", n, key, len(m), fmt.Sprintf(format, args...))
		}

		theirs, err := crypto.ToECDSA(key)
		if err != nil {
			fail("go-ethereum: %v", err)
		}
		ours, err := signer.ParseEVM(hex.EncodeToString(key))
		if err != nil {
			fail("%v", err)
		}
		address := crypto.PubkeyToAddress(theirs.PublicKey).Hex()
		if ours.Address() != address {
			fail("address %s, want %s", ours.Address(), address)
		}
		if sum, err := signer.ChecksumAddress(strings.ToLower(address)); sum != address || err != nil {
			fail("checksum %s, %v, want %s", sum, err, address)
		}

		hash := accounts.TextHash(m)
		raw, err := crypto.Sign(hash, theirs)
		if err != nil {
			fail("go-ethereum: %v", err)
		}
		raw[64] += 27
		want := "0x" + hex.EncodeToString(raw)
		got, err := ours.SignMessage(t.Context(), m)
		if err != nil || got != want {
			fail("signature %s, %v, want %s", got, err, want)
		}

		// Each recovers what the other signed.
		if who, err := signer.RecoverEVM(m, want); who != address || err != nil {
			fail("we recover %s, %v from go-ethereum's signature, want %s", who, err, address)
		}
		sig := common.FromHex(got)
		sig[64] -= 27
		public, err := crypto.SigToPub(hash, sig)
		if err != nil || crypto.PubkeyToAddress(*public).Hex() != address {
			fail("go-ethereum does not recover us: %v", err)
		}

		// Another message is another signer's, to both alike. Some of them belong to nobody.
		other := append(bytes.Clone(m), 'x')
		who, errOurs := signer.RecoverEVM(other, got)
		public, errTheirs := crypto.SigToPub(accounts.TextHash(other), sig)
		if (errOurs == nil) != (errTheirs == nil) {
			fail("of another message: %v, go-ethereum says %v", errOurs, errTheirs)
		}
		if errOurs == nil && (who == address || who != crypto.PubkeyToAddress(*public).Hex()) {
			fail("of another message: %s, go-ethereum says %s", who, crypto.PubkeyToAddress(*public).Hex())
		}
	}
}

// Random r, s and v: both say the same about signatures that nobody made.
func TestRecoverJunk(t *testing.T) {
	random := source(t)
	accepted := 0
	for n := range *count / 10 {
		sig := make([]byte, 65)
		random.Read(sig)
		sig[64] = byte(n % 3) // 2 is refused by both sides' rules for Ethereum
		m := message(n+3, random)
		r, s := new(big.Int).SetBytes(sig[:32]), new(big.Int).SetBytes(sig[32:64])
		valid := crypto.ValidateSignatureValues(sig[64], r, s, true) // low s wanted
		public, err := crypto.SigToPub(accounts.TextHash(m), sig)
		valid = valid && err == nil

		sig[64] += 27
		who, err := signer.RecoverEVM(m, "0x"+hex.EncodeToString(sig))
		if (err == nil) != valid {
			t.Fatalf("case %d, %x: %v, go-ethereum accepts: %v", n, sig, err, valid)
		}
		if valid {
			accepted++
			if want := crypto.PubkeyToAddress(*public).Hex(); who != want {
				t.Fatalf("case %d, %x: %s, want %s", n, sig, who, want)
			}
		}
	}
	if accepted < *count/100 {
		t.Errorf("only %d of %d random signatures were good", accepted, *count/10)
	}
}

// The published vectors, as go-ethereum sees them: with viem and ethers, which made them, that is three witnesses.
func TestVectors(t *testing.T) {
	var v struct {
		EIP55 struct {
			Valid                     []struct{ Lower, Checksummed string }
			BadChecksum, NotAddresses []string
		}
		PersonalSign struct {
			Key, Address string
			Cases        []struct {
				Name, Message, MessageHex, Hash, Signature string
				RepeatA                                    int
			}
		}
	}
	data, err := os.ReadFile("../../internal/vectors/vectors.json")
	if err == nil {
		err = json.Unmarshal(data, &v)
	}
	if err != nil || len(v.EIP55.Valid) < 13 || len(v.PersonalSign.Cases) < 10 {
		t.Fatalf("vectors: %v", err)
	}
	for _, a := range v.EIP55.Valid {
		ours, err := signer.ChecksumAddress(a.Lower)
		if theirs := common.HexToAddress(a.Lower).Hex(); ours != a.Checksummed || theirs != a.Checksummed || err != nil {
			t.Errorf("%s: ours %s, %v, theirs %s", a.Checksummed, ours, err, theirs)
		}
	}
	for _, a := range v.EIP55.BadChecksum {
		mixed, err := common.NewMixedcaseAddressFromString(a)
		if _, ours := signer.ChecksumAddress(a); ours == nil || err != nil || mixed.ValidChecksum() {
			t.Errorf("%s: ours %v, theirs accept %v, %v", a, ours, err == nil && mixed.ValidChecksum(), err)
		}
	}
	key, err := crypto.HexToECDSA(strings.TrimPrefix(v.PersonalSign.Key, "0x"))
	if err != nil {
		t.Fatal(err)
	}
	wallet, err := signer.ParseEVM(v.PersonalSign.Key)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range v.PersonalSign.Cases {
		m := []byte(c.Message)
		if c.MessageHex != "" {
			m = common.FromHex(c.MessageHex)
		} else if c.RepeatA > 0 {
			m = bytes.Repeat([]byte("a"), c.RepeatA)
		}
		hash := accounts.TextHash(m)
		theirs, _ := crypto.Sign(hash, key)
		theirs[64] += 27
		ours, err := wallet.SignMessage(t.Context(), m)
		if "0x"+hex.EncodeToString(hash) != c.Hash || "0x"+hex.EncodeToString(theirs) != c.Signature || ours != c.Signature || err != nil {
			t.Errorf("%s: hash %x, theirs %x, ours %s, %v, want %s and %s", c.Name, hash, theirs, ours, err, c.Hash, c.Signature)
		}
		if who, err := signer.RecoverEVM(m, c.Signature); who != v.PersonalSign.Address || err != nil {
			t.Errorf("%s: recovered %s, %v", c.Name, who, err)
		}
	}
}
