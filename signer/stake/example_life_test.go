// An agent's whole life on a service of its own: from VVV in a wallet to a key that is revoked.

package stake_test

import (
	"context"
	"fmt"
	"time"

	"github.com/venice-go/venice"
	"github.com/venice-go/venice/gen"
	"github.com/venice-go/venice/signer"
	"github.com/venice-go/venice/signer/autokey"
	"github.com/venice-go/venice/signer/stake"
	"github.com/venice-go/venice/tests/venicetest"
)

// An agent that has a wallet and no human stakes, mints a key, calls with it, renews it a day later, and revokes it in
// the end.
func Example_life() {
	ctx, now := context.Background(), time.Now()
	clock := func() time.Time { return now }
	fake := venicetest.NewServer(nil, venicetest.WithClock(clock)) // the real service needs neither
	defer fake.Close()
	wallet, _ := signer.GenerateEVM()
	_ = fake.SetVVV(wallet.Address(), 10)
	_ = fake.SetETH(wallet.Address(), 0.001)

	node, _ := stake.Endpoint(fake.BaseRPC, nil) // such as https://mainnet.base.org
	most, _ := stake.ParseAmount("0.0002")       // ETH, for gas
	amount, _ := stake.ParseAmount("1.5")
	staker := &stake.Staker{Wallet: wallet, RPC: node, MaxCost: most}
	if _, err := staker.Stake(ctx, amount); err != nil {
		fmt.Println(err)
		return
	}
	balance, err := staker.Balance(ctx)
	fmt.Printf("staked %v VVV, %v are left; %v\n", balance.Staked, balance.VVV, err)

	key := &autokey.Auth{
		Wallet:  wallet,
		Request: &signer.KeyRequest{Description: "agent", LimitUSD: new(5.0), LimitPeriod: "LIFETIME"},
		Life:    24 * time.Hour,
		Minted:  func(key *signer.Key, err error) { fmt.Println("minted:", key.Type, err) },
		Now:     clock,
	}
	client, _ := venice.New(venice.WithBaseURL(fake.URL), venice.WithAuth(key))
	for _, question := range []string{"Who are you?", "And a day later?"} {
		answer, err := client.CreateChatCompletion(ctx, &gen.ChatCompletionRequest{
			Model: "zai-org-glm-5-1", Messages: []gen.ChatMessage{gen.UserMessage(question)},
		})
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(answer.Choices[0].Message.Content)
		now = now.Add(23*time.Hour + 58*time.Minute) // near its end the key is renewed by the next call
	}

	admin, err := signer.MintAPIKey(ctx, client, wallet, &signer.KeyRequest{Type: "ADMIN"}, signer.WithClock(clock))
	if err != nil {
		fmt.Println(err)
		return
	}
	manager, _ := venice.New(venice.WithBaseURL(fake.URL), venice.WithAPIKey(admin.APIKey.Reveal()))
	fmt.Println("revoked:", key.Revoke(ctx, manager))
	// Output:
	// staked 1.5 VVV, 8.5 are left; <nil>
	// minted: INFERENCE <nil>
	// You said: Who are you?
	// minted: INFERENCE <nil>
	// You said: And a day later?
	// revoked: <nil>
}
