// Tests of the memory of models: how long it lasts.

package venice

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/venice-go/venice/gen"
)

func TestMemoryForgets(t *testing.T) {
	asked, now := 0, time.Unix(0, 0)
	m := memory[int]{ttl: time.Minute, now: func() time.Time { return now }}
	m.ask = func(context.Context, gen.ModelType) (int, error) { asked++; return asked, nil }
	for _, c := range []struct {
		after time.Duration
		want  int
	}{{0, 1}, {59 * time.Second, 1}, {time.Second, 2}, {59 * time.Second, 2}, {time.Hour, 3}} {
		now = now.Add(c.after)
		if got, err := m.get(t.Context(), "text"); got != c.want || err != nil {
			t.Errorf("%v later: got %d, %v, want %d", c.after, got, err, c.want)
		}
	}
	if got, _ := m.get(t.Context(), "image"); got != 4 {
		t.Errorf("another kind: got %d", got)
	}
	for ttl, want := range map[time.Duration]time.Duration{0: 5 * time.Minute, time.Second: time.Second} {
		if models := NewModels(nil, ttl); models.traits.ttl != want || models.lists.ttl != want {
			t.Errorf("ttl %v: %v and %v", ttl, models.traits.ttl, models.lists.ttl)
		}
	}
}

// Who waits for a call that fails shares its error; who comes later asks anew.
func TestMemorySharesErrors(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		asked, down := 0, errors.New("down")
		m := memory[int]{ttl: time.Minute, now: time.Now}
		m.ask = func(context.Context, gen.ModelType) (int, error) {
			asked++
			time.Sleep(time.Second)
			return 0, down
		}
		for round := 1; round <= 2; round++ {
			var all sync.WaitGroup
			for range 20 {
				all.Go(func() {
					if _, err := m.get(t.Context(), "text"); !errors.Is(err, down) {
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
