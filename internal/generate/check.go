package main

// A description is a stranger's text that becomes Go source, a lock file and a branch name. What could not stand there
// is refused, with its place, before anything is made of it.

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
	"unicode"

	"github.com/getkin/kin-openapi/openapi3"
)

var (
	versionForm   = regexp.MustCompile(`^[0-9A-Za-z][0-9A-Za-z._+-]{0,63}$`)
	pathForm      = regexp.MustCompile(`^/[A-Za-z0-9_.~:@/{}-]*$`)
	idForm        = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_.:-]*$`)
	componentForm = regexp.MustCompile(`^[A-Za-z0-9._-]+$`)
	statusForm    = regexp.MustCompile(`^([1-5][0-9][0-9]|[1-5]XX|default)$`)
	mediaForm     = regexp.MustCompile(`^[A-Za-z0-9*][A-Za-z0-9!#$&^_.+*-]*/[A-Za-z0-9*][A-Za-z0-9!#$&^_.+*-]*( *;[A-Za-z0-9 =_.-]*)?$`)
	headerForm    = regexp.MustCompile(`^[A-Za-z0-9!#$%&'*+.^_|~-]+$`)
)

const maxNameLength = 200

// checkNames refuses what cannot stand in Go or in the lock: names, enum values, paths and the version.
func checkNames(doc *openapi3.T) error {
	var bad []error
	refuse := func(at, what, have, want string) {
		if len(have) > 60 {
			have = have[:60] + "..."
		}
		if len(bad) < 20 {
			bad = append(bad, fmt.Errorf("%s: %s %q: want %s", strings.ToValidUTF8(printable(at), "?"), what, have, want))
		}
	}
	form := func(at, what, have string, re *regexp.Regexp) {
		if !re.MatchString(have) || len(have) > maxNameLength {
			refuse(at, what, have, fmt.Sprintf("the form %s, at most %d bytes", re, maxNameLength))
		}
	}
	if doc.Info != nil && doc.Info.Version != "" {
		form("#/info/version", "version", doc.Info.Version, versionForm)
	}
	for _, name := range sorted(doc.Components.Schemas) {
		form(pointer("#/components/schemas", name), "component", name, componentForm)
	}
	for key, op := range operations(doc) {
		method, path, _ := strings.Cut(key, " ")
		at := pointer("#/paths", path, strings.ToLower(method))
		form(at, "path", path, pathForm)
		if op.OperationID != "" {
			form(at+"/operationId", "operation id", op.OperationID, idForm)
		}
		for _, p := range op.Parameters {
			if why := unfitName(p.Value.Name); why != "" {
				refuse(at+"/parameters", "parameter", p.Value.Name, why)
			}
		}
		checkContent := func(at string, content openapi3.Content) {
			for _, mt := range sorted(content) {
				form(at, "media type", mt, mediaForm)
			}
		}
		if op.RequestBody != nil && op.RequestBody.Value != nil {
			checkContent(at+"/requestBody", op.RequestBody.Value.Content)
		}
		for _, status := range sorted(op.Responses.Map()) {
			form(at+"/responses", "status", status, statusForm)
			if r := op.Responses.Value(status); r.Value != nil {
				checkContent(pointer(at+"/responses", status), r.Value.Content)
				for _, h := range sorted(r.Value.Headers) {
					form(pointer(at+"/responses", status), "header", h, headerForm)
				}
			}
		}
	}
	seen := map[*openapi3.Schema]bool{}
	walkDocument(doc, func(site string, r *openapi3.SchemaRef) bool {
		if seen[r.Value] || r.Ref != "" {
			return false
		}
		seen[r.Value] = true
		for _, name := range sorted(r.Value.Properties) {
			if why := unfitName(name); why != "" {
				refuse(site, "property", name, why)
			}
		}
		for _, v := range r.Value.Enum {
			if s := fmt.Sprint(v); strings.ContainsFunc(s, unseen) || len(s) > maxNameLength {
				refuse(site, "enum value", s, fmt.Sprintf("no control or invisible characters, at most %d bytes", maxNameLength))
			}
		}
		return true
	})
	return errors.Join(bad...)
}

// unfitName says why a name cannot stand in a struct tag or between the tabs of the lock, if so.
func unfitName(name string) string {
	switch {
	case strings.ContainsAny(name, "\"'`\\,<>"):
		return "no quotes, backslashes, commas or angle brackets"
	case strings.ContainsFunc(name, func(r rune) bool { return unseen(r) || unicode.IsSpace(r) && r != ' ' }):
		return "no control or invisible characters"
	case len(name) > maxNameLength:
		return fmt.Sprintf("at most %d bytes", maxNameLength)
	}
	return ""
}

// unseen reports characters that a reader of the generated code would not see, or would see elsewhere.
func unseen(r rune) bool {
	return unicode.IsControl(r) || unicode.In(r, unicode.Cf, unicode.Zl, unicode.Zp) || r == unicode.ReplacementChar
}

func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if unseen(r) {
			return '?'
		}
		return r
	}, s)
}
