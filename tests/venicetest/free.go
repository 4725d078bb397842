// Free-form values, and names that nobody expects.

package venicetest

// oddNames are fields that no schema names. None of them may mean something to a client, as "error" does in a stream.
var oddNames = []string{
	"", " ", "zz_new_field", "Zz-New.Field", "a/b~c", "$ref", "__proto__", "\"quoted\"", "línea\nnueva", "😀", "مفتاح", "null", "0",
	"very_long_" + "0123456789012345678901234567890123456789012345678901234567890123456789",
}

// free returns any JSON value but null on the outside, at most depth levels deep.
func (s *sampler) free(depth int) any {
	kinds := 4
	if depth > 0 {
		kinds = 6
	}
	switch s.rand.IntN(kinds) {
	case 0:
		return s.chance(2)
	case 1:
		return s.float(lowest, highest)
	case 2:
		return s.integer(-maxInteger, maxInteger)
	case 3:
		return s.words(0, maxText)
	case 4:
		list := []any{}
		for range s.rand.IntN(4) {
			list = append(list, s.freeOrNull(depth-1))
		}
		return list
	}
	object := map[string]any{}
	for range s.rand.IntN(4) {
		object[pick(s, oddNames)] = s.freeOrNull(depth - 1)
	}
	return object
}

func (s *sampler) freeOrNull(depth int) any {
	if s.chance(6) {
		return nil
	}
	return s.free(depth)
}
