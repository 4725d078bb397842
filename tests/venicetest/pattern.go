// Patterns of samples: text that a regular expression matches.

package venicetest

import (
	"fmt"
	"regexp/syntax"
	"strings"
)

// maxRepeat bounds what a pattern may repeat without an end.
const maxRepeat = 12

// matching returns a text that matches the pattern. The error says what in the pattern has no samples.
func (s *sampler) matching(pattern string) (string, error) {
	re, err := syntax.Parse(pattern, syntax.Perl)
	if err != nil {
		return "", fmt.Errorf("pattern %q: %w", pattern, err)
	}
	var text strings.Builder
	if err := s.match(&text, re); err != nil {
		return "", fmt.Errorf("pattern %q: %w", pattern, err)
	}
	return text.String(), nil
}

func (s *sampler) match(to *strings.Builder, re *syntax.Regexp) error {
	times := func(least, most int) error {
		n := pick(s, []int{least, most, least + s.rand.IntN(most-least+1)})
		for range n {
			if err := s.match(to, re.Sub[0]); err != nil {
				return err
			}
		}
		return nil
	}
	switch re.Op {
	case syntax.OpEmptyMatch, syntax.OpBeginText, syntax.OpEndText:
		return nil
	case syntax.OpLiteral:
		to.WriteString(string(re.Rune))
		return nil
	case syntax.OpCharClass:
		i := 2 * s.rand.IntN(len(re.Rune)/2) // pairs of first and last
		to.WriteRune(re.Rune[i] + s.rand.Int32N(re.Rune[i+1]-re.Rune[i]+1))
		return nil
	case syntax.OpCapture:
		return s.match(to, re.Sub[0])
	case syntax.OpConcat:
		for _, sub := range re.Sub {
			if err := s.match(to, sub); err != nil {
				return err
			}
		}
		return nil
	case syntax.OpAlternate:
		return s.match(to, pick(s, re.Sub))
	case syntax.OpQuest:
		return times(0, 1)
	case syntax.OpStar:
		return times(0, maxRepeat)
	case syntax.OpPlus:
		return times(1, maxRepeat)
	case syntax.OpRepeat:
		if re.Max < 0 {
			return times(re.Min, re.Min+maxRepeat)
		}
		return times(re.Min, re.Max)
	}
	return fmt.Errorf("no samples of %q", re)
}
