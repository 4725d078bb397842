package main

// Doc comments: our prose, and what a schema itself says about values.

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

const commentWidth = 110

// comment breaks text into lines of a Go comment.
func comment(text string) string {
	var b strings.Builder
	for i, para := range strings.Split(strings.TrimSpace(text), "\n\n") {
		if i > 0 {
			b.WriteString("\n//\n")
		}
		line := "//"
		for _, w := range strings.Fields(para) {
			if len(line)+1+len(w) > commentWidth {
				b.WriteString(line + "\n")
				line = "//"
			}
			line += " " + w
		}
		b.WriteString(line)
	}
	return b.String()
}

// typeComment starts with the name, as Go does.
func typeComment(name, text, where string) string {
	switch {
	case text == "" && where != "":
		text = name + " is found at " + where + "."
	case text == "":
		text = name + "."
	case startsNoun(text):
		text = name + " is " + strings.ToLower(text[:1]) + text[1:]
	default:
		text = name + ": " + uncapital(text)
	}
	return comment(text)
}

// uncapital lowers the first letter of a sentence that goes on after a colon, unless it begins with an initialism.
func uncapital(s string) string {
	if len(s) < 2 || strings.ToUpper(s[:2]) == s[:2] && s[1] != ' ' {
		return s
	}
	return strings.ToLower(s[:1]) + s[1:]
}

func startsNoun(s string) bool {
	return slices.ContainsFunc([]string{"A ", "An ", "The ", "One ", "What "}, func(p string) bool { return strings.HasPrefix(s, p) })
}

// fieldComment is the prose of a property and the limits of its value.
func fieldComment(ps []*openapi3.SchemaRef) string {
	var text string
	deprecated := false
	for _, p := range ps {
		if text == "" {
			text = p.Value.Description
			if text == "" && isWrapper(p.Value) {
				text = p.Value.AllOf[0].Value.Description
			}
		}
		deprecated = deprecated || p.Value.Deprecated
	}
	if constants := constantsOf(ps); len(constants) > 1 {
		text = "One of " + strings.Join(constants, ", ") + "."
	} else {
		if text == "" {
			text = kindWords(ps[0].Value)
		}
		if f := facts(ps[0].Value); !strings.HasSuffix(text, f) {
			text = strings.TrimSpace(text + " " + f)
		}
	}
	if deprecated {
		text += "\n\nDeprecated: the service is phasing this out."
	}
	return comment(text)
}

// kindWords says what a value is of which nobody wrote more.
func kindWords(s *openapi3.Schema) string {
	if isWrapper(s) {
		return kindWords(s.AllOf[0].Value)
	}
	if values := enumOf(s); len(values) > 1 && len(values) <= 12 {
		var all []string
		for _, v := range values {
			all = append(all, fmt.Sprint(v))
		}
		return "One of " + strings.Join(all, ", ") + "."
	}
	formats := map[string]string{"date-time": "Time, RFC 3339.", "date": "Date, YYYY-MM-DD.", "uri": "URL.", "uuid": "UUID.", "binary": "File.", "email": "Email address."}
	switch kind := kindOf(s); {
	case kind == "string" && formats[s.Format] != "":
		return formats[s.Format]
	case kind == "string" || allStrings(s):
		return "Text."
	case kind == "number" && s.Type.Is("integer"):
		return "Whole number."
	case kind == "number":
		return "Number."
	case kind == "boolean":
		return "True or false."
	case kind == "array":
		return "List."
	case kind == "object":
		return "Object."
	case isAny(s):
		return "Any value."
	}
	return "One of several forms."
}

// said reports whether somebody wrote what a property is, here or at its type, or its values say all.
func said(ps []*openapi3.SchemaRef) bool {
	return len(constantsOf(ps)) > 1 || slices.ContainsFunc(ps, func(p *openapi3.SchemaRef) bool {
		return p.Value.Description != "" || isWrapper(p.Value) && p.Value.AllOf[0].Value.Description != "" || len(p.Value.Enum) == 1
	})
}

// constantsOf lists what tells variants apart: the constants that each gives to the same property.
func constantsOf(ps []*openapi3.SchemaRef) (out []string) {
	for _, p := range ps {
		for _, v := range p.Value.Enum {
			if s := fmt.Sprint(v); len(ps) > 1 && !slices.Contains(out, s) {
				out = append(out, s)
			}
		}
	}
	return out
}

// facts puts limits and defaults into words.
func facts(s *openapi3.Schema) string {
	var out []string
	if isWrapper(s) {
		if f := facts(s.AllOf[0].Value); f != "" {
			out = append(out, f)
		}
	}
	num := func(f float64) string { return strconv.FormatFloat(f, 'f', -1, 64) }
	from := "At least"
	if s.ExclusiveMin.Bool != nil && *s.ExclusiveMin.Bool {
		from = "Over"
	}
	switch {
	case s.Min != nil && s.Max != nil && from == "Over":
		out = append(out, "Over "+num(*s.Min)+", up to "+num(*s.Max)+".")
	case s.Min != nil && s.Max != nil:
		out = append(out, num(*s.Min)+" to "+num(*s.Max)+".")
	case s.Min != nil:
		out = append(out, from+" "+num(*s.Min)+".")
	case s.Max != nil:
		out = append(out, "At most "+num(*s.Max)+".")
	}
	if s.MaxLength != nil {
		out = append(out, fmt.Sprintf("At most %d characters.", *s.MaxLength))
	}
	if s.MaxItems != nil {
		out = append(out, fmt.Sprintf("At most %d items.", *s.MaxItems))
	}
	if len(s.Enum) == 1 {
		out = append(out, fmt.Sprintf("Always %v.", s.Enum[0]))
	}
	if v := s.Default; v != nil && fmt.Sprint(v) != "" {
		out = append(out, fmt.Sprintf("Default %v.", v))
	}
	return strings.Join(out, " ")
}
