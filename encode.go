// Encoding: from a call to the HTTP requests that carry it.

package venice

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"reflect"
	"strings"

	"github.com/oapi-codegen/runtime"

	"github.com/venice-go/venice/gen"
)

// A message is what a call sends. It is encoded once, and each attempt makes a request of it.
type message struct {
	method, address string
	header          http.Header // not to be changed
	data            []byte      // the body as JSON, if it is that
	form            *form       // the body as an upload, if it is that
}

func (d *doer) encode(ctx context.Context, c *gen.Call, s settings) (*message, error) {
	path, err := encodePath(c.Operation.Path, c.Path)
	if err != nil {
		return nil, err
	}
	query, err := encodeQuery(c.Query)
	if err != nil {
		return nil, err
	}
	m := &message{method: c.Operation.Method, address: d.base + path, header: make(http.Header, 8)}
	if query != "" {
		m.address += "?" + query
	}
	maps.Copy(m.header, s.header)
	maps.Copy(m.header, c.Header)
	if m.header.Get("User-Agent") == "" {
		m.header.Set("User-Agent", d.userAgent)
	}
	if c.Accept != "" {
		m.header.Set("Accept", c.Accept)
	}
	if idempotent(c.Operation) && m.header.Get("Idempotency-Key") == "" {
		m.header.Set("Idempotency-Key", rand.Text())
	}
	return m, m.encodeBody(ctx, c)
}

// idempotent reports whether the service does a request once that comes twice with the same Idempotency-Key.
func idempotent(op *gen.Operation) bool {
	return op.Method == http.MethodPost && strings.HasPrefix(op.Path, "/crypto/rpc/")
}

func (m *message) encodeBody(ctx context.Context, c *gen.Call) (err error) {
	if v := reflect.ValueOf(c.Body); !v.IsValid() || v.Kind() == reflect.Pointer && v.IsNil() {
		return nil
	}
	if c.ContentType == "multipart/form-data" {
		if m.form, err = encodeMultipart(ctx, c.Body); err == nil {
			m.header.Set("Content-Type", m.form.writer.FormDataContentType())
		}
		return err
	}
	if m.data, err = marshal(c.Body); err != nil {
		return fmt.Errorf("request body: %w", err)
	}
	m.header.Set("Content-Type", "application/json")
	return nil
}

// request returns the message as a request of its own: Auth changes its headers, and reading its body uses it up.
func (m *message) request(ctx context.Context) (*http.Request, error) {
	var body io.Reader
	switch {
	case m.form != nil:
		body = m.form.open()
	case m.data != nil:
		body = bytes.NewReader(m.data)
	}
	req, err := http.NewRequestWithContext(ctx, m.method, m.address, body)
	if err != nil {
		return nil, errors.New("the base URL and the path make no valid address")
	}
	maps.Copy(req.Header, m.header)
	return req, nil
}

// encodePath refuses what would make the path of another operation: nothing, and the dots that servers resolve.
func encodePath(template string, params []gen.Param) (string, error) {
	path := template
	for _, p := range params {
		text, err := encodeParam(p, runtime.ParamLocationPath)
		if err != nil {
			return "", err
		}
		if text == "" || text == "." || text == ".." {
			return "", fmt.Errorf("path parameter %s: want a value, got %q", p.Name, text)
		}
		path = strings.ReplaceAll(path, "{"+p.Name+"}", text)
	}
	if strings.Contains(path, "{") {
		return "", fmt.Errorf("a path parameter of %s has no value", template)
	}
	return path, nil
}

func encodeQuery(params []gen.Param) (string, error) {
	var parts []string
	for _, p := range params {
		text, err := encodeParam(p, runtime.ParamLocationQuery)
		if err != nil {
			return "", err
		}
		if text != "" {
			parts = append(parts, text)
		}
	}
	return strings.Join(parts, "&"), nil
}

// encodeParam returns "value" for a path and "name=value", once per element of a list, for a query, both escaped; and
// "" for what is to be left out.
func encodeParam(p gen.Param, where runtime.ParamLocation) (string, error) {
	v := reflect.ValueOf(p.Value)
	for v.Kind() == reflect.Pointer {
		v = v.Elem()
	}
	if !v.IsValid() || v.Kind() == reflect.Slice && v.Len() == 0 {
		return "", nil
	}
	style, explode := "form", true
	if where == runtime.ParamLocationPath {
		style, explode = "simple", false
	}
	text, err := runtime.StyleParamWithOptions(style, explode, p.Name, v.Interface(), runtime.StyleParamOptions{ParamLocation: where})
	if err != nil {
		return "", fmt.Errorf("parameter %s: %w", p.Name, err)
	}
	return text, nil
}
