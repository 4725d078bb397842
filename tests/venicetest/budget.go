// The error budgets: callers that are refused too often are locked out for the rest of half a minute.

package venicetest

import (
	"fmt"
	"net/http"
	"strconv"
	"time"
)

const (
	budgetWindow = 30 * time.Second
	budgetMost   = 50  // refusals in a window
	widerMost    = 200 // of those for what a model lacks, or its provider refuses
)

// WithErrorBudget has the fake lock out who is refused too often, as the service does: after more than 50 answers of 4xx
// within 30 seconds all requests get a 429 until these are over. Counted are refusals other than 429, and other than of
// calls without credentials, with a wrong Content-Type, with broken JSON or too large: apart for each key (for wallets, each
// address on the network), each model and each text in the member user. Of refusals of chats and responses for what the
// model lacks, or its provider does not take, 200 are let pass. Without it nobody is locked out.
func WithErrorBudget() Option {
	return func(h *Handler) { h.budgets = map[string]*budget{} }
}

// A budget is of one bucket: who calls, with which model and for which user.
type budget struct {
	ends           time.Time
	refused, wider int
}

// budgetOf returns the budget of a request, a new one if its time is over; nil if there are none.
func (h *Handler) budgetOf(r *request) *budget {
	if h.budgets == nil {
		return nil
	}
	who := r.Header.Get("Authorization")
	if who == "" || signedIn(r.Header) {
		who = callerAddress(r)
	}
	bucket := who + "\n" + r.text("model") + "\n" + r.text("user")
	b, now := h.budgets[bucket], h.now()
	if b == nil || !now.Before(b.ends) {
		b = &budget{ends: now.Add(budgetWindow)}
		h.budgets[bucket] = b
	}
	return b
}

// lockedOut is the refusal of everything once a budget is spent.
func (b *budget) lockedOut() *answer {
	if b == nil || b.refused <= budgetMost && b.wider <= widerMost {
		return nil
	}
	most, limit := budgetMost, "FAILED_REQUESTS"
	if b.refused <= budgetMost {
		most, limit = widerMost, "UNSUPPORTED_FEATURE_REQUESTS"
	}
	a := refuse(http.StatusTooManyRequests, fmt.Sprintf("Too many failed attempts (> %d) resulting in a non-success status code. Please wait and try again.", most))
	a.outside, a.limit = true, limit
	return new(b.show(a, 0))
}

// ofModel is a refusal for what the model lacks, or its provider does not take.
func ofModel(a answer) *answer {
	a.wider = true
	return &a
}

// uncounted is a refusal that costs nothing.
func uncounted(a answer) *answer {
	a.uncounted = true
	return &a
}

// count counts a refusal, and says in its headers what is left.
func (b *budget) count(a answer) answer {
	if b == nil || a.uncounted || a.status < 400 || a.status > 499 || a.status == http.StatusTooManyRequests {
		return a
	}
	if a.wider {
		b.wider++
		return b.show(a, widerMost-b.wider)
	}
	b.refused++
	return b.show(a, budgetMost-b.refused)
}

func (b *budget) show(a answer, left int) answer {
	if a.header = a.header.Clone(); a.header == nil {
		a.header = http.Header{}
	}
	a.header.Set("x-ratelimit-remaining", strconv.Itoa(max(0, left)))
	a.header.Set("x-ratelimit-resets", strconv.FormatInt(b.ends.UnixMilli(), 10))
	return a
}
