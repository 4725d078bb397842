// Secret: text that prints as a placeholder.

package signer

// redacted is what every printed form of a secret shows.
const redacted = "[redacted]"

// A Secret is text that gives access to something: a private key, a token and its signature, an API key. It prints,
// logs and marshals as "[redacted]"; [Secret.Reveal] is the one way to the text. The zero Secret holds no text.
type Secret struct {
	// A function, because fmt and reflection print what a string or a pointer holds, even in unexported fields of
	// somebody else's struct, where no method of ours is asked.
	reveal func() string
}

// NewSecret wraps text, such as a token that was carried from another machine.
func NewSecret(text string) Secret { return Secret{func() string { return text }} }

// Reveal returns the text itself, or "" for the zero Secret. Keep it out of logs.
func (s Secret) Reveal() string {
	if s.reveal == nil {
		return ""
	}
	return s.reveal()
}

// IsZero reports whether s is the zero Secret, which is another thing than a text that happens to be empty.
func (s Secret) IsZero() bool { return s.reveal == nil }

// String returns "[redacted]".
func (s Secret) String() string { return redacted }

// MarshalText returns "[redacted]", which is so what JSON shows.
func (s Secret) MarshalText() ([]byte, error) { return []byte(redacted), nil }
