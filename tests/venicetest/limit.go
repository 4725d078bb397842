// Limits on how often the routes for payments may be called.

package venicetest

import (
	"net/http"
	"slices"
	"time"
)

// Calls per minute: top-ups by address of the caller, the others by wallet.
const (
	topUpsPerMinute       = 10
	balancesPerMinute     = 30
	transactionsPerMinute = 20
)

// WithoutRateLimits lets callers call the routes for payments as often as they like, for suites that run many payments
// in no time. The limit of 5 requests in flight per wallet stays.
func WithoutRateLimits() Option {
	return func(h *Handler) { h.calls = nil }
}

// tooFast counts a call and returns the refusal of one too many in a minute.
func (h *Handler) tooFast(who string, perMinute int) *answer {
	if h.calls == nil {
		return nil
	}
	now := h.now()
	calls := slices.DeleteFunc(h.calls[who], func(at time.Time) bool { return now.Sub(at) >= time.Minute })
	if len(calls) >= perMinute {
		h.calls[who] = calls
		return new(refuse(http.StatusTooManyRequests, "Too many requests. Please try again later."))
	}
	h.calls[who] = append(calls, now)
	return nil
}
