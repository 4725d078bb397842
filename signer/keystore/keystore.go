// Package keystore reads the private key of an EVM wallet from a file with a password, Web3 Secret Storage version 3.
package keystore

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/pbkdf2"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"errors"
	"fmt"
	"math/bits"
	"strings"

	"github.com/go-json-experiment/json"
	"golang.org/x/crypto/scrypt"

	"github.com/venice-go/venice/internal/evm"
	"github.com/venice-go/venice/signer"
)

// ErrWrongPassword says that a keystore file does not open with the password, or that the file was altered: its
// checksum covers both.
var ErrWrongPassword = errors.New("wrong password, or an altered keystore file")

// derivedKey is how long the key is that a password is stretched to, in bytes. The first half is the cipher's key, the
// second is for the checksum.
const derivedKey = 32

// What a file may cost to open. Geth's own files take 256 MiB for about a second, others a million rounds.
const (
	maxKeystore      = 64 << 10   // bytes of the file
	maxScryptTable   = 1 << 21    // blocks of 128 bytes, 256 MiB
	maxScryptWaiting = 1 << 14    // blocks
	maxScryptWork    = 1 << 23    // blocks gone over, some seconds
	maxPBKDF2Rounds  = 10_000_000 // some seconds
)

// Parse reads the private key in a keystore file, as geth, Foundry and many wallets write it (Web3 Secret
// Storage version 3: scrypt or PBKDF2, AES-128-CTR). Opening takes as long as the file says, usually about a second and
// up to 256 MiB of memory; files that ask for more than that, or for more than ten million rounds of PBKDF2, are
// refused. A password that does not fit gives [ErrWrongPassword]. If the file names an address, it must be the key's.
func Parse(file []byte, password string) (*signer.EVM, error) {
	w, err := parse(file, password)
	if err != nil {
		return nil, fmt.Errorf("keystore: %w", err)
	}
	return w, nil
}

// keystoreFile is the file as it is written. Some write its names with capitals.
type keystoreFile struct {
	Version int    `json:"version"`
	Address string `json:"address"`
	Crypto  struct {
		Cipher       string   `json:"cipher"`
		Ciphertext   hexBytes `json:"ciphertext"`
		CipherParams struct {
			IV hexBytes `json:"iv"`
		} `json:"cipherparams"`
		KDF       string    `json:"kdf"`
		KDFParams kdfParams `json:"kdfparams"`
		MAC       hexBytes  `json:"mac"`
	} `json:"crypto"`
}

type kdfParams struct {
	N, R, P uint32 // of scrypt
	C       uint32 // of PBKDF2
	PRF     string // of PBKDF2
	Salt    hexBytes
	DKLen   int
}

func parse(file []byte, password string) (*signer.EVM, error) {
	if len(file) > maxKeystore {
		return nil, fmt.Errorf("%d bytes, want %d at most", len(file), maxKeystore)
	}
	var f keystoreFile
	if err := json.Unmarshal(file, &f, json.MatchCaseInsensitiveNames(true)); err != nil {
		return nil, errors.New("not a keystore file: want JSON with version, crypto and in it hex and whole numbers")
	}
	c := f.Crypto
	switch {
	case f.Version != 3:
		return nil, fmt.Errorf("version %d, want 3", f.Version)
	case c.Cipher != "aes-128-ctr" || len(c.CipherParams.IV) != aes.BlockSize:
		return nil, errors.New("cipher: want aes-128-ctr with an iv of 16 bytes")
	case len(c.Ciphertext) != 32:
		return nil, fmt.Errorf("an encrypted key of %d bytes, want 32", len(c.Ciphertext))
	}
	derived, err := c.KDFParams.derive(c.KDF, password)
	if err != nil {
		return nil, err
	}
	if subtle.ConstantTimeCompare(evm.Keccak256(derived[16:], c.Ciphertext), c.MAC) == 0 {
		return nil, ErrWrongPassword
	}
	block, err := aes.NewCipher(derived[:16])
	if err != nil {
		return nil, err
	}
	key := make([]byte, len(c.Ciphertext))
	cipher.NewCTR(block, c.CipherParams.IV).XORKeyStream(key, c.Ciphertext)
	w, err := signer.ParseEVM(hex.EncodeToString(key))
	if err != nil {
		return nil, err
	}
	if want := strings.TrimPrefix(strings.ToLower(f.Address), "0x"); want != "" && "0x"+want != strings.ToLower(w.Address()) {
		return nil, errors.New("the key in it belongs to another address than the file says")
	}
	return w, nil
}

// derive stretches the password, if that costs no more than a file may ask for.
func (p *kdfParams) derive(kdf, password string) ([]byte, error) {
	if p.DKLen != derivedKey {
		return nil, fmt.Errorf("kdfparams: dklen %d, want %d", p.DKLen, derivedKey)
	}
	switch kdf {
	case "scrypt":
		// The table has n rows of r blocks, each of 128 bytes, and is gone over p times; r times p more wait their turn.
		// Products of two numbers of 32 bits do not overflow, nor does the last once the first is bounded.
		table, waiting := uint64(p.N)*uint64(p.R), uint64(p.R)*uint64(p.P)
		if p.N < 2 || bits.OnesCount32(p.N) != 1 || p.R < 1 || p.P < 1 {
			return nil, errors.New("kdfparams: scrypt wants n a power of two above 1, r and p above 0")
		}
		if table > maxScryptTable || waiting > maxScryptWaiting || table*uint64(p.P) > maxScryptWork {
			return nil, fmt.Errorf("kdfparams: scrypt with n %d, r %d and p %d costs more than a file may ask for", p.N, p.R, p.P)
		}
		return scrypt.Key([]byte(password), p.Salt, int(p.N), int(p.R), int(p.P), derivedKey)
	case "pbkdf2":
		if p.PRF != "hmac-sha256" || p.C < 1 || p.C > maxPBKDF2Rounds {
			return nil, fmt.Errorf("kdfparams: pbkdf2 wants prf hmac-sha256 and c from 1 to %d", maxPBKDF2Rounds)
		}
		return pbkdf2.Key(sha256.New, password, p.Salt, int(p.C), derivedKey)
	}
	return nil, errors.New("kdf: want scrypt or pbkdf2")
}

// hexBytes are bytes as hex digits, with or without 0x.
type hexBytes []byte

func (b *hexBytes) UnmarshalText(text []byte) (err error) {
	*b, err = hex.DecodeString(strings.TrimPrefix(string(text), "0x"))
	return err
}
