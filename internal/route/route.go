// Package route knows the paths below the base URL.
package route

import (
	"errors"
	"net/url"
	"strings"
)

// Matches reports whether an escaped path is one of a template's, such as /api_keys/{id}.
func Matches(template, path string) bool {
	for {
		wanted, furtherWanted, more := strings.Cut(template, "/")
		part, further, moreParts := strings.Cut(path, "/")
		if more != moreParts || !fits(wanted, part) {
			return false
		}
		if !more {
			return true
		}
		template, path = furtherWanted, further
	}
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
