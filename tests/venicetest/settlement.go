// Settling payments: each at most once, however often it is sent.

package venicetest

import (
	"cmp"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"net/http"
	"slices"
	"strings"
	"time"
)

// A payment is one that was signed and sent, as the fake understood it. What it says and whose it is was found good.
type payment struct {
	network   string // CAIP-2
	payer     string
	units     int64                           // base units of USDC
	id        string                          // the same whenever the same signed transfer is sent
	nonce     string                          // on Base
	calldata  []byte                          // on Base, what the token contract is called with
	memos     []string                        // on Solana
	accounts  []string                        // on Solana, those that the transaction names
	signature string                          // on Solana, the fee payer's, which is the transaction's id
	wire      []byte                          // on Solana, the transaction with that signature
	accepts   func(at time.Time) (why string) // why the chain would not take it at this time; "" if it does

	settled bool
	due     time.Time // when it settles by itself; zero for never
	receipt answer    // once it is settled
}

// payee is who gets the USDC, by network.
var payee = map[string]string{baseNetwork: PayTo, solanaNetwork: PayToSolana}

// A Settlement is a payment that moved USDC: what really happened, whatever the client was told.
type Settlement struct {
	Network     string // "eip155:8453" or "solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp"
	Payer       string // EIP-55 form or base58
	Amount      int64  // base units of USDC, a millionth of a USD each
	Nonce       string // on Base: the nonce of the authorization, 0x and 64 hex digits
	Memo        string // on Solana: the text of the memo, more than one joined by line feeds
	PaymentID   string // as the receipt has it
	Transaction string // hash on Base, signature on Solana
	At          time.Time

	accounts, memos []string // on Solana, as is wire
	wire            []byte
}

// Settlements lists the payments that moved USDC, the oldest first.
func (h *Handler) Settlements() []Settlement {
	h.lock()
	defer h.mu.Unlock()
	return slices.Clone(h.settlements)
}

// SetUSDC gives a wallet this much USDC to pay with, to a base unit, on the network that its address is of; wallets have
// none to begin with. The error says what is no address or no amount.
func (h *Handler) SetUSDC(address string, amount float64) error {
	return h.endow(address, amount, h.usdc, tokenDecimals, "USDC", walletAddress)
}

// USDC returns what a wallet has to pay with, in base units of USDC; 0 for what is no address.
func (h *Handler) USDC(address string) int64 {
	a, _ := walletAddress(address)
	h.lock()
	defer h.mu.Unlock()
	return h.usdc.of(a).Int64()
}

// WithResentPayment sets the status of the answer to a payment that was settled before: 200, the default, repeats the
// receipt; 400 and 402 refuse it. The service's documentation leaves open which it is.
func WithResentPayment(status int) Option {
	return func(h *Handler) { h.resent = status }
}

// lock takes the mutex and lets happen what was due before now.
func (h *Handler) lock() {
	h.mu.Lock()
	now := h.now()
	var due []*payment
	for _, p := range h.payments {
		if !p.due.IsZero() && !now.Before(p.due) {
			due = append(due, p)
		}
	}
	slices.SortFunc(due, func(a, b *payment) int { return cmp.Or(a.due.Compare(b.due), cmp.Compare(a.id, b.id)) })
	for _, p := range due {
		h.settle(p, p.due)
	}
}

// submit brings a payment to its end, or says why not.
func (h *Handler) submit(p *payment, f Fault) answer {
	if before := h.payments[p.id]; before != nil {
		if before.settled {
			return h.again(before)
		}
		return payRefusal(http.StatusConflict)
	}
	now := h.now()
	if why := cmp.Or(p.accepts(now), h.used(p)); why != "" {
		return refusePayment("PAYMENT_VERIFICATION_FAILED", why)
	}
	if p.network == baseNetwork {
		if p.accepts(now.Truncate(time.Second).Add(settleTime-1)) != "" {
			return refusePayment("PAYMENT_VERIFICATION_FAILED", fmt.Sprintf("authorization ends too soon: validBefore is less than %v away", settleTime))
		}
	}
	h.payments[p.id] = p
	if f.Settling != nil {
		h.unlocked(f.Settling)
	}
	if f.Late > 0 {
		p.due = h.now().Add(f.Late)
		return payRefusal(http.StatusGatewayTimeout)
	}
	return h.settle(p, h.now())
}

// again answers a payment that was settled before.
func (h *Handler) again(p *payment) answer {
	switch h.resent {
	case http.StatusBadRequest:
		return refusePayment("PAYMENT_VERIFICATION_FAILED", errSpent.Error())
	case http.StatusPaymentRequired:
		return payRefusal(http.StatusPaymentRequired)
	}
	return p.receipt
}

var errSpent = errors.New("the nonce is already used")

// used says that another transfer of the payer took the nonce.
func (h *Handler) used(p *payment) (why string) {
	if p.nonce != "" && h.authorized(p.payer, p.nonce, time.Time{}) {
		return errSpent.Error()
	}
	return ""
}

// settle moves the USDC if the chain lets it, and credits it. What fails may be sent again.
func (h *Handler) settle(p *payment, at time.Time) answer {
	p.due = time.Time{}
	units := big.NewInt(p.units)
	if p.accepts(at) != "" || h.used(p) != "" || !h.usdc.has(p.payer, units) {
		delete(h.payments, p.id)
		return payRefusal(http.StatusPaymentRequired)
	}
	h.usdc.move(p.payer, payee[p.network], units)
	s := Settlement{
		Network: p.network, Payer: p.payer, Amount: p.units, Nonce: p.nonce, Memo: strings.Join(p.memos, "\n"), At: at, accounts: p.accounts, memos: p.memos, wire: p.wire,
		PaymentID: h.uuid(), Transaction: cmp.Or(p.signature, "0x"+h.randomHex(32)),
	}
	h.settlements = append(h.settlements, s)
	if p.network == baseNetwork {
		h.enterTransfer(p, s.Transaction, at)
	}
	w := h.wallet(p.payer)
	credit := money(p.units) * perUnit
	w.enter(h.row("TOP_UP", credit, at))
	p.settled = true
	p.receipt = ok(map[string]any{"success": true, "data": map[string]any{
		"walletAddress": p.payer, "amountCredited": credit, "newBalance": w.credit, "paymentId": s.PaymentID,
	}})
	header, _ := json.Marshal(map[string]any{"success": true, "network": p.network, "payer": p.payer, "transaction": s.Transaction}) // texts
	p.receipt.header = http.Header{"PAYMENT-RESPONSE": {base64.StdEncoding.EncodeToString(header)}}
	return p.receipt
}
