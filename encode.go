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
	"net/url"
	"reflect"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/oapi-codegen/runtime"

	"github.com/venice-go/venice/gen"
)

// A message is what a call sends. It is encoded once, and each attempt makes a request of it.
type message struct {
	address     string
	contentType string // of the body; "" if there is none
	key         string // to do it once by, if the service can
	data        []byte // the body as JSON, if it is that
	form        *form  // the body as an upload, if it is that
}

func (x *exchange) encode() error {
	op := x.call.Operation
	path, err := encodePath(op.Path, x.call.Path)
	if err != nil {
		return err
	}
	query, err := encodeQuery(x.call.Query, x.settings.query)
	if err != nil {
		return err
	}
	x.message.address = x.base + path
	if query != "" {
		x.message.address += "?" + query
	}
	if idempotent(op) {
		x.message.key = rand.Text()
	}
	return x.message.encodeBody(x.ctx, x.call, &x.settings)
}

// idempotent reports whether the service does a request once that comes twice with the same Idempotency-Key.
func idempotent(op *gen.Operation) bool {
	return op.Method == http.MethodPost && strings.HasPrefix(op.Path, "/crypto/rpc/")
}

func (m *message) encodeBody(ctx context.Context, c *gen.Call, s *settings) (err error) {
	edits, options := s.edits, encoding
	if s.own {
		options = encodingOwn
	}
	if c.ContentType == "" && len(edits) > 0 {
		return edits[0].wrap(errors.New("the request has no body"))
	}
	v := reflect.ValueOf(c.Body)
	if none := !v.IsValid() || v.Kind() == reflect.Pointer && v.IsNil(); !none && c.ContentType == "multipart/form-data" {
		if m.form, err = encodeMultipart(ctx, c.Body, edits); err == nil {
			m.contentType = m.form.writer.FormDataContentType()
		}
		return err
	} else if !none {
		if m.data, err = json.Marshal(c.Body, options); err != nil {
			return fmt.Errorf("request body: %w", err)
		}
	}
	for _, e := range edits {
		if m.data, err = e.apply(m.data); err != nil {
			return err
		}
	}
	if m.data != nil {
		m.contentType = "application/json"
	}
	return nil
}

// request returns the message as a request of its own: Auth changes its headers, and reading its body uses it up.
func (x *exchange) request() (*http.Request, error) {
	var body io.Reader
	switch m := &x.message; {
	case m.form != nil:
		body = m.form.open()
	case m.data != nil:
		body = bytes.NewReader(m.data)
	}
	req, err := http.NewRequestWithContext(x.trial, x.call.Operation.Method, x.message.address, body)
	if err != nil {
		return nil, errors.New("the base URL and the path make no valid address")
	}
	x.head(req.Header)
	return req, nil
}

// head fills in all headers but the credentials. Those of the options may replace the user agent and the key only.
func (x *exchange) head(h http.Header) {
	maps.Copy(h, x.settings.header)
	maps.Copy(h, x.call.Header)
	values := make([]string, 0, 4) // one allocation for all
	set := func(name, value string) {
		values = append(values, value)
		h[name] = values[len(values)-1 : len(values) : len(values)]
	}
	if h.Get("User-Agent") == "" {
		set("User-Agent", x.userAgent)
	}
	if x.call.Accept != "" {
		set("Accept", x.call.Accept)
	}
	if x.message.contentType != "" {
		set("Content-Type", x.message.contentType)
	}
	if x.message.key != "" && h.Get("Idempotency-Key") == "" {
		set("Idempotency-Key", x.message.key)
	}
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

func encodeQuery(params []gen.Param, own url.Values) (string, error) {
	var parts []string
	for _, p := range params {
		if _, replaced := own[p.Name]; replaced {
			continue
		}
		text, err := encodeParam(p, runtime.ParamLocationQuery)
		if err != nil {
			return "", err
		}
		if text != "" {
			parts = append(parts, text)
		}
	}
	if text := own.Encode(); text != "" {
		parts = append(parts, text)
	}
	return strings.Join(parts, "&"), nil
}

// encodeParam returns "value" for a path and "name=value", once per element of a list, for a query, both escaped; and
// "" for what is to be left out.
func encodeParam(p gen.Param, where runtime.ParamLocation) (string, error) {
	v := reflect.ValueOf(p.Value)
	if v.Kind() == reflect.String && v.Len() == 0 && v.Type() != reflect.TypeFor[string]() && where == runtime.ParamLocationQuery {
		return "", nil // of names to choose from none was chosen
	}
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
