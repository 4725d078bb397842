// Budget: stopping before the service locks out a key that it has refused too often.

package limit

import (
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"
)

// The service counts answers of 4xx, 429 apart, and refuses everything for the rest of the window beyond 50 of them.
const (
	budgetWindow = 30 * time.Second
	budgetLimit  = 50
)

// ErrBudget means that a call is not to be sent.
var ErrBudget = errors.New("the error budget is spent")

// A Budget counts the answers that the service counts.
type Budget struct {
	Most int // 0: any number
	mu   sync.Mutex
	at   []time.Time // of each within the window, in order
}

// Check says that the budget is spent, if it is.
func (r *Budget) Check(now time.Time) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	for len(r.at) > 0 && now.Sub(r.at[0]) >= budgetWindow {
		r.at = r.at[1:]
	}
	if r.Most == 0 || len(r.at) < r.Most {
		return nil
	}
	free := r.at[len(r.at)-r.Most].Add(budgetWindow).Sub(now)
	return fmt.Errorf("%w: %d refusals within %v, and the service locks a key out after %d; try again in %v",
		ErrBudget, len(r.at), budgetWindow, budgetLimit, free.Round(time.Millisecond))
}

// Note counts an answer with this status. It looks at the clock only if it does count, which few answers do.
func (r *Budget) Note(status int, now func() time.Time) {
	if status < 400 || status > 499 || status == http.StatusTooManyRequests || r.Most == 0 {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.at = append(r.at, now())
}
