// An exchange: one call of a text model that is under way, whichever route it came by.

package venicetest

import (
	"fmt"
	"hash/fnv"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/venice-go/venice/tests/venicetest/internal/catalog"
	"github.com/venice-go/venice/tests/venicetest/internal/mind"
	"github.com/venice-go/venice/tests/venicetest/internal/tokens"
)

type exchange struct {
	mind.Prompt
	model      *catalog.Model
	notary     notary
	created    int64
	n          int // answers
	logprobs   bool
	top        int            // likely tokens beside each
	at         string         // the member of the request that has the conversation
	lax        bool           // thinking need not come back
	parameters map[string]any // venice_parameters as they hold
	space      string         // in which beginnings of prompts are shared
	prompt     []string       // tokens
	marked     bool           // a part asks to be cached
	fee        money          // for wallets
}

// open begins an exchange with the model that the request names, if the caller can pay.
func (h *Handler) open(r *request) (*exchange, *answer) {
	h.lock()
	defer h.mu.Unlock()
	if refusal := h.afford(r, 0); refusal != nil {
		return nil, refusal
	}
	m, refusal := h.modelOf(r, "text")
	if refusal != nil {
		return nil, refusal
	}
	e := &exchange{model: m, created: h.now().Unix(), n: 1, at: "messages", parameters: maps.Clone(defaultParameters), notary: h.notary(m)}
	e.ID = "chatcmpl-" + h.randomHex(16)
	e.Seed = h.seed
	e.space = m.ID + "\x00"
	if r.key != nil {
		e.space += r.key.owner
	} else {
		e.space, e.fee = e.space+r.wallet.address, walletFee
	}
	return e, nil
}

// defaultParameters are the venice_parameters of a call that sets none.
var defaultParameters = map[string]any{
	"enable_e2ee": true, "enable_web_search": "off", "enable_web_citations": false, "enable_web_scraping": false,
	"include_venice_system_prompt": true, "include_search_results_in_stream": false,
	"return_search_results_as_documents": false, "strip_thinking_response": false, "disable_thinking": false,
}

// apply takes over the parameters that are known; the service drops others.
func (e *exchange) apply(asked map[string]any) {
	for name, v := range asked {
		if _, known := defaultParameters[name]; known || name == "character_slug" || name == "enable_x_search" {
			e.parameters[name] = v
		}
	}
}

// suffix applies the settings behind a model's name: "id:enable_web_search=on&disable_thinking=true".
func (e *exchange) suffix(name string) {
	_, settings, _ := strings.Cut(name, ":")
	for setting := range strings.SplitSeq(settings, "&") {
		name, value, _ := strings.Cut(setting, "=")
		var v any = value
		if value == "true" || value == "false" {
			v = value == "true"
		}
		if is, was := fmt.Sprintf("%T", v), fmt.Sprintf("%T", defaultParameters[name]); is == was || name == "character_slug" {
			e.apply(map[string]any{name: v})
		}
	}
}

func (e *exchange) is(parameter string) bool { return e.parameters[parameter] == true }

// reseed has the choices of the model follow from the seed of the fake, and that of the request.
func (e *exchange) reseed(seed float64) {
	if seed != 0 {
		sum := fnv.New64a()
		fmt.Fprint(sum, e.Seed, seed)
		e.Seed = sum.Sum64()
	}
}

// efforts are the sentences of thinking that a model writes.
var efforts = map[string]int{"none": 0, "minimal": 1, "low": 1, "medium": 2, "high": 3, "xhigh": 4, "max": 6}

// think says how much the model thinks: as asked, else as it does by itself.
func (e *exchange) think(effort string, enabled *bool) {
	t := e.model.Text
	if !t.Reasoning {
		return
	}
	always := len(t.Efforts) > 0 && !slices.Contains(t.Efforts, "none")
	if effort == "" || effort == "none" && always {
		effort = t.Effort
	}
	sentences, known := efforts[effort]
	if !known {
		sentences = efforts["medium"]
	}
	if enabled != nil && *enabled {
		sentences = max(sentences, efforts["low"])
	}
	if !always && (enabled != nil && !*enabled || e.is("disable_thinking")) {
		sentences = 0
	}
	e.Effort = sentences
}

// prompts are those that the service has seen.
type prompts struct {
	mu sync.Mutex
	tokens.Cache
}

func (p *prompts) add(space string, prompt []string) (cached int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.Add(space, prompt)
}
