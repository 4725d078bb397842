package main

// Secrets: fields that print and log as a placeholder, and the types that hold them.

import (
	"github.com/getkin/kin-openapi/openapi3"
)

const secretType = "Secret"

// secretive lists the components that hold a secret, at any depth.
func secretive(components openapi3.Schemas) []string {
	holds := map[string]bool{}
	for before := -1; before < len(holds); {
		before = len(holds)
		for name, c := range components {
			for _, p := range c.Value.Properties {
				if holdsSecret(p, holds) {
					holds[name] = true
				}
			}
		}
	}
	return sorted(holds)
}

func holdsSecret(r *openapi3.SchemaRef, known map[string]bool) bool {
	switch {
	case r == nil:
		return false
	case r.Ref != "":
		return known[refName(r)]
	case r.Value.Extensions["x-go-type"] == secretType, holdsSecret(r.Value.Items, known), holdsSecret(r.Value.AdditionalProperties.Schema, known):
		return true
	}
	for _, part := range r.Value.AllOf {
		if holdsSecret(part, known) {
			return true
		}
	}
	return false
}
