package main

// Secrets: fields that print and log as a placeholder, and the types that hold them.

import (
	"bytes"
	"go/format"
	"path/filepath"
	"text/template"

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

// writeSecrets prints the type of secrets, and what keeps those who hold one out of logs.
func writeSecrets(here, out string, derived *openapi3.T) error {
	text, err := template.ParseFiles(filepath.Join(here, "templates", "secret.tmpl"))
	if err != nil {
		return err
	}
	b := bytes.NewBufferString(marker)
	if err := text.Execute(b, secretive(derived.Components.Schemas)); err != nil {
		return err
	}
	src, err := format.Source(b.Bytes())
	if err != nil {
		return err
	}
	return replaceFile(filepath.Join(out, "secret.gen.go"), src)
}
