// An API key: what the fake keeps of it, and its forms in answers.

package venicetest

import (
	"maps"
	"sync"
	"time"
	"unicode/utf16"
)

const (
	adminKey     = "ADMIN"
	inferenceKey = "INFERENCE"

	wireTime       = "2006-01-02T15:04:05.000Z"
	maxDescription = 64 // UTF-16 units, as the service counts
)

type key struct {
	id, secret, kind, owner string
	description, period     string
	privacy                 string         // of the models that it may use
	limits                  map[string]any // usd, diem, vcu: a number, or nil for no limit
	created, expires, used  time.Time      // expires and used are zero for never
	minute                  time.Time      // in which calls of models were counted last
	calls                   int
}

// AdminKey returns a new key of type ADMIN, for tests in which no wallet has to mint one. All keys made this way and by
// [Handler.InferenceKey] belong to one account.
func (h *Handler) AdminKey() string { return h.ownKey(adminKey) }

// InferenceKey returns a new key of type INFERENCE, which may call models but not manage keys.
func (h *Handler) InferenceKey() string { return h.ownKey(inferenceKey) }

func (h *Handler) ownKey(kind string) string {
	h.mu.Lock()
	defer h.mu.Unlock()
	k, _ := h.newKey("venicetest", "Test key", map[string]any{"apiKeyType": kind}) // nothing here can be refused
	return k.secret
}

// newKey stores a key with the settings of body, or returns why the service would not.
func (h *Handler) newKey(owner, description string, body map[string]any) (*key, *answer) {
	kind, _ := body["apiKeyType"].(string)
	k := &key{
		kind: kind, owner: owner, description: description, period: "EPOCH", privacy: "ALL", created: h.now(),
		limits: map[string]any{"usd": nil, "diem": nil, "vcu": nil},
	}
	if refusal := k.set(body); refusal != nil {
		return nil, refusal
	}
	k.id = h.uuid()
	k.secret = "VENICE_" + kind + "_KEY_" + h.randomHex(22)
	h.keys = append(h.keys, k)
	return k, nil
}

// set changes the settings that body names, all or none.
func (k *key) set(body map[string]any) *answer {
	next := *k
	if d, given := body["description"].(string); given {
		if len(utf16.Encode([]rune(d))) > maxDescription {
			return new(invalid([]string{"description"}, "maximum string length is 64"))
		}
		next.description = d
	}
	if e, given := body["expiresAt"]; given {
		text, _ := e.(string)
		at, err := parseExpiry(text)
		if err != nil {
			return new(invalid([]string{"expiresAt"}, "Invalid date"))
		}
		next.expires = at
	}
	if limits, given := body["consumptionLimit"].(map[string]any); given {
		next.limits = maps.Clone(k.limits)
		maps.Copy(next.limits, limits)
	}
	if p, given := body["limitPeriod"].(string); given {
		next.period = p
	}
	if p, given := body["modelPrivacy"].(string); given {
		next.privacy = p
	}
	*k = next
	return nil
}

// parseExpiry reads the date and time forms of the description; a date alone is its first moment, UTC.
func parseExpiry(text string) (time.Time, error) {
	switch len(text) {
	case 0:
		return time.Time{}, nil
	case len(time.DateOnly):
		return time.Parse(time.DateOnly, text)
	}
	return time.Parse(time.RFC3339, text)
}

func (k *key) alive(now time.Time) bool { return k.expires.IsZero() || now.Before(k.expires) }

// secretView is the one answer that shows the key.
func (k *key) secretView() map[string]any {
	return k.withPrivacy(map[string]any{
		"id": k.id, "apiKey": k.secret, "apiKeyType": k.kind, "description": k.description,
		"expiresAt": timestamp(k.expires), "consumptionLimit": k.limits, "limitPeriod": k.period,
	})
}

// view is the key without its secret.
func (k *key) view() map[string]any {
	return k.withPrivacy(map[string]any{
		"id": k.id, "last6Chars": k.secret[len(k.secret)-6:], "apiKeyType": k.kind, "description": k.description,
		"createdAt": timestamp(k.created), "expiresAt": timestamp(k.expires), "lastUsedAt": timestamp(k.used),
		"consumptionLimits": k.limits, "limitPeriod": k.period,
	})
}

// keysHavePrivacy reports whether the description knows the privacy of keys, which came in the summer of 2026.
var keysHavePrivacy = sync.OnceValue(func() bool {
	_, route := description().find("POST /api_keys")
	return route != nil && property(route.Operation.RequestBody.Value.Content.Get("application/json").Schema.Value, "modelPrivacy") != nil
})

func (k *key) withPrivacy(view map[string]any) map[string]any {
	if keysHavePrivacy() {
		view["modelPrivacy"] = k.privacy
	}
	return view
}

// timestamp is a time as the service writes it, or null.
func timestamp(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.UTC().Format(wireTime)
}
