// Calls of blockchain nodes.

package venicetest

import (
	"bytes"
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/venice-go/venice/tests/venicetest/internal/node"
)

const (
	creditPrice   = money(7000) // 7e-7 USD
	plainCredits  = 20
	dearCredits   = 30 // on networks where a call costs more
	failedCredits = 5
	callsPerMin   = 100
	replayFor     = 24 * time.Hour
)

// A replay is an answer that was given under an idempotency key.
type replay struct {
	body   []byte
	answer answer
	at     time.Time
}

// An rpcCall is one call of a batch.
type rpcCall struct {
	ID     json.RawMessage   `json:"id"`
	Method string            `json:"method"`
	Params []json.RawMessage `json:"params"`
}

func (h *Handler) rpcNetworks(*request) answer { return ok(map[string]any{"networks": node.Names()}) }

// passRPC answers one call or a batch. Base and Solana are the chains that payments are settled on; the others are empty.
func (h *Handler) passRPC(r *request) answer {
	name := r.PathValue("network")
	network, known := node.Networks[name]
	if !known {
		return refuse(http.StatusBadRequest, "Unsupported network: "+name+". GET /crypto/rpc/networks lists those that there are.")
	}
	key := r.owner() + " " + name + " " + r.Header.Get("Idempotency-Key")
	if old, again := h.replays[key]; again && r.Header.Get("Idempotency-Key") != "" && h.now().Sub(old.at) < replayFor {
		if !bytes.Equal(old.body, r.raw) {
			return refuse(http.StatusBadRequest, "The Idempotency-Key was used with another body.")
		}
		a := old.answer
		a.header = a.header.Clone()
		a.header.Set("Idempotent-Replayed", "true")
		return a
	}
	calls, batch, refusal := readCalls(r.raw)
	if refusal != nil {
		return *refusal
	}
	for _, c := range calls {
		if why := h.cannotCall(name, network, c.Method); why != "" {
			return refuse(http.StatusBadRequest, why)
		}
	}
	if refusal := h.tooFast(r.operation+" "+r.owner(), callsPerMin); refusal != nil {
		for header, n := range map[string]int64{"Limit": callsPerMin, "Remaining": 0, "Reset": h.now().Add(time.Minute).Unix()} {
			if refusal.header == nil {
				refusal.header = http.Header{}
			}
			refusal.header.Set("X-RateLimit-"+header, strconv.FormatInt(n, 10))
		}
		return *refusal
	}
	a := h.carryCalls(r, name, network, calls, batch)
	if a.status == http.StatusOK && r.Header.Get("Idempotency-Key") != "" {
		h.replays[key] = replay{r.raw, a, h.now()}
	}
	return a
}

func readCalls(raw []byte) (calls []rpcCall, batch bool, refusal *answer) {
	if batch = bytes.HasPrefix(bytes.TrimSpace(raw), []byte("[")); !batch {
		raw = slices.Concat([]byte("["), raw, []byte("]"))
	}
	if err := json.Unmarshal(raw, &calls); err != nil || len(calls) == 0 {
		return nil, false, new(refuse(http.StatusBadRequest, "Invalid JSON-RPC request"))
	}
	return calls, batch, nil
}

// cannotCall says why the whole request is refused for one of its methods.
func (h *Handler) cannotCall(name string, network node.Network, method string) string {
	lower := strings.ToLower(method)
	switch {
	case strings.Contains(lower, "subscribe"), strings.Contains(lower, "filter") && lower != "trace_filter":
		return "Method not allowed: " + method + " needs a connection or a filter that the node keeps."
	case chainOf(name)[method] == nil && !network.Has(method):
		return "Unsupported method: " + method
	}
	return ""
}

// chainOf is the fake's own chain behind a network, or nil.
func chainOf(name string) map[string]chainMethod {
	return map[string]map[string]chainMethod{"base-mainnet": baseMethods, "solana-mainnet": solanaMethods}[name]
}

// carryCalls asks the node, and charges for each call.
func (h *Handler) carryCalls(r *request, name string, network node.Network, calls []rpcCall, batch bool) answer {
	most := money(0)
	for _, c := range calls {
		most += creditPrice * money(creditsFor(name, c.Method))
	}
	if refusal := h.afford(r, most); refusal != nil { // before anything is sent
		return *refusal
	}
	results, credits := []any{}, 0
	for _, c := range calls {
		result, failure := h.callNode(name, network, c)
		reply := map[string]any{"jsonrpc": "2.0"}
		if c.ID != nil {
			reply["id"] = c.ID
		}
		if failure != nil {
			reply["error"] = failure
			credits += failedCredits
		} else {
			reply["result"] = result
			credits += creditsFor(name, c.Method)
		}
		results = append(results, reply)
	}
	id := h.uuid()
	b := bill{id: id, items: []item{piece("crypto-rpc-"+name+"-credit", credits, creditPrice)}}
	h.charge(r, b)
	body := any(results)
	if !batch {
		body = results[0]
	}
	a := answer{status: http.StatusOK, media: "application/json", header: http.Header{}}
	a.raw, a.fault = json.Marshal(body)
	a.header.Set("X-Request-ID", id)
	a.header.Set("X-Venice-RPC-Credits", strconv.Itoa(credits))
	a.header.Set("X-Venice-RPC-Cost-USD", strconv.FormatFloat(b.total().usd(), 'f', -1, 64))
	return a
}

func (h *Handler) callNode(name string, network node.Network, c rpcCall) (any, any) {
	if own := chainOf(name)[c.Method]; own != nil {
		result, bad := own(h, c.Params)
		if bad != nil {
			return nil, bad
		}
		return result, nil
	}
	result, bad := network.Ask(h.now(), c.Method, c.Params)
	if bad != nil {
		return nil, bad
	}
	return result, nil
}

// creditsFor is what a call costs: more on some networks, twice as much for traces, four times for replays.
func creditsFor(network, method string) int {
	n := plainCredits
	if strings.HasPrefix(network, "zksync") || strings.HasPrefix(network, "solana") {
		n = dearCredits
	}
	switch {
	case strings.HasPrefix(method, "trace_replay"):
		n *= 4
	case strings.HasPrefix(method, "trace_"), strings.HasPrefix(method, "debug_"):
		n *= 2
	}
	return n
}
