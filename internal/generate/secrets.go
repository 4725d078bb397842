package main

// Secrets: fields that print and log as a placeholder, and the types that hold them.

import (
	"regexp"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

const secretType = "Secret"

var secretName = regexp.MustCompile(`(?i)(key|token|signature|secret|password|passphrase|credential|authorization|bearer|jwt|mnemonic|seed_phrase)s?$|private`)

// secret reports fields that must not be printed: those that the table lists, and texts that are called like one until
// somebody says that they are public.
func (d *deriver) secret(component, key string, t *openapi3.SchemaRef) bool {
	listed := func(names []string) bool {
		return slices.Contains(names, key) || slices.Contains(names, component+"."+key)
	}
	if listed(d.tables.Secrets) {
		return true
	}
	if d.golang(t) != "string" || !secretName.MatchString(key) || listed(sorted(d.tables.Public)) || strings.HasSuffix(component, "Params") {
		return false
	}
	d.report.add(guarded, "%s.%s", component, key)
	return true
}

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
