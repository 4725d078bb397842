// Tests of the adapters for keys that live elsewhere.

package signer

import (
	"context"
	"encoding/hex"
	"errors"
	"strings"
	"testing"

	"github.com/decred/dcrd/dcrec/secp256k1/v4"
	"github.com/decred/dcrd/dcrec/secp256k1/v4/ecdsa"

	"github.com/venice-go/venice/internal/evm"
	"github.com/venice-go/venice/internal/vectors"
)

func testWallet(t testing.TB) *EVM {
	w, err := ParseEVM(vectors.PersonalSign.Key)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func TestDigestWallet(t *testing.T) {
	local := testWallet(t)
	message := []byte("hello world")
	want, _ := local.SignMessage(t.Context(), message)
	sig := func(d [32]byte) []byte { return evm.Sign(local.key(), d[:]) }
	highS := func(rsv []byte) (r, s secp256k1.ModNScalar) {
		r.SetByteSlice(rsv[:32])
		s.SetByteSlice(rsv[32:64])
		s.Negate()
		return r, s
	}
	for name, sign := range map[string]func([32]byte) []byte{
		"r||s||v":    sig,
		"r||s":       func(d [32]byte) []byte { return sig(d)[:64] },
		"v from 0":   func(d [32]byte) []byte { b := sig(d); b[64] -= 27; return b },
		"wrong v":    func(d [32]byte) []byte { b := sig(d); b[64] ^= 7; return b },
		"v by chain": func(d [32]byte) []byte { b := sig(d); b[64] = 41; return b },
		"high s": func(d [32]byte) []byte {
			b := sig(d)
			_, s := highS(b)
			s.PutBytesUnchecked(b[32:64])
			return b
		},
		"DER":        func(d [32]byte) []byte { return ecdsa.Sign(local.key(), d[:]).Serialize() },
		"DER high s": func(d [32]byte) []byte { return der(highS(sig(d))) },
	} {
		w, err := NewDangerousDigestWallet(strings.ToLower(local.Address()), func(_ context.Context, d [32]byte) ([]byte, error) { return sign(d), nil })
		if err != nil {
			t.Fatal(err)
		}
		if got, err := w.SignMessage(t.Context(), message); got != want || err != nil {
			t.Errorf("%s: %s, %v; want %s", name, got, err, want)
		}
		if w.Address() != local.Address() || w.Chain() != "eip155:8453" {
			t.Errorf("%s: %s on %s", name, w.Address(), w.Chain())
		}
	}
}

// der encodes without the low-s rule that the library's Serialize applies.
func der(r, s secp256k1.ModNScalar) []byte {
	integer := func(n secp256k1.ModNScalar) []byte {
		b := n.Bytes()
		v := b[:]
		if v[0] > 0x7f {
			v = append([]byte{0}, v...)
		}
		return append([]byte{2, byte(len(v))}, v...)
	}
	body := append(integer(r), integer(s)...)
	return append([]byte{0x30, byte(len(body))}, body...)
}

func TestDigestWalletRefuses(t *testing.T) {
	local := testWallet(t)
	other, _ := GenerateEVM()
	broken := errors.New("HSM is off")
	for name, sign := range map[string]func([32]byte) ([]byte, error){
		"another key":    func(d [32]byte) ([]byte, error) { return evm.Sign(other.key(), d[:]), nil },
		"another digest": func(d [32]byte) ([]byte, error) { d[0]++; return evm.Sign(local.key(), d[:]), nil },
		"empty":          func([32]byte) ([]byte, error) { return nil, nil },
		"zeros":          func([32]byte) ([]byte, error) { return make([]byte, 65), nil },
		"over the order": func([32]byte) ([]byte, error) { return []byte(strings.Repeat("\xff", 65)), nil },
		"junk":           func([32]byte) ([]byte, error) { return []byte("0x1234"), nil },
		"its error":      func([32]byte) ([]byte, error) { return nil, broken },
	} {
		w, err := NewDangerousDigestWallet(local.Address(), func(_ context.Context, d [32]byte) ([]byte, error) { return sign(d) })
		if err != nil {
			t.Fatal(err)
		}
		sig, err := w.SignMessage(t.Context(), []byte("m"))
		if err == nil || sig != "" || (name == "its error") != errors.Is(err, broken) {
			t.Errorf("%s: %q, %v", name, sig, err)
		}
	}
}

func TestMessageWallet(t *testing.T) {
	local := testWallet(t)
	message := []byte("hello world")
	for _, size := range []int{1, 64, 65, 66, 4000} {
		want := []byte(strings.Repeat("\xab", size))
		w, err := NewMessageWallet(local.Address(), func(_ context.Context, m []byte) ([]byte, error) {
			if string(m) != "hello world" {
				t.Errorf("asked to sign %q", m)
			}
			m[0] = 'X'
			return want, nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if got, err := w.SignMessage(t.Context(), message); got != "0x"+hex.EncodeToString(want) || err != nil {
			t.Errorf("%d bytes: %s, %v", size, got, err)
		}
	}
	if string(message) != "hello world" {
		t.Error("the function could change the caller's message")
	}
	w, _ := NewMessageWallet(local.Address(), func(context.Context, []byte) ([]byte, error) { return nil, nil })
	if sig, err := w.SignMessage(t.Context(), nil); err == nil || sig != "" {
		t.Errorf("an empty signature passed: %q", sig)
	}
}

func TestAdaptersRefuse(t *testing.T) {
	sign := func(context.Context, []byte) ([]byte, error) { return nil, nil }
	digest := func(context.Context, [32]byte) ([]byte, error) { return nil, nil }
	for _, address := range append(vectors.EIP55.BadChecksum, vectors.EIP55.NotAddresses...) {
		if w, err := NewMessageWallet(address, sign); w != nil || !errors.Is(err, ErrInvalidAddress) {
			t.Errorf("NewMessageWallet(%q): %v", address, err)
		}
		if w, err := NewDangerousDigestWallet(address, digest); w != nil || !errors.Is(err, ErrInvalidAddress) {
			t.Errorf("NewDangerousDigestWallet(%q): %v", address, err)
		}
	}
	good := vectors.PersonalSign.Address
	if w, err := NewMessageWallet(good, nil); w != nil || err == nil {
		t.Error("NewMessageWallet accepts no function")
	}
	if w, err := NewDangerousDigestWallet(good, nil); w != nil || err == nil {
		t.Error("NewDangerousDigestWallet accepts no function")
	}
}
