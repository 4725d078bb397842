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
	Operations map[string]ownOperation      `yaml:"operations"` // operations that no description lists
	Parameters map[string][]any             `yaml:"parameters"` // operation -> parameters that the description leaves out
	Fixes      map[string]fix               `yaml:"fixes"`      // site -> what the description leaves out or gets wrong there
	Retired    map[string]retirement        `yaml:"retired"`    // operation -> its end
	Constants  map[string]map[string]string `yaml:"constants"`  // enum -> value -> the end of its constant's name
	Pages      []pageStyle                  `yaml:"pages"`      // how lists come in pages
	OpenIDs    []string                     `yaml:"openIDs"`    // properties whose enum is an open list of ids
	Integers   []string                     `yaml:"integers"`   // properties that upstream calls number and are whole
	Decimals   []string                     `yaml:"decimals"`   // Component.property, amounts of which every digit counts
	Public     map[string]string            `yaml:"public"`     // texts that are called like a secret and are none -> why
	Vectors    []string                     `yaml:"vectors"`    // Component.property, lists of numbers that may come in base64
	Secrets    []string                     `yaml:"secrets"`    // properties, everywhere or of one component, texts that must not be printed
	ThreeState []string                     `yaml:"threeState"` // components in which absent, null and value differ
	SameType   map[string]string            `yaml:"sameType"`   // component -> component whose Go type serves both
	Stamps     map[string]map[string]string `yaml:"stamps"`     // union variant -> property -> constant that upstream does not state
	Params     map[string][]string          `yaml:"params"`     // union variant -> optional properties that its constructor takes
	Typed      map[string]string            `yaml:"typed"`      // Component.property, free-form upstream -> component

	leans    map[string][]string // Go name -> files written by hand that use it
	prose    *prose
	before   openapi3.Schemas // components of the description that is replaced
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
	files, err := filepath.Glob(filepath.Join(dir, "own", "*.yaml"))
	if err != nil {
		return nil, err
	}
	for _, name := range append(files, filepath.Join(dir, "tables.yaml")) {
		b, err := os.ReadFile(name)
		if err != nil {
			return nil, err
		}
		d := yaml.NewDecoder(bytes.NewReader(b))
		d.KnownFields(true)
		if err := d.Decode(t); err != nil {
			return nil, fmt.Errorf("%s: %w", filepath.Base(name), err)
		}
	}
	b, err := os.ReadFile(filepath.Join(dir, "leans.yaml"))
	if err == nil {
		err = yaml.Unmarshal(b, &t.leans)
	}
	if err != nil {
		return nil, fmt.Errorf("leans.yaml: %w", err)
	}
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

// unusedEntries lists what the tables say of operations and components that the document has not got.
func (t *tables) unusedEntries(doc *openapi3.T) (out []string) {
	have := map[string]bool{}
	for key := range operations(doc) {
		have[key] = true
	}
	note := func(table string, keys ...string) {
		for _, k := range keys {
			if !have[k] {
				out = append(out, table+": "+k)
			}
		}
	}
	note("tables.yaml methods", sorted(t.Methods)...)
	note("tables.yaml choose", sorted(t.Choose)...)
	note("tables.yaml retired", sorted(t.Retired)...)
	note("own streams", sorted(t.Streams)...)
	for _, kind := range sorted(t.Access) {
		note("tables.yaml access", t.Access[kind]...)
	}
	for _, kind := range sorted(t.Effects) {
		note("tables.yaml effects", t.Effects[kind]...)
	}
	clear(have)
	for name, s := range doc.Components.Schemas {
		have[name] = true
		for k := range s.Value.Properties {
			have[name+"."+k], have[k] = true, true
		}
	}
	note("tables.yaml decimals", t.Decimals...)
	note("tables.yaml public", sorted(t.Public)...)
	note("tables.yaml vectors", t.Vectors...)
	note("tables.yaml secrets", t.Secrets...)
	note("tables.yaml threeState", t.ThreeState...)
	note("prose types", sorted(t.prose.Types)...)
	note("tables.yaml sameType", sorted(t.SameType)...)
	note("tables.yaml stamps", sorted(t.Stamps)...)
	note("tables.yaml params", sorted(t.Params)...)
	note("tables.yaml typed", sorted(t.Typed)...)
	note("tables.yaml constants", sorted(t.Constants)...)
	return out
}
