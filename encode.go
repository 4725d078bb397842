// Encoding: from a call to the HTTP request that carries it.

package venice

import (
	"bytes"
	"context"
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

func (d *doer) encode(ctx context.Context, c *gen.Call, s settings) (*http.Request, error) {
	path, err := encodePath(c.Operation.Path, c.Path)
	if err != nil {
		return nil, err
	}
	query, err := encodeQuery(c.Query)
	if err != nil {
		return nil, err
	}
	body, contentType, err := encodeBody(ctx, c)
	if err != nil {
		return nil, err
	}
	address := d.base + path
	if query != "" {
		address += "?" + query
	}
	req, err := http.NewRequestWithContext(ctx, c.Operation.Method, address, body)
	if err != nil {
		return nil, errors.New("the base URL and the path make no valid address")
	}
	maps.Copy(req.Header, s.header)
	maps.Copy(req.Header, c.Header)
	if req.Header.Get("User-Agent") == "" {
		req.Header.Set("User-Agent", d.userAgent)
	}
	if c.Accept != "" {
		req.Header.Set("Accept", c.Accept)
	}
	if contentType != "" {
		req.Header.Set("Content-Type", contentType)
	}
	return req, nil
}

// encodeBody returns a reader that net/http can rewind for JSON, and one that can be read once for uploads.
func encodeBody(ctx context.Context, c *gen.Call) (io.Reader, string, error) {
	if v := reflect.ValueOf(c.Body); !v.IsValid() || v.Kind() == reflect.Pointer && v.IsNil() {
		return nil, "", nil
	}
	if c.ContentType == "multipart/form-data" {
		return encodeMultipart(ctx, c.Body)
	}
	data, err := marshal(c.Body)
	if err != nil {
		return nil, "", fmt.Errorf("request body: %w", err)
	}
	return bytes.NewReader(data), "application/json", nil
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
