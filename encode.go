// Encoding: from a call to the HTTP requests that carry it.

package venice

import (
	"bytes"
	"context"
	"crypto/rand"
	stdjson "encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"reflect"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	jsonv1 "github.com/go-json-experiment/json/v1"
	"github.com/oapi-codegen/runtime"

	"github.com/venice-go/venice/internal/form"
	"github.com/venice-go/venice/internal/loose"
)

// encoding is the step that makes bytes of the request.
type encoding struct{ base string }

func (e encoding) do(x *exchange, rest steps) error {
	if x.wrong != nil {
		return x.wrong
	}
	op, m := x.call.op, &x.message
	path, err := encodePath(op.Path, x.call.path)
	if err != nil {
		return err
	}
	query, err := encodeQuery(x.call.query, x.settings.query)
	if err != nil {
		return err
	}
	m.path = path
	if m.address = e.base + path; query != "" {
		m.address += "?" + query
	}
	if idempotent(op) {
		m.key = rand.Text()
	}
	if err := m.encodeBody(x.ctx, &x.call, &x.settings); err != nil {
		return err
	}
	return rest.run(x)
}

// idempotent reports whether the service does a request once that comes twice with the same Idempotency-Key.
func idempotent(op *Operation) bool {
	return op.Method == http.MethodPost && strings.HasPrefix(op.Path, "/crypto/rpc/")
}

// Version 2 of Go's codec: an empty list that is required goes out as [] and not as null, and answers decode in about
// half the time that version 1 takes.
var plainJSON = json.Deterministic(true)

// For types of the caller's own, which are made for encoding/json: a field without a tag fits a name in any case, and
// omitempty leaves out a zero.
var (
	encodingOwn = json.JoinOptions(plainJSON, jsonv1.OmitEmptyWithLegacySemantics(true), json.WithMarshalers(json.MarshalToFunc(marshalNumber)))
	decodingOwn = json.JoinOptions(loose.Decoding, json.MatchCaseInsensitiveNames(true))
)

// marshalNumber has a number of encoding/json go out as a number, and not as the text that it is in Go.
func marshalNumber(e *jsontext.Encoder, n stdjson.Number) error {
	return jsonv1.Number(n).MarshalJSONTo(e)
}

func (m *message) encodeBody(ctx context.Context, c *call, s *settings) (err error) {
	edits, options := s.edits, plainJSON
	if c.own {
		options = encodingOwn
	}
	if c.contentType == "" && len(edits) > 0 {
		return edits[0].Wrap(errors.New("the request has no body"))
	}
	v := reflect.ValueOf(c.body)
	if none := !v.IsValid() || v.Kind() == reflect.Pointer && v.IsNil(); !none && c.contentType == "multipart/form-data" {
		if m.form, err = form.Encode(ctx, c.body, edits); err == nil {
			m.contentType = m.form.ContentType()
		}
		return err
	} else if !none {
		if m.data, err = json.Marshal(c.body, options); err != nil {
			return fmt.Errorf("request body: %w", err)
		}
	}
	for _, e := range edits {
		if m.data, err = e.Apply(m.data); err != nil {
			return err
		}
	}
	if m.data != nil {
		m.contentType = "application/json"
	}
	return nil
}

// plain is what guards see of a body.
func (m *message) plain() []byte {
	if m.form != nil {
		return m.form.Plain()
	}
	return m.data
}

// requesting is the step that makes an HTTP request of the message, anew for each attempt: later steps change its headers,
// and sending it uses up its body.
type requesting struct{ userAgent string }

func (r requesting) do(x *exchange, rest steps) (err error) {
	var body io.Reader
	switch m := &x.message; {
	case m.form != nil:
		body = m.form.Open()
	case m.data != nil:
		body = bytes.NewReader(m.data)
	}
	if x.req, err = http.NewRequestWithContext(x.trial, x.call.op.Method, x.message.address, body); err != nil {
		return errors.New("the base URL and the path make no valid address")
	}
	r.head(x.req.Header, x)
	return rest.run(x)
}

// head fills in all headers but the credentials. Of those that the client sets, options can replace the User-Agent and the
// Idempotency-Key.
func (r requesting) head(h http.Header, x *exchange) {
	maps.Copy(h, x.settings.header)
	values := make([]string, 0, 4) // one allocation for all
	set := func(name, value string) {
		values = append(values, value)
		h[name] = values[len(values)-1 : len(values) : len(values)]
	}
	if h.Get("User-Agent") == "" {
		set("User-Agent", r.userAgent)
	}
	if x.call.accept != "" {
		set("Accept", x.call.accept)
	}
	if x.message.contentType != "" {
		set("Content-Type", x.message.contentType)
	}
	if x.message.key != "" && h.Get("Idempotency-Key") == "" {
		set("Idempotency-Key", x.message.key)
	}
}

// encodePath refuses what would make the path of another operation: nothing, and the dots that servers resolve.
func encodePath(template string, params []param) (string, error) {
	path := template
	for _, p := range params {
		text, err := encodeParam(p.name, p.value, runtime.ParamLocationPath)
		if err != nil {
			return "", err
		}
		if text == "" || text == "." || text == ".." {
			return "", fmt.Errorf("path parameter %s: want a value, got %q", p.name, text)
		}
		path = strings.ReplaceAll(path, "{"+p.name+"}", text)
	}
	if strings.Contains(path, "{") {
		return "", fmt.Errorf("a path parameter of %s has no value", template)
	}
	return path, nil
}

// encodeQuery takes the parameters of a struct by their JSON names, but those that the caller sets by an option.
func encodeQuery(params any, own url.Values) (string, error) {
	var parts []string
	if v := reflect.Indirect(reflect.ValueOf(params)); v.IsValid() {
		for i := range v.NumField() {
			name, _, _ := strings.Cut(v.Type().Field(i).Tag.Get("json"), ",")
			if _, replaced := own[name]; replaced {
				continue
			}
			text, err := encodeParam(name, v.Field(i).Interface(), runtime.ParamLocationQuery)
			if err != nil {
				return "", err
			}
			if text != "" {
				parts = append(parts, text)
			}
		}
	}
	if text := own.Encode(); text != "" {
		parts = append(parts, text)
	}
	return strings.Join(parts, "&"), nil
}

// encodeParam returns "value" for a path and "name=value", once per element of a list, for a query, both escaped; and
// "" for what is to be left out.
func encodeParam(name string, value any, where runtime.ParamLocation) (string, error) {
	v := reflect.ValueOf(value)
	if v.Kind() == reflect.String && v.Len() == 0 && v.Type() != reflect.TypeFor[string]() && where == runtime.ParamLocationQuery {
		return "", nil // a name from a list of names, and none was chosen
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
	text, err := runtime.StyleParamWithOptions(style, explode, name, v.Interface(), runtime.StyleParamOptions{ParamLocation: where})
	if err != nil {
		return "", fmt.Errorf("parameter %s: %w", name, err)
	}
	return text, nil
}
