// Tests against the fake: which spans and metrics come of calls and of runs, and what is not in them.

package otelvenice_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"

	"github.com/venice-go/venice"
	"github.com/venice-go/venice/agent"
	"github.com/venice-go/venice/gen"
	"github.com/venice-go/venice/otelvenice"
	"github.com/venice-go/venice/signer"
	"github.com/venice-go/venice/signer/x402"
	"github.com/venice-go/venice/tests/venicetest"
)

const glm = "zai-org-glm-5-1"

type bench struct {
	*otelvenice.Telemetry
	srv     *venicetest.Server
	client  *venice.Client
	spans   *tracetest.SpanRecorder
	metrics *sdkmetric.ManualReader
}

func newBench(t *testing.T, auth func(*venicetest.Server) venice.ClientOption) *bench {
	t.Helper()
	b := &bench{srv: venicetest.NewServer(t), spans: tracetest.NewSpanRecorder(), metrics: sdkmetric.NewManualReader()}
	b.Telemetry = &otelvenice.Telemetry{
		TracerProvider: sdktrace.NewTracerProvider(sdktrace.WithSpanProcessor(b.spans)),
		MeterProvider:  sdkmetric.NewMeterProvider(sdkmetric.WithReader(b.metrics)),
	}
	var err error
	b.client, err = venice.New(venice.WithBaseURL(b.srv.URL), auth(b.srv), venice.WithMiddleware(b.Middleware), venice.WithMaxAttempts(1))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func withKey(srv *venicetest.Server) venice.ClientOption {
	return venice.WithAPIKey(srv.InferenceKey())
}

// told is a span's attributes in order, without those that differ from run to run.
func told(s sdktrace.ReadOnlySpan) string {
	var all []string
	for _, a := range s.Attributes() {
		switch a.Key {
		case "gen_ai.response.id", "gen_ai.response.time_to_first_chunk", "server.address", "gen_ai.tool.call.id", "venice.cost.usd", "gen_ai.provider.name":
		default:
			all = append(all, strings.TrimPrefix(string(a.Key), "gen_ai.")+"="+a.Value.String())
		}
	}
	slices.Sort(all)
	if s.Status().Code == codes.Error {
		all = append(all, "error: "+s.Status().Description)
	}
	return s.Name() + ": " + strings.Join(all, " ")
}

func has(s sdktrace.ReadOnlySpan, key string) bool {
	return slices.ContainsFunc(s.Attributes(), func(a attribute.KeyValue) bool { return string(a.Key) == key })
}

func TestSpans(t *testing.T) {
	b := newBench(t, withKey)
	ctx := t.Context()
	ask := &gen.ChatCompletionRequest{Model: glm, Messages: []gen.ChatMessage{gen.UserMessage("one two")}, Temperature: new(0.5), MaxCompletionTokens: new(int64(50))}
	plain, err := b.client.CreateChatCompletion(ctx, ask)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := venice.CollectChat(b.client.StreamChatCompletion(ctx, ask)); err != nil {
		t.Fatal(err)
	}
	for _, err := range b.client.StreamChatCompletion(ctx, ask) {
		if err != nil {
			t.Fatal(err)
		}
		break // left early
	}
	if _, err := venice.CollectResponse(b.client.StreamResponse(ctx, &gen.ResponseRequest{Model: glm, Input: gen.NewResponseInput("one two")})); err != nil {
		t.Fatal(err)
	}
	if _, err := b.client.CreateEmbedding(ctx, &gen.CreateEmbeddingRequest{Model: "text-embedding-bge-m3", Input: gen.NewEmbeddingInput("one two")}); err != nil {
		t.Fatal(err)
	}
	if _, err := b.client.CreateChatCompletion(ctx, &gen.ChatCompletionRequest{Model: "nobody", Messages: ask.Messages}); err == nil {
		t.Fatal("there is a model called nobody")
	}
	b.srv.Respond("CreateChatCompletion", venicetest.Answer{ContentType: "text/event-stream", Unchecked: true,
		Body: []byte("data: {\"error\":{\"message\":\"busy\",\"code\":\"model_overloaded\"}}\n\ndata: [DONE]\n\n")})
	if _, err := venice.CollectChat(b.client.StreamChatCompletion(ctx, ask)); err == nil {
		t.Fatal("an error in a stream is none")
	}
	if _, err := b.client.ListModels(ctx, nil); err != nil {
		t.Fatal(err)
	}
	used := fmt.Sprintf("usage.input_tokens=%d usage.output_tokens=%d", plain.Usage.PromptTokens, plain.Usage.CompletionTokens)
	limits := "request.max_tokens=50 request.model=" + glm
	want := []string{
		"chat zai-org-glm-5-1: http.response.status_code=200 operation.name=chat " + limits + " request.temperature=0.5 response.finish_reasons=[\"stop\"] response.model=zai-org-glm-5-1 " + used,
		"chat zai-org-glm-5-1: http.response.status_code=200 operation.name=chat " + limits + " request.stream=true request.temperature=0.5 response.finish_reasons=[\"stop\"] response.model=zai-org-glm-5-1 ",
		"chat zai-org-glm-5-1: http.response.status_code=200 operation.name=chat " + limits + " request.stream=true request.temperature=0.5",
		"chat zai-org-glm-5-1: http.response.status_code=200 operation.name=chat request.model=zai-org-glm-5-1 request.stream=true response.finish_reasons=[\"completed\"] response.model=zai-org-glm-5-1 ",
		"embeddings text-embedding-bge-m3: http.response.status_code=200 operation.name=embeddings request.model=text-embedding-bge-m3 response.model=text-embedding-bge-m3 ",
		"chat nobody: error.type=404 http.response.status_code=404 operation.name=chat request.model=nobody error: Not Found",
		"chat zai-org-glm-5-1: error.type=model_overloaded http.response.status_code=200 operation.name=chat ",
		"ListModels: http.response.status_code=200",
	}
	ended := b.spans.Ended()
	if len(ended) != len(want) {
		t.Fatalf("%d spans", len(ended))
	}
	for i, s := range ended {
		if got := told(s); !strings.HasPrefix(got, want[i]) {
			t.Errorf("span %d %s\nwant %s", i, got, want[i])
		}
		if strings.Contains(told(s), "one two") || strings.Contains(told(s), "VENICE_INFERENCE_KEY") {
			t.Errorf("content in %s", told(s))
		}
		if (i == 1 || i == 3) && !has(s, "gen_ai.response.time_to_first_chunk") {
			t.Errorf("span %d: no time of the first chunk", i)
		}
	}
	if !has(ended[0], "venice.cost.usd") || !has(ended[1], "venice.cost.usd") {
		t.Error("no cost")
	}
}

func TestMetrics(t *testing.T) {
	b := newBench(t, withKey)
	ask := &gen.ChatCompletionRequest{Model: glm, Messages: []gen.ChatMessage{gen.UserMessage("one two three")}}
	whole, err := venice.CollectChat(b.client.StreamChatCompletion(t.Context(), ask))
	if err != nil {
		t.Fatal(err)
	}
	var all metricdata.ResourceMetrics
	if err := b.metrics.Collect(t.Context(), &all); err != nil {
		t.Fatal(err)
	}
	seen := map[string]string{}
	for _, m := range all.ScopeMetrics[0].Metrics {
		switch d := m.Data.(type) {
		case metricdata.Histogram[float64]:
			seen[m.Name] = fmt.Sprint(len(d.DataPoints), m.Unit)
		case metricdata.Histogram[int64]:
			var sum int64
			for _, p := range d.DataPoints {
				sum += p.Sum
			}
			seen[m.Name] = fmt.Sprint(len(d.DataPoints), m.Unit, sum)
		case metricdata.Sum[float64]:
			seen[m.Name] = fmt.Sprint(m.Unit, d.DataPoints[0].Value == whole.Cost.USD)
		}
	}
	want := map[string]string{
		"gen_ai.client.operation.duration": "1 s", "gen_ai.client.operation.time_to_first_chunk": "1 s", "gen_ai.client.operation.time_per_output_chunk": "1 s",
		"gen_ai.client.token.usage": fmt.Sprint(2, "{token}", whole.Usage.TotalTokens), "venice.client.cost": "{usd} true",
	}
	for name, value := range want {
		if strings.ReplaceAll(seen[name], " ", "") != strings.ReplaceAll(value, " ", "") {
			t.Errorf("%s: %q, want %q", name, seen[name], value)
		}
	}
	if len(seen) != len(want) {
		t.Errorf("%v", seen)
	}
}

type place struct {
	City string `json:"city"`
}

// A run, its requests and its calls are one tree. What was said is told only on demand.
func TestAgent(t *testing.T) {
	for _, content := range []bool{false, true} {
		b := newBench(t, withKey)
		b.Content = content
		tool := agent.NewTool("get_weather", "", func(_ context.Context, p place) (string, error) {
			if p.City == "Oslo" {
				return "", errors.New("fog")
			}
			return "sunny in " + p.City, nil
		})
		a := &agent.Agent{Client: b.client, Chat: &gen.ChatCompletionRequest{Model: glm}, Tools: []*agent.Tool{tool}, Around: b.Around}
		if err := a.Run(t.Context(), &agent.Run{Input: "The weather in Rome and in Oslo?"}); err != nil {
			t.Fatal(err)
		}
		var names []string
		var root sdktrace.ReadOnlySpan
		text := ""
		for _, s := range b.spans.Ended() {
			names = append(names, s.Name())
			text += told(s) + "\n"
			if s.Name() == "invoke_agent" {
				root = s
			}
		}
		slices.Sort(names)
		if !slices.Equal(names, []string{"ListModels", "chat " + glm, "chat " + glm, "execute_tool get_weather", "execute_tool get_weather", "invoke_agent"}) {
			t.Fatalf("%q", names)
		}
		for _, s := range b.spans.Ended() {
			if s.Name() != "ListModels" && s != root && s.Parent().SpanID() != root.SpanContext().SpanID() {
				t.Errorf("%s is not below the run", s.Name())
			}
		}
		for _, secret := range []string{"sunny in Rome", "fog", "The weather in Rome"} {
			if strings.Contains(text, secret) != content {
				t.Errorf("content %v, and %q is there %v", content, secret, !content)
			}
		}
		if !strings.Contains(text, "error.type=tool") || !strings.Contains(text, "usage.input_tokens") {
			t.Error(text)
		}
		a.Limits.Turns = 1
		_ = a.Run(t.Context(), &agent.Run{Input: "The weather in Rome?"})
		last := b.spans.Ended()
		if got := told(last[len(last)-1]); !strings.Contains(got, "error.type=limit") {
			t.Error(got)
		}
	}
}

// A payment is a span, and nothing of it is in it.
func TestPayment(t *testing.T) {
	wallet, err := signer.GenerateEVM()
	if err != nil {
		t.Fatal(err)
	}
	b := newBench(t, func(srv *venicetest.Server) venice.ClientOption {
		if err := srv.SetUSDC(wallet.Address(), 50); err != nil {
			t.Fatal(err)
		}
		return venice.WithAuth(signer.SignIn(wallet))
	})
	payer := &x402.Payer{Wallet: wallet, TestAsset: venicetest.USDC, Budget: x402.Budget{PerPayment: 5 * x402.USD, PerWindow: 5 * x402.USD, Window: time.Hour, Total: 5 * x402.USD}}
	if _, err := payer.TopUp(t.Context(), b.client, 5*x402.USD); err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, s := range b.spans.Ended() {
		all = append(all, told(s))
	}
	if got := strings.Join(all, "; "); got != "TopUpX402: error.type=402 http.response.status_code=402 error: Payment Required; TopUpX402: http.response.status_code=200" {
		t.Error(got)
	}
}
