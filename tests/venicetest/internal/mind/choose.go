// Which tools are called, and with what.

package mind

import (
	"fmt"
	"hash/fnv"
	"slices"
	"strings"
	"unicode"

	"github.com/venice-go/venice/tests/venicetest/internal/instance"
)

// maxCalls is how often one tool is called at once.
const maxCalls = 8

// calls makes those of an answer, none if the user speaks of something else.
func (p *Prompt) calls(last Message, n int) ([]Call, error) {
	var made []Call
	for _, t := range p.choose(last.Text) {
		h := hints(p.said(last))
		arguments, err := p.arguments(t, n, h)
		if err != nil {
			return nil, err
		}
		all := []string{arguments}
		if len(h.Names) > 1 && strings.Contains(arguments, quote(h.Names[0])) && !strings.Contains(arguments, quote(h.Names[1])) {
			all = all[:0] // a tool that takes one name at a time is called for each
			for i := range min(len(h.Names), maxCalls) {
				one := h
				one.Names = h.Names[i : i+1]
				if arguments, err = p.arguments(t, n+i, one); err != nil {
					return nil, err
				}
				all = append(all, arguments)
			}
		}
		for _, arguments := range all {
			made = append(made, Call{p.callID(n, len(made)), t.Name, arguments})
		}
	}
	if p.Serial && len(made) > 1 {
		made = made[:1]
	}
	return made, nil
}

func (p *Prompt) callID(n, i int) string {
	h := fnv.New64a()
	fmt.Fprint(h, p.ID, n, i)
	return fmt.Sprintf("call_%016x", h.Sum64())
}

// arguments are an object that the tool's schema accepts.
func (p *Prompt) arguments(t Tool, n int, h instance.Hints) (string, error) {
	if t.Schema == nil {
		return "{}", nil
	}
	made, err := t.Schema.Make(p.Seed+uint64(n), h)
	if err != nil {
		return "", fmt.Errorf("the parameters of %s: %w", t.Name, err)
	}
	if made[0] != '{' { // a schema that says nothing
		return "{}", nil
	}
	return string(made), nil
}

// choose says which tools to call: the one that is named; the ones that share a word with the text, in their name, else
// in what is said about them; the first if one has to be called, or the text speaks of tools.
func (p *Prompt) choose(text string) []Tool {
	if p.Named != "" {
		i := slices.IndexFunc(p.Tools, func(t Tool) bool { return t.Name == p.Named })
		return p.Tools[max(i, 0) : i+1]
	}
	if p.Choice == "none" || len(p.Tools) == 0 {
		return nil
	}
	spoken := words(text)
	about := func(of func(Tool) string) []Tool {
		var list []Tool
		for _, t := range p.Tools {
			if slices.ContainsFunc(words(of(t)), func(w string) bool { return slices.ContainsFunc(spoken, func(s string) bool { return alike(s, w) }) }) {
				list = append(list, t)
			}
		}
		return list
	}
	if list := about(func(t Tool) string { return t.Name }); len(list) > 0 {
		return list
	}
	if list := about(func(t Tool) string { return t.About }); len(list) > 0 {
		return list
	}
	lower := strings.ToLower(text)
	mentioned := slices.ContainsFunc([]string{"tool", "function", "call "}, func(w string) bool { return strings.Contains(lower, w) })
	if p.Choice == "required" || mentioned {
		return p.Tools[:1]
	}
	if len(hints(text).Numbers) > 0 { // a tool that reckons is for numbers
		for i, t := range p.Tools {
			if made, err := p.arguments(t, 0, instance.Hints{Numbers: []string{"1234567"}}); err == nil && strings.Contains(made, "1234567") {
				return p.Tools[i : i+1]
			}
		}
	}
	return nil
}

// plain are words that are about nothing.
var plain = strings.Fields("get set the and for with from this that these those you your are was what how who can has its any all " +
	"not use tool tools function call please about into when which where would could should will there their then than one " +
	"returns return given gets sets user users data value values")

// words are those of a text, also of names such as get_weather and getWeather.
func words(text string) (list []string) {
	var spaced strings.Builder
	before := ' '
	for _, c := range text {
		if unicode.IsUpper(c) && unicode.IsLower(before) {
			spaced.WriteByte(' ')
		}
		spaced.WriteRune(unicode.ToLower(c))
		before = c
	}
	for _, w := range strings.FieldsFunc(spaced.String(), func(c rune) bool { return !unicode.IsLetter(c) }) {
		if len([]rune(w)) > 2 && !slices.Contains(plain, w) || len(w) > 2 && w[0] >= 0x80 {
			list = append(list, w)
		}
	}
	return list
}

// alike reports whether two words are forms of one: most of the longer is the shorter.
func alike(a, b string) bool {
	n := 0
	for n < min(len(a), len(b)) && a[n] == b[n] {
		n++
	}
	return n >= 3 && (n == min(len(a), len(b)) || n >= 5) && 2*n >= max(len(a), len(b))
}
