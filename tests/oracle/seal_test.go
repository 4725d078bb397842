// The encryption of chats, compared with noble's in JavaScript, and with one over go-ethereum's curve where there is no node.

package oracle

import (
	"bufio"
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"math"
	"math/big"
	mathrand "math/rand/v2"
	"os/exec"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/ethereum/go-ethereum/crypto"
	"golang.org/x/crypto/hkdf"

	"github.com/venice-go/venice/internal/seal"
)

// A sealer opens a text that is sealed for its key, and seals it again for ours. It tells the SHA-256 of what it read.
type sealer interface {
	public() string
	back(ours, wire string) (digest, again string, err error)
}

func TestTenThousandTexts(t *testing.T) {
	var p sealer
	p, err := startNoble(t)
	if err != nil {
		t.Logf("noble is not at hand (%v): go-ethereum's curve in its place", err)
		if p, err = newCurve(); err != nil {
			t.Fatal(err)
		}
	}
	key, err := seal.NewKey()
	if err != nil {
		t.Fatal(err)
	}
	to, err := seal.ParseRecipient(p.public())
	if err != nil {
		t.Fatal(err)
	}
	seed := [2]uint64{mathrand.Uint64(), mathrand.Uint64()}
	random := mathrand.New(mathrand.NewPCG(seed[0], seed[1]))
	const texts, longest = 10_000, 1 << 20
	for i := range texts {
		size := int(math.Pow(longest, math.Pow(random.Float64(), 6))) - 1
		switch i {
		case 0:
			size = 0
		case 1:
			size = longest
		}
		text := randomText(random, size)
		wire, err := to.Seal(text)
		if err != nil {
			t.Fatal(err)
		}
		digest, again, err := p.back(key.Public(), wire)
		if err != nil {
			t.Fatalf("text %d of %d bytes (seed %x): %v", i, len(text), seed, err)
		}
		sum := sha256.Sum256(text)
		got, err := key.Open(again)
		if digest != hex.EncodeToString(sum[:]) || !bytes.Equal(got, text) || err != nil {
			t.Fatalf("text %d of %d bytes (seed %x) is another: %v", i, len(text), seed, err)
		}
	}
}

// randomText is of all of Unicode, and of so many bytes.
func randomText(random *mathrand.Rand, size int) []byte {
	text := make([]byte, 0, size+utf8.UTFMax)
	for len(text) < size {
		r := rune(random.IntN(utf8.MaxRune + 1))
		if random.IntN(3) > 0 {
			r %= 0x250 // what most texts are of
		}
		text = utf8.AppendRune(text, r) // half a pair becomes U+FFFD
	}
	for len(text) > size {
		_, n := utf8.DecodeLastRune(text)
		text = text[:len(text)-n]
	}
	return append(text, strings.Repeat("x", size-len(text))...)
}

type noble struct {
	in  io.Writer
	out *bufio.Reader
	key string
}

func startNoble(t *testing.T) (*noble, error) {
	t.Helper()
	install := exec.Command("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund")
	install.Dir = "noble"
	if said, err := install.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("npm ci: %w: %.200s", err, said)
	}
	node := exec.Command("node", "peer.js")
	node.Dir = "noble"
	in, err := node.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := node.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := node.Start(); err != nil {
		return nil, err
	}
	t.Cleanup(func() {
		_ = in.Close()
		_ = node.Wait()
	})
	n := &noble{in: in, out: bufio.NewReaderSize(out, 1<<20)}
	n.key, err = n.line()
	return n, err
}

func (n *noble) line() (string, error) {
	s, err := n.out.ReadString('\n')
	return strings.TrimSpace(s), err
}

func (n *noble) public() string { return n.key }

func (n *noble) back(ours, wire string) (digest, again string, err error) {
	if _, err := fmt.Fprintln(n.in, ours, wire); err != nil {
		return "", "", err
	}
	s, err := n.line()
	digest, again, ok := strings.Cut(s, " ")
	if err == nil && !ok {
		err = errors.New("no answer")
	}
	return digest, again, err
}

// A curve is the same in Go, over go-ethereum's curve.
type curve struct {
	secret []byte
	key    []byte
}

func newCurve() (*curve, error) {
	key, err := crypto.GenerateKey()
	if err != nil {
		return nil, err
	}
	return &curve{crypto.FromECDSA(key), crypto.FromECDSAPub(&key.PublicKey)}, nil
}

func (c *curve) public() string { return hex.EncodeToString(c.key) }

func (c *curve) gcm(secret, public []byte) (cipher.AEAD, error) {
	if _, err := crypto.UnmarshalPubkey(public); err != nil {
		return nil, err
	}
	x, _ := crypto.S256().ScalarMult(new(big.Int).SetBytes(public[1:33]), new(big.Int).SetBytes(public[33:]), secret)
	key := make([]byte, 32)
	if _, err := io.ReadFull(hkdf.New(sha256.New, x.FillBytes(make([]byte, 32)), nil, []byte("ecdsa_encryption")), key); err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(block)
}

func (c *curve) back(ours, wire string) (digest, again string, err error) {
	raw, err := hex.DecodeString(wire)
	if err != nil {
		return "", "", err
	}
	opener, err := c.gcm(c.secret, raw[:65])
	if err != nil {
		return "", "", err
	}
	text, err := opener.Open(nil, raw[65:77], raw[77:], nil)
	if err != nil {
		return "", "", err
	}
	once, err := newCurve()
	if err != nil {
		return "", "", err
	}
	to, err := hex.DecodeString(ours)
	if err != nil {
		return "", "", err
	}
	gcm, err := c.gcm(once.secret, to)
	if err != nil {
		return "", "", err
	}
	nonce := make([]byte, 12)
	rand.Read(nonce)
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:]), hex.EncodeToString(gcm.Seal(append(once.key, nonce...), nonce, text, nil)), nil
}
