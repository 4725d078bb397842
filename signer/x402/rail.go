// Rail: what is particular to one chain. Nothing else in this package knows which chains there are.

package x402

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/venice-go/venice/internal/jsonrpc"
)

// rails are the chains that payments go over. Another one is a file with its rail, and its name here.
var rails = []rail{baseRail{}, solanaRail{}}

// A rail is a chain as a payer needs it: before a payment is signed, and to make one. It takes no step by itself.
type rail interface {
	facts() facts
	// account returns an address in the one spelling that the chain has.
	account(address string) (string, error)
	// check holds against the terms what only offers for this chain have, and who cannot be paid on it.
	check(t *terms, o *offer, to string) error
	// fill fills in what the chain wants beside who pays whom how much. What its node knows is there already.
	fill(t *Transfer, o *offer, until time.Time, random [32]byte)
	// message checks a transfer and returns what is signed.
	message(t *Transfer) ([]byte, error)
	// payload is x402's payload of a payment, if signature is the payer's over message.
	payload(t *Transfer, message []byte, signature string) (jsontext.Value, error)
	// chain reads the chain by one of its nodes.
	chain(node *jsonrpc.Node) chain
}

// facts are what can be said of a rail without asking it.
type facts struct {
	network string // CAIP-2 name
	alias   string // the service's other name for it
	usdc    string // the asset that is paid with
	form    string // how accounts are written
	// life is how long a payment can settle where that is the chain's to say, for which a node is needed. It is 0 where a
	// signature says so itself, and a clock can tell.
	life time.Duration
}

// A chain tells what became of payments. Its node may be behind, broken or another chain's: whatever is not plainly said
// is an error, since a payment that is thought dead is paid again.
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

// railOf returns the rail of a network, by its CAIP-2 name.
func railOf(network string) (rail, error) {
	var names []string
	for _, r := range rails {
		if r.facts().network == network {
			return r, nil
		}
		names = append(names, r.facts().network)
	}
	return nil, fmt.Errorf("Network is %q, want %s", network, strings.Join(names, " or "))
}

// same reports whether two addresses are one account.
func same(r rail, a, b string) bool {
	one, err := r.account(a)
	other, odd := r.account(b)
	return err == nil && odd == nil && one == other
}
