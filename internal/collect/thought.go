// Reasoning details in the making: pieces joined to the list that goes back with the message.

package collect

import (
	"cmp"
	"slices"

	"github.com/venice-go/venice/gen"
)

// thoughts are the items of reasoning_details. No source states how their pieces are joined, so nothing is joined that
// may be two: a piece belongs to the latest item with its index, or without an index to the item before it, as long as
// that is not complete, which a signature or encrypted data make it. An item of another type or id is another item, and
// so are further encrypted data, whatever their index. Of what does not come in pieces (signature, id, format) the latest
// stays.
type thoughts []*thought

type thought struct {
	gen.ReasoningDetail // but for the texts, and what is not known
	text, summary, data pieces
	more                deltaMembers
}

func (t *thoughts) add(piece *gen.ReasoningDetail) {
	item := t.item(piece)
	if item == nil {
		item = &thought{ReasoningDetail: gen.ReasoningDetail{Type: piece.Type, Index: piece.Index}}
		*t = append(*t, item)
	}
	item.text.add(piece.Text)
	item.summary.add(piece.Summary)
	item.data.add(piece.Data)
	item.Signature, item.ID, item.Format = latest(item.Signature, piece.Signature), latest(item.ID, piece.ID), latest(item.Format, piece.Format)
	item.more.add(piece.Unknown)
}

func (t *thoughts) item(piece *gen.ReasoningDetail) *thought {
	for _, item := range slices.Backward(*t) {
		other := piece.Type != "" && piece.Type != item.Type || deref(piece.ID) != "" && deref(item.ID) != "" && *piece.ID != *item.ID ||
			deref(piece.Data) != "" && item.data.joined.Len() > 0
		switch {
		case piece.Index == nil && (other || deref(item.Signature) != "" || item.data.begun):
			return nil
		case piece.Index == nil, !other && item.Index != nil && *item.Index == *piece.Index:
			return item
		}
	}
	return nil
}

// details are the items in the order of their indexes, if all have one.
func (t *thoughts) details() []gen.ReasoningDetail {
	if !slices.ContainsFunc(*t, func(item *thought) bool { return item.Index == nil }) {
		slices.SortStableFunc(*t, func(a, b *thought) int { return cmp.Compare(*a.Index, *b.Index) })
	}
	var all []gen.ReasoningDetail
	for _, item := range *t {
		item.Text, item.Summary, item.Data = item.text.text(), item.summary.text(), item.data.text()
		item.Members = item.more.members()
		all = append(all, item.ReasoningDetail)
	}
	return all
}
