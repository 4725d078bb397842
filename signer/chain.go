// Chain: what a payer asks the wallet's chain, and what it takes for an answer.

package signer

import (
	"context"
	"fmt"
	"net/http"
)

// A chain answers for the network that a wallet is on. Its node may be behind, broken or another chain's: whatever is
// not plainly said is an error, since a payment that is thought dead is paid again.
type chain interface {
	// prepare fills in what only the chain knows before the transfer is signed, and returns after which block height it
	// cannot settle. On Base that is nothing, and 0.
	prepare(ctx context.Context, t *Transfer) (lastValid uint64, err error)
	// over reports whether the chain is so far that a transfer that was prepared can no longer settle.
	over(ctx context.Context, t *Transfer, lastValid uint64) (bool, error)
	// outcome tells what became of a transfer that was prepared. It is final once no block to come can change it;
	// settled is told by a final outcome alone. The transaction is known on Solana, and "" on Base.
	outcome(ctx context.Context, t *Transfer, lastValid uint64) (settled, final bool, transaction string, err error)
}

// newChain reads a network by the JSON-RPC endpoint of one of its nodes.
func newChain(network, endpoint string, client *http.Client) (chain, error) {
	node, err := newRPC(endpoint, client)
	if err != nil {
		return nil, err
	}
	switch network {
	case base:
		return &baseNode{node}, nil
	case solana:
		return &solanaNode{node}, nil
	}
	return nil, fmt.Errorf("signer: RPC: network %q, want %q or %q", network, base, solana)
}
