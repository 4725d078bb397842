package main

// Reading a raw revision: from a file or URL to a document whose every $ref resolves, or an error that says where not.

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
	"go.yaml.in/yaml/v3"
)

const maxDescription = 64 << 20 // bytes; revisions are about half a megabyte

func read(ctx context.Context, from string) ([]byte, error) {
	if !strings.HasPrefix(from, "https://") && !strings.HasPrefix(from, "http://") {
		return os.ReadFile(from)
	}
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, from, nil)
	if err != nil {
		return nil, err
	}
	client := http.Client{CheckRedirect: func(next *http.Request, via []*http.Request) error {
		if len(via) > 10 {
			return errors.New("too many redirects")
		}
		return checkAddress(next.URL)
	}}
	if err := checkAddress(req.URL); err != nil {
		return nil, err
	}
	res, err := client.Do(req)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s: status %s", from, res.Status)
	}
	b, err := io.ReadAll(io.LimitReader(res.Body, maxDescription+1))
	if err == nil && len(b) > maxDescription {
		err = fmt.Errorf("%s: over %d bytes", from, maxDescription)
	}
	return b, err
}

// checkAddress wants what nobody on the way can change: https, or this machine.
func checkAddress(u *url.URL) error {
	if ip := net.ParseIP(u.Hostname()); u.Scheme == "https" || u.Hostname() == "localhost" || ip != nil && ip.IsLoopback() {
		return nil
	}
	return fmt.Errorf("%s://%s: want https", u.Scheme, u.Host)
}

// load parses a raw revision. The look at the YAML comes first because it can name the place of a defect, which the
// loader cannot.
func load(raw []byte, r *report) (*openapi3.T, error) {
	var top yaml.Node
	var truncated error
	if !bytes.HasSuffix(raw, []byte("\n")) {
		truncated = fmt.Errorf("the document ends within line %d, without a newline: it looks truncated", bytes.Count(raw, []byte("\n"))+1)
	}
	if err := yaml.Unmarshal(raw, &top); err != nil {
		return nil, errors.Join(fmt.Errorf("not YAML: %w", err), truncated)
	}
	if len(top.Content) == 0 || top.Content[0].Kind != yaml.MappingNode {
		return nil, errors.New("#: not an OpenAPI document: want a mapping at the top")
	}
	root := top.Content[0]
	if v := child(root, "openapi"); v == nil || !strings.HasPrefix(v.Value, "3.0.") {
		have := "none"
		if v != nil {
			have = v.Value
		}
		return nil, fmt.Errorf("#/openapi: want version 3.0.x, have %s", have)
	}
	if truncated != nil {
		return nil, truncated
	}
	if err := checkPaths(root); err != nil {
		return nil, err
	}
	changed := mendNodes(root, "#", lines(raw), r)
	if err := checkNode(root, root, "#"); err != nil {
		return nil, err
	}
	if shared, spread := inlineShared(root, root, 0), spreadParameters(root); shared || spread || changed {
		var err error
		if raw, err = yaml.Marshal(&top); err != nil {
			return nil, err
		}
	}
	doc, err := openapi3.NewLoader().LoadFromData(raw)
	if err != nil {
		return nil, err
	}
	if doc.Components == nil {
		doc.Components = &openapi3.Components{}
	}
	if doc.Components.Schemas == nil {
		doc.Components.Schemas = openapi3.Schemas{}
	}
	return doc, checkNames(doc)
}

func lines(raw []byte) int { return bytes.Count(bytes.TrimRight(raw, " \t\r\n"), []byte("\n")) + 1 }

// checkPaths wants operations, each with an answer.
func checkPaths(root *yaml.Node) error {
	paths := child(root, "paths")
	if paths == nil || paths.Kind != yaml.MappingNode || len(paths.Content) == 0 {
		return errors.New("#/paths: no operations: the document looks truncated")
	}
	for i := 0; i+1 < len(paths.Content); i += 2 {
		item := paths.Content[i+1]
		for j := 0; j+1 < len(item.Content); j += 2 {
			method := item.Content[j].Value
			if !isMethod(method) {
				continue
			}
			r := child(item.Content[j+1], "responses")
			if r == nil || len(r.Content) == 0 {
				return fmt.Errorf("%s: no responses: the document looks truncated", pointer("#/paths", paths.Content[i].Value, method))
			}
		}
	}
	return nil
}

func isMethod(key string) bool {
	return slices.Contains([]string{"get", "put", "post", "delete", "patch", "head", "options", "trace"}, key)
}

// checkNode looks for references that lead nowhere and for values that are missing.
func checkNode(root, n *yaml.Node, at string) error {
	switch n.Kind {
	case yaml.MappingNode:
		for i := 0; i+1 < len(n.Content); i += 2 {
			k, v := n.Content[i].Value, n.Content[i+1]
			here := pointer(at, k)
			switch {
			case k == "default" && v.Kind == yaml.ScalarNode, k == "example", k == "examples", strings.HasPrefix(k, "x-"):
				continue // free-form, null included
			case k == "$ref" && v.Kind == yaml.ScalarNode:
				if why := unresolved(root, v.Value); why != "" {
					return fmt.Errorf("%s: %q %s", here, v.Value, why)
				}
			case v.Tag == "!!null":
				return fmt.Errorf("%s: no value (line %d): the document looks truncated", here, v.Line)
			}
			if err := checkNode(root, v, here); err != nil {
				return err
			}
		}
	case yaml.SequenceNode:
		for i, c := range n.Content {
			if err := checkNode(root, c, fmt.Sprintf("%s/%d", at, i)); err != nil {
				return err
			}
		}
	}
	return nil
}

// unresolved says why a reference leads to nothing, if so.
func unresolved(root *yaml.Node, ref string) string {
	for seen := []string{}; ; seen = append(seen, ref) {
		n := find(root, ref)
		if n == nil {
			return "does not resolve"
		}
		next := child(n, "$ref")
		if next == nil || next.Kind != yaml.ScalarNode {
			return ""
		}
		if ref = next.Value; slices.Contains(seen, ref) || len(seen) > 100 {
			return "leads back to itself"
		}
	}
}

// find is what a reference within the document leads to, or nil.
func find(root *yaml.Node, ref string) *yaml.Node {
	rest, ok := strings.CutPrefix(ref, "#/")
	if !ok {
		return nil
	}
	n := root
	for part := range strings.SplitSeq(rest, "/") {
		n = child(n, strings.NewReplacer("~1", "/", "~0", "~").Replace(part))
		if n == nil {
			return nil
		}
	}
	return n
}

func child(n *yaml.Node, key string) *yaml.Node {
	for i := 0; n.Kind == yaml.MappingNode && i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == key {
			return n.Content[i+1]
		}
	}
	return nil
}

// pointer extends a JSON pointer (RFC 6901).
func pointer(at string, keys ...string) string {
	for _, k := range keys {
		at += "/" + strings.NewReplacer("~", "~0", "/", "~1").Replace(k)
	}
	return at
}
