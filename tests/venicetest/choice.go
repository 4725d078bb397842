// Which media type an answer has, where the description leaves a choice.

package venicetest

import (
	"github.com/getkin/kin-openapi/openapi3"
)

func (r *request) choose(content openapi3.Content, seed uint64) string { return firstType(content) }
