// Tests that what a call used, what it cost and what is left agree to the last digit.

package venicetest_test

import (
	"fmt"
	"math/big"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/venice-go/venice/tests/venicetest"
)

// digits is a JSON number as it stands behind a name in a body.
func digits(t *testing.T, raw, name string) *big.Rat {
	t.Helper()
	_, after, _ := strings.Cut(raw, `"`+name+`":`)
	text := after[:strings.IndexAny(after+"}", ",}")]
	r, ok := new(big.Rat).SetString(text)
	if !ok {
		t.Fatalf("%s is %q in %.300s", name, text, raw)
	}
	return r
}

// priceList is what tokens of a model cost by the list of models, USD per million.
func (c talk) priceList(model, kind string) map[string]*big.Rat {
	c.t.Helper()
	prices := map[string]*big.Rat{}
	for _, m := range c.do("GET", "/models?type="+kind, nil).body["data"].([]any) {
		if at(m, "id") != model {
			continue
		}
		for name, p := range at(m, "model_spec", "pricing").(object) {
			if usd, ok := at(p, "usd").(float64); ok {
				prices[name], _ = new(big.Rat).SetString(fmt.Sprint(usd))
			}
		}
	}
	return prices
}

// cost is the service's formula.
func cost(prices map[string]*big.Rat, usage any) *big.Rat {
	n := func(path ...any) *big.Rat {
		v, _ := at(usage, path...).(float64)
		return new(big.Rat).SetFloat64(v)
	}
	read, written := n("prompt_tokens_details", "cached_tokens"), n("prompt_tokens_details", "cache_creation_input_tokens")
	sum := new(big.Rat)
	add := func(tokens *big.Rat, names ...string) {
		for _, name := range names {
			if p := prices[name]; p != nil {
				sum.Add(sum, new(big.Rat).Quo(new(big.Rat).Mul(tokens, p), big.NewRat(1e6, 1)))
				return
			}
		}
	}
	plain := n("prompt_tokens")
	plain.Sub(plain, read).Sub(plain, written)
	add(plain, "input")
	add(read, "cache_input", "input")
	add(written, "cache_write", "input")
	add(n("completion_tokens"), "output")
	return sum
}

func TestAccounts(t *testing.T) {
	c := newTalk(t)
	long := strings.Repeat("The same beginning of all questions. ", 30)
	marked := []any{object{"type": "text", "text": long, "cache_control": object{"type": "ephemeral"}}}
	balance := new(big.Rat)
	for i, body := range []object{
		ask(glm, []any{userMessage("Hello")}),
		ask(glm, []any{userMessage("Hello")}, object{"reasoning_effort": "high", "n": 3}),
		ask(glm, []any{userMessage(long + "One?")}),
		ask(glm, []any{userMessage(long + "Two?")}), // of which much is cached
		ask(claude, []any{userMessage(marked)}),
		ask(claude, []any{userMessage(marked), object{"role": "assistant", "content": "Yes."}, userMessage("And?")}),
		ask(gpt, []any{userMessage("Look"), userMessage([]any{object{"type": "image_url", "image_url": object{"url": "https://example.com/a.png"}}})}),
		ask(glm, []any{userMessage("Hello")}),
	} {
		r := c.chat(body).want(t, 200, "")
		before, ok := new(big.Rat).SetString(r.header.Get("x-venice-balance-usd"))
		if !ok {
			t.Fatalf("balance %q", r.header.Get("x-venice-balance-usd"))
		}
		if i > 0 && before.Cmp(balance) != 0 {
			t.Errorf("call %d: %s before it, want %s", i, before.FloatString(12), balance.FloatString(12))
		}
		u := r.body["usage"].(object)
		want := cost(c.priceList(body["model"].(string), "text"), u)
		got := digits(t, r.raw[strings.Index(r.raw, `"cost"`):], "usd")
		if got.Cmp(want) != 0 || u["total_tokens"].(float64) != u["prompt_tokens"].(float64)+u["completion_tokens"].(float64) {
			t.Errorf("call %d: cost %s of usage %v, want %s", i, got.FloatString(12), u, want.FloatString(12))
		}
		cached, _ := at(u, "prompt_tokens_details", "cached_tokens").(float64)
		if should := i == 3 || i == 5; (cached >= 160) != should || cached >= u["prompt_tokens"].(float64) {
			t.Errorf("call %d: %v of %v cached", i, cached, u["prompt_tokens"])
		}
		if written := at(u, "prompt_tokens_details", "cache_creation_input_tokens"); (written != nil) != (i == 4 || i == 5) {
			t.Errorf("call %d: %v written to the cache", i, written)
		}
		balance.Sub(before, got)
	}
	// Embeddings and responses tell no cost; what is left does.
	e := c.embed(object{"input": []any{"one two", "three"}}).want(t, 200, "")
	want := cost(c.priceList(embedder, "embedding"), e.body["usage"])
	r := c.respond(object{"model": glm, "input": "Hello"}).want(t, 200, "")
	balance.Sub(balance, want)
	if got, _ := new(big.Rat).SetString(r.header.Get("x-venice-balance-usd")); got.Cmp(balance) != 0 {
		t.Errorf("%s after embeddings, want %s", got.FloatString(12), balance.FloatString(12))
	}
	balance.Sub(balance, cost(c.priceList(glm, "text"), object{"prompt_tokens": at(r.body, "usage", "input_tokens"), "completion_tokens": at(r.body, "usage", "output_tokens")}))
	if got := digits(t, c.do("GET", "/api_keys/rate_limits", nil).raw, "USD"); got.Cmp(balance) != 0 {
		t.Errorf("%s in the end, want %s", got.FloatString(12), balance.FloatString(12))
	}
}

// A wallet's ledger adds up to what the answers said.
func TestWalletAccounts(t *testing.T) {
	c, clk := newPayer(t)
	w := testWallet(t)
	if err := c.srv.SetCredit(testOwner, 5); err != nil {
		t.Fatal(err)
	}
	left := big.NewRat(5, 1)
	for _, body := range []object{hello, ask(kimi, []any{userMessage("Hello")}), ask(glm, []any{userMessage("Hi")}, object{"web_search": true})} {
		r := c.as(w, clk.read(), c.request("POST", "/chat/completions", body)).want(t, 200, "")
		left.Sub(left, digits(t, r.raw[strings.Index(r.raw, `"cost"`):], "usd"))
		clk.move(time.Second)
	}
	page := c.as(w, clk.read(), c.request("GET", "/x402/transactions/"+testOwner, nil))
	if got := digits(t, page.raw, "currentBalance"); got.Cmp(left) != 0 {
		t.Errorf("%s left, want %s", got.FloatString(12), left.FloatString(12))
	}
}

// While a chat is held up by what a test does with its answer, others are answered, and many at once leave nothing open.
func TestManyStreams(t *testing.T) {
	c := newTalk(t)
	const many = 300
	arrived := make(chan struct{}, many)
	release := make(chan struct{})
	c.srv.OnAnswer(func(string, *http.Request, int) {
		arrived <- struct{}{}
		<-release
	})
	var all sync.WaitGroup
	for range many {
		all.Go(func() {
			r := c.chat(ask(glm, []any{userMessage("Hello there")}, object{"stream": true}))
			if m, finish := joined(r.chunks(t), 0); m["content"] != "You said: Hello there" || finish != "stop" {
				t.Errorf("%v %v", m, finish)
			}
		})
	}
	for range many { // all of them were made before the first was written
		<-arrived
	}
	close(release)
	all.Wait()
}

func BenchmarkChat(b *testing.B) {
	for name, more := range map[string]string{
		"plain":  ``,
		"stream": `,"stream":true`,
		"tools":  `,"tools":[{"type":"function","function":{"name":"get_weather","parameters":{"type":"object","properties":{"city":{"type":"string"}},"required":["city"]}}}]`,
	} {
		b.Run(name, func(b *testing.B) {
			h := venicetest.NewHandler()
			key := h.InferenceKey()
			body := `{"model":"zai-org-glm-5-1","messages":[{"role":"user","content":"How is the weather in Oslo today?"}]` + more + `}`
			b.ReportAllocs()
			for b.Loop() {
				benchmark(b, h, key, body)
			}
		})
	}
}
