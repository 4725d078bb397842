// Models: finding one by what it is for, since ids of models come and go.

package venice

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/venice-go/venice/gen"
	"github.com/venice-go/venice/internal/memory"
	"github.com/venice-go/venice/internal/pick"
)

// ErrNoModel means that there is no model of the kind that was asked for. The error's text has the names to ask for.
var ErrNoModel = errors.New("venice: no such model")

// Models finds models by trait and by capability. It remembers what the service lists, and is safe for use by several
// goroutines: those that ask for the same at the same time share one call.
type Models struct {
	traits memory.Of[gen.ModelType, map[string]string]
	lists  memory.Of[gen.ModelType, listed]
}

// listed is what the service lists, and those of it that can be called, the best first.
type listed struct {
	models []gen.Model
	ranked []candidate
}

type candidate struct {
	id  string
	can map[string]bool
}

// NewModels returns a finder that asks client, and asks again for what is older than ttl. The lists change often, so keep
// ttl to minutes; 0 means 5 minutes.
func NewModels(client *Client, ttl time.Duration) *Models {
	if ttl == 0 {
		ttl = 5 * time.Minute
	}
	m := &Models{
		traits: memory.Of[gen.ModelType, map[string]string]{TTL: ttl, Now: time.Now},
		lists:  memory.Of[gen.ModelType, listed]{TTL: ttl, Now: time.Now},
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
	m.lists.Ask = func(ctx context.Context, kind gen.ModelType) (listed, error) {
		p := &gen.ListModelsParams{}
		set(&p.Type, kind)
		answer, err := client.ListModels(ctx, p)
		if err != nil && !errors.Is(err, ErrMisfit) {
			return listed{}, err
		}
		models := sound(answer.Data, err)
		return listed{models, ranked(models)}, nil
	}
	return m
}

// sound leaves out the models of which something came that no type takes: a price that cannot be read is not nothing.
func sound(models []gen.Model, err error) []gen.Model {
	misfits, some := errors.AsType[*gen.MisfitError](err)
	if !some {
		return models
	}
	if misfits.Omitted > 0 {
		return nil
	}
	wrong := map[string]bool{}
	for _, m := range misfits.Misfits {
		if parts := strings.Split(m.Pointer, "/"); len(parts) > 2 { // "/data/7/..."
			wrong[parts[2]] = true
		}
	}
	var list []gen.Model
	for i, m := range models {
		if !wrong[strconv.Itoa(i)] {
			list = append(list, m)
		}
	}
	return list
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
	list, err := m.lists.Get(ctx, "text")
	if err != nil {
		return "", err
	}
	for _, c := range list.ranked {
		if !slices.ContainsFunc(capabilities, func(name string) bool { return !c.can[name] }) {
			return c.id, nil
		}
	}
	known := map[string]bool{}
	for _, c := range list.ranked {
		maps.Copy(known, c.can)
	}
	return "", fmt.Errorf("%w: none can do %s; the capabilities are %s",
		ErrNoModel, strings.Join(capabilities, " and "), names(known))
}

// Find returns the entry of a model in the service's list: by its id, with or without the settings that follow a colon, or
// by a trait, such as "default", among the models of one kind. An empty kind means any, and then a trait is of the first
// kind that has it. The entry is shared, and not to be changed.
func (m *Models) Find(ctx context.Context, kind gen.ModelType, name string) (*gen.Model, error) {
	list, err := m.lists.Get(ctx, gen.ModelType(gen.ModelFilterAll))
	if err != nil {
		return nil, err
	}
	models := list.models
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

// ranked are the models that can be called now: the default first, those that are about to go last, else as they came.
func ranked(models []gen.Model) (list []candidate) {
	now := pick.Want{Beta: true, Deprecated: true}
	var able []*gen.Model
	for i := range models {
		if now.Lacks(&models[i]) == nil {
			able = append(able, &models[i])
		}
	}
	slices.SortStableFunc(able, func(a, b *gen.Model) int { return cmp.Compare(rank(a), rank(b)) })
	for _, m := range able {
		list = append(list, candidate{m.ID, pick.Capabilities(m)})
	}
	return list
}

func rank(m *gen.Model) int {
	switch {
	case slices.Contains(m.ModelSpec.Traits, "default"):
		return 0
	case m.ModelSpec.Deprecation != nil:
		return 2
	}
	return 1
}

// A Choice says what a model must have. What is zero does not matter, but that models in beta and those about to go are left
// out unless they are let in.
type Choice struct {
	Kind          gen.ModelType      // text if empty
	Capabilities  []string           // all of these, by the JSON names in [gen.ModelCapabilities]: "supportsE2EE"
	Traits        []string           // all of these
	Privacy       []gen.ModelPrivacy // one of these; nobody keeps prompts with [gen.ModelPrivacyPrivate] alone
	ContextTokens int64              // room for as many, input above all
	OutputTokens  int64              // answers of as many
	Beta          bool               // it may be in beta
	Deprecated    bool               // it may be about to be removed
	Mix           Mix                // of those that fit, the one that costs least for this; without it the default model, if it fits
}

// A Mix is of what a call is made, to compare prices by: Mix{Input: 3, Output: 1} is three tokens of prompt to each of the
// answer. For models that do not write text any Mix compares what one piece, second or character costs at least.
type Mix struct{ Input, CachedInput, Output float64 }

// Choose returns the entry of the model that fits a choice best, the same one for the same list: the cheapest or the
// default, else the first by id. The entry is shared, and not to be changed. If none fits, the error is [ErrNoModel] and
// says how many models lack what, and which of them lack one thing alone.
func (m *Models) Choose(ctx context.Context, choice Choice) (*gen.Model, error) {
	kind := cmp.Or(choice.Kind, gen.ModelTypeText)
	list, err := m.lists.Get(ctx, kind)
	if err != nil {
		return nil, err
	}
	models := list.models
	want := pick.Want{Capabilities: choice.Capabilities, Traits: choice.Traits, Privacy: choice.Privacy, ContextTokens: choice.ContextTokens,
		OutputTokens: choice.OutputTokens, Beta: choice.Beta, Deprecated: choice.Deprecated, Mix: pick.Mix(choice.Mix)}
	var fit []*gen.Model
	lacking, nearly := map[string]int{}, []string(nil)
	for i := range models {
		why := want.Lacks(&models[i])
		switch len(why) {
		case 0:
			fit = append(fit, &models[i])
		case 1:
			nearly = append(nearly, models[i].ID+" is "+why[0])
		}
		for _, w := range why {
			lacking[w]++
		}
	}
	if len(fit) > 0 {
		return slices.MinFunc(fit, func(a, b *gen.Model) int {
			costA, _ := want.Mix.Price(a)
			costB, _ := want.Mix.Price(b)
			if want.Mix == (pick.Mix{}) {
				costA, costB = 0, 0
			}
			return cmp.Or(cmp.Compare(costA, costB), cmp.Compare(rank(a), rank(b)), cmp.Compare(a.ID, b.ID))
		}), nil
	}
	var counts []string
	for _, why := range slices.Sorted(maps.Keys(lacking)) {
		counts = append(counts, fmt.Sprintf("%d are %s", lacking[why], why))
	}
	text := fmt.Sprintf("of %d %s models ", len(models), kind) + cmp.Or(strings.Join(counts, ", "), "none is there")
	if len(nearly) > 0 {
		slices.Sort(nearly)
		text += "; close: " + strings.Join(nearly[:min(3, len(nearly))], ", ")
	}
	return nil, fmt.Errorf("%w: %s", ErrNoModel, text)
}

// ErrModelLimit means that a model does not take what a request asks of it, by the service's list.
var ErrModelLimit = errors.New("the model does not take this")

// WithModelCheck holds requests against what the list says of their model before they are sent: how many tokens an answer
// may have, the efforts of reasoning, what messages may hold, sizes and shapes of images, lengths of films and music,
// voices. What does not fit is [ErrModelLimit], and the error says what the model takes. A model that is not in the list,
// and a list that cannot be had, keep nothing from being sent. By default the service alone checks.
func WithModelCheck(models *Models) Option {
	return sharedOption(func(s *settings) error {
		if models == nil {
			return errors.New("WithModelCheck: the models are nil")
		}
		s.guards = append(slices.Clip(s.guards), modelCheck{models})
		return nil
	})
}

type modelCheck struct{ models *Models }

// Admit implements [Guard].
func (c modelCheck) Admit(ctx context.Context, attempt *Attempt) (Witness, error) {
	kind, known := pick.Kinds[attempt.Path]
	request := pick.Read(attempt.Body)
	if !known || request == nil || request.Model() == "" {
		return nil, nil
	}
	m, err := c.models.Find(ctx, kind, request.Model())
	if err != nil {
		return nil, ctx.Err()
	}
	if wrong := pick.Check(m, attempt.Path, request); wrong != nil {
		return nil, fmt.Errorf("%w: %s takes %s", ErrModelLimit, m.ID, strings.Join(wrong, "; "))
	}
	return nil, nil
}
