// What the black-box tests need of the inside.

package venice

import (
	"context"
	"time"

	"github.com/venice-go/venice/gen"
)

// DoerOf returns what the generated methods of c hand their calls to.
func DoerOf(c *Client) gen.Doer { return c.doer }

// SetClock replaces the clock of c and what waits by it. Jitter becomes the whole of what it may be.
func SetClock(c *Client, now func() time.Time, sleep func(context.Context, time.Duration) error) {
	c.doer.clockwork = clockwork{now, sleep, func(most time.Duration) time.Duration { return most }}
}
