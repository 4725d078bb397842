// A multipart body as the JSON value that the description has for it.

package venicetest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

const multipartForm = "multipart/form-data"

// readForm makes an object of the parts. The decoder of kin-openapi knows neither the unions and compositions nor the
// media types of files that stand in the description's forms.
func (r *request) readForm(schema *openapi3.Schema) (map[string]any, error) {
	_, params, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil {
		return nil, err
	}
	values := map[string][]string{}
	for parts := multipart.NewReader(bytes.NewReader(r.raw), params["boundary"]); ; {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		text, err := io.ReadAll(part)
		if err != nil {
			return nil, err
		}
		if part.FormName() == "" {
			return nil, errors.New("a part has no name")
		}
		values[part.FormName()] = append(values[part.FormName()], string(text))
	}
	form := map[string]any{}
	for name, texts := range values {
		property := property(schema, name)
		switch list := types(property)["array"]; {
		case list && !(len(texts) == 1 && strings.HasPrefix(texts[0], "[")):
			form[name] = formList(property, texts)
		case len(texts) > 1:
			return nil, fmt.Errorf("the part %q comes more than once", name)
		default:
			form[name] = formValue(property, texts[0])
		}
	}
	return form, nil
}

// formList is a list of parts of one name.
func formList(schema *openapi3.Schema, texts []string) []any {
	var items *openapi3.Schema
	if schema.Items != nil {
		items = schema.Items.Value
	}
	list := []any{}
	for _, text := range texts {
		list = append(list, formValue(items, text))
	}
	return list
}

// formValue reads a part as JSON, unless its schema knows no JSON but text. What is no JSON is text too.
func formValue(schema *openapi3.Schema, text string) any {
	var v any
	if types(schema)["string"] || json.Unmarshal([]byte(text), &v) != nil {
		return text
	}
	return v
}

// types are those that a value of the schema may have.
func types(schema *openapi3.Schema) map[string]bool {
	all := map[string]bool{}
	if schema == nil {
		return all
	}
	for _, t := range schema.Type.Slice() {
		all[t] = true
	}
	for _, refs := range []openapi3.SchemaRefs{schema.AllOf, schema.AnyOf, schema.OneOf} {
		for _, ref := range refs {
			for t := range types(ref.Value) {
				all[t] = true
			}
		}
	}
	return all
}

// property returns the schema of a field, or nil.
func property(schema *openapi3.Schema, name string) *openapi3.Schema {
	if ref := schema.Properties[name]; ref != nil {
		return ref.Value
	}
	for _, part := range schema.AllOf {
		if found := property(part.Value, name); found != nil {
			return found
		}
	}
	return nil
}
