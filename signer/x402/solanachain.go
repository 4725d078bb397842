// Solana as a payer reads it: a recent block to start from, and later whether the transaction is among the account's.

package x402

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/venice-go/venice/internal/jsonrpc"
	"github.com/venice-go/venice/internal/solana"
)

const (
	// genesis begins the hash of the main network's first block. CAIP-2 cuts it to 32 characters.
	genesis = "5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp"
	// lifetime is how many blocks a blockhash is good for.
	lifetime = 150
	// settling is how many blocks more are waited for, as nodes write down the transactions of an account a little after
	// the blocks.
	settling = 32
	// pageSize and maxPages bound how much of an account's history is read.
	pageSize = 500
	maxPages = 20
)

type solanaNode struct{ *jsonrpc.Node }

func (n *solanaNode) identify(ctx context.Context) error {
	var hash string
	if err := n.Call(ctx, &hash, "getGenesisHash"); err != nil {
		return err
	}
	if !strings.HasPrefix(hash, genesis) {
		return fmt.Errorf("x402: RPC: the node is on the chain of genesis hash %.64q, want %s...", hash, genesis)
	}
	return nil
}

// A tip is the newest final block. Every node knows its hash, at the price of some 13 seconds of a transfer's minute.
type tip struct {
	slot      uint64
	blockhash string
	lastValid uint64 // the height of the last block that the hash is good for
}

func (n *solanaNode) tip(ctx context.Context) (tip, error) {
	var latest struct {
		Context struct {
			Slot uint64 `json:"slot"`
		} `json:"context"`
		Value struct {
			Blockhash            string `json:"blockhash"`
			LastValidBlockHeight uint64 `json:"lastValidBlockHeight"`
		} `json:"value"`
	}
	if err := n.Call(ctx, &latest, "getLatestBlockhash", finalized(nil)); err != nil {
		return tip{}, err
	}
	t := tip{latest.Context.Slot, latest.Value.Blockhash, latest.Value.LastValidBlockHeight}
	if key, err := solana.ParseKey(t.blockhash); err != nil || key == (solana.Key{}) {
		return tip{}, errors.New("x402: RPC getLatestBlockhash: the blockhash is not base58 of 32 bytes")
	}
	if t.slot > math.MaxInt64 || t.lastValid <= lifetime || t.lastValid > t.slot+lifetime {
		return tip{}, fmt.Errorf("x402: RPC getLatestBlockhash: valid up to block height %d, in slot %d", t.lastValid, t.slot)
	}
	return t, nil
}

// leastHeight is the least height that the block in a slot can have: each slot up to the tip has a block at most.
func (t tip) leastHeight(slot uint64) uint64 {
	height := t.lastValid - lifetime
	return height - min(height, t.slot-min(t.slot, slot))
}

// past reports whether no block to come can have a transfer that is good up to a height.
func (t tip) past(lastValid uint64) bool { return t.lastValid-lifetime > lastValid+settling }

func (n *solanaNode) over(ctx context.Context, _ *Transfer, lastValid uint64) (bool, error) {
	if err := n.identify(ctx); err != nil {
		return false, err
	}
	tip, err := n.tip(ctx)
	return err == nil && lastValid <= math.MaxInt64 && tip.past(lastValid), err
}

func (n *solanaNode) prepare(ctx context.Context, t *Transfer) (uint64, error) {
	if err := n.identify(ctx); err != nil {
		return 0, err
	}
	tip, err := n.tip(ctx)
	if err != nil {
		return 0, err
	}
	var height uint64
	if err := n.Call(ctx, &height, "getBlockHeight", finalized(nil)); err != nil {
		return 0, err
	}
	if tip.lastValid < height || tip.lastValid > height+2*lifetime {
		return 0, fmt.Errorf("x402: RPC getLatestBlockhash: valid up to block height %d, while the chain is at %d", tip.lastValid, height)
	}
	t.Blockhash = tip.blockhash
	// With a height too low the transfer would be thought dead while it can settle. The later of two is the safer.
	return max(tip.lastValid, height+lifetime), nil
}

// outcome looks for the transaction among those of the payer's token account, once the chain is past its time. The
// payer cannot know its id, which is the fee payer's signature, but every byte that was signed: the memo leads to it,
// and the bytes prove it. Where the node cannot show that its history reaches back to the transaction's time, there is
// no telling.
func (n *solanaNode) outcome(ctx context.Context, t *Transfer, lastValid uint64) (settled, final bool, transaction string, err error) {
	message, err := t.Message()
	if err != nil {
		return false, false, "", err
	}
	if lastValid == 0 || lastValid > math.MaxInt64 {
		return false, false, "", fmt.Errorf("x402: transfer: last valid block height is %d", lastValid)
	}
	if err := n.identify(ctx); err != nil {
		return false, false, "", err
	}
	tip, err := n.tip(ctx)
	if err != nil || !tip.past(lastValid) {
		return false, false, "", err
	}
	source, err := solana.TokenAccount(solana.MustKey(t.From), solana.MustKey(t.Asset))
	if err != nil {
		return false, false, "", err
	}
	before := "" // the oldest transaction seen
	for range maxPages {
		page, err := n.page(ctx, source, before, tip.slot)
		if err != nil {
			return false, false, "", err
		}
		for _, entry := range page {
			if entry.failed() || tip.leastHeight(*entry.Slot) > lastValid || entry.Memo != nil && !strings.Contains(*entry.Memo, t.Memo) {
				continue
			}
			if entry.Memo == nil { // most have none: not every one since the account was opened is asked for
				if old, err := n.older(ctx, *entry.Slot, lastValid); err != nil || old {
					return false, old, "", err
				}
			}
			if same, err := n.carries(ctx, entry.Signature, message); err != nil {
				return false, false, "", err
			} else if same {
				return true, true, entry.Signature, nil
			}
		}
		if len(page) == 0 {
			return n.reachesBack(ctx, lastValid)
		}
		oldest := page[len(page)-1]
		before = oldest.Signature
		if old, err := n.older(ctx, *oldest.Slot, lastValid); err != nil || old {
			return false, old, "", err
		}
	}
	return false, false, "", fmt.Errorf("x402: RPC: the account has over %d transactions since the payment; ask again by another way", pageSize*maxPages)
}

// reachesBack is the outcome when the node's list of transactions ended: no settlement, if its blocks go back so far.
func (n *solanaNode) reachesBack(ctx context.Context, lastValid uint64) (settled, final bool, transaction string, err error) {
	var first uint64
	if err := n.Call(ctx, &first, "getFirstAvailableBlock"); err != nil {
		return false, false, "", err
	}
	if first == 0 {
		return false, true, "", nil
	}
	old, err := n.older(ctx, first, lastValid)
	if err == nil && !old {
		err = errors.New("x402: RPC: the node's history begins after the payment; name one with a longer history")
	}
	return false, old, "", err
}

// older reports whether the block in a slot is from before the block that a transfer started from, which is at most two
// lifetimes before the last that prepare gave. Slots cannot be compared with heights, as some have no block.
func (n *solanaNode) older(ctx context.Context, slot, lastValid uint64) (bool, error) {
	var block struct {
		BlockHeight *uint64 `json:"blockHeight"`
	}
	err := n.Call(ctx, &block, "getBlock", slot, finalized(map[string]any{
		"transactionDetails": "none", "rewards": false, "maxSupportedTransactionVersion": 0,
	}))
	if err == nil && (block.BlockHeight == nil || *block.BlockHeight > slot) {
		err = errors.New("x402: RPC getBlock: a block without height, or higher than its slot")
	}
	return err == nil && *block.BlockHeight+2*lifetime < lastValid, err
}

// An entry is a transaction in the history of an account.
type entry struct {
	Signature string         `json:"signature"`
	Slot      *uint64        `json:"slot"`
	Err       jsontext.Value `json:"err"`
	Memo      *string        `json:"memo"` // null also where a node does not keep memos
}

func (e *entry) failed() bool { return e.Err.Kind() != 'n' }

// page reads some of an account's history, the newest first, from a node that is at least as far as slot.
func (n *solanaNode) page(ctx context.Context, account solana.Key, before string, slot uint64) ([]entry, error) {
	options := map[string]any{"limit": pageSize, "minContextSlot": slot}
	if before != "" {
		options["before"] = before
	}
	var page []entry
	if err := n.Call(ctx, &page, "getSignaturesForAddress", solana.Encode(account[:]), finalized(options)); err != nil {
		return nil, err
	}
	last := uint64(math.MaxInt64)
	for _, e := range page {
		if sig, err := solana.Decode(e.Signature); err != nil || len(sig) != signatureSize || e.Slot == nil || *e.Slot > last || len(e.Err) == 0 {
			return nil, errors.New("x402: RPC getSignaturesForAddress: a transaction without signature, slot or err, or out of order")
		}
		last = *e.Slot
	}
	if len(page) > pageSize {
		return nil, errors.New("x402: RPC getSignaturesForAddress: more transactions than asked for")
	}
	return page, nil
}

// carries reports whether the transaction has this very message, and did what it says.
func (n *solanaNode) carries(ctx context.Context, signature string, message []byte) (bool, error) {
	var answer struct {
		Transaction []string `json:"transaction"`
		Meta        struct {
			Err jsontext.Value `json:"err"`
		} `json:"meta"`
	}
	err := n.Call(ctx, &answer, "getTransaction", signature, finalized(map[string]any{
		"encoding": "base64", "maxSupportedTransactionVersion": 0,
	}))
	if err != nil {
		return false, err
	}
	odd := errors.New("x402: RPC getTransaction: not the transaction that was asked for")
	if len(answer.Transaction) != 2 || answer.Transaction[1] != "base64" || answer.Meta.Err.Kind() != 'n' {
		return false, odd
	}
	raw, err := base64.StdEncoding.DecodeString(answer.Transaction[0])
	if err != nil {
		return false, odd
	}
	count, size := binary.Uvarint(raw)
	if size <= 0 || count == 0 || count > 127 || len(raw) < size+int(count)*signatureSize || solana.Encode(raw[size:size+signatureSize]) != signature {
		return false, odd
	}
	return bytes.Equal(raw[size+int(count)*signatureSize:], message), nil
}

// finalized are the options of a question about final blocks.
func finalized(options map[string]any) map[string]any {
	if options == nil {
		options = make(map[string]any)
	}
	options["commitment"] = "finalized"
	return options
}
