// The log of calls that were refused because they were too many.

package venicetest

import (
	"slices"
	"time"
)

const limitLog = 50 // entries that the service shows

// limited is one such call of a key.
type limited struct {
	owner, key, model, kind string
	at                      time.Time
}

// noteLimit enters a refusal for a limit of this type, "" for none. Only calls of keys are logged.
func (h *Handler) noteLimit(r *request, kind string) {
	if kind == "" {
		return
	}
	if k := h.presented(r); k != nil {
		h.limited = append(h.limited, limited{k.owner, k.id, r.text("model"), kind, h.now()})
	}
}

// rateLimitLog lists those of the account, the newest first.
func (h *Handler) rateLimitLog(r *request) answer {
	data := []any{}
	for _, l := range slices.Backward(h.limited) {
		if l.owner == r.key.owner && len(data) < limitLog {
			data = append(data, map[string]any{
				"apiKeyId": l.key, "modelId": l.model, "rateLimitTier": "paid", "rateLimitType": l.kind, "timestamp": timestamp(l.at),
			})
		}
	}
	return ok(map[string]any{"object": "list", "data": data})
}
