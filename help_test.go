// Helpers: a server on loopback, calls to it, and a check that nothing stays behind.

package venice_test

import (
	"context"

	"github.com/venice-go/venice"
	"github.com/venice-go/venice/gen"
	"github.com/venice-go/venice/internal/clienttest"
)

// What other tests of the client use too.
var (
	serve     = clienttest.Serve
	newClient = clienttest.New
	answer    = clienttest.Answer
	asError   = clienttest.AsError
	wantText  = clienttest.WantText
	noLeak    = clienttest.NoLeak
	allocated = clienttest.Allocated
)

// thing is the request and the answer of the operations below.
type thing struct {
	Name string   `json:"name"`
	Tags []string `json:"tags"`
}

var (
	opGet    = &venice.Operation{Name: "getThing", Method: "GET", Path: "/things", Access: venice.AccessAny, Effect: venice.EffectRead}
	opGetOne = &venice.Operation{Name: "getOneThing", Method: "GET", Path: "/things/{id}/parts/{part}", Access: venice.AccessAny, Effect: venice.EffectRead}
	opPost   = &venice.Operation{Name: "createThing", Method: "POST", Path: "/things", Access: venice.AccessAny, Effect: venice.EffectInfer}
)

func call(op *venice.Operation, body any, options ...venice.CallOption) *venice.Call {
	c := &venice.Call{Operation: op, Body: body, ContentType: "application/json", Accept: "application/json"}
	c.Options = options
	return c
}

// get makes a plain call and returns its result.
func get(ctx context.Context, client *venice.Client, options ...venice.CallOption) (thing, error) {
	var out thing
	c := call(opGet, nil, options...)
	c.Result = &out
	_, err := venice.DoerOf(client).Do(ctx, c)
	return out, err
}

// open makes a call that wants media.
func open(ctx context.Context, client *venice.Client, accept string, options ...venice.CallOption) (*gen.Media, error) {
	c := call(opPost, &thing{}, options...)
	c.Accept = accept
	return venice.DoerOf(client).Do(ctx, c)
}

// collect ranges over a stream to its end.
func collect(ctx context.Context, client *venice.Client, options ...venice.CallOption) (names []string, err error) {
	c := call(opPost, &thing{}, options...)
	c.Accept = "text/event-stream"
	for v, err := range venice.DoerOf(client).Stream(ctx, c, func() any { return new(thing) }) {
		if chunk, came := v.(*thing); came {
			names = append(names, chunk.Name)
		}
		if err != nil {
			return names, err
		}
	}
	return names, nil
}
