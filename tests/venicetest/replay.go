// Replay: answers that were recorded, given again.

package venicetest

import (
	"errors"
	"fmt"
	"io/fs"
	"net/http"

	"github.com/venice-go/venice/tests/internal/recording"
)

// Replay pins the answers that package tests/contract recorded in a folder (contract.WithRecording), such as
// os.DirFS("testdata/recorded"): each operation gives its own in the order in which they came, and the last one again and
// again, as with [Handler.Respond]. A file that is none of a recording, that is of no operation here, or that a client
// would misread is an error that names it; then nothing is pinned.
func (h *Handler) Replay(files fs.FS) error {
	list, names, err := recording.Read(files)
	if err != nil {
		return fmt.Errorf("venicetest: Replay: %w", err)
	}
	if len(list) == 0 {
		return errors.New("venicetest: Replay: no recordings there: want files that end in .json")
	}
	answers := map[string][]Answer{}
	for i, f := range list {
		operation, route := h.contract.find(f.Operation)
		if route == nil || f.Status < 200 || f.Status > 599 {
			return fmt.Errorf("venicetest: Replay: %s: no recording of an operation that is described: %q, status %d", names[i], f.Operation, f.Status)
		}
		a := Answer{Status: f.Status, ContentType: f.ContentType, Body: f.Body(), Header: http.Header{}, Unchecked: true} // it is checked here
		for name, value := range f.Header {
			a.Header.Set(name, value)
		}
		if err := checkPinned(operation, answer{status: f.Status, raw: a.Body}, http.Header{"Content-Type": {f.ContentType}}); err != nil {
			return fmt.Errorf("venicetest: Replay: %s: %w", names[i], err)
		}
		answers[operation] = append(answers[operation], a)
	}
	for operation, list := range answers {
		h.Respond(operation, list...)
	}
	return nil
}
