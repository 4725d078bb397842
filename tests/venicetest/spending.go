// What was spent with which key, and what is left of limits and balances.

package venicetest

import (
	"fmt"
	"net/http"
	"time"

	"github.com/venice-go/venice/tests/venicetest/internal/catalog"
)

const (
	balanceUSD  = 100 * dollar // of every account, before its first call
	balanceDIEM = 0.0
)

// spentSince sums what the key was charged from a time on.
func (h *Handler) spentSince(k *key, t time.Time) (sum money) {
	for _, c := range h.charges {
		if c.key == k && !c.at.Before(t) {
			sum += c.amount
		}
	}
	return sum
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
func (h *Handler) left(k *key) money {
	left := balanceUSD - h.spentBy[k.owner]
	if limit, limited := k.limits["usd"].(float64); limited {
		left = min(left, money(catalog.Dollars(min(limit, maxArrange)))-h.spentSince(k, h.periodStart(k)))
	}
	return max(0, left)
}

// outOfFunds is the refusal of a key that has nothing left, in the service's words for its two reasons.
func (h *Handler) outOfFunds(k *key) answer {
	if k.limits["usd"] != nil {
		return refuse(http.StatusPaymentRequired, "API key USD spend limit exceeded.")
	}
	return refuse(http.StatusPaymentRequired, "Insufficient USD or Diem balance to complete request.")
}

// usageView is the key with what was spent with it. The service writes amounts as text with four decimals.
func (h *Handler) usageView(k *key) map[string]any {
	text := func(m money) string { return fmt.Sprintf("%.4f", m.usd()) }
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
	for _, m := range catalog.All() {
		limits = append(limits, map[string]any{
			"apiModelId": m.ID,
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
