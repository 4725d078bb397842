// Tests of prices against the fake, whose charges are exact: what is estimated bounds what is charged, and what is said to
// have been charged is.

package spend_test

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"image"
	"image/png"
	"io"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/venice-go/venice"
	"github.com/venice-go/venice/gen"
	"github.com/venice-go/venice/spend"
	"github.com/venice-go/venice/tests/venicetest"
)

func newClient(t *testing.T, srv *venicetest.Server, options ...venice.ClientOption) *venice.Client {
	t.Helper()
	c, err := venice.New(append([]venice.ClientOption{venice.WithBaseURL(srv.URL), venice.WithAPIKey(srv.InferenceKey()), venice.WithMaxAttempts(1), venice.WithErrorBudget(0)}, options...)...)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// balance is what the account has left, in billionths of a dollar and parts of one.
func balance(t *testing.T, c *venice.Client) float64 {
	t.Helper()
	limits, err := c.GetRateLimits(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return *limits.Data.Balances.USD * 1e9
}

// words makes a text of all sorts.
func words(r *rand.Rand, n int) string {
	var b strings.Builder
	for range n {
		b.WriteString([]string{"a ", "plain ", "\n", "extraordinarily ", "漢字", "🙂", "{\"x\": 1}", "\t", "https://example.com/a "}[r.IntN(9)])
	}
	return b.String() + "x"
}

func picture() string {
	var b bytes.Buffer
	_ = png.Encode(&b, image.NewRGBA(image.Rect(0, 0, 300, 300)))
	return base64.StdEncoding.EncodeToString(b.Bytes())
}

func drain(m *gen.Media, err error) error {
	if err != nil {
		return err
	}
	_, err = io.Copy(io.Discard, m)
	return errors.Join(err, m.Close())
}

// A try is one request, and how it is sent: the answer is nil where none tells a cost.
type try struct {
	request any
	send    func(c *venice.Client) (answer any, err error)
}

func tries(t *testing.T, r *rand.Rand) map[string]try {
	ctx := t.Context()
	pick := func(from ...string) string { return from[r.IntN(len(from))] }
	chat := &gen.ChatCompletionRequest{
		Model:    pick("zai-org-glm-5-1", "kimi-k2-6", "venice-uncensored-1-2", "claude-opus-4-6", "qwen3-vl-235b-a22b", "default"),
		Messages: []gen.ChatMessage{gen.SystemMessage(words(r, r.IntN(300))), gen.UserMessage(words(r, r.IntN(3000)))},
	}
	if r.IntN(2) == 0 {
		chat.MaxCompletionTokens, chat.N = new(r.Int64N(500)+1), new(r.Int64N(3)+1)
	}
	if r.IntN(4) == 0 {
		chat.VeniceParameters = &gen.VeniceParameters{EnableWebSearch: "on"}
	}
	reply := &gen.ResponseRequest{Model: pick("zai-org-glm-5-1", "kimi-k2-6"), Input: gen.NewResponseInput(words(r, r.IntN(500)))}
	texts := make([]string, 1+r.IntN(5))
	for i := range texts {
		texts[i] = words(r, r.IntN(50))
	}
	embed := &gen.CreateEmbeddingRequest{Model: "text-embedding-bge-m3", Input: gen.NewEmbeddingInput(texts)}
	draw := &gen.GenerateImageRequest{Model: pick("z-image-turbo", "nano-banana-2", "venice-sd35"), Prompt: "x", Variants: new(r.Int64N(3) + 1)}
	if enhance := r.IntN(2) == 0; bytes.Contains(venice.Description(), []byte("enhance_prompt")) { // which older revisions do not have
		_ = gen.Unmarshal(fmt.Appendf(nil, `{"enhance_prompt":%t}`, enhance), draw)
	}
	if draw.Model == "nano-banana-2" {
		draw.Resolution = new(pick("1K", "2K", "4K"))
	}
	edit := &gen.MultiEditImageRequest{ModelID: new(pick("firered-image-edit", "qwen-edit-uncensored", "flux-2-max-edit")), Prompt: "x", Images: []string{picture()}}
	enlarge := &gen.UpscaleImageRequest{Image: picture(), Scale: new(float64(2 * (1 + r.IntN(2))))}
	speak := &gen.CreateSpeechRequest{Model: new("tts-kokoro"), Input: words(r, 30)}
	music := &gen.QueueAudioRequest{Model: pick("elevenlabs-music"), Prompt: "a song of the sea and the wind"}
	film := &gen.QueueVideoRequest{Model: "wan-2-7-text-to-video", Prompt: new("waves"), Duration: "5s"}
	judge := &gen.DecisionRequest{Model: "systemone-mini", State: gen.JSON(`"` + strings.Repeat("word ", r.IntN(200)+1) + `"`), Questions: map[string]gen.DecisionQuestion{
		"q": {Type: "noul", Instructions: gen.JSON(`"is it so?"`)}}}
	search, scrape := &gen.WebSearchRequest{Query: "x"}, &gen.WebScrapeRequest{URL: "https://example.com/"}
	node := func(network, method string) func(c *venice.Client) (any, error) {
		return func(c *venice.Client) (any, error) {
			var said venice.Response
			_, err := venice.RPC[gen.JSON](ctx, c, network, method, []any{}, venice.WithResponse(&said))
			if refused, _ := errors.AsType[*venice.RPCError](err); refused != nil {
				err = nil
			}
			return &said, err
		}
	}
	return map[string]try{
		"judge":   {judge, func(c *venice.Client) (any, error) { return c.CreateDecision(ctx, judge) }},
		"search":  {search, func(c *venice.Client) (any, error) { _, err := c.WebSearch(ctx, search); return nil, err }},
		"scrape":  {scrape, func(c *venice.Client) (any, error) { _, err := c.WebScrape(ctx, scrape); return nil, err }},
		"node":    {nil, node("base-mainnet", pick("eth_blockNumber", "eth_getBalance"))},
		"nodes":   {nil, node("solana-mainnet", "getSlot")},
		"chat":    {chat, func(c *venice.Client) (any, error) { return c.CreateChatCompletion(ctx, chat) }},
		"stream":  {chat, func(c *venice.Client) (any, error) { return venice.CollectChat(c.StreamChatCompletion(ctx, chat)) }},
		"reply":   {reply, func(c *venice.Client) (any, error) { return c.CreateResponse(ctx, reply) }},
		"embed":   {embed, func(c *venice.Client) (any, error) { return c.CreateEmbedding(ctx, embed) }},
		"draw":    {draw, func(c *venice.Client) (any, error) { _, err := c.GenerateImage(ctx, draw); return nil, err }},
		"edit":    {edit, func(c *venice.Client) (any, error) { return nil, drain(c.MultiEditImage(ctx, edit)) }},
		"enlarge": {enlarge, func(c *venice.Client) (any, error) { return nil, drain(c.UpscaleImage(ctx, enlarge)) }},
		"speak":   {speak, func(c *venice.Client) (any, error) { return nil, drain(c.CreateSpeech(ctx, speak)) }},
		"music":   {music, func(c *venice.Client) (any, error) { _, err := c.QueueAudio(ctx, music); return nil, err }},
		"film":    {film, func(c *venice.Client) (any, error) { _, err := c.QueueVideo(ctx, film); return nil, err }},
	}
}

// An estimate holds, a cost is what was charged, and a cap that sees nothing but the call counts the same.
func TestPricesHold(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	seen := map[string]int{}
	for range 12 {
		srv := venicetest.NewServer(t, venicetest.WithoutRateLimits())
		plain := newClient(t, srv)
		prices := spend.NewPrices(plain)
		for name, try := range tries(t, r) {
			e, err := prices.Estimate(t.Context(), try.request)
			if try.request == nil { // which has no type of its own
				e, err = &spend.Estimate{Most: spend.Money{USD: spend.USD}}, nil
			}
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			limit := &spend.Cap{Prices: prices, Total: 1000 * spend.USD}
			before := balance(t, plain)
			answer, err := try.send(newClient(t, srv, venice.WithGuard(limit)))
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			took := before - balance(t, plain)
			if took <= 0 || took > float64(e.Most.USD)+0.01 || took < float64(e.Least.USD)-1.01 {
				t.Errorf("%s: took %.1f, estimated %v to %v: %+v", name, took, e.Least.USD, e.Most.USD, e.Parts)
			}
			spent, err := limit.Spent(t.Context())
			if off := float64(spent.Total) - took; err != nil || spent.Open != 0 || off < -0.01 || off > 5 && name != "reply" {
				t.Errorf("%s: took %.1f, the cap has %+v, %v", name, took, spent, err)
			}
			if answer == nil {
				continue
			}
			seen[name]++
			cost, err := prices.Cost(t.Context(), answer)
			if err != nil || math.Abs(float64(cost.USD)-took) > 5 || cost.Said != slices.Contains([]string{"chat", "stream", "node", "nodes"}, name) {
				t.Errorf("%s: took %.1f, said to cost %v, %v", name, took, cost, err)
			}
			asked, _ := try.request.(*gen.ChatCompletionRequest)
			if answer, ok := answer.(*gen.ChatCompletion); ok && asked.VeniceParameters == nil {
				answer.Cost = nil
				if computed, err := prices.Cost(t.Context(), answer); err != nil || computed.Said || math.Abs(float64(computed.USD)-took) > 5 {
					t.Errorf("%s: took %.1f, computed %v, %v", name, took, computed, err)
				}
			}
		}
	}
	if seen["chat"]+seen["stream"]+seen["reply"]+seen["embed"] < 48 {
		t.Errorf("%v", seen)
	}
}

func TestUnknownPrices(t *testing.T) {
	srv := venicetest.NewServer(t)
	prices := spend.NewPrices(newClient(t, srv))
	for _, c := range []struct {
		request any
		want    string
	}{
		{&gen.ChatCompletionRequest{Model: "nobody"}, `"nobody" is not in the list of text models`},
		{&gen.ChatCompletionRequest{}, `"" is not in the list`},
		{&gen.ResponseRequest{Model: "zai-org-glm-5-1", Tools: nil}, ""},
		{&gen.QueueVideoRequest{Model: "nobody"}, "the service gives no quote"},
		{&gen.QueueVideoRequest{Model: "wan-2-7-text-to-video", ReferenceVideoURLs: []string{"https://x.example"}}, "by its length"},
		{"hello", "is no request that is billed"},
		{(*gen.ChatCompletionRequest)(nil), "is not in the list"},
	} {
		_, err := prices.Estimate(t.Context(), c.request)
		if (err == nil) != (c.want == "") || err != nil && (!errors.Is(err, spend.ErrUnknownPrice) || !strings.Contains(err.Error(), c.want)) {
			t.Errorf("%T: %v, want %q", c.request, err, c.want)
		}
	}
	if got := fmt.Sprint(spend.USD/10, " ", spend.Amount(1), " ", -spend.USD); got != "0.10 USD 0.000000001 USD -1.00 USD" {
		t.Error(got)
	}
}
