// Steps: the calls, and what each of them costs.

package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"net/url"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/venice-go/venice"
	"github.com/venice-go/venice/gen"
)

// A step is one call. What it costs is by the price of a model, or a fixed sum, or nothing.
type step struct {
	name, method, path string
	who                string                                     // "key" or "wallet" for calls of one of them alone
	model              string                                     // kind of the model that is asked
	body               func(model string) map[string]any          // of the request
	cost               func(p price, body map[string]any) float64 // at most, in USD, for a model
	usd                float64                                    // at most, without a model
	query              map[string]string
	accept             string                          // of an answer that is no JSON
	keep               func(s *session, answer []byte) // what later steps want to know
}

func (s step) billed() bool           { return s.model != "" || s.usd > 0 }
func (s step) meets(of *session) bool { return s.who == "" || (s.who == "wallet") == (of.wallet != "") }

var steps = []step{
	{name: "models", method: "GET", path: "/models", query: map[string]string{"type": "all"}, keep: (*session).learn},
	{name: "traits of models", method: "GET", path: "/models/traits"},
	{name: "names of models elsewhere", method: "GET", path: "/models/compatibility_mapping"},
	{name: "styles of images", method: "GET", path: "/image/styles"},
	{name: "networks of the RPC proxy", method: "GET", path: "/crypto/rpc/networks"},
	{name: "limits of the key", method: "GET", path: "/api_keys/rate_limits", who: "key"},
	{name: "characters", method: "GET", path: "/characters", query: map[string]string{"limit": "2"}, who: "key"},
	{name: "balance of the wallet", method: "GET", path: "/x402/balance/WALLET", who: "wallet"},
	{name: "what the wallet spent", method: "GET", path: "/x402/transactions/WALLET", query: map[string]string{"limit": "2"}, who: "wallet"},

	{name: "block number of Base", method: "POST", path: "/crypto/rpc/base-mainnet", usd: 0.00002, body: func(string) map[string]any {
		return map[string]any{"jsonrpc": "2.0", "id": 1, "method": "eth_blockNumber", "params": []any{}}
	}},
	{name: "embedding", method: "POST", path: "/embeddings", model: "embedding", body: func(model string) map[string]any {
		return map[string]any{"model": model, "input": "a blue sky"}
	}, cost: byTokens},
	{name: "chat", method: "POST", path: "/chat/completions", model: "text", body: chatBody(false), cost: byTokens},
	{name: "chat as a stream", method: "POST", path: "/chat/completions", model: "text", body: chatBody(true), cost: byTokens, accept: "text/event-stream"},
	{name: "speech", method: "POST", path: "/audio/speech", model: "tts", body: func(model string) map[string]any {
		return map[string]any{"model": model, "input": "Hi."}
	}, cost: func(p price, _ map[string]any) float64 { return p.Input.USD * 3 / 1e6 }, accept: "audio/mpeg"},
}

// answerTokens is how long answers may be.
const answerTokens = 16

func chatBody(stream bool) func(string) map[string]any {
	return func(model string) map[string]any {
		return map[string]any{
			"model": model, "stream": stream, "max_completion_tokens": answerTokens,
			"messages":          []any{map[string]any{"role": "user", "content": "Say hi."}},
			"venice_parameters": map[string]any{"include_venice_system_prompt": false, "disable_thinking": true},
		}
	}
}

// byTokens is the most that a call by tokens costs: no token is of fewer than two bytes or so, and a template adds some.
func byTokens(p price, body map[string]any) float64 {
	text, _ := json.Marshal(body)
	return (p.Input.USD*float64(len(text)/2+100) + p.Output.USD*answerTokens) / 1e6
}

// take makes the call, and says what it may cost, what it did cost, and how it went. Only the end of the context is an error.
func (s *session) take(ctx context.Context, st step, o offer) error {
	if o.usd > 0 {
		fmt.Fprintf(s.out, "up to %s USD  %s\n", usd(o.usd), st.name)
	}
	before := math.NaN()
	if o.usd > 0 {
		before = s.balance(ctx)
	}
	told, err := s.call(ctx, st, o)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	cost, paid := "free", 0.0
	if o.usd > 0 {
		paid, cost = s.paid(ctx, told, before, o)
	}
	s.spent += paid
	if err != nil {
		fmt.Fprintf(s.out, "failed    %s: %v (%s)\n", st.name, err, cost)
		if !errors.Is(err, venice.ErrRateLimited) && !errors.Is(err, venice.ErrServer) { // which say nothing of the contract
			s.failed = append(s.failed, st.name)
		}
		return nil
	}
	fmt.Fprintf(s.out, "done      %s: %s\n", st.name, cost)
	return nil
}

// call returns what the answer says that it cost, or NaN.
func (s *session) call(ctx context.Context, st step, o offer) (told float64, err error) {
	var options []venice.CallOption
	for name, value := range st.query {
		options = append(options, venice.WithQuery(name, value))
	}
	var back venice.Response
	options = append(options, venice.WithResponse(&back))
	var body any
	if st.body != nil {
		body = st.body(o.model)
	}
	path := s.pathOf(st)
	if st.accept == "text/event-stream" {
		told = math.NaN()
		for event, err := range venice.Stream[jsontext.Value](ctx, s.client, st.method, path, body, options...) {
			if err != nil {
				return told, err
			}
			if t := toldBy(*event); !math.IsNaN(t) {
				told = t
			}
		}
		return told, nil
	}
	if st.accept != "" {
		media := &gen.Media{ContentType: st.accept}
		if err := s.client.Do(ctx, st.method, path, body, media, options...); err != nil {
			return math.NaN(), err
		}
		return math.NaN(), drain(media)
	}
	var answer jsontext.Value
	err = s.client.Do(ctx, st.method, path, body, &answer, options...)
	if err == nil && st.keep != nil {
		st.keep(s, answer)
	}
	if back.RPCCostUSD != nil {
		return *back.RPCCostUSD, err
	}
	return toldBy(answer), err
}

func (s *session) pathOf(st step) string {
	if st.who == "wallet" {
		return st.path[:len(st.path)-len("WALLET")] + url.PathEscape(s.wallet)
	}
	return st.path
}
