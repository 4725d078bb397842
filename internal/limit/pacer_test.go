// Tests of the pacer: how many calls it lets go in a window that no answer has told of.

package limit

import (
	"testing"
	"time"
)

func TestPacerNextWindow(t *testing.T) {
	now := time.Unix(0, 0)
	p := Pacer{}
	told := func(limit, remaining int64, reset time.Duration) {
		p.Note("op", [4]*Rate{Requests: {limit, remaining, now.Add(reset)}}, 0, now)
	}
	// most calls go, and the next has to wait.
	goes := func(when string, most int, wait time.Duration) {
		t.Helper()
		for n := range most {
			if got := p.Take("op", now); got != 0 {
				t.Fatalf("%s: %d calls, want %d; then to wait %v", when, n, most, got)
			}
		}
		if got := p.Take("op", now); got != wait {
			t.Errorf("%s: call %d has to wait %v, want %v", when, most+1, got, wait)
		}
	}
	told(5, 0, 10*time.Second)
	goes("at first", 0, 10*time.Second)
	now = now.Add(10 * time.Second)
	goes("the next window, which is guessed", 5, time.Second)
	told(5, 4, time.Minute) // the answer to the first of the 5
	goes("told when it ends", 0, time.Minute)
	now = now.Add(time.Minute)
	goes("a third window", 5, time.Second)
	now = now.Add(time.Second)
	goes("still no answer", 5, time.Second)

	now = now.Add(time.Hour)
	told(0, 0, 10*time.Second)
	goes("the limit is not known", 0, 10*time.Second)
	now = now.Add(10 * time.Second)
	goes("nor what is left", 50, 0)
}
