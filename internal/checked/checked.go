// Package checked is how the packages of this module have a wallet sign more than texts.
//
// A wallet's SignChecked takes a [Message]. Nothing outside this module can make one, so that a signature over bytes that
// a stranger made cannot be asked for. Who calls [New] has made the bytes itself, from fields that it checked.
package checked

// A Message is what a wallet signs: on an EVM chain the bytes whose Keccak-256 hash is signed, on Solana a transaction's
// message. The zero Message is empty.
type Message struct{ raw []byte }

// New says that the bytes were made and checked by the caller.
func New(raw []byte) Message { return Message{raw} }

// Bytes returns what is to be signed.
func (m Message) Bytes() []byte { return m.raw }
