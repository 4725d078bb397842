// Texts of a schema: plain, of a format, and of a pattern.

package instance

import (
	"errors"
	"fmt"
	"regexp/syntax"
	"strings"
)

// formats has a text for each format that the validator asserts. A # stands for any digit but 0.
var formats = map[string]string{
	"date": "2026-07-0#", "time": "12:3#:00Z", "date-time": "2026-07-0#T12:3#:00Z", "duration": "P#DT2H", "period": "2026-07-0#T12:30:00Z/P1D",
	"email": "ada#@example.com", "idn-email": "ada#@example.com", "hostname": "www#.example.com", "idn-hostname": "www#.example.com",
	"ipv4": "192.0.2.##", "ipv6": "2001:db8::##", "uri": "https://example.com/##", "iri": "https://example.com/##",
	"uri-reference": "/about/#", "iri-reference": "/about/#", "uri-template": "https://example.com/#/{id}",
	"uuid": "3f2b8c1e-5d4a-4b6f-9e7d-0a1b2c3d##e#", "json-pointer": "/a/#", "relative-json-pointer": "#/a", "regex": "^[a-z]{#}$",
	"semver": "1.#.#",
}

func (m *maker) text(f *object, name string) (any, error) {
	least, most := count(f, "minLength", 0), count(f, "maxLength", 1<<20)
	if pattern := f.text("pattern"); pattern != "" {
		return m.matching(pattern, least, most)
	}
	if text := formats[f.text("format")]; text != "" {
		return m.digits(text), nil
	}
	text := m.hint(name)
	for len([]rune(text)) < least {
		text += " " + m.hint(name)
	}
	if runes := []rune(text); len(runes) > most {
		text = strings.TrimSpace(string(runes[:most]))
		for len([]rune(text)) < least {
			text += "x"
		}
	}
	return text, nil
}

func (m *maker) digits(text string) string {
	return strings.Map(func(c rune) rune {
		if c == '#' {
			return '1' + rune(m.rand.IntN(9))
		}
		return c
	}, text)
}

const hintLength = 200 // characters

// hint is the next of the names, else the text, else the name of the member.
func (m *maker) hint(name string) string {
	if m.names < len(m.hints.Names) {
		m.names++
		return m.hints.Names[m.names-1]
	}
	if text := strings.TrimSpace(m.hints.Text); text != "" {
		if runes := []rune(text); len(runes) > hintLength {
			text = strings.TrimSpace(string(runes[:hintLength]))
		}
		return text
	}
	if name != "" {
		return name
	}
	return "text"
}

// matching makes a text of a pattern and of a length, in characters.
func (m *maker) matching(pattern string, least, most int) (string, error) {
	re, err := syntax.Parse(pattern, syntax.Perl)
	if err != nil {
		return "", fmt.Errorf("the pattern %q: %w", pattern, err)
	}
	for more := range 60 {
		var text strings.Builder
		if err := m.match(&text, re, more/3); err != nil {
			return "", fmt.Errorf("the pattern %q: %w", pattern, err)
		}
		if n := len([]rune(text.String())); least <= n && n <= most {
			return text.String(), nil
		}
	}
	if re.Op != syntax.OpConcat || re.Sub[len(re.Sub)-1].Op != syntax.OpEndText { // it ends as it likes
		var text strings.Builder
		if err := m.match(&text, re, 0); err == nil {
			for len([]rune(text.String())) < least {
				text.WriteByte('x')
			}
			return text.String(), nil
		}
	}
	return "", fmt.Errorf("no text of the pattern %q has %d to %d characters", pattern, least, most)
}

// match writes a text of an expression, in which a repetition is done up to more times oftener than it has to.
func (m *maker) match(to *strings.Builder, re *syntax.Regexp, more int) error {
	if to.Len() > 1<<20 {
		return errors.New("its texts are too long")
	}
	repeat := func(least, most int) error {
		n := least + m.rand.IntN(more+1)
		if most >= 0 {
			n = min(n, most)
		}
		for range n {
			if err := m.match(to, re.Sub[0], more); err != nil {
				return err
			}
		}
		return nil
	}
	switch re.Op {
	case syntax.OpEmptyMatch, syntax.OpBeginText, syntax.OpEndText, syntax.OpBeginLine, syntax.OpEndLine, syntax.OpWordBoundary:
		return nil
	case syntax.OpLiteral:
		to.WriteString(string(re.Rune))
		return nil
	case syntax.OpAnyChar, syntax.OpAnyCharNotNL:
		to.WriteRune('a' + rune(m.rand.IntN(26)))
		return nil
	case syntax.OpCharClass:
		to.WriteRune(m.oneOf(re.Rune))
		return nil
	case syntax.OpCapture:
		return m.match(to, re.Sub[0], more)
	case syntax.OpAlternate:
		return m.match(to, re.Sub[m.rand.IntN(len(re.Sub))], more)
	case syntax.OpQuest:
		return repeat(0, 1)
	case syntax.OpStar:
		return repeat(0, -1)
	case syntax.OpPlus:
		return repeat(1, -1)
	case syntax.OpRepeat:
		return repeat(re.Min, re.Max)
	case syntax.OpConcat:
		for _, sub := range re.Sub {
			if err := m.match(to, sub, more); err != nil {
				return err
			}
		}
		return nil
	}
	return fmt.Errorf("nothing is known to match %q", re)
}

// oneOf picks a character of a class, which is pairs of first and last: a letter or digit if it has any.
func (m *maker) oneOf(class []rune) rune {
	const nice = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
	start := m.rand.IntN(len(nice))
	for i := range len(nice) {
		c := rune(nice[(start+i)%len(nice)])
		for p := 0; p < len(class); p += 2 {
			if class[p] <= c && c <= class[p+1] {
				return c
			}
		}
	}
	return class[0]
}
