// Pinned: what the service was seen to send can be given to a test by the fake, and only that.

package tests

import (
	"cmp"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/go-json-experiment/json"

	"github.com/venice-go/venice/gen"
	"github.com/venice-go/venice/tests/venicetest"
)

// A sighting is an answer that was recorded. Operation is a method's name; errors have none, and may come from any.
type sighting struct {
	ID        string   `json:"id"`
	Name      string   `json:"name"`
	Operation string   `json:"operation"`
	Status    int      `json:"status"`
	Body      gen.JSON `json:"body"`
	Text      string   `json:"body_text"`
}

// sightings are those of testdata, and of the files answers.json and errors.json in the folder that RECORDED_ANSWERS names.
func sightings(t *testing.T) (list []sighting) {
	t.Helper()
	files := []string{"testdata/answers.json"}
	if folder := os.Getenv("RECORDED_ANSWERS"); folder != "" {
		files = append(files, filepath.Join(folder, "answers.json"), filepath.Join(folder, "errors.json"))
	} else {
		t.Log("RECORDED_ANSWERS names no folder of recorded answers: those of testdata alone are pinned")
	}
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		var some []sighting
		if err := json.Unmarshal(text, &some); err != nil {
			t.Fatal(err)
		}
		list = append(list, some...)
	}
	return list
}

// recordedFor is the revision that the recorded answers go with. Another may ask for members that were not there then.
const recordedFor = "20260821.193530"

// Each recorded answer goes through the fake as it is.
func TestPinnedSightings(t *testing.T) {
	for _, s := range sightings(t) {
		name := cmp.Or(s.Operation, "CreateChatCompletion")
		i := slices.IndexFunc(methods(), func(m method) bool { return strings.EqualFold(m.name, name) })
		if i < 0 {
			t.Logf("%s: the description at hand has no %s", cmp.Or(s.ID, s.Name), s.Operation)
			continue
		}
		body := []byte(cmp.Or(s.Text, s.Body.String()))
		later := false
		p := newDirect(t, venicetest.OnViolation(func(err error) {
			later = description().Info.Version != recordedFor && strings.Contains(err.Error(), "is missing")
			t.Logf("%s: %v", cmp.Or(s.ID, s.Name), err)
		}))
		p.Respond(methods()[i].op.Name, venicetest.Answer{Status: s.Status, Body: body})
		newRequest(t, methods()[i], 1).send(t, p.Client)
		if string(p.wire.answer) != string(body) && !later {
			t.Errorf("%s: the fake gave %s", cmp.Or(s.ID, s.Name), short(p.wire.answer))
		}
	}
}

// Every shape of an error that is documented can be pinned, whatever the operation says of its errors.
func TestPinnedErrors(t *testing.T) {
	p := newDirect(t)
	for i := 0; i < len(methods()); i += 5 { // any will do
		m := methods()[i]
		request := newRequest(t, m, 1)
		for _, status := range []int{400, 401, 402, 403, 404, 409, 410, 413, 415, 422, 429, 500, 502, 503, 504} {
			for _, s := range shapes {
				if s.contentType == "" || s.spoil != nil || strings.HasPrefix(s.name, "half") {
					continue
				}
				p.Respond(m.op.Name, venicetest.Answer{Status: status, ContentType: s.contentType, Body: []byte(s.body)})
				request.send(t, p.Client)
				if string(p.wire.answer) != s.body {
					t.Errorf("%s: %d with %s: the fake gave %s", m.name, status, s.name, short(p.wire.answer))
				}
			}
		}
	}
}
