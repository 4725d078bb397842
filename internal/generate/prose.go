package main

// Our words: every sentence and example of upstream is dropped, and the files under prose take their place.

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
	"go.yaml.in/yaml/v3"
)

type prose struct {
	Info       string             `yaml:"info"`
	Tags       map[string]string  `yaml:"tags"`
	Security   map[string]string  `yaml:"security"`
	Operations map[string]opProse `yaml:"operations"`
	Schemas    map[string]string  `yaml:"schemas"`  // site -> description
	Types      map[string]string  `yaml:"types"`    // Go type that several places share -> what it is in all of them
	Examples   map[string]any     `yaml:"examples"` // site -> value
}

type opProse struct {
	Summary     string            `yaml:"summary"`
	Description string            `yaml:"description"`
	Parameters  map[string]string `yaml:"parameters"`
	Request     string            `yaml:"request"`
	Responses   map[string]string `yaml:"responses"`
}

func loadProse(dir string) (*prose, error) {
	p := &prose{Operations: map[string]opProse{}, Schemas: map[string]string{}, Types: map[string]string{}, Examples: map[string]any{}}
	files, err := filepath.Glob(filepath.Join(dir, "*.yaml"))
	if err != nil {
		return nil, err
	}
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			return nil, err
		}
		var one prose
		d := yaml.NewDecoder(bytes.NewReader(b))
		d.KnownFields(true)
		if err := d.Decode(&one); err != nil {
			return nil, fmt.Errorf("%s: %w", filepath.Base(f), err)
		}
		if one.Info != "" {
			p.Info, p.Tags, p.Security = one.Info, one.Tags, one.Security
		}
		for _, err := range []error{merge(p.Operations, one.Operations), merge(p.Schemas, one.Schemas), merge(p.Types, one.Types), merge(p.Examples, one.Examples)} {
			if err != nil {
				return nil, fmt.Errorf("%s: %w", filepath.Base(f), err)
			}
		}
	}
	return p, nil
}

func merge[V any](into, from map[string]V) error {
	for k, v := range from {
		if _, ok := into[k]; ok {
			return fmt.Errorf("%s has an entry in another file", k)
		}
		into[k] = v
	}
	return nil
}

// apply strips doc of upstream's words and gives it ours. It returns the entries that match nothing.
func (p *prose) apply(doc *openapi3.T, r *report) (unused []string) {
	used := map[string]bool{}
	doc.Info.Description, doc.Info.Extensions = p.Info, nil
	doc.Extensions, doc.ExternalDocs = nil, nil
	for _, t := range doc.Tags {
		t.Description, t.ExternalDocs, t.Extensions = p.Tags[t.Name], nil, nil
	}
	for name, s := range doc.Components.SecuritySchemes {
		s.Value.Description = p.Security[name]
	}
	walkDocument(doc, func(site string, r *openapi3.SchemaRef) bool {
		text, ok := p.Schemas[site]
		used[site] = ok
		if r.Ref != "" {
			if ok { // a referenced schema has its words at home; these are for this place
				r.Value, r.Ref = &openapi3.Schema{AllOf: openapi3.SchemaRefs{{Ref: r.Ref, Value: r.Value}}, Description: clean(text)}, ""
			}
			return false
		}
		s := r.Value
		s.Description, s.Example, s.ExternalDocs, s.Extensions, s.XML = clean(text), nil, nil, nil, nil
		if v, ok := p.Examples[site]; ok {
			s.Example, used["example "+site] = asJSON(v), true
		}
		return true
	})
	for site := range p.Examples {
		if !used["example "+site] {
			unused = append(unused, "prose: example "+site)
		}
	}
	for site := range p.Schemas {
		if !used[site] {
			unused = append(unused, "prose: "+site)
		}
	}
	for key, op := range operations(doc) {
		unused = append(unused, p.applyOperation(key, op, r)...)
		used[key] = true
	}
	for key := range p.Operations {
		if !used[key] {
			unused = append(unused, "prose: "+key)
		}
	}
	return unused
}

func (p *prose) applyOperation(key string, op *openapi3.Operation, report *report) (unused []string) {
	own := p.Operations[key]
	op.Summary, op.Description, op.ExternalDocs = clean(own.Summary), clean(own.Description), nil
	if op.Summary == "" {
		report.add(bareProse, "%s", key)
		op.Summary = "Calls " + key + " (" + op.OperationID + ")"
	}
	for k := range op.Extensions {
		if k != "x-payment-info" { // price limits: facts
			delete(op.Extensions, k)
		}
	}
	used := map[string]bool{}
	for _, q := range op.Parameters {
		q.Value.Description, q.Value.Example, q.Value.Examples, q.Value.Extensions = clean(own.Parameters[q.Value.Name]), nil, nil, nil
		used[q.Value.Name] = true
	}
	for name := range own.Parameters {
		if !used[name] {
			unused = append(unused, "prose: "+key+" param "+name)
		}
	}
	if op.RequestBody != nil {
		op.RequestBody.Value.Description = clean(own.Request)
		stripContent(op.RequestBody.Value.Content)
	} else if own.Request != "" {
		unused = append(unused, "prose: "+key+" request")
	}
	for status, r := range op.Responses.Map() {
		text := clean(own.Responses[status])
		if text == "" {
			text = statusText(status)
		}
		r.Value.Description = &text
		used[status] = true
		stripContent(r.Value.Content)
		for _, h := range r.Value.Headers {
			h.Value.Description, h.Value.Example, h.Value.Examples = "", nil, nil
		}
	}
	for status := range own.Responses {
		if !used[status] {
			unused = append(unused, "prose: "+key+" "+status)
		}
	}
	return unused
}

func stripContent(c openapi3.Content) {
	for _, mt := range c {
		mt.Example, mt.Examples = nil, nil
	}
}

// asJSON gives a value from YAML the types that it has when read from JSON.
func asJSON(v any) (out any) {
	b, err := json.Marshal(v)
	if err == nil {
		err = json.Unmarshal(b, &out)
	}
	if err != nil {
		panic(fmt.Sprintf("example %v: %v", v, err)) // only maps with keys that are no strings
	}
	return out
}

func clean(s string) string { return strings.TrimSpace(s) }
