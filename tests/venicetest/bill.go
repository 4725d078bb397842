// What a call costs, and the one way in which it is charged: the account or the wallet, the rows of the billing routes
// and the ledger all follow from a bill.

package venicetest

import (
	"time"

	"github.com/venice-go/venice"
	"github.com/venice-go/venice/tests/venicetest/internal/catalog"
)

// What wallets pay besides, and what calls cost that have no price of their own. The fee is below a base unit of USDC, as
// rows of the real ledger are.
const (
	walletFee  = money(6600)  // for any call that is billed: 6.6e-7 USD
	inferPrice = dollar / 100 // for a call without a behaviour of its own
	jobPrice   = dollar / 2   // for a job without one

	searchPrice = dollar / 100 // of a search of the web, and of a page that is read
)

// An item is one entry of a bill.
type item struct {
	sku    string  // the product, after the model's id: "llm-input-mtoken", "image-unit"
	units  float64 // of the product
	price  money   // of a unit
	amount money
}

// piece is an item of n things at the same price.
func piece(sku string, n int, price money) item {
	return item{sku, float64(n), price, money(n) * price}
}

// A bill is what one call costs.
type bill struct {
	model *catalog.Model // nil for a call that no model answers
	id    string         // of the call
	items []item
	// Of text models alone: the tokens that went in and out.
	prompt, output int
}

func (b bill) total() (sum money) {
	for _, i := range b.items {
		sum += i.amount
	}
	return sum
}

// textBill is the bill of a text model.
func textBill(m *catalog.Model, id string, n catalog.Tokens) bill {
	b := bill{model: m, id: id, prompt: n.Input, output: n.Output}
	for _, p := range m.Text.Parts(n) {
		b.items = append(b.items, item{p.Name + "-mtoken", float64(p.Tokens) / 1e6, money(p.Price), money(p.Amount())})
	}
	return b
}

// A charge is one entry of an account's history.
type charge struct {
	at    time.Time
	key   *key
	model *catalog.Model
	id    string
	item
	prompt, output int
}

// afford refuses a caller who cannot pay so much, or has nothing left.
func (h *Handler) afford(r *request, price money) *answer {
	if r.wallet != nil {
		return r.wallet.cannotPay(price + walletFee)
	}
	if r.key != nil && (h.left(r.key) <= 0 || h.left(r.key) < price) {
		return new(h.outOfFunds(r.key))
	}
	return nil
}

// charge has the caller pay a bill. An empty one costs nothing, not even the wallet's fee.
func (h *Handler) charge(r *request, b bill) {
	if len(b.items) == 0 {
		return
	}
	name := r.text("model")
	if b.model != nil {
		name = b.model.ID
	}
	if r.wallet != nil {
		var parts []money
		for _, i := range b.items {
			parts = append(parts, i.amount)
		}
		h.spend(r.wallet, name, b.id, append(parts, walletFee)...)
	}
	if r.key == nil {
		return
	}
	for _, i := range b.items {
		if b.model != nil {
			i.sku = b.model.ID + "-" + i.sku
		}
		h.charges = append(h.charges, charge{h.now(), r.key, b.model, b.id, i, b.prompt, b.output})
		h.spentBy[r.key.owner] += i.amount
	}
}

// sell charges a call without a behaviour of its own.
func (h *Handler) sell(r *request) *answer {
	prices := map[venice.Effect]money{venice.EffectInfer: inferPrice, venice.EffectQueue: jobPrice}
	price, billed := prices[operations()[r.operation].Effect]
	if !billed {
		return nil
	}
	if refusal := h.afford(r, price); refusal != nil {
		return refusal
	}
	h.charge(r, bill{id: h.uuid(), items: []item{piece("api-call", 1, price)}})
	return nil
}
