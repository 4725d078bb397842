package main

// Names: the choice of a Go name for each group of sites, and for each operation.

import (
	"cmp"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// A namer gives each group a name that no other has: the one a person chose, else the locked one, else the shortest
// way to it that is nobody else's.
type namer struct {
	*lock
	tables *tables
	taken  map[string]bool
	kept   map[string]bool // names in the lock
	used   map[string]bool // renames that matched
	chosen map[string]bool // names that a person chose
}

const maxName = 40 // leaves room for an enum value within 50

func newNamer(t *tables) *namer {
	n := &namer{lock: t.lock, tables: t, taken: map[string]bool{}, kept: map[string]bool{}, used: map[string]bool{}, chosen: map[string]bool{}}
	for _, e := range t.lock.entries {
		n.kept[e.name] = true
	}
	for name := range t.Components {
		n.taken[name] = true
	}
	for _, name := range t.lock.constants {
		n.taken[name] = true
	}
	// The runtime of gen and the methods' own words.
	for _, name := range strings.Fields("API Access Call CallOption Doer Effect File JSONOrMedia Media NewAPI Operation Operations Param Error Client " +
		"Decimal ParseDecimal JSON NewJSON Member Members Misfit MisfitError Unmarshal Secret NewSecret Vector " +
		"AccessOpen AccessKey AccessWallet AccessAny AccessPayment EffectRead EffectInfer EffectQueue EffectWrite EffectMint EffectPay") {
		n.taken[name] = true
	}
	return n
}

// rootName is upstream's name of a component, less the words that say only that it is one.
func (n *namer) rootName(name string) string {
	if i := strings.Index(name, "Schema"); i > 0 {
		name = strings.Replace(name, "Schema", "", 1)
	}
	return pascal(name)
}

func (n *namer) fixed(name string) string {
	root := n.rootName(name)
	for n.tables.Components[root] != nil { // ours
		root += "Schema"
	}
	n.taken[root] = true
	return root
}

// methodName is the Go name of an operation: what a person chose, else what was published, else its id in Go's words.
func (t *tables) methodName(key string, op *openapi3.Operation) string {
	if m := cmp.Or(t.Methods[key], t.lock.methods[key]); m != "" {
		return m
	}
	name := pascal(op.OperationID)
	for other, taken := range t.lock.methods {
		if taken == name && other != key {
			return pascal(inventID(key))
		}
	}
	if slices.Contains(clientMethods, name) || strings.HasPrefix(name, "Stream") || strings.HasPrefix(name, "All") {
		return "Call" + name
	}
	return name
}

// clientMethods are the client's own, which would hide an operation of their name. Methods that are made of operations
// begin with Stream and All.
var clientMethods = strings.Fields("AwaitJob BaseURL CompleteJob Do Format LogValue SaveJob StartAudio StartVideo")

// report notes the names that no person chose and no revision had, and keeps them for the next.
func (n *namer) report(doc *openapi3.T, r *report) {
	first := map[string]string{}
	for _, site := range sorted(n.given) {
		name := n.given[site].name
		if _, known := first[name]; !known {
			first[name] = site
		}
	}
	for _, name := range sorted(first) {
		if !n.kept[name] && !n.chosen[name] {
			r.add(chosen, "type %s, at %s", name, first[name])
		}
	}
	for key, op := range operations(doc) {
		name := n.tables.methodName(key, op)
		if n.methods[key] == "" && n.tables.Methods[key] == "" && op.Extensions["x-ours"] == nil {
			r.add(chosen, "method %s, for %s", name, key)
		}
	}
}

func (n *namer) nameAll(groups []*group) {
	// What no operation leads to has no Go type, and must not take the name of what has.
	idle := func(g *group) bool { return g.idle }
	for _, some := range [][]*group{slices.DeleteFunc(slices.Clone(groups), idle), groups} {
		n.renamed(some)
		n.locked(some)
	}
	// How many groups could bear each suffix: a name that two could bear is given to neither.
	count := map[string]int{}
	for _, g := range groups {
		for s := range suffixes(g) {
			count[s]++
		}
	}
	for _, g := range groups {
		if g.name != "" {
			continue
		}
		for s := range suffixes(g) {
			if count[s] == 1 && n.free(s) {
				n.give(g, s)
				break
			}
		}
		if s := strings.Join(g.sites[0].words, ""); g.name == "" && len(s) <= maxName+8 && n.free(s) {
			n.give(g, s)
		}
		for s := range suffixes(g) { // ambiguous all the way: first come, first served
			if g.name == "" && n.free(s) {
				n.give(g, s)
			}
		}
		for i := 'B'; g.name == ""; i++ {
			if s := strings.Join(g.sites[0].words, "") + "Variant" + string(i); n.free(s) {
				n.give(g, s)
			}
		}
	}
	for _, g := range groups {
		for _, p := range g.sites {
			n.given[p.site] = lockEntry{g.name, g.digest}
		}
	}
}

// free reports whether a new schema may bear the name: not one that the lock keeps for a site that is away.
func (n *namer) free(name string) bool { return !n.taken[name] && !n.kept[name] }

func (n *namer) give(g *group, name string) {
	g.name = name
	n.taken[name] = true
}

func (n *namer) renamed(groups []*group) {
	for _, g := range groups {
		for _, p := range g.sites {
			if name := n.tables.Names[p.site]; name != "" {
				n.used[p.site] = true
				if g.name == "" && !n.taken[name] {
					n.give(g, name)
					n.chosen[name] = true
				}
			}
		}
	}
}

func (n *namer) unusedRenames() (out []string) {
	for site := range n.tables.Names {
		if !n.used[site] {
			out = append(out, "tables.yaml names: "+site)
		}
	}
	return out
}

// locked gives each locked name to one group: to the one that has not changed if several claim it, so that a schema
// keeps its name when those that shared it go their own way.
func (n *namer) locked(groups []*group) {
	claim := func(accept func(g *group, e lockEntry) bool) {
		for _, g := range groups {
			for _, p := range g.sites {
				e, ok := n.entries[p.site]
				if g.name == "" && ok && !n.taken[e.name] && accept(g, e) {
					n.give(g, e.name)
				}
			}
		}
	}
	claim(func(g *group, e lockEntry) bool { return e.digest == g.digest })
	claim(func(*group, lockEntry) bool { return true })
}

// suffixes yields the names that a group could bear, shortest first. A single word is too little to go by, unless
// it is made of several, such as APIKeyType.
func suffixes(g *group) func(func(string) bool) {
	return func(yield func(string) bool) {
		seen := map[string]bool{}
		ws := g.sites[0].words
		start := 2
		if len(words(ws[len(ws)-1])) > 1 {
			start = 1
		}
		for k := min(start, len(ws)); k <= len(ws); k++ {
			s := dedupe(ws[len(ws)-k:])
			if len(s) > maxName && k > 2 {
				s = dedupe([]string{ws[0], ws[len(ws)-1]})
			}
			if !seen[s] && !yield(s) {
				return
			}
			seen[s] = true
		}
	}
}

// dedupe joins words, dropping what the next one repeats: ModelSpec, ModelSpecPricing is ModelSpecPricing.
func dedupe(ws []string) string {
	out := ws[0]
	for _, w := range ws[1:] {
		out = join(out, w)
	}
	return out
}
