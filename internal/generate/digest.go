package main

// Digests: which schemas are the same.

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/getkin/kin-openapi/openapi3"
)

// digestOf is the same for schemas that accept the same JSON in the same words, whatever is said about them and
// whether or not they may be null at their place.
func digestOf(s *openapi3.Schema) string {
	core := *s
	core.Nullable, core.Default, core.Deprecated, core.Extensions = false, nil, false, withoutOurs(s.Extensions)
	return digestWith(&core)
}

// digestWith tells those apart too.
func digestWith(s *openapi3.Schema) string {
	b, err := json.Marshal(bare(s, 0))
	if err != nil {
		panic(err) // values came from YAML: they encode
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:4])
}

// bare is a schema without words, as a value to encode.
func bare(s *openapi3.Schema, depth int) map[string]any {
	c := *s
	c.Title, c.Description, c.Example = "", "", nil
	c.Properties, c.Items, c.AnyOf, c.OneOf, c.AllOf = nil, nil, nil, nil, nil
	c.AdditionalProperties.Schema = nil
	c.Required = slices.Sorted(slices.Values(s.Required))
	m := map[string]any{"own": &c}
	sub := func(key string, r *openapi3.SchemaRef) {
		switch {
		case r == nil:
		case r.Ref != "":
			m[key] = r.Ref
		case depth < 64:
			m[key] = bare(r.Value, depth+1)
		}
	}
	for k, p := range s.Properties {
		sub("."+k, p)
	}
	sub("[]", s.Items)
	sub("{}", s.AdditionalProperties.Schema)
	for i, ms := range []openapi3.SchemaRefs{s.AnyOf, s.OneOf, s.AllOf} {
		for j, x := range ms {
			sub(fmt.Sprintf("%d|%d", i, j), x)
		}
	}
	return m
}
