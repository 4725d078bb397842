// Tests of the error budget: what counts, and when calls are stopped.

package venice_test

import (
	"errors"
	"net/http"
	"sync/atomic"
	"testing"
	"time"

	"github.com/venice-go/venice"
)

func TestErrorBudget(t *testing.T) {
	var requests atomic.Int64
	status := 404
	handler := func(w http.ResponseWriter, r *http.Request) { requests.Add(1); w.WriteHeader(status) }
	client, s := quick(t, handler)
	for range 45 {
		_, _ = get(t.Context(), client)
	}
	_, err := get(t.Context(), client)
	if wantText(t, err, "venice: getThing: the error budget is spent: 45 refusals within 30s", "locks a key out after 50"); requests.Load() != 45 || !errors.Is(err, venice.ErrErrorBudget) {
		t.Errorf("%d requests, %v", requests.Load(), err)
	}
	s.ahead += 31 * time.Second
	if _, err = get(t.Context(), client); !errors.Is(err, venice.ErrNotFound) {
		t.Errorf("after the window: %v", err)
	}

	for _, status = range []int{200, 429, 500} { // these do not count
		client, _ = quick(t, handler, venice.WithMaxAttempts(1))
		for range 60 {
			if _, err = get(t.Context(), client); errors.Is(err, venice.ErrErrorBudget) {
				t.Fatalf("%d: %v", status, err)
			}
		}
	}

	status = 400
	client, _ = quick(t, handler, venice.WithErrorBudget(2))
	_, _ = get(t.Context(), client)
	_, _ = get(t.Context(), client)
	if _, err = get(t.Context(), client); !errors.Is(err, venice.ErrErrorBudget) {
		t.Errorf("a budget of 2: %v", err)
	}
	client, _ = quick(t, handler, venice.WithErrorBudget(0))
	for range 60 {
		if _, err = get(t.Context(), client); !errors.Is(err, venice.ErrBadRequest) {
			t.Fatalf("no budget: %v", err)
		}
	}
	_, err = venice.New(venice.WithErrorBudget(-1))
	wantText(t, err, "WithErrorBudget: want 0 or more, got -1")
}
