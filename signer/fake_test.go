// Tests of minting against the fake service, which judges tokens and signatures for itself.

package signer_test

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"github.com/venice-go/venice"
	"github.com/venice-go/venice/signer"
	"github.com/venice-go/venice/tests/venicetest"
)

func start(t *testing.T, options ...venicetest.Option) (*venicetest.Server, *venice.Client) {
	fake := venicetest.NewServer(t, options...)
	client, err := venice.New(venice.WithBaseURL(fake.URL))
	if err != nil {
		t.Fatal(err)
	}
	return fake, client
}

// A person takes 16 minutes to approve the first signature: the token is over, so a second one is fetched and signed.
func TestTokenExpiresWhileSigning(t *testing.T) {
	var late atomic.Int64
	now := func() time.Time { return time.Now().Add(time.Duration(late.Load())) }
	fake, client := start(t, venicetest.WithClock(now))
	local, err := signer.GenerateEVM()
	if err != nil {
		t.Fatal(err)
	}
	if err := fake.Stake(local.Address(), 1); err != nil {
		t.Fatal(err)
	}
	slow := &slowly{EVM: local, wait: func() { late.Add(int64(16 * time.Minute)) }, times: 1}
	key, err := signer.MintAPIKey(t.Context(), client, slow, nil, signer.WithClock(now))
	if err != nil || key.APIKey.Reveal() == "" || slow.asked != 2 {
		t.Errorf("%v, %v; asked %d times", key, err, slow.asked)
	}
	slow.times = 4
	if _, err := signer.MintAPIKey(t.Context(), client, slow, nil, signer.WithClock(now)); !errors.Is(err, signer.ErrTokenExpired) || slow.asked != 4 {
		t.Errorf("always late: %v; asked %d times", err, slow.asked)
	}
}

type slowly struct {
	*signer.EVM
	wait         func()
	asked, times int
}

func (w *slowly) SignMessage(ctx context.Context, message []byte) (string, error) {
	if w.asked++; w.asked <= w.times {
		w.wait()
	}
	return w.EVM.SignMessage(ctx, message)
}

func TestContractWallet(t *testing.T) {
	fake, client := start(t)
	const address = "0x2670B922ef37C7Df47158725C0CC407b5382293F"
	if err := fake.Stake(address, 1); err != nil {
		t.Fatal(err)
	}
	if err := fake.Contract(address, func(token, signature string) bool { return signature == "0x6f6b" && token != "" }); err != nil {
		t.Fatal(err)
	}
	for word, want := range map[string]error{"ok": nil, "no": signer.ErrSignatureMismatch} {
		wallet, err := signer.NewMessageWallet(address, func(context.Context, []byte) ([]byte, error) { return []byte(word), nil })
		if err != nil {
			t.Fatal(err)
		}
		if _, err := signer.MintAPIKey(t.Context(), client, wallet, nil); !errors.Is(err, want) {
			t.Errorf("%s: %v", word, err)
		}
	}
}

// The key is found again by the description that it came with, limits and all.
func TestKeyIsListed(t *testing.T) {
	fake, client := start(t)
	wallet, err := signer.GenerateEVM()
	if err != nil {
		t.Fatal(err)
	}
	if err := fake.Stake(wallet.Address(), 1); err != nil {
		t.Fatal(err)
	}
	fake.FailVerification(1)
	key, err := signer.MintAPIKey(t.Context(), client, wallet, &signer.KeyRequest{Type: "ADMIN"})
	if err != nil {
		t.Fatal(err)
	}
	admin, err := venice.New(venice.WithBaseURL(fake.URL), venice.WithAPIKey(key.APIKey.Reveal()))
	if err != nil {
		t.Fatal(err)
	}
	list, err := admin.ListAPIKeys(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range list.Data {
		if k.ID == key.ID && k.Description != nil && *k.Description == key.Description {
			return
		}
	}
	t.Errorf("key %s (%s) is not in %+v", key.ID, key.Description, list.Data)
}
