// Tests that the description, the table of operations and the methods belong together.

package venice_test

import (
	"strings"
	"testing"

	"github.com/venice-go/venice"
)

func TestDescription(t *testing.T) {
	text := string(venice.Description())
	if !strings.HasPrefix(text, "openapi:") && !strings.Contains(text, "\nopenapi:") {
		t.Fatalf("no OpenAPI document: %.80q", text)
	}
	for _, op := range venice.Operations() {
		if !strings.Contains(text, "\n  "+op.Path+":") {
			t.Errorf("the description lacks %s of %s", op.Path, op.Name)
		}
	}
	clear(venice.Description())
	if string(venice.Description()) != text {
		t.Error("a change of the copy changed the description")
	}
}
