// What models can do, as the service lists it.

package agent

import (
	"cmp"
	"context"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"
	"weak"

	"github.com/venice-go/venice"
	"github.com/venice-go/venice/gen"
	"github.com/venice-go/venice/internal/memory"
)

// An ability is what a request can need. Its name is that of the service.
type ability struct {
	name string
	of   func(*gen.ModelCapabilities) bool
}

var (
	callsTools = ability{"supportsFunctionCalling", func(c *gen.ModelCapabilities) bool { return c.SupportsFunctionCalling }}
	takesForms = ability{"supportsResponseSchema", func(c *gen.ModelCapabilities) bool { return c.SupportsResponseSchema }}
)

// listed remembers the text models of each client for as long as the client lives.
var listed sync.Map // weak.Pointer[venice.Client] to *memory.Of[struct{}, []gen.Model]

const (
	listTTL     = 5 * time.Minute
	listTimeout = 10 * time.Second // without the list calls are made all the same
)

func textModels(ctx context.Context, client *venice.Client) ([]gen.Model, error) {
	key := weak.Make(client)
	known, ok := listed.Load(key)
	if !ok {
		fresh := &memory.Of[struct{}, []gen.Model]{TTL: listTTL, Now: time.Now}
		fresh.Ask = func(ctx context.Context, _ struct{}) ([]gen.Model, error) {
			// By the key, since the client itself would never be let go. It lives as long as somebody asks.
			answer, err := key.Value().ListModels(ctx, &gen.ListModelsParams{Type: "text"}, venice.WithMaxAttempts(1), venice.WithTimeout(listTimeout))
			if err != nil {
				return nil, err
			}
			return answer.Data, nil
		}
		var loaded bool
		if known, loaded = listed.LoadOrStore(key, fresh); !loaded {
			runtime.AddCleanup(client, func(key weak.Pointer[venice.Client]) { listed.Delete(key) }, key)
		}
	}
	defer runtime.KeepAlive(client)
	return known.(*memory.Of[struct{}, []gen.Model]).Get(ctx, struct{}{})
}

// model is what the service lists of a model, or nil if it lists none by that name, or no list can be had: then the service
// itself decides. A name may have settings behind a colon.
func model(ctx context.Context, client *venice.Client, id string) (*gen.ModelSpec, []gen.Model) {
	all, err := textModels(ctx, client)
	if err != nil {
		return nil, nil
	}
	id, _, _ = strings.Cut(id, ":")
	for i := range all {
		if all[i].ID == id {
			return &all[i].ModelSpec, all
		}
	}
	return nil, all
}

// require says that a model lacks an ability, and which models have all that are needed.
func require(ctx context.Context, client *venice.Client, id string, needed ...ability) error {
	spec, all := model(ctx, client, id)
	if spec == nil || spec.Capabilities == nil {
		return nil
	}
	var lacks, have []string
	for _, a := range needed {
		if !a.of(spec.Capabilities) {
			lacks = append(lacks, a.name)
		}
	}
	if lacks == nil {
		return nil
	}
	const most = 5 // names are enough
	for _, m := range all {
		if s := m.ModelSpec; !isTrue(s.Beta) && !isTrue(s.Offline) && hasAll(s.Capabilities, needed) && len(have) < most {
			have = append(have, m.ID)
		}
	}
	return fmt.Errorf("%w: %s lacks %s; use one of: %s", ErrCapability, id, strings.Join(lacks, " and "),
		cmp.Or(strings.Join(have, ", "), "none that is listed"))
}

func isTrue(p *bool) bool { return p != nil && *p }

func hasAll(c *gen.ModelCapabilities, needed []ability) bool {
	for _, a := range needed {
		if c == nil || !a.of(c) {
			return false
		}
	}
	return true
}

// takes says which ability a model needs for a part of a message.
var takes = map[string]func(*gen.ModelCapabilities) bool{
	"image_url":   func(c *gen.ModelCapabilities) bool { return c.SupportsVision },
	"input_audio": func(c *gen.ModelCapabilities) bool { return c.SupportsAudioInput },
	"video_url":   func(c *gen.ModelCapabilities) bool { return c.SupportsVideoInput },
}

// hide takes out of results what the model cannot see or hear, and says so: with it each request would be refused from
// then on.
func (l *loop) hide(ctx context.Context, t *Turn) {
	spec, _ := model(ctx, l.Client, l.modelID())
	if spec == nil || spec.Capabilities == nil {
		return
	}
	for _, c := range t.Calls {
		all := len(c.Parts)
		c.Parts = slices.DeleteFunc(c.Parts, func(p gen.ContentPart) bool {
			can := takes[p.Type]
			return can != nil && !can(spec.Capabilities)
		})
		if n := all - len(c.Parts); n > 0 {
			c.Result += fmt.Sprintf(" (%d of the results cannot be shown to you.)", n)
		}
	}
}
