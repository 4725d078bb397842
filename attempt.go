// Attempts: what the hooks can know of the request that they see.

package venice

import (
	"context"

	"github.com/venice-go/venice/gen"
)

// AttemptOf returns the operation that a request is for and the number of the attempt, the first of which is 1. It reads
// them from the request's context, which middleware, a transport and an [Auth] see, and from the context that a handler of
// [WithLogger] is given. A redirect that is followed is of the same attempt. Of any other context it returns nil and 0. The
// operation is not to be changed.
func AttemptOf(ctx context.Context) (operation *gen.Operation, number int) {
	if a, ok := ctx.Value(attemptKey{}).(*attemptContext); ok {
		return a.operation, a.number
	}
	return nil, 0
}

// An attemptContext is never changed while its attempt lasts, since what dials in the background may read it still later.
type attemptContext struct {
	context.Context
	operation *gen.Operation
	number    int
}

type attemptKey struct{}

func (a *attemptContext) Value(key any) any {
	if key == (attemptKey{}) {
		return a
	}
	return a.Context.Value(key)
}

// enter begins an attempt. The first has its context within the exchange: most calls have no other, and need no memory
// for it.
func (x *exchange) enter() {
	if x.trial = &x.first; x.attempts > 0 {
		x.trial = new(attemptContext)
	}
	*x.trial = attemptContext{x.ctx, x.call.Operation, x.attempts + 1}
}
