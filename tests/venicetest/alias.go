// Members of a chat that the service takes under a second name, which no description has.

package venicetest

import "encoding/json"

// aliases are the second names of members, each with the first.
var aliases = map[string]string{
	"input": "messages", "max_output_tokens": "max_completion_tokens", "promptCacheKey": "prompt_cache_key",
}

// rename gives the members of a chat their first names, so that all else knows one of them.
func (r *request) rename() {
	if r.operation != "POST /chat/completions" {
		return
	}
	var body map[string]json.RawMessage
	if json.Unmarshal(r.raw, &body) != nil {
		return
	}
	changed := false
	move := func(name, first string, value any) {
		delete(body, name)
		changed = true
		if body[first] == nil {
			body[first], _ = json.Marshal(value)
		}
	}
	for name, first := range aliases {
		value, there := body[name]
		var text string
		switch {
		case !there:
		case first == "messages" && json.Unmarshal(value, &text) == nil:
			move(name, first, []any{map[string]any{"role": "user", "content": text}})
		default:
			move(name, first, value)
		}
	}
	var search bool
	if value, there := body["web_search"]; there && json.Unmarshal(value, &search) == nil {
		parameters := map[string]json.RawMessage{}
		_ = json.Unmarshal(body["venice_parameters"], &parameters)
		if search && parameters["enable_web_search"] == nil {
			parameters["enable_web_search"] = json.RawMessage(`"on"`)
		}
		delete(body, "venice_parameters")
		move("web_search", "venice_parameters", parameters)
	}
	if changed {
		raw, _ := json.Marshal(body)
		r.setBody(raw)
	}
}
