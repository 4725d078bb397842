// Levels: what a finding means for a client.

package contract

import "fmt"

// A Level says what a finding means for a client.
type Level int

// The levels, in order. As text they are "fine", "drift" and "break".
const (
	Fine  Level = iota // as described
	Drift              // not as described, and a client reads it all the same
	Break              // a client would misread it
)

var levels = []string{Fine: "fine", Drift: "drift", Break: "break"}

// String returns the level's name.
func (l Level) String() string {
	if l < 0 || int(l) >= len(levels) {
		return fmt.Sprintf("Level(%d)", int(l))
	}
	return levels[l]
}

// MarshalText returns the level's name.
func (l Level) MarshalText() ([]byte, error) { return []byte(l.String()), nil }

// UnmarshalText reads the name of a level, and refuses other texts.
func (l *Level) UnmarshalText(text []byte) error {
	for i, name := range levels {
		if name == string(text) {
			*l = Level(i)
			return nil
		}
	}
	return fmt.Errorf("want fine, drift or break")
}
