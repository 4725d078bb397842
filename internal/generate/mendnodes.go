package main

// Defects of the published text whose meaning is clear. They are mended in the YAML, before the loader, which would
// refuse them, sees it.

import (
	"strings"

	"go.yaml.in/yaml/v3"
)

// mendNodes takes the last of several values of one key, as most readers do, and reads a schema that is null as one that
// takes anything. An empty value on the last line is neither: the document was cut off there. It reports whether it
// changed anything.
func mendNodes(n *yaml.Node, at string, lastLine int, r *report) (changed bool) {
	switch n.Kind {
	case yaml.MappingNode:
		where := map[string]int{}
		kept := n.Content[:0]
		for i := 0; i+1 < len(n.Content); i += 2 {
			k, v := n.Content[i], n.Content[i+1]
			if j, twice := where[k.Value]; twice {
				r.add(mended, "%s stands twice (line %d): the last one counts", printable(pointer(at, k.Value)), k.Line)
				kept[j] = v
				changed = true
				continue
			}
			where[k.Value] = len(kept) + 1
			kept = append(kept, k, v)
		}
		n.Content = kept
		for i := 0; i+1 < len(n.Content); i += 2 {
			k, v := n.Content[i].Value, n.Content[i+1]
			if k == "default" && v.Kind == yaml.ScalarNode || k == "example" || k == "examples" || strings.HasPrefix(k, "x-") {
				continue // free-form
			}
			here := pointer(at, k)
			if nullSchema(v, here, lastLine) {
				r.add(mended, "%s is null (line %d): read as anything", printable(here), v.Line)
				*v = yaml.Node{Kind: yaml.MappingNode, Line: v.Line}
				changed = true
			}
			changed = mendNodes(v, here, lastLine, r) || changed
		}
	case yaml.SequenceNode:
		for _, c := range n.Content {
			changed = mendNodes(c, at+"/-", lastLine, r) || changed
		}
	}
	return changed
}

// nullSchema reports a null in the place of a schema, by the keys that lead there.
func nullSchema(v *yaml.Node, at string, lastLine int) bool {
	if v.Kind != yaml.ScalarNode || v.Tag != "!!null" || v.Value == "" && v.Line >= lastLine {
		return false
	}
	keys := strings.Split(at, "/")
	last, above := keys[len(keys)-1], keys[len(keys)-2]
	return last == "schema" || last == "items" || above == "properties" || above == "schemas" && len(keys) == 4
}
