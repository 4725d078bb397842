// Examples of a key that renews itself, against the fake service.

package autokey_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/venice-go/venice"
	"github.com/venice-go/venice/signer"
	"github.com/venice-go/venice/signer/autokey"
	"github.com/venice-go/venice/tests/venicetest"
)

func ExampleAuth() {
	now := time.Now()
	clock := func() time.Time { return now }
	fake := venicetest.NewServer(nil, venicetest.WithClock(clock)) // the real service needs neither
	defer fake.Close()
	wallet, _ := signer.GenerateEVM()
	_ = fake.Stake(wallet.Address(), 1)
	folder, err := os.MkdirTemp("", "")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(folder)

	auth := &autokey.Auth{
		Wallet:  wallet,
		Store:   autokey.File{Path: filepath.Join(folder, "key")},
		Request: &signer.KeyRequest{Description: "my agent"},
		Life:    24 * time.Hour,
		Minted:  func(key *signer.Key, err error) { fmt.Println("minted:", key.Type, key.APIKey, err) },
		Now:     clock,
	}
	client, err := venice.New(venice.WithBaseURL(fake.URL), venice.WithAuth(auth))
	if err != nil {
		fmt.Println(err)
		return
	}
	ctx := context.Background()
	for range 3 {
		_, err := client.GetRateLimits(ctx)
		fmt.Println("called:", err)
		now = now.Add(12 * time.Hour)
	}
	// Output:
	// minted: INFERENCE [redacted] <nil>
	// called: <nil>
	// called: <nil>
	// minted: INFERENCE [redacted] <nil>
	// called: <nil>
}

// To delete keys takes an ADMIN key of the wallet's account, which here is one that was minted for that.
func ExampleAuth_Revoke() {
	fake := venicetest.NewServer(nil)
	defer fake.Close()
	wallet, _ := signer.GenerateEVM()
	_ = fake.Stake(wallet.Address(), 1)
	auth := &autokey.Auth{Wallet: wallet}
	client, err := venice.New(venice.WithBaseURL(fake.URL), venice.WithAuth(auth))
	if err != nil {
		fmt.Println(err)
		return
	}
	ctx := context.Background()
	_, err = client.GetRateLimits(ctx)
	fmt.Println(err)

	key, err := signer.MintAPIKey(ctx, client, wallet, &signer.KeyRequest{Type: "ADMIN"})
	if err != nil {
		fmt.Println(err)
		return
	}
	admin, err := venice.New(venice.WithBaseURL(fake.URL), venice.WithAPIKey(key.APIKey.Reveal()))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(auth.Revoke(ctx, admin))
	// Output:
	// <nil>
	// <nil>
}
