// Errors of caps: which limit it was, and what would still be accepted.

package spend

import (
	"errors"
	"fmt"
)

// ErrCap is what every [*CapError] is, for [errors.Is].
var ErrCap = errors.New("over the cap")

// A CapError says that a call was not sent because of a [Cap].
type CapError struct {
	Cap     string // its name
	Limit   string // the field: "PerCall", "PerWindow" or "Total"
	Allowed Amount // that field
	Spent   Amount // what counts against it already, calls under way and of unknown outcome included
	Asked   Amount // the most that the call can cost
	Accepts Amount // what a call may cost at most to be accepted now, by all limits; it may be zero
	Call    string // the operation
}

// Error names the cap, the amounts, and what would be accepted.
func (e *CapError) Error() string {
	name := ""
	if e.Cap != "" {
		name = fmt.Sprintf(" of %q", e.Cap)
	}
	return fmt.Sprintf("spend: %v%s: %s allows %v, %v of it count as spent, and %s can cost %v; a call that can cost %v at most would be accepted",
		ErrCap, name, e.Limit, e.Allowed, e.Spent, e.Call, e.Asked, e.Accepts)
}

// Unwrap returns [ErrCap].
func (e *CapError) Unwrap() error { return ErrCap }
