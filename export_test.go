// What the black-box tests need of the inside.

package venice

import (
	"context"
	"fmt"
	"iter"
	"reflect"
	"time"

	"github.com/venice-go/venice/gen"
)

// A Call is a call that no method makes.
type Call struct {
	Operation   *Operation
	Path        [][2]string
	Query       [][2]any // names and values
	Body        any
	ContentType string
	Accept      string
	Result      any
	Options     []CallOption
}

// A Doer carries out such calls.
type Doer struct{ client *Client }

// DoerOf returns what carries out the calls of c.
func DoerOf(c *Client) Doer { return Doer{c} }

func (c *Call) call() call {
	k := call{op: c.Operation, query: c.params(), body: c.Body, contentType: c.ContentType, accept: c.Accept, result: c.Result}
	for _, p := range c.Path {
		k.path = append(k.path, param{p[0], p[1]})
	}
	return k
}

// params are the struct that a method would take.
func (c *Call) params() any {
	var fields []reflect.StructField
	for i, q := range c.Query {
		typ := reflect.TypeOf(q[1])
		if typ == nil {
			typ = reflect.TypeFor[*string]()
		}
		fields = append(fields, reflect.StructField{Name: fmt.Sprint("F", i), Type: typ, Tag: reflect.StructTag(fmt.Sprintf("json:%q", q[0]))})
	}
	v := reflect.New(reflect.StructOf(fields))
	for i, q := range c.Query {
		if q[1] != nil {
			v.Elem().Field(i).Set(reflect.ValueOf(q[1]))
		}
	}
	return v.Interface()
}

// Do makes a call.
func (d Doer) Do(ctx context.Context, c *Call) (*gen.Media, error) {
	return d.client.fetch(ctx, c.call(), c.Options)
}

// Stream makes a call for an event stream.
func (d Doer) Stream(ctx context.Context, c *Call, next func() any) iter.Seq2[any, error] {
	return func(yield func(any, error) bool) {
		x, err := d.client.send(ctx, c.call(), c.Options)
		if err != nil {
			yield(nil, err)
			return
		}
		d.client.pipe.answer.events(x, next, yield)
	}
}

// SetClock replaces the clock of c and what waits by it. Jitter becomes the whole of what it may be.
func SetClock(c *Client, now func() time.Time, sleep func(context.Context, time.Duration) error) {
	config := c.pipe.config
	config.clockwork = clockwork{now, sleep, func(most time.Duration) time.Duration { return most }}
	c.pipe, _ = newPipeline(config, c) // as it was made before
}
