// What was spent with which key, and what is left of limits and balances.

package venicetest

import (
	"fmt"
	"net/http"
	"time"

	"github.com/venice-go/venice"
)

const (
	balanceUSD  = 100.0 // of every account, before its first call
	balanceDIEM = 0.0
	tokenUSD    = 0.0001 // price of a token, in or out, of any model
)

// What wallets pay. The fee is below a base unit of USDC, as rows of the real ledger are.
const (
	walletFee  = money(6600)  // for any call that is billed: 6.6e-7 USD
	inferPrice = dollar / 100 // for a call without a behaviour of its own
	jobPrice   = dollar / 2   // for a job
)

// sell charges a wallet for a call without a behaviour of its own. What keys spend with such calls is not counted.
func (h *Handler) sell(r *request) *answer {
	prices := map[venice.Effect]money{venice.EffectInfer: inferPrice, venice.EffectQueue: jobPrice}
	price, billed := prices[operations()[r.operation].Effect]
	if r.wallet == nil || !billed {
		return nil
	}
	if refusal := r.wallet.cannotPay(price + walletFee); refusal != nil {
		return refusal
	}
	h.spend(r.wallet, r.text("model"), h.uuid(), price, walletFee)
	return nil
}

// A charge is one billed call.
type charge struct {
	at           time.Time
	keyID, owner string
	usd          float64
}

// spent sums what the charges that match cost, in USD.
func (h *Handler) spent(match func(charge) bool) (usd float64) {
	for _, c := range h.charges {
		if match(c) {
			usd += c.usd
		}
	}
	return usd
}

func (h *Handler) spentSince(k *key, t time.Time) float64 {
	return h.spent(func(c charge) bool { return c.keyID == k.id && !c.at.Before(t) })
}

// periodStart is when the limits of a key last began anew.
func (h *Handler) periodStart(k *key) time.Time {
	now := h.now().UTC()
	switch k.period {
	case "MONTH":
		return time.Date(now.Year(), now.Month(), 1, 0, 0, 0, 0, time.UTC)
	case "LIFETIME":
		return time.Time{}
	}
	return now.Truncate(24 * time.Hour)
}

// left is what the key may still spend: the account's balance, or less where a limit says so.
func (h *Handler) left(k *key) (usd float64) {
	usd = balanceUSD - h.spent(func(c charge) bool { return c.owner == k.owner })
	if limit, limited := k.limits["usd"].(float64); limited {
		usd = min(usd, limit-h.spentSince(k, h.periodStart(k)))
	}
	return max(0, usd)
}

// overLimit refuses a key that has nothing left, in the service's words for its two reasons.
func (h *Handler) overLimit(k *key) *answer {
	if h.left(k) > 0 {
		return nil
	}
	why := "Insufficient USD or Diem balance to complete request."
	if k.limits["usd"] != nil {
		why = "API key USD spend limit exceeded."
	}
	return new(refuse(http.StatusPaymentRequired, why))
}

// usageView is the key with what was spent with it. The service writes amounts as text with four decimals.
func (h *Handler) usageView(k *key) map[string]any {
	text := func(usd float64) string { return fmt.Sprintf("%.4f", usd) }
	v := k.view()
	week := h.spentSince(k, h.now().AddDate(0, 0, -7))
	v["usage"] = map[string]any{"trailingSevenDays": map[string]any{"usd": text(week), "diem": text(0), "vcu": text(0)}}
	if k.limits["usd"] != nil || k.limits["diem"] != nil {
		v["currentPeriodUsage"] = map[string]any{"usd": text(h.spentSince(k, h.periodStart(k))), "diem": text(0)}
	}
	return v
}

// rateLimits tells the calling key what it may spend and how fast.
func (h *Handler) rateLimits(r *request) answer {
	limits := []any{}
	for _, m := range models {
		limits = append(limits, map[string]any{
			"apiModelId": m.id,
			"rateLimits": []any{map[string]any{"type": "RPM", "amount": h.perMinute}},
		})
	}
	left := h.left(r.key)
	return ok(map[string]any{"data": map[string]any{
		"accessPermitted": left > 0,
		"apiTier":         map[string]any{"id": "paid", "isCharged": true},
		"balances":        map[string]any{"USD": left, "DIEM": balanceDIEM},
		"keyExpiration":   timestamp(r.key.expires),
		"nextEpochBegins": timestamp(h.now().UTC().Truncate(24*time.Hour).AddDate(0, 0, 1)),
		"rateLimits":      limits,
	}})
}

// rateLimitLog is empty: the fake refuses nobody for being too fast.
func (h *Handler) rateLimitLog(*request) answer {
	return ok(map[string]any{"object": "list", "data": []any{}})
}
