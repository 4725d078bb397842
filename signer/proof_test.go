// Tests of signing on one machine and submitting on another.

package signer

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/venice-go/venice/internal/vectors"
)

func ExampleSignMintToken() {
	// On the machine that holds the wallet. Token is what the service gave to the other machine.
	wallet, _ := ParseEVM("0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80") // a published test key
	token := "eyJhbGciOiJIUzI1NiJ9.eyJleHAiOjE3MDAwMDA5MDB9.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
	then := WithClock(func() time.Time { return time.Unix(1700000000, 0) }) // the token of this example is old
	proof, err := SignMintToken(context.Background(), wallet, token, then)
	fmt.Printf("%v %v\n", proof, err)
	fmt.Println(RecoverEVM([]byte(proof.Token.Reveal()), proof.Signature.Reveal()))
	// Output:
	// {0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266 [redacted] [redacted]} <nil>
	// 0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266 <nil>
}

func TestProofCarriedOver(t *testing.T) {
	m := newMint(t)
	fetched, err := m.client.GetWeb3KeyToken(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	proof, err := SignMintToken(t.Context(), testWallet(t), fetched.Data.Token.Reveal())
	if err != nil {
		t.Fatal(err)
	}
	carried := Proof{proof.Address, NewSecret(proof.Token.Reveal()), NewSecret(proof.Signature.Reveal())}
	key, err := SubmitProof(t.Context(), m.client, carried, nil)
	if err != nil || key.APIKey.Reveal() != mintedKey || m.gets != 1 {
		t.Fatalf("%v, %v after %d GETs", key, err, m.gets)
	}
	sent := m.posts[0]
	if who, err := RecoverEVM([]byte(fetched.Data.Token.Reveal()), sent["signature"].(string)); who != sent["address"] || who != testWallet(t).Address() || err != nil {
		t.Errorf("sent %v, signed by %s, %v", sent, who, err)
	}
	if _, err := SubmitProof(t.Context(), m.client, Proof{}, nil); !errors.Is(err, ErrInvalidAddress) || len(m.posts) != 1 {
		t.Errorf("the zero proof: %v", err)
	}
}

type elsewhere struct{ Wallet }

func (elsewhere) Chain() string { return "solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp" }

type misnamed struct{ Wallet }

func (misnamed) Address() string { return "0xabc" }

func TestSignMintTokenRefusesWallets(t *testing.T) {
	token := freshToken(0)
	broken := errors.New("no battery")
	dead, _ := NewMessageWallet(vectors.PersonalSign.Address, func(context.Context, []byte) ([]byte, error) { return nil, broken })
	for name, c := range map[string]struct {
		wallet Wallet
		want   error // nil for any
	}{
		"nil": {nil, nil}, "another chain": {elsewhere{testWallet(t)}, nil}, "bad address": {misnamed{testWallet(t)}, ErrInvalidAddress},
		"zero": {&EVM{}, ErrInvalidAddress}, "its own error": {dead, broken},
	} {
		proof, err := SignMintToken(t.Context(), c.wallet, token)
		if err == nil || (c.want != nil && !errors.Is(err, c.want)) || proof.Signature.Reveal() != "" {
			t.Errorf("%s: %v, %v", name, proof, err)
		}
	}
}
