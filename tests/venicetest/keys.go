// The routes that manage keys. An ADMIN key sees the keys of its own account only.

package venicetest

import (
	"net/http"
	"slices"
)

// find returns the key that matches and has not expired, or nil.
func (h *Handler) find(match func(*key) bool) *key {
	now := h.now()
	i := slices.IndexFunc(h.keys, func(k *key) bool { return k.alive(now) && match(k) })
	if i < 0 {
		return nil
	}
	return h.keys[i]
}

func (h *Handler) keyOf(r *request, id string) *key {
	return h.find(func(k *key) bool { return k.id == id && k.owner == r.key.owner })
}

// listKeys answers with the keys that have not expired, newest first.
func (h *Handler) listKeys(r *request) answer {
	data := []any{}
	for _, k := range slices.Backward(h.keys) {
		if k.owner == r.key.owner && k.alive(h.now()) {
			data = append(data, h.usageView(k))
		}
	}
	return ok(map[string]any{"object": "list", "data": data})
}

func (h *Handler) getKey(r *request) answer {
	k := h.keyOf(r, r.PathValue("id"))
	if k == nil {
		return refuse(http.StatusBadRequest, "API key not found")
	}
	return ok(map[string]any{"data": h.usageView(k)})
}

func (h *Handler) createKey(r *request) answer {
	k, refusal := h.newKey(r.key.owner, "", r.body)
	if refusal != nil {
		return *refusal
	}
	return ok(map[string]any{"success": true, "data": k.secretView()})
}

// updateKey changes what the body names and leaves the rest; null takes a limit or the expiry away.
func (h *Handler) updateKey(r *request) answer {
	k := h.keyOf(r, r.text("id"))
	if k == nil {
		return refuse(http.StatusBadRequest, "API key not found or expired")
	}
	if refusal := k.set(r.body); refusal != nil {
		return *refusal
	}
	return ok(map[string]any{"success": true, "data": k.view()})
}

// deleteKey revokes at once; an ADMIN key may revoke itself.
func (h *Handler) deleteKey(r *request) answer {
	k := h.keyOf(r, r.URL.Query().Get("id"))
	if k == nil {
		return refuse(http.StatusBadRequest, "API key could not be found")
	}
	h.keys = slices.DeleteFunc(h.keys, func(other *key) bool { return other == k })
	return ok(map[string]any{"success": true})
}
