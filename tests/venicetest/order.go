// What a prompt can order to go wrong.

package venicetest

import "strings"

// Marks that a prompt may hold, anywhere in it.
const (
	markViolation = "[violation]" // the content is not allowed: a header for pictures, a 422 for jobs
	markRefused   = "[refused]"   // the provider refuses the job when it is fetched: a 422, and the price is given back
	markBroken    = "[broken]"    // the job breaks: a 500 when it is fetched, and the price is given back
	markFailed    = "[failed]"    // the job fails with a status of FAILED and 200, as no document has it
)

func orders(prompt, mark string) bool { return strings.Contains(prompt, mark) }
