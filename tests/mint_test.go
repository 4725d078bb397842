// Minting through the signer and the typed client.

package tests

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/venice-go/venice"
	"github.com/venice-go/venice/gen"
	"github.com/venice-go/venice/signer"
	"github.com/venice-go/venice/tests/venicetest"
)

// The main road: a wallet with a stake mints a key, and the key opens what it is for.
func TestMint(t *testing.T) {
	p := newPair(t)
	w := wallet(t)
	if err := p.Stake(w.Address(), 1); err != nil {
		t.Fatal(err)
	}
	key, err := signer.MintAPIKey(t.Context(), p.client(t, ""), w, &signer.KeyRequest{
		Type: "ADMIN", Description: "demo", Expires: time.Date(2100, 1, 2, 0, 0, 0, 0, time.UTC), LimitPeriod: "MONTH",
		LimitUSD: new(5.0), LimitDIEM: new(7.0),
	})
	if err != nil {
		t.Fatal(err)
	}
	if key.Type != "ADMIN" || key.ExpiresAt != "2100-01-02T00:00:00.000Z" || !strings.HasPrefix(key.Description, "demo ") {
		t.Errorf("key %+v", key)
	}

	c := p.client(t, key.APIKey.Reveal())
	if _, err := c.CreateChatCompletion(t.Context(), hello); err != nil {
		t.Error(err)
	}
	stored, err := c.GetAPIKey(t.Context(), key.ID)
	if err != nil {
		t.Fatal(err)
	}
	usd, _ := stored.Data.ConsumptionLimits.USD.Get()
	diem, _ := stored.Data.ConsumptionLimits.DIEM.Get()
	if usd != 5 || diem != 7 || stored.Data.LimitPeriod != gen.LimitPeriodMonth || *stored.Data.Description != key.Description {
		t.Errorf("stored %s", encode(t, stored))
	}
}

// Each row of the table of mint errors comes back: from the method as the service's answer, from the signer under its
// name.
func TestMintErrors(t *testing.T) {
	w := wallet(t)
	// other is an address that did not sign.
	const other = "0x70997970C51812dc3A010C7d01b50e0d17dc79C8"
	for _, test := range []struct {
		name  string
		spoil func(t *testing.T, p pair, clk *clock, proof *signer.Proof)
		want  error
		text  string
	}{
		{"address", func(_ *testing.T, _ pair, _ *clock, proof *signer.Proof) { proof.Address = "0x12" },
			signer.ErrInvalidAddress, "Invalid wallet address"},
		{"expired", func(_ *testing.T, _ pair, clk *clock, _ *signer.Proof) { clk.move(16 * time.Minute) },
			signer.ErrTokenExpired, "JWT has expired"},
		{"signed by someone else", func(t *testing.T, _ pair, clk *clock, proof *signer.Proof) {
			// A token of another service in the same form, signed as it should be.
			*proof = prove(t, newPair(t, venicetest.WithSeed(1), venicetest.WithClock(clk.read)), w)
		}, signer.ErrTokenInvalid, "JWT signature is invalid"},
		{"from the future", func(_ *testing.T, _ pair, clk *clock, _ *signer.Proof) { clk.move(-time.Minute) },
			signer.ErrTokenInvalid, "JWT claims are invalid"},
		{"no token", func(_ *testing.T, _ pair, _ *clock, proof *signer.Proof) { proof.Token = signer.NewSecret("a.b") },
			signer.ErrTokenInvalid, "JWT is malformed"},
		{"another address", func(_ *testing.T, _ pair, _ *clock, proof *signer.Proof) { proof.Address = other },
			signer.ErrSignatureMismatch, "Wallet signature does not match"},
		{"chain out of reach", func(_ *testing.T, p pair, _ *clock, _ *signer.Proof) { p.FailVerification(9) },
			signer.ErrVerifyUnavailable, "Could not verify wallet signature"},
		{"no stake", func(_ *testing.T, p pair, _ *clock, _ *signer.Proof) { _ = p.Stake(w.Address(), -1) },
			signer.ErrNoStake, "Wallet has no staked VVV on Base"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel() // one refusal is waited out, for a few seconds
			clk := &clock{now: time.Now()}
			p := newPair(t, venicetest.WithClock(clk.read))
			if err := p.Stake(w.Address(), 1); err != nil {
				t.Fatal(err)
			}
			proof := prove(t, p, w)
			test.spoil(t, p, clk, &proof)

			c := p.client(t, "")
			_, err := c.CreateWeb3Key(t.Context(), &gen.Web3KeyRequest{
				APIKeyType: gen.APIKeyTypeAdmin, Address: proof.Address, Token: gen.NewSecret(proof.Token.Reveal()), Signature: gen.NewSecret(proof.Signature.Reveal()),
			})
			e, isError := errors.AsType[*venice.Error](err)
			if !isError || !errors.Is(err, venice.ErrBadRequest) || !strings.Contains(e.Message, test.text) {
				t.Errorf("the method's error %v, want a 400 with %q", err, test.text)
			}

			key, err := signer.SubmitProof(t.Context(), c, proof, nil)
			if key != nil || !errors.Is(err, test.want) || errors.Is(err, signer.ErrKeyMayExist) {
				t.Errorf("key %v, error %v, want %v", key, err, test.want)
			}
		})
	}
}

// prove signs a token of the pair's service.
func prove(t *testing.T, p pair, w signer.Wallet) signer.Proof {
	t.Helper()
	token, err := p.client(t, "").GetWeb3KeyToken(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	proof, err := signer.SignMintToken(t.Context(), w, token.Data.Token.Reveal())
	if err != nil {
		t.Fatal(err)
	}
	return proof
}

// A chain that is out of reach for a moment costs one attempt, not the key.
func TestMintWaitsForTheChain(t *testing.T) {
	p := newPair(t)
	w := wallet(t)
	if err := p.Stake(w.Address(), 1); err != nil {
		t.Fatal(err)
	}
	p.FailVerification(1)
	key, err := signer.MintAPIKey(t.Context(), p.client(t, ""), w, nil)
	if err != nil || key.Type != "INFERENCE" {
		t.Fatalf("key %v, error %v", key, err)
	}
	if p.wire.requests != 3 { // token, refusal, key
		t.Errorf("%d requests", p.wire.requests)
	}
}

// A contract wallet's signature may have any length.
func TestMintWithContractWallet(t *testing.T) {
	const address = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"
	signature := []byte("a signature that only the contract understands, and not of 65 bytes")
	w, err := signer.NewMessageWallet(address, func(context.Context, []byte) ([]byte, error) { return signature, nil })
	if err != nil {
		t.Fatal(err)
	}
	p := newPair(t)
	if err := p.Stake(address, 1); err != nil {
		t.Fatal(err)
	}
	if err := p.Contract(address, func(_, got string) bool { return strings.HasPrefix(got, "0x") && len(got) == 2+2*len(signature) }); err != nil {
		t.Fatal(err)
	}
	if _, err := signer.MintAPIKey(t.Context(), p.client(t, ""), w, nil); err != nil {
		t.Error(err)
	}
}
