package main

// Shared parameters, bodies, answers and headers are written out where they are used, and parameters of a path at each
// of its operations, so that the compiler has one form to deal with. Upstream uses neither today.

import (
	"strings"

	"go.yaml.in/yaml/v3"
)

// inlineShared replaces references to components other than schemas. It reports whether there were any.
func inlineShared(root, n *yaml.Node, depth int) (found bool) {
	if n.Kind == yaml.MappingNode && depth < 32 {
		if ref := child(n, "$ref"); ref != nil && ref.Kind == yaml.ScalarNode && strings.HasPrefix(ref.Value, "#/components/") && !strings.HasPrefix(ref.Value, "#/components/schemas/") {
			if target := find(root, ref.Value); target != nil {
				*n = *copyNode(target)
				inlineShared(root, n, depth+1)
				return true
			}
		}
	}
	for _, c := range n.Content {
		found = inlineShared(root, c, depth+1) || found
	}
	return found
}

// spreadParameters moves the parameters of paths to their operations, where those do not say otherwise.
func spreadParameters(root *yaml.Node) (found bool) {
	paths := child(root, "paths")
	for i := 1; i < len(paths.Content); i += 2 {
		item := paths.Content[i]
		shared := child(item, "parameters")
		if shared == nil {
			continue
		}
		found = true
		kept := item.Content[:0]
		for j := 0; j+1 < len(item.Content); j += 2 {
			key, op := item.Content[j], item.Content[j+1]
			if key.Value == "parameters" {
				continue
			}
			kept = append(kept, key, op)
			if isMethod(key.Value) {
				addParameters(op, shared)
			}
		}
		item.Content = kept
	}
	return found
}

func addParameters(op, shared *yaml.Node) {
	own := child(op, "parameters")
	if own == nil {
		own = &yaml.Node{Kind: yaml.SequenceNode}
		op.Content = append(op.Content, &yaml.Node{Kind: yaml.ScalarNode, Value: "parameters"}, own)
	}
	stated := map[string]bool{}
	for _, p := range own.Content {
		stated[identity(p)] = true
	}
	for _, p := range shared.Content {
		if !stated[identity(p)] {
			own.Content = append(own.Content, copyNode(p))
		}
	}
}

// identity is what makes two parameters one (OpenAPI: the combination of name and location).
func identity(p *yaml.Node) string {
	var s string
	for _, k := range []string{"in", "name"} {
		if v := child(p, k); v != nil {
			s += v.Value + " "
		}
	}
	return s
}

func copyNode(n *yaml.Node) *yaml.Node {
	c := *n
	c.Anchor = ""
	c.Content = nil
	for _, x := range n.Content {
		c.Content = append(c.Content, copyNode(x))
	}
	return &c
}
