// Pending: a transaction that was sent, and is in no block yet.

package stake

import "fmt"

// A PendingError says that a transaction was sent and that it is not known what becomes of it: it may be carried out at
// any time. The [Staker] sends nothing more until [Staker.Await] knows. To wait for it in another process, keep it: it is
// plain data but for Err.
type PendingError struct {
	Call   string   // "approve", "stake", "unstake" or "withdraw"
	Nonce  uint64   // which all its versions share, so that one of them at most is carried out
	Hashes []string // of each version that was sent, "0x" and 64 hex digits; a later one pays more
	Err    error    // why it was not waited for any longer
}

// Error names the newest version, for a look at it in any explorer of the chain.
func (e *PendingError) Error() string {
	name := "nothing"
	if n := len(e.Hashes); n > 0 {
		name = e.Hashes[n-1]
		if n > 1 {
			name += fmt.Sprintf(" (or one of %d that pay less)", n-1)
		}
	}
	return fmt.Sprintf("stake: %s: sent, and in no block yet; it may still be carried out: transaction %s, nonce %d: %v", e.Call, name, e.Nonce, e.Err)
}

// Unwrap returns Err, such as the context's.
func (e *PendingError) Unwrap() error { return e.Err }
