// What is stored of a key that renews itself: the key, a mint whose answer nobody knows, and a refusal.

package signer

import (
	"errors"
	"fmt"
	"hash/crc32"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
)

// A storedKey is what a [KeyStore] keeps, as text with a checksum: a key of which one character was changed would be
// refused by the service, and another one minted for that.
type storedKey struct {
	Service string     `json:"service"` // base URL
	Wallet  string     `json:"wallet"`
	Key     *heldKey   `json:"key,omitzero"`
	Pending *openMint  `json:"pending,omitzero"` // as long as it is there nothing is minted
	Refused *noMintYet `json:"refused,omitzero"`
}

// A heldKey is a key in use. Its text is a closure, so that nothing prints it.
type heldKey struct {
	Text        sealed    `json:"api_key"`
	ID          string    `json:"id,omitzero"`
	Type        string    `json:"type,omitzero"`
	Description string    `json:"description"`
	Minted      time.Time `json:"minted"`
	Expires     time.Time `json:"expires,omitzero"` // zero for never
}

// An openMint is a request that may have made a key. It is stored before the request is sent, and goes when the outcome
// is known, so that a process that is killed in between leaves it behind.
type openMint struct {
	Description string    `json:"description"`
	Since       time.Time `json:"since"`
	Why         string    `json:"why,omitzero"`
	Answer      sealed    `json:"answer,omitzero"`
}

// A noMintYet is a refusal by the service, which counts them.
type noMintYet struct {
	Why   string    `json:"why"`
	Until time.Time `json:"until"`
}

// sealed is a secret whose JSON is the text: for what is stored, and for nothing else.
type sealed struct{ Secret }

// MarshalText returns the secret's text.
func (s sealed) MarshalText() ([]byte, error) { return []byte(s.Reveal()), nil }

// UnmarshalText takes the secret's text.
func (s *sealed) UnmarshalText(text []byte) error { s.Secret = NewSecret(string(text)); return nil }

// IsZero reports whether there is no text.
func (s sealed) IsZero() bool { return s.reveal == nil }

const storedHeader = "venice API key 1 "

func (s *storedKey) encode() (Secret, error) {
	text, err := json.Marshal(s)
	if err != nil {
		return Secret{}, err
	}
	return NewSecret(storedHeader + crcOf(string(text)) + " " + string(text) + "\n"), nil
}

var errDamaged = errors.New("damaged: it was not written to its end, or changed since")

func decodeStored(text string) (*storedKey, error) {
	rest, ok := strings.CutPrefix(text, storedHeader)
	rest, whole := strings.CutSuffix(rest, "\n")
	sum, body, _ := strings.Cut(rest, " ")
	if !ok || !whole || sum != crcOf(body) {
		return nil, errDamaged
	}
	s := new(storedKey)
	// A member that is not known could be a newer version's reason not to mint.
	if err := json.Unmarshal([]byte(body), s, json.RejectUnknownMembers(true)); err != nil {
		return nil, errors.New("of an unknown form, perhaps of a newer version") // the error could quote the key
	}
	if s.Key != nil && s.Key.Text.Reveal() == "" || s.Pending != nil && s.Pending.Description == "" {
		return nil, errDamaged
	}
	return s, nil
}

func crcOf(text string) string {
	return fmt.Sprintf("%08x", crc32.Checksum([]byte(text), crc32.MakeTable(crc32.Castagnoli)))
}

// hold is a fresh key to be used. What the service says of its expiry wins over what was asked for.
func hold(key *Key, now, asked time.Time) *heldKey {
	if t, err := time.Parse(time.RFC3339, key.ExpiresAt); err == nil {
		asked = t
	} else if t, err := time.Parse(time.DateOnly, key.ExpiresAt); err == nil {
		asked = t
	}
	return &heldKey{sealed{key.APIKey}, key.ID, key.Type, key.Description, now.UTC(), asked.UTC()}
}

// good reports whether a key will not have expired that much later.
func (k *heldKey) good(at time.Time) bool {
	return k != nil && (k.Expires.IsZero() || at.Before(k.Expires))
}

func (k *heldKey) is(text Secret) bool { return k != nil && k.Text.Reveal() == text.Reveal() }

// lost is the error about a mint whose outcome is not known.
func (m *openMint) lost() error {
	why := errors.New("the program ended while it was minted")
	if m.Why != "" {
		why = errors.New(m.Why) // only the text: what made a mint fail is no answer to the call that waited for it
	}
	return fmt.Errorf("signer: key: %w (at %s). Nothing is minted until somebody has looked: KeyAuth.Revoke deletes that key "+
		"with a client that has an ADMIN key of the wallet's account. If that finds none, KeyAuth.Forget goes on",
		&LostKeyError{m.Description, m.Answer.Secret, why}, m.Since.Format(time.RFC3339))
}

// refusedBefore is the error about a refusal that another process was given, of the kind that it had there.
func (r *noMintYet) refusedBefore() error {
	err := fmt.Errorf("signer: key: none is minted before %s, because of the last answer: %s",
		r.Until.Format(time.RFC3339), r.Why)
	for _, m := range mintErrors {
		if strings.Contains(r.Why, m.text) {
			return fmt.Errorf("%w: %w", m.err, err)
		}
	}
	return err
}
