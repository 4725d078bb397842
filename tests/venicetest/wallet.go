// Wallets that pay for calls themselves: their credit at the service, and how tests arrange it.

package venicetest

import (
	"net/http"
	"time"
)

const (
	floor       = dollar / 10 // credit that a wallet must have to be let in
	maxInFlight = 5           // requests of one wallet
)

// A wallet is one that signed in, paid or was arranged.
type wallet struct {
	address  string // EIP-55 form or base58
	credit   money
	linked   bool  // to an account with staked DIEM
	diem     money // what is left of that, in USD
	rows     []row // the oldest first
	inFlight int
}

// wallet returns the wallet of an address, a new one if there is none.
func (h *Handler) wallet(address string) *wallet {
	w := h.wallets[address]
	if w == nil {
		w = &wallet{address: address}
		h.wallets[address] = w
	}
	return w
}

// SetCredit sets the prepaid balance of a wallet on Base or Solana, in USD to 1e-10 and up to 100,000. It leaves no row
// in the ledger. The error says what is no address or no amount.
//
// Wallets are let in from 0.10 USD on. They pay what the list of models says, and 6.6e-7 USD besides for each call that
// costs something, jobs before the next request; pinned answers are free.
func (h *Handler) SetCredit(address string, amount float64) error {
	return h.arrange(address, amount, func(w *wallet, m money) { w.credit = m })
}

// LinkDIEM links a wallet to an account with staked DIEM, of which it can still spend so much, in USD up to 100,000.
// Calls are let in by what is left of the DIEM alone, so that no top-up cures the 402 of a wallet that has none left.
// They spend DIEM before credit. The error says what is no address or no amount.
func (h *Handler) LinkDIEM(address string, diem float64) error {
	return h.arrange(address, diem, func(w *wallet, m money) { w.linked, w.diem = true, m })
}

func (h *Handler) arrange(address string, amount float64, set func(*wallet, money)) error {
	a, err := walletAddress(address)
	if err != nil {
		return err
	}
	m, err := usd(amount)
	if err != nil {
		return err
	}
	h.lock()
	defer h.mu.Unlock()
	set(h.wallet(a), m)
	return nil
}

// Credit returns the prepaid balance of a wallet in USD; 0 for what is no address.
func (h *Handler) Credit(address string) float64 {
	a, _ := walletAddress(address)
	h.lock()
	defer h.mu.Unlock()
	if w := h.wallets[a]; w != nil {
		return w.credit.usd()
	}
	return 0
}

// canConsume reports whether the wallet is let in.
func (w *wallet) canConsume() bool {
	if w.linked {
		return w.diem >= floor
	}
	return w.credit >= floor
}

// spend charges a call, in a row for each of its parts that is paid from credit: DIEM goes first.
func (h *Handler) spend(w *wallet, model, request string, parts ...money) {
	for _, m := range parts {
		fromDIEM := min(m, w.diem)
		w.diem -= fromDIEM
		if m -= fromDIEM; m > 0 {
			r := h.row("CHARGE", -m, h.now())
			r.model, r.request = model, request
			w.enter(r)
		}
	}
}

// cannotPay refuses a call that costs more than the wallet has, which is let in all the same.
func (w *wallet) cannotPay(price money) *answer {
	if w.diem+max(w.credit, 0) >= price {
		return nil
	}
	return new(refuse(http.StatusPaymentRequired, "Insufficient USD or Diem balance to complete request."))
}

// A row is one entry of a ledger.
type row struct {
	id, kind       string
	amount         money
	after          money
	at             time.Time
	model, request string // "" for payments
}

func (h *Handler) row(kind string, amount money, at time.Time) row {
	return row{id: h.uuid(), kind: kind, amount: amount, at: at}
}

// enter puts a row into the ledger and its amount into the balance.
func (w *wallet) enter(r row) {
	w.credit += r.amount
	r.after = w.credit
	w.rows = append(w.rows, r)
}
