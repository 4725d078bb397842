package main

// The compiler: the order in which a raw revision becomes openapi.yaml.

import (
	"context"
	"fmt"

	"github.com/getkin/kin-openapi/openapi3"
)

type compiled struct {
	doc        *openapi3.T
	yaml, lock []byte
	report     *report
}

func compile(raw []byte, t *tables) (*compiled, error) {
	r := &report{From: t.lock.version}
	doc, err := load(raw, r)
	if err != nil {
		return nil, err
	}
	if doc.Info == nil || doc.Info.Version == "" {
		return nil, fmt.Errorf("#/info/version: no value: which revision is this?")
	}
	r.To = doc.Info.Version
	ours, err := t.readOwn()
	if err != nil {
		return nil, err
	}
	keepNames(doc, t.lock, r)
	mend(doc, t.lock, r)
	unused := t.prose.apply(doc, r) // first: its addresses are upstream's own structure
	unused = append(unused, ours.correct(doc, t, r)...)
	eachRoot(doc, normalise)
	uploads(doc)
	names := newNamer(t)
	hoist(doc, names)
	names.report(doc, r)
	addOwn(doc, t, ours)
	if err := t.count(doc); err != nil {
		return nil, err
	}
	examples := staleExamples
	if doc.Info.Version == t.lock.version {
		examples = nil // written for this revision: Validate says what is wrong with them
	}
	again, text, err := settle(doc, examples, r)
	if err != nil {
		return nil, err
	}
	t.judge(again, r)
	derived, err := derive(again, t, r) // for the names that it gives
	if err != nil {
		return nil, err
	}
	t.checkLeans(derived, r)
	for key, op := range operations(again) {
		t.lock.methods[key] = t.methodName(key, op)
	}
	unused = append(unused, names.unusedRenames()...)
	unused = append(unused, t.unusedEntries(again)...)
	if err := t.lock.settleStale(unused, r); err != nil {
		return nil, err
	}
	return &compiled{doc: again, yaml: text, lock: t.lock.bytes(again), report: r}, nil
}

// settle writes the document and judges it as a reader will load it, not as it stands in memory.
func settle(doc *openapi3.T, examples func(*openapi3.T, *report) bool, r *report) (*openapi3.T, []byte, error) {
	text, err := writeYAML(doc)
	if err != nil {
		return nil, nil, err
	}
	again, err := openapi3.NewLoader().LoadFromData(text)
	if err != nil {
		return nil, nil, fmt.Errorf("the result does not load: %w", err)
	}
	if examples != nil && examples(again, r) {
		return settle(again, nil, r)
	}
	if err := again.Validate(context.Background()); err != nil {
		return nil, nil, fmt.Errorf("the result is not valid OpenAPI: %w", err)
	}
	return again, text, nil
}

// staleExamples drops the examples that this revision rejects, and reports whether there were any.
func staleExamples(doc *openapi3.T, r *report) (found bool) {
	walkDocument(doc, func(site string, s *openapi3.SchemaRef) bool {
		if s.Value.Example != nil && s.Value.VisitJSON(s.Value.Example) != nil {
			s.Value.Example, found = nil, true
			r.add(unmatched, "prose: example of %s does not fit any more", site)
		}
		return true
	})
	return found
}

// eachRoot calls f on every schema that stands at the top of a component, body, parameter or header.
func eachRoot(doc *openapi3.T, f func(*openapi3.SchemaRef)) {
	walkDocument(doc, func(_ string, r *openapi3.SchemaRef) bool {
		f(r)
		return false
	})
}
