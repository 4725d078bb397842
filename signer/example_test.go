// Examples of minting, against the fake service.

package signer_test

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/venice-go/venice"
	"github.com/venice-go/venice/signer"
	"github.com/venice-go/venice/tests/venicetest"
)

func ExampleMintAPIKey() {
	fake := venicetest.NewServer(nil) // the real service needs no such thing
	defer fake.Close()
	ctx := context.Background()
	client, err := venice.New(venice.WithBaseURL(fake.URL))
	if err != nil {
		fmt.Println(err)
		return
	}
	wallet, err := signer.GenerateEVM()
	if err != nil {
		fmt.Println(err)
		return
	}

	// 5 USD for good. Without the period it would be 5 USD a day.
	request := &signer.KeyRequest{Description: "my agent", LimitUSD: new(5.0), LimitPeriod: "LIFETIME"}
	_, err = signer.MintAPIKey(ctx, client, wallet, request)
	fmt.Println("nothing staked:", errors.Is(err, signer.ErrNoStake))

	_ = fake.Stake(wallet.Address(), 1)
	key, err := signer.MintAPIKey(ctx, client, wallet, request)
	if key != nil { // keep it, even beside an error
		fmt.Println(key.Type, strings.HasPrefix(key.Description, "my agent "), key.APIKey, err)
	}

	client, err = venice.New(venice.WithBaseURL(fake.URL), venice.WithAPIKey(key.APIKey.Reveal()))
	if err != nil {
		fmt.Println(err)
		return
	}
	models, err := client.ListModels(ctx, nil)
	fmt.Println("it works:", models != nil, err)
	// Output:
	// nothing staked: true
	// INFERENCE true [redacted] <nil>
	// it works: true <nil>
}

func ExampleSubmitProof() {
	fake := venicetest.NewServer(nil)
	defer fake.Close()
	ctx := context.Background()
	client, err := venice.New(venice.WithBaseURL(fake.URL))
	if err != nil {
		fmt.Println(err)
		return
	}
	fetched, err := client.GetWeb3KeyToken(ctx)
	if err != nil {
		fmt.Println(err)
		return
	}

	// The token goes to the machine that holds the wallet; what comes back is an address and two texts.
	wallet, _ := signer.GenerateEVM()
	_ = fake.Stake(wallet.Address(), 1)
	proof, err := signer.SignMintToken(ctx, wallet, fetched.Data.Token.Reveal())
	if err != nil {
		fmt.Println(err)
		return
	}
	signature := proof.Signature.Reveal()

	key, err := signer.SubmitProof(ctx, client, signer.Proof{
		Address:   wallet.Address(),
		Token:     signer.NewSecret(fetched.Data.Token.Reveal()),
		Signature: signer.NewSecret(signature),
	}, &signer.KeyRequest{Type: "ADMIN"})
	if key != nil {
		fmt.Println(key.Type, err)
	}
	// Output: ADMIN <nil>
}
