// What was seen: answers of the service that its description does not allow.

package reading

import (
	_ "embed"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
	"go.yaml.in/yaml/v3"
)

//go:embed seen.yaml
var seenYAML []byte

// A sight is what was seen at one place.
type sight struct {
	Also    []string `yaml:"also"`
	Without []string `yaml:"without"`
	Source  string   `yaml:"source"`
}

// kinds are those that are read as well.
func (s sight) kinds() (all kind) {
	for _, name := range s.Also {
		all |= described[name]
	}
	return all
}

// addSeen has schemas of components compiled by what was seen. It returns the entries that change nothing.
func (r *Reading) addSeen() (idle []string, err error) {
	var seen map[string]sight
	if err := yaml.Unmarshal(seenYAML, &seen); err != nil {
		return nil, fmt.Errorf("seen.yaml: %w", err)
	}
	for _, at := range slices.Sorted(maps.Keys(seen)) {
		component, member, _ := strings.Cut(at, ".")
		s, said := seen[at], r.Doc.Components.Schemas[component]
		if said == nil || member != "" && said.Value.Properties[member] == nil {
			idle = append(idle, at)
			continue
		}
		for _, name := range s.Without {
			if !slices.Contains(said.Value.Required, name) {
				idle = append(idle, at+" without "+name)
			}
		}
		if member != "" && (compiler{done: map[*openapi3.Schema]*node{}}).node(said.Value.Properties[member].Value).kinds&s.kinds() != 0 {
			idle = append(idle, at+" also")
		}
		if r.schemas.seen[said.Value] == nil {
			r.schemas.seen[said.Value] = map[string]sight{}
		}
		r.schemas.seen[said.Value][member] = s
	}
	return idle, nil
}
