// Key: an API key fresh from the mint, dug out of whatever answer carried it.

package signer

import (
	"regexp"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// A Key is an API key that was just minted. The service shows it this once: store what APIKey.Reveal() returns, for
// instance in the environment variable VENICE_API_KEY.
type Key struct {
	APIKey      Secret
	ID          string // by which the service lists and deletes the key; "" if the answer lacked it
	Type        string // INFERENCE or ADMIN, as the service answered; "" if the answer lacked it
	Description string // as sent: the caller's text and an id that no other key has
	ExpiresAt   string // as the service answered; "" for never, or if the answer lacked it
}

// String returns the key's id and description.
func (k Key) String() string { return "API key " + k.ID + " (" + k.Description + ")" }

// anyKey finds a key in a text of any shape, by the beginnings that the service's keys have.
var anyKey = regexp.MustCompile(`VENICE_(?:INFERENCE|ADMIN)_KEY_[A-Za-z0-9_-]+`)

// readKey takes the key out of a mint answer, or returns nil if there is none. Each member is read for itself, so that
// one of an unexpected type does not cost the key. found is false if the key was not where it belongs.
func readKey(answer []byte, description string) (key *Key, found bool) {
	var body struct {
		Data map[string]jsontext.Value `json:"data"`
	}
	err := json.Unmarshal(answer, &body, jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	text := func(name string) (s string) {
		_ = json.Unmarshal(body.Data[name], &s)
		return s
	}
	secret := text("apiKey")
	found = err == nil && secret != ""
	if secret == "" {
		secret = string(anyKey.Find(answer))
	}
	if secret == "" {
		return nil, false
	}
	return &Key{NewSecret(secret), text("id"), text("apiKeyType"), description, text("expiresAt")}, found
}
