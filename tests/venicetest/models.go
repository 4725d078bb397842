// The routes that list models, and finding the one that a request names.

package venicetest

import (
	"fmt"
	"net/http"

	"github.com/venice-go/venice/tests/venicetest/internal/catalog"
)

// modelType is the type that the query asks for; text if it does not say.
func modelType(r *request) string {
	if t := r.URL.Query().Get("type"); t != "" {
		return t
	}
	return "text"
}

// listModels answers with the models of a type, as far as the caller's key may use them. "all" and "code" are no types,
// but can be asked for.
func (h *Handler) listModels(r *request) answer {
	kind, data, k := modelType(r), []any{}, h.presented(r)
	for _, m := range catalog.All() {
		if (kind == "all" || kind == m.Kind || kind == "code" && m.Code()) && (k == nil || k.mayUse(m)) {
			data = append(data, m.View())
		}
	}
	return ok(h.contract.trim(r, map[string]any{"object": "list", "type": kind, "data": data}))
}

// modelTraits answers with the model behind each trait.
func (h *Handler) modelTraits(r *request) answer {
	return modelNames(r, func(m *catalog.Model) []string { return m.Traits })
}

// modelAliases answers with the model behind names that other services use.
func (h *Handler) modelAliases(r *request) answer {
	return modelNames(r, func(m *catalog.Model) []string { return m.Aliases })
}

func modelNames(r *request, names func(*catalog.Model) []string) answer {
	kind, data := modelType(r), map[string]any{}
	for _, m := range catalog.All() {
		for _, name := range names(m) {
			if m.Kind == kind {
				data[name] = m.ID
			}
		}
	}
	return ok(map[string]any{"object": "list", "type": kind, "data": data})
}

// modelOf returns the model of one of the kinds that the request names, by id, trait or foreign name, or why there is
// none that the caller may use.
func (h *Handler) modelOf(r *request, kinds ...string) (*catalog.Model, *answer) {
	return h.modelNamed(r, r.text("model"), kinds...)
}

func (h *Handler) modelNamed(r *request, name string, kinds ...string) (*catalog.Model, *answer) {
	no := func(status int, format string, a ...any) (*catalog.Model, *answer) {
		refusal := refuse(status, fmt.Sprintf(format, a...))
		refusal.outside = true // only some operations have the status described
		return nil, &refusal
	}
	m := catalog.Find(name, kinds...)
	switch {
	case name == "":
		return no(http.StatusBadRequest, "model is required")
	case m == nil && catalog.Retired[name] != "":
		return no(http.StatusNotFound, "Model %s has been deprecated. Please use %s instead.", name, catalog.Retired[name])
	case m == nil:
		hint := ""
		if id := catalog.Like(name, kinds...); id != "" {
			hint = ". Did you mean " + id + "?"
		}
		return no(http.StatusNotFound, "Specified model not found: %s%s", name, hint)
	case r.key != nil && !r.key.mayUse(m):
		return no(http.StatusForbidden, "This API key is set to '%s', but `%s` is an Anonymous model. Use another model or another key.",
			r.key.privacy, m.ID)
	}
	return m, nil
}

// modelHeaders are those of an answer of the model.
func modelHeaders(m *catalog.Model) http.Header {
	header := http.Header{}
	set := func(name, value string) { header[http.CanonicalHeaderKey(name)] = []string{value} }
	set("x-venice-model-id", m.ID)
	set("x-venice-model-name", m.Name)
	if d := m.Deprecation; d != nil {
		set("x-venice-model-deprecation-date", d.Removes)
		set("x-venice-model-deprecation-warning", "This model goes at "+d.Removes+". Use "+d.Replacement+" instead.")
	}
	return header
}

// mayUse reports whether the key's privacy allows the model.
func (k *key) mayUse(m *catalog.Model) bool {
	switch k.privacy {
	case "PRIVATE_TEXT":
		return m.Text == nil || m.Privacy != "anonymized"
	case "PRIVATE_ONLY":
		return m.Privacy != "anonymized"
	}
	return true
}
