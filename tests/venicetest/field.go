// Fields of a request's body, with what holds when they are absent.

package venicetest

// integer returns a whole number of the body.
func (r *request) integer(field string, otherwise int) int {
	if x, given := r.body[field].(float64); given {
		return int(x)
	}
	return otherwise
}

// yes returns a switch of the body.
func (r *request) yes(field string, otherwise bool) bool {
	if x, given := r.body[field].(bool); given {
		return x
	}
	return otherwise
}

// texts returns a list of the body, as far as it is one of texts.
func (r *request) texts(field string) (list []string) {
	all, _ := r.body[field].([]any)
	for _, v := range all {
		if text, plain := v.(string); plain {
			list = append(list, text)
		}
	}
	return list
}
