// Errors: every shape that the service gives them, on whatever route.

package reading

// saysError reports whether a value is an error whatever its status: one with a text or an object under error, and nothing
// that a result has.
func saysError(v any) bool {
	o, _ := v.(map[string]any)
	switch e := o["error"].(type) {
	case string:
		return e != "" && o["object"] == nil && o["id"] == nil && o["jsonrpc"] == nil
	case map[string]any:
		return len(e) > 0 && o["object"] == nil && o["id"] == nil && o["jsonrpc"] == nil
	}
	return false
}

// failure walks the body of an answer with an error's status. The shapes vary by what refused the request and not by its
// route, so the described one of the route is only one of them. Offers to pay are held to theirs, since clients pay by them:
// one that lacks something is refused, one of another type is misread.
func (w *walker) failure(v any, described *node) {
	if o, isObject := v.(map[string]any); isObject && o["x402Version"] != nil && described != nil {
		if n := described.offers(); n != nil && o["accepts"] != nil {
			w.loose = true
			w.in(step{name: "accepts"}, o["accepts"], n, true)
		}
		return
	}
	if !isFailure(v) {
		w.note(Drift, "no error of a described shape")
	}
}

// offers is the node of the offers in a described error, or nil.
func (n *node) offers() *node {
	if n.members["accepts"] != nil {
		return n.members["accepts"]
	}
	for _, u := range n.unions {
		for _, form := range u.forms {
			if o := form.offers(); o != nil {
				return o
			}
		}
	}
	return nil
}

// isFailure reports whether a body says what went wrong: as text, as an object or as a list of them, under the names that
// the service and what stands before it use.
func isFailure(v any) bool {
	switch v := v.(type) {
	case string:
		return v != ""
	case []any:
		return len(v) > 0 && isFailure(v[0])
	case map[string]any:
		for _, name := range []string{"error", "detail", "message", "errors", "msg", "code"} {
			if said, is := v[name]; is && (isFailure(said) || name == "error" && said == nil) {
				return true
			}
		}
	}
	return false
}
