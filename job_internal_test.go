// Tests of the pace of jobs.

package venice

import (
	"testing"
	"time"
)

func TestPollAfter(t *testing.T) {
	for _, c := range []struct {
		elapsed, average float64 // milliseconds
		want             time.Duration
	}{
		{0, 0, time.Second},
		{-5, -5, time.Second},
		{300, 5_000, time.Second},
		{300, 145_000, 14500 * time.Millisecond},
		{200_000, 145_000, 20 * time.Second}, // slower than most: look less often
		{1, 1e300, 30 * time.Second},
		{1e300, 1, 30 * time.Second},
	} {
		p := JobProgress{Elapsed: ms(c.elapsed), Average: ms(c.average)}
		for random, factor := range map[float64]float64{0: 0.8, 0.5: 1, 1: 1.2} {
			if got, want := pollAfter(p, random), time.Duration(float64(c.want)*factor); (got - want).Abs() > time.Microsecond {
				t.Errorf("%v, random %v: got %v, want %v", c, random, got, want)
			}
		}
	}
	if got := ms(1.5); got != 1500*time.Microsecond {
		t.Errorf("1.5 ms are %v", got)
	}
}
