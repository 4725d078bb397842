// The error budget: stopping before the service locks out a key that it has refused too often.

package venice

import (
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"
)

// ErrErrorBudget means that a call was not sent, because the client has been refused so often within 30 seconds that
// the service is about to lock its key out. Most often a program repeats a call that cannot succeed. [WithErrorBudget]
// changes the limit.
var ErrErrorBudget = errors.New("the error budget is spent")

// The service counts answers of 4xx, 429 apart, and refuses everything for the rest of the window beyond 50 of them.
const (
	budgetWindow = 30 * time.Second
	budgetLimit  = 50
)

// refusals counts the answers that the service counts.
type refusals struct {
	most int // 0: any number
	mu   sync.Mutex
	at   []time.Time // of each within the window, in order
}

func (r *refusals) check(now time.Time) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	for len(r.at) > 0 && now.Sub(r.at[0]) >= budgetWindow {
		r.at = r.at[1:]
	}
	if r.most == 0 || len(r.at) < r.most {
		return nil
	}
	free := r.at[len(r.at)-r.most].Add(budgetWindow).Sub(now)
	return fmt.Errorf("%w: %d refusals within %v, and the service locks a key out after %d; try again in %v",
		ErrErrorBudget, len(r.at), budgetWindow, budgetLimit, free.Round(time.Millisecond))
}

func (r *refusals) note(status int, now time.Time) {
	if status < 400 || status > 499 || status == http.StatusTooManyRequests || r.most == 0 {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.at = append(r.at, now)
}
