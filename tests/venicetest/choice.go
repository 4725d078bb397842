// Which media type an answer has, where the description leaves a choice.

package venicetest

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// formatFields are the fields of requests that name the format of the answer.
var formatFields = []string{"response_format", "output_format", "format"}

// formatNames are formats that are not called as their media type is.
var formatNames = map[string]string{"mp3": "mpeg", "jpg": "jpeg", "text": "plain"}

// choose picks the media type as the service does: an event stream, or bytes in place of JSON, for a request that asks
// for them; else the format that a field names, what Accept names, the format that is the default, or JSON. Where Accept
// names several and the request none, the service chooses; here, the seed does.
func (r *request) choose(content openapi3.Content, seed uint64) string {
	schema := r.bodySchema()
	if stream, _ := r.body["stream"].(bool); stream && content[eventStream] != nil {
		return eventStream
	}
	types := slices.Sorted(maps.Keys(content))
	types = slices.DeleteFunc(types, func(t string) bool {
		binary, _ := r.body["return_binary"].(bool)
		return t == eventStream ||
			property(schema, "return_binary") != nil && binary == (t == "application/json")
	})
	named := slices.DeleteFunc(slices.Clone(types), func(t string) bool { return !r.accepts(t) })
	for _, field := range formatFields {
		if t := ofFormat(types, r.body[field]); t != "" {
			return t
		}
		if p := property(schema, field); p != nil && r.body[field] == nil {
			if t := ofFormat(types, p.Default); t != "" && (len(named) == 0 || slices.Contains(named, t)) {
				return t
			}
		}
	}
	switch {
	case len(named) > 0:
		return named[seed%uint64(len(named))]
	case slices.Contains(types, "application/json"):
		return "application/json"
	case len(types) > 0:
		return types[0]
	}
	return ""
}

// accepts reports whether Accept names the type, rather than a range that has it.
func (r *request) accepts(contentType string) bool {
	return slices.ContainsFunc(strings.Split(strings.Join(r.Header.Values("Accept"), ","), ","), func(a string) bool {
		a, _, _ = strings.Cut(a, ";")
		return strings.TrimSpace(a) == contentType
	})
}

// ofFormat is the type of the format, or "".
func ofFormat(types []string, format any) string {
	name, _ := format.(string)
	i := slices.IndexFunc(types, func(t string) bool {
		_, subtype, _ := strings.Cut(t, "/")
		return subtype == cmp.Or(formatNames[name], name)
	})
	if i < 0 {
		return ""
	}
	return types[i]
}
