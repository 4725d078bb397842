// Package route knows what a method and a path are for.
package route

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/venice-go/venice/gen"
)

// Operation returns the row of the table of operations that a request is of, by its method and its escaped path below the
// base URL. For a route that is not listed it makes one: whose credentials it takes is not known, and what sending it
// twice would do neither, unless its method says that it reads.
func Operation(method, path string) gen.Operation {
	segments := strings.Split(path, "/")
	for _, op := range gen.Operations() {
		if op.Method == method && slices.EqualFunc(strings.Split(op.Path, "/"), segments, fits) {
			return op
		}
	}
	op := gen.Operation{ID: method + " " + path, Method: method, Path: path}
	if method == http.MethodGet || method == http.MethodHead {
		op.Effect = gen.EffectRead
	}
	return op
}

// fits reports whether a part of a path is what the template has in its place.
func fits(template, part string) bool {
	if strings.HasPrefix(template, "{") {
		return part != ""
	}
	plain, err := url.PathUnescape(part)
	return err == nil && plain == template
}

// Check refuses what is no path below the base URL, or may be resolved by a server to one that is not.
func Check(path string) error {
	plain, err := url.PathUnescape(path)
	switch {
	case !strings.HasPrefix(path, "/") || strings.HasPrefix(path, "//"):
		return errors.New("want a path below the base URL, such as /models")
	case err != nil:
		return errors.New("the path has a % that escapes nothing")
	case strings.ContainsAny(path, "?#"):
		return errors.New("a query or fragment is not accepted in the path")
	case (&url.URL{Path: plain, RawPath: path}).EscapedPath() != path: // else all of it would be escaped anew, %2F as a slash
		return errors.New("the path is not escaped; url.PathEscape escapes a part of it")
	case strings.ContainsFunc(plain, func(r rune) bool { return r < ' ' || r == '\\' || r == 0x7f }):
		return errors.New(`a control character or \ is not accepted in the path`)
	}
	for part := range strings.SplitSeq(plain, "/") {
		if part == "." || part == ".." {
			return errors.New("a part of the path is " + part)
		}
	}
	return nil
}
