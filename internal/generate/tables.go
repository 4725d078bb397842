package main

// The tables beside the compiler: what a person decided and no rule could.

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"

	"github.com/getkin/kin-openapi/openapi3"
	"go.yaml.in/yaml/v3"
)

type tables struct {
	Names      map[string]string            `yaml:"names"`      // site -> component name
	Methods    map[string]string            `yaml:"methods"`    // operation -> Go method name
	Access     map[string][]string          `yaml:"access"`     // access -> operations
	Effects    map[string][]string          `yaml:"effects"`    // effect -> operations
	Choose     map[string]choice            `yaml:"choose"`     // operation -> what selects JSON or media
	Streams    map[string]string            `yaml:"streams"`    // operation -> component of an event
	Errors     []addedErrors                `yaml:"errors"`     // error statuses that the description leaves out
	Components map[string]any               `yaml:"components"` // schemas of ours
	OpenIDs    []string                     `yaml:"openIDs"`    // properties whose enum is an open list of ids
	Integers   []string                     `yaml:"integers"`   // properties that upstream calls number and are whole
	Decimals   []string                     `yaml:"decimals"`   // Component.property, amounts of which every digit counts
	Open       []string                     `yaml:"open"`       // components that keep what they do not know, as unions do
	ThreeState []string                     `yaml:"threeState"` // components in which absent, null and value differ
	SameType   map[string]string            `yaml:"sameType"`   // component -> component whose Go type serves both
	Stamps     map[string]map[string]string `yaml:"stamps"`     // union variant -> property -> constant that upstream does not state
	Params     map[string][]string          `yaml:"params"`     // union variant -> optional properties that its constructor takes
	Typed      map[string]string            `yaml:"typed"`      // Component.property, free-form upstream -> component

	prose    *prose
	lock     *lock
	lockFile string
}

// A choice says how a caller asks for JSON or for media where an operation answers both.
type choice struct {
	Field   string `yaml:"field"`   // request field that selects; Accept if empty
	JSON    any    `yaml:"json"`    // its value for JSON
	Media   any    `yaml:"media"`   // its value for media
	Suffix  string `yaml:"suffix"`  // of the media method's name
	Service bool   `yaml:"service"` // the service chooses
}

type addedErrors struct {
	Operations []string          `yaml:"operations"` // patterns, see matches
	Statuses   map[string]string `yaml:"statuses"`   // status -> component
}

func loadTables(dir string) (*tables, error) {
	t := &tables{lockFile: filepath.Join(dir, "names.lock")}
	for _, name := range []string{"tables.yaml", "own.yaml"} {
		b, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			return nil, err
		}
		d := yaml.NewDecoder(bytes.NewReader(b))
		d.KnownFields(true)
		if err := d.Decode(t); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
	}
	var err error
	if t.prose, err = loadProse(filepath.Join(dir, "prose")); err != nil {
		return nil, err
	}
	t.lock, err = loadLock(t.lockFile)
	return t, err
}

// count refuses a document that has lost operations without a new version: it was cut off on its way.
func (t *tables) count(doc *openapi3.T) error {
	n := 0
	for range operations(doc) {
		n++
	}
	if doc.Info.Version == t.lock.version && n < t.lock.operations {
		return fmt.Errorf("#/paths: %d operations, but revision %s has %d: the document looks truncated", n, t.lock.version, t.lock.operations)
	}
	return nil
}
