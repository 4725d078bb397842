// Tests of the memory of models: how long it lasts.

package memory

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

func TestMemoryForgets(t *testing.T) {
	asked, now := 0, time.Unix(0, 0)
	m := Of[string, int]{TTL: time.Minute, Now: func() time.Time { return now }}
	m.Ask = func(context.Context, string) (int, error) { asked++; return asked, nil }
	for _, c := range []struct {
		after time.Duration
		want  int
	}{{0, 1}, {59 * time.Second, 1}, {time.Second, 2}, {59 * time.Second, 2}, {time.Hour, 3}} {
		now = now.Add(c.after)
		if got, err := m.Get(t.Context(), "text"); got != c.want || err != nil {
			t.Errorf("%v later: got %d, %v, want %d", c.after, got, err, c.want)
		}
	}
	if got, _ := m.Get(t.Context(), "image"); got != 4 {
		t.Errorf("another kind: got %d", got)
	}
}

// Who waits for a call that fails shares its error; who comes later asks anew.
func TestMemorySharesErrors(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		asked, down := 0, errors.New("down")
		m := Of[string, int]{TTL: time.Minute, Now: time.Now}
		m.Ask = func(context.Context, string) (int, error) {
			asked++
			time.Sleep(time.Second)
			return 0, down
		}
		for round := 1; round <= 2; round++ {
			var all sync.WaitGroup
			for range 20 {
				all.Go(func() {
					if _, err := m.Get(t.Context(), "text"); !errors.Is(err, down) {
						t.Errorf("got %v", err)
					}
				})
			}
			if all.Wait(); asked != round {
				t.Errorf("asked %d times, want %d", asked, round)
			}
		}
	})
}
