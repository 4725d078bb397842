// LostKeyError: what is known when a mint request was sent and no key came back.

package signer

import (
	"errors"
	"fmt"
)

// ErrKeyMayExist is what every [*LostKeyError] is, for [errors.Is].
var ErrKeyMayExist = errors.New("an API key may have been minted")

// A LostKeyError says that the mint request was sent and that no key came back: the connection broke, the service
// failed, or its answer held none. A key may exist, so nothing was sent again.
//
// To find out, list the keys with an ADMIN key of the same wallet (GET /api_keys) and look for Description, which no
// other key has. What you find there cannot be used, since its text was lost: delete it (DELETE /api_keys) and mint
// anew.
type LostKeyError struct {
	Description string // of the key, if it exists
	Answer      Secret // the body of the answer, if one came; a key of an unknown form could be in it
	Err         error  // what happened, or nil if the service reported success
}

// Error names the description and the cause.
func (e *LostKeyError) Error() string {
	text := fmt.Sprintf("signer: %v, with the description %q", ErrKeyMayExist, e.Description)
	if e.Err != nil {
		return text + ": " + e.Err.Error()
	}
	return text + ": the answer holds no key"
}

// Unwrap returns [ErrKeyMayExist] and the cause.
func (e *LostKeyError) Unwrap() []error { return []error{ErrKeyMayExist, e.Err} }
