// Tests of routes that no description has.

package venicetest_test

import (
	"io"
	"net/http"
	"testing"

	"github.com/venice-go/venice/tests/venicetest"
)

func TestUnlisted(t *testing.T) {
	srv := venicetest.NewServer(t)
	srv.Unlisted("POST /files/{name}", func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		w.WriteHeader(http.StatusCreated)
		_, _ = io.WriteString(w, `{"name":"`+r.PathValue("name")+`","size":`+string(body)+`}`)
	})
	var seen string
	srv.OnRequest(func(operation string, _ *http.Request, body []byte) { seen = operation + " " + string(body) })
	caller{t, srv, srv.InferenceKey()}.do("POST", "/files/a", 7).want(t, 201, `{"name":"a","size":7}`)
	if seen != "POST /files/{name} 7" {
		t.Errorf("seen %q", seen)
	}
	caller{t, srv, "nonsense"}.do("POST", "/files/a", 7).want(t, 401, "Authentication failed")
	caller{t: t, srv: srv}.do("POST", "/files/a", 7).want(t, 402, "accepts")
	caller{t, srv, srv.InferenceKey()}.do("GET", "/files/a", nil).want(t, 404, "")
	for _, operation := range []string{"POST", "POST files", "GET /models"} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%q is taken", operation)
				}
			}()
			srv.Unlisted(operation, nil)
		}()
	}
}
