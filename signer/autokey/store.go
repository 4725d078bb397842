// Store: where a key is kept, and the memory that stands in for one.

package autokey

import (
	"context"

	"github.com/venice-go/venice/signer"
)

// A Store keeps the record of one [Auth]: a text that holds an API key. A store that several processes or machines share
// gives all of them one key. If it has a method String, errors name it so.
type Store interface {
	// Hold calls use with the record, or with the zero Secret if there is none, while nobody else who shares the store is
	// in Hold. That can take minutes, if a wallet asks a person. What save is given replaces the record, or removes it if
	// that is the zero Secret. It is durable when save returns, and whole or not there at all; save may be called more
	// than once. Hold returns what use returned, or why it could not be called.
	Hold(ctx context.Context, use func(record signer.Secret, save func(record signer.Secret) error) error) error
}

// memory is a channel with the record in it, but for the time that somebody holds it.
type memory chan signer.Secret

func newMemory() memory {
	m := make(memory, 1)
	m <- signer.Secret{}
	return m
}

func (m memory) Hold(ctx context.Context, use func(signer.Secret, func(signer.Secret) error) error) error {
	select {
	case record := <-m:
		defer func() { m <- record }()
		return use(record, func(next signer.Secret) error { record = next; return nil })
	case <-ctx.Done():
		return ctx.Err()
	}
}

// String says what it is in errors.
func (memory) String() string { return "memory" }
