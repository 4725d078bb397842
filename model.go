// Models: finding one by what it is for, since ids of models come and go.

package venice

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/venice-go/venice/gen"
	"github.com/venice-go/venice/internal/loose"
	"github.com/venice-go/venice/internal/memory"
)

// ErrNoModel means that there is no model of the kind that was asked for. The error's text has the names to ask for.
var ErrNoModel = errors.New("venice: no such model")

// Models finds models by trait and by capability. It remembers what the service lists, and is safe for use by several
// goroutines: those that ask for the same at the same time share one call.
type Models struct {
	traits memory.Of[gen.ModelType, map[string]string]
	lists  memory.Of[gen.ModelType, []gen.Model]
}

// NewModels returns a finder that asks client, and asks again for what is older than ttl. The lists change often, so keep
// ttl to minutes; 0 means 5 minutes.
func NewModels(client *Client, ttl time.Duration) *Models {
	if ttl == 0 {
		ttl = 5 * time.Minute
	}
	m := &Models{
		traits: memory.Of[gen.ModelType, map[string]string]{TTL: ttl, Now: time.Now},
		lists:  memory.Of[gen.ModelType, []gen.Model]{TTL: ttl, Now: time.Now},
	}
	m.traits.Ask = func(ctx context.Context, kind gen.ModelType) (map[string]string, error) {
		p := &gen.ListModelTraitsParams{}
		set(&p.Type, kind)
		answer, err := client.ListModelTraits(ctx, p)
		if err != nil {
			return nil, err
		}
		return answer.Data, nil
	}
	m.lists.Ask = func(ctx context.Context, kind gen.ModelType) ([]gen.Model, error) {
		p := &gen.ListModelsParams{}
		set(&p.Type, kind)
		answer, err := client.ListModels(ctx, p)
		if err != nil {
			return nil, err
		}
		return answer.Data, nil
	}
	return m
}

// set sets a parameter for the kind of model, whose type differs from one operation to the next.
func set[T ~string](p *T, kind gen.ModelType) { *p = T(kind) }

// ByTrait returns the id of the model that the service has chosen for a trait, such as "default" or "fastest", among the
// models of one kind; an empty kind means text.
func (m *Models) ByTrait(ctx context.Context, kind gen.ModelType, trait string) (string, error) {
	kind = cmp.Or(kind, "text")
	traits, err := m.traits.Get(ctx, kind)
	if err != nil {
		return "", err
	}
	if id := traits[trait]; id != "" {
		return id, nil
	}
	return "", fmt.Errorf("%w: the traits of %s models are %s, not %q", ErrNoModel, kind, names(traits), trait)
}

// ByCapability returns the id of a text model that can do all that is named, by the JSON names in
// [gen.ModelCapabilities], such as "supportsVision". Of several it prefers the default model, then those that are not
// about to be removed, in the order of the service's list; models that are offline or in closed beta are left out.
func (m *Models) ByCapability(ctx context.Context, capabilities ...string) (string, error) {
	models, err := m.lists.Get(ctx, "text")
	if err != nil {
		return "", err
	}
	list, err := candidates(models)
	if err != nil {
		return "", err
	}
	known := map[string]bool{}
	for _, model := range list {
		if !slices.ContainsFunc(capabilities, func(name string) bool { return !model.can[name] }) {
			return model.id, nil
		}
		maps.Copy(known, model.can)
	}
	return "", fmt.Errorf("%w: none can do %s; the capabilities are %s",
		ErrNoModel, strings.Join(capabilities, " and "), names(known))
}

// Find returns the entry of a model in the service's list: by its id, with or without the settings that follow a colon, or
// by a trait, such as "default", among the models of one kind. An empty kind means any, and then a trait is of the first
// kind that has it. The entry is shared, and not to be changed.
func (m *Models) Find(ctx context.Context, kind gen.ModelType, name string) (*gen.Model, error) {
	models, err := m.lists.Get(ctx, gen.ModelType(gen.ModelFilterAll))
	if err != nil {
		return nil, err
	}
	id, _, _ := strings.Cut(name, ":")
	for _, fits := range []func(*gen.Model) bool{
		func(m *gen.Model) bool { return m.ID == name },
		func(m *gen.Model) bool { return m.ID == id },
		func(m *gen.Model) bool { return slices.Contains(m.ModelSpec.Traits, id) },
	} {
		for i := range models {
			if (kind == "" || models[i].Type == kind) && fits(&models[i]) {
				return &models[i], nil
			}
		}
	}
	return nil, fmt.Errorf("%w: %q is not in the list of %s models", ErrNoModel, name, cmp.Or(kind, "all"))
}

func names[T any](m map[string]T) string { return strings.Join(slices.Sorted(maps.Keys(m)), ", ") }

// A candidate is a text model that can be called now.
type candidate struct {
	id   string
	rank int
	can  map[string]bool
}

// candidates returns the models that can be called, the best first.
func candidates(models []gen.Model) ([]candidate, error) {
	var list []candidate
	for _, model := range models {
		var spec struct { // by JSON, so that capabilities need not be listed here
			Offline, Beta bool
			Traits        []string
			Deprecation   any
			Capabilities  map[string]any
		}
		if err := loose.Recast(model.ModelSpec, &spec); err != nil {
			return nil, err
		}
		if spec.Offline || spec.Beta {
			continue
		}
		next := candidate{id: model.ID, rank: 1, can: map[string]bool{}}
		switch {
		case slices.Contains(spec.Traits, "default"):
			next.rank = 0
		case spec.Deprecation != nil:
			next.rank = 2
		}
		for name, value := range spec.Capabilities {
			if can, isFlag := value.(bool); isFlag {
				next.can[name] = can
			}
		}
		list = append(list, next)
	}
	slices.SortStableFunc(list, func(a, b candidate) int { return cmp.Compare(a.rank, b.rank) })
	return list, nil
}
