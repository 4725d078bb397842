// The routes on which a wallet reads its balance and its ledger.

package venicetest

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// ownWallet returns the wallet of the path, which must be the one that signed in, and counts the call.
func (h *Handler) ownWallet(r *request, perMinute int) (*wallet, *answer) {
	address := r.PathValue("walletAddress")
	same := address == r.wallet.address
	if strings.HasPrefix(r.wallet.address, "0x") {
		same = strings.EqualFold(address, r.wallet.address)
	}
	if !same {
		return nil, new(refuse(http.StatusForbidden, "The wallet that signed in is not the one that was asked for"))
	}
	return r.wallet, h.tooFast(r.operation+" "+r.wallet.address, perMinute)
}

func (h *Handler) readBalance(r *request) answer {
	w, refusal := h.ownWallet(r, balancesPerMinute)
	if refusal != nil {
		return *refusal
	}
	data := map[string]any{
		"walletAddress": w.address, "balanceUsd": w.credit, "canConsume": w.canConsume(),
		"minimumTopUpUsd": minimumUSD, "suggestedTopUpUsd": suggestedUSD,
	}
	if w.linked {
		data["diemBalanceUsd"] = w.diem
	}
	return ok(map[string]any{"success": true, "data": data})
}

// listTransactions answers with a page of the ledger, the newest first.
func (h *Handler) listTransactions(r *request) answer {
	w, refusal := h.ownWallet(r, transactionsPerMinute)
	if refusal != nil {
		return *refusal
	}
	limit, offset := 50, 0
	for name, into := range map[string]*int{"limit": &limit, "offset": &offset} {
		if n, err := strconv.Atoi(r.URL.Query().Get(name)); err == nil { // the contract has seen it
			*into = n
		}
	}
	rows := slices.Clone(w.rows)
	slices.Reverse(rows)
	rows = rows[min(offset, len(rows)):]
	page := []any{}
	for _, row := range rows[:min(limit, len(rows))] {
		page = append(page, row.view())
	}
	return ok(map[string]any{"success": true, "data": map[string]any{
		"walletAddress": w.address, "currentBalance": w.credit, "transactions": page,
		"pagination": map[string]any{"limit": limit, "offset": offset, "hasMore": len(rows) > limit},
	}})
}

func (r row) view() map[string]any {
	orNull := func(text string) any {
		if text == "" {
			return nil
		}
		return text
	}
	return map[string]any{
		"id": r.id, "type": r.kind, "amount": r.amount, "balanceAfter": r.after, "createdAt": timestamp(r.at),
		"modelId": orNull(r.model), "requestId": orNull(r.request),
	}
}
