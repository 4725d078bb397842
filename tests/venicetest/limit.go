// Limits on how often the routes for payments may be called.

package venicetest

import (
	"net"
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

// usualPerMinute is the limit of each key that the fake tells, and does not enforce unless it is told to.
const usualPerMinute = 500

// WithRequestLimit lets each key make so many calls of models in a minute, at least one, and refuses more with a 429. All
// answers to such calls tell what is left and until when (x-ratelimit-remaining-requests, -reset-requests in Unix
// milliseconds). Without it they tell of 500, and any number is let in.
func WithRequestLimit(perMinute int) Option {
	return func(h *Handler) { h.perMinute, h.enforced = max(1, perMinute), true }
}

// callsModel counts a call of a key that may call models, and returns the refusal of one too many.
func (h *Handler) callsModel(k *key) *answer {
	if minute := h.now().Truncate(time.Minute); !minute.Equal(k.minute) {
		k.minute, k.calls = minute, 0
	}
	if k.calls++; k.calls <= h.perMinute || !h.enforced {
		return nil
	}
	a := refuse(http.StatusTooManyRequests, "Rate limit exceeded. Please try again later.")
	a.outside, a.limit = true, "RPM"
	return &a
}

// callerAddress is where a request came from, without the port.
func callerAddress(r *request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return host
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
