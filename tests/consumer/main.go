// Command consumer does, from outside of the module, what the client's types know nothing of. It is a module of its own, as
// a user's program is.
package main

import (
	"context"
	"fmt"
	"math/big"
	"os"

	"github.com/venice-go/venice"
	"github.com/venice-go/venice/gen"
	"github.com/venice-go/venice/signer"
)

// undocumentedField sends a member that no type has.
func undocumentedField(ctx context.Context, client *venice.Client, chat *gen.ChatCompletionRequest) (*gen.ChatCompletion, error) {
	return client.CreateChatCompletion(ctx, chat, venice.WithField("/venice_parameters/new_switch", true))
}

// undocumentedRoute calls a route that no method is made for, with the client's credentials.
func undocumentedRoute(ctx context.Context, client *venice.Client) (names []string, err error) {
	var files struct{ Names []string }
	err = client.Do(ctx, "GET", "/files", nil, &files, venice.WithQuery("limit", "2"))
	return files.Names, err
}

// withWallet returns a client whose credentials are a wallet's.
func withWallet(wallet signer.Wallet) (*venice.Client, error) {
	return venice.New(venice.WithAuth(signer.SignIn(wallet)))
}

// supply decodes the result of a JSON-RPC call into a type of the caller's, to the digit.
func supply(ctx context.Context, client *venice.Client, token string) (*big.Int, error) {
	return venice.RPC[*big.Int](ctx, client, "base-mainnet", "own_supply", []any{token})
}

// unknownMember reads what no type has from a chunk of a stream.
func unknownMember(chunk *gen.ChatCompletionChunk) (region string, ok bool, err error) {
	return gen.Member[string](chunk.Members, "service_region")
}

func main() {
	client, err := venice.New() // with the key in VENICE_API_KEY, at the address in VENICE_BASE_URL
	if err == nil {
		_, err = undocumentedRoute(context.Background(), client)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
