// What is stored: the key, a mint whose answer nobody knows, and a refusal.

package autokey

import (
	"context"
	"errors"
	"fmt"
	"hash/crc32"
	"strings"
	"time"

	"github.com/go-json-experiment/json"

	"github.com/venice-go/venice/signer"
)

// A record is what a [Store] keeps, as text with a checksum: a key of which one character was changed would be refused by
// the service, and another one minted for that.
type record struct {
	Service string    `json:"service"` // base URL
	Wallet  string    `json:"wallet"`
	Key     *heldKey  `json:"key,omitzero"`
	Pending *openMint `json:"pending,omitzero"` // as long as it is there nothing is minted
	Refused *refusal  `json:"refused,omitzero"`

	save func(signer.Secret) error
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

// A refusal is one by the service, which counts them.
type refusal struct {
	Why   string    `json:"why"`
	Until time.Time `json:"until"`
}

// sealed is a secret whose JSON is the text: for what is stored, and for nothing else.
type sealed struct{ signer.Secret }

// MarshalText returns the secret's text.
func (s sealed) MarshalText() ([]byte, error) { return []byte(s.Reveal()), nil }

// UnmarshalText takes the secret's text.
func (s *sealed) UnmarshalText(text []byte) error {
	s.Secret = signer.NewSecret(string(text))
	return nil
}

// open has use work on what is stored, and refuses what is somebody else's.
func (a *Auth) open(ctx context.Context, service string, use func(*record) error) error {
	return a.store.Hold(ctx, func(text signer.Secret, save func(signer.Secret) error) (err error) {
		mine := &record{Service: service, Wallet: a.Wallet.Address()}
		r := mine
		if !text.IsZero() { // an empty text is something else: a file that lost what was in it
			place := "the store"
			if s, ok := a.store.(fmt.Stringer); ok {
				place = s.String()
			}
			if r, err = decode(text.Reveal()); err != nil {
				return fmt.Errorf("%s is %w. It is left as it is, and nothing is minted beside it: if there is no other "+
					"copy, delete the wallet's keys that nothing uses at the service, with an ADMIN key, and call Auth.Forget", place, err)
			}
			if r.Wallet != mine.Wallet || r.Service != mine.Service {
				return fmt.Errorf("%s has the key of wallet %s at %s, and not that of %s at %s: use a store for each",
					place, r.Wallet, r.Service, mine.Wallet, mine.Service)
			}
		}
		r.save = save
		return use(r)
	})
}

// put stores what is in the record now.
func (r *record) put() error {
	text, err := json.Marshal(r)
	if err != nil {
		return err
	}
	return r.save(signer.NewSecret(header + crcOf(string(text)) + " " + string(text) + "\n"))
}

const header = "venice API key 1 "

var errDamaged = errors.New("damaged: it was not written to its end, or changed since")

func decode(text string) (*record, error) {
	rest, ok := strings.CutPrefix(text, header)
	rest, whole := strings.CutSuffix(rest, "\n")
	sum, body, _ := strings.Cut(rest, " ")
	if !ok || !whole || sum != crcOf(body) {
		return nil, errDamaged
	}
	r := new(record)
	// A member that is not known could be a newer version's reason not to mint.
	if err := json.Unmarshal([]byte(body), r, json.RejectUnknownMembers(true)); err != nil {
		return nil, errors.New("of an unknown form, perhaps of a newer version") // the error could quote the key
	}
	if r.Key != nil && r.Key.Text.Reveal() == "" || r.Pending != nil && r.Pending.Description == "" {
		return nil, errDamaged
	}
	return r, nil
}

func crcOf(text string) string {
	return fmt.Sprintf("%08x", crc32.Checksum([]byte(text), crc32.MakeTable(crc32.Castagnoli)))
}

// hold is a fresh key to be used. What the service says of its expiry wins over what was asked for.
func hold(key *signer.Key, now, expires time.Time) *heldKey {
	for _, layout := range []string{time.RFC3339, time.DateOnly} {
		if t, err := time.Parse(layout, key.ExpiresAt); err == nil {
			expires = t
		}
	}
	return &heldKey{sealed{key.APIKey}, key.ID, key.Type, key.Description, now, expires.UTC()}
}

// good reports whether a key will not have expired at a time.
func (k *heldKey) good(at time.Time) bool {
	return k != nil && (k.Expires.IsZero() || at.Before(k.Expires))
}

func (k *heldKey) is(text signer.Secret) bool { return k != nil && k.Text.Reveal() == text.Reveal() }

// lost is the error about a mint whose outcome is not known.
func (m *openMint) lost() error {
	why := errors.New("the program ended while it was minted")
	if m.Why != "" {
		why = errors.New(m.Why) // only the text: what made a mint fail is no answer to the call that waited for it
	}
	return fmt.Errorf("%w (at %s). Nothing is minted until somebody has looked: Auth.Revoke deletes that key "+
		"with a client that has an ADMIN key of the wallet's account. If that finds none, Auth.Forget goes on",
		&signer.LostKeyError{Description: m.Description, Answer: m.Answer.Secret, Err: why}, m.Since.Format(time.RFC3339))
}

// repeated is the error about a refusal that another process was given, of the kind that it had there.
func (r *refusal) repeated() error {
	err := fmt.Errorf("none is minted before %s, because of the last answer: %s", r.Until.Format(time.RFC3339), r.Why)
	for _, kind := range []error{
		signer.ErrInvalidAddress, signer.ErrTokenExpired, signer.ErrTokenInvalid, signer.ErrSignatureMismatch, signer.ErrVerifyUnavailable, signer.ErrNoStake,
	} {
		if strings.Contains(r.Why, kind.Error()) {
			return fmt.Errorf("%w: %w", kind, err)
		}
	}
	return err
}
