// The client seen from outside, on loopback: what it makes of answers, streams, pages, jobs and files.

package client_test

import (
	"github.com/venice-go/venice/gen"
	"github.com/venice-go/venice/internal/clienttest"
)

var (
	serve     = clienttest.Serve
	newClient = clienttest.New
	answer    = clienttest.Answer
	asError   = clienttest.AsError
	wantText  = clienttest.WantText
	noLeak    = clienttest.NoLeak
	allocated = clienttest.Allocated
)

const model = "zai-org-glm-5-1"

// thing is a type of the caller's own.
type thing struct {
	Name string   `json:"name"`
	Tags []string `json:"tags"`
}

// form is one with a file.
type form struct {
	File  gen.File `json:"file"`
	Model string   `json:"model"`
}
