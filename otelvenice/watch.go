// Answers: what they say of themselves, while the program reads them.

package otelvenice

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"sync"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
	semconv "go.opentelemetry.io/otel/semconv/v1.41.0"
	"go.opentelemetry.io/otel/semconv/v1.41.0/genaiconv"
	"go.opentelemetry.io/otel/trace"
)

// A watch is of one attempt.
type watch struct {
	*Telemetry
	ctx         context.Context
	span        trace.Span
	begun       time.Time
	kind, model string
	stream      bool
	media       string // of the answer
	problem     string

	mu            sync.Mutex // bodies can be closed while they are read
	buffer        []byte     // of a plain answer, or of a line
	over          bool       // there was too much
	first, latest time.Time  // of the chunks with something new
	chunks        int
	told          answer
	finish        []string
	text          []byte
	ended         bool
}

// answer is what a plain answer, a chunk or an event says.
type answer struct {
	ID, Model string
	Choices   []struct {
		FinishReason   string `json:"finish_reason"`
		Message, Delta struct{ Content json.RawMessage }
	}
	Usage    *usage
	Cost     *struct{ USD, DIEM float64 }
	Response *answer // in events of the Responses route
	Status   string  // of a response
	Type     string  // of an event
	Delta    string  // of an event
	Error    *struct{ Code, Type string }
}

type usage struct {
	PromptTokens     int64   `json:"prompt_tokens"`
	CompletionTokens int64   `json:"completion_tokens"`
	InputTokens      int64   `json:"input_tokens"`
	OutputTokens     int64   `json:"output_tokens"`
	Prompt           details `json:"prompt_tokens_details"`
	Input            details `json:"input_tokens_details"`
	Completion       details `json:"completion_tokens_details"`
	Output           details `json:"output_tokens_details"`
}

type details struct {
	Cached    int64 `json:"cached_tokens"`
	Written   int64 `json:"cache_creation_input_tokens"`
	Reasoning int64 `json:"reasoning_tokens"`
}

// read takes in what the program has read.
func (w *watch) read(p []byte) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.ended || w.kind == "" {
		return
	}
	switch w.media {
	case "application/json":
		if w.over = w.over || len(w.buffer)+len(p) > mostRead; !w.over {
			w.buffer = append(w.buffer, p...)
		}
	case "text/event-stream":
		for len(p) > 0 {
			line, rest, whole := bytes.Cut(p, []byte("\n"))
			if w.over = w.over || len(w.buffer)+len(line) > mostRead; !w.over {
				w.buffer = append(w.buffer, line...)
			}
			if p = rest; whole {
				w.line()
				w.buffer, w.over = w.buffer[:0], false
			}
		}
	}
}

// line takes in a line of an event stream.
func (w *watch) line() {
	data, isData := bytes.CutPrefix(w.buffer, []byte("data:"))
	var a answer
	if !isData || w.over || json.Unmarshal(data, &a) != nil {
		return
	}
	w.take(&a)
	if a.Delta != "" || len(a.Choices) > 0 {
		w.latest = time.Now()
		if w.chunks++; w.chunks == 1 {
			w.first = w.latest
		}
	}
}

func (w *watch) take(a *answer) {
	if a.Response != nil {
		w.take(a.Response)
		return
	}
	w.told.ID, w.told.Model, w.told.Status = cmp.Or(a.ID, w.told.ID), cmp.Or(a.Model, w.told.Model), cmp.Or(a.Status, w.told.Status)
	if a.Usage != nil {
		w.told.Usage = a.Usage
	}
	if a.Cost != nil {
		w.told.Cost = a.Cost
	}
	if a.Error != nil && w.problem == "" {
		w.fail(cmp.Or(a.Error.Code, a.Error.Type, "error"), "the answer is an error")
	}
	for _, c := range a.Choices {
		if c.FinishReason != "" {
			w.finish = append(w.finish, c.FinishReason)
		}
		if w.Content {
			w.text = append(w.text, textOf(c.Message.Content)+textOf(c.Delta.Content)...)
		}
	}
	if w.Content {
		w.text = append(w.text, a.Delta...)
	}
}

// attributes are those of the span and of its metrics.
func (w *watch) attributes() []attribute.KeyValue {
	all := []attribute.KeyValue{semconv.GenAIOperationNameKey.String(w.kind), semconv.GenAIProviderNameKey.String(provider)}
	if w.model != "" {
		all = append(all, semconv.GenAIRequestModel(w.model))
	}
	return all
}

// end ends the span, once.
func (w *watch) end() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.ended {
		return
	}
	w.ended = true
	defer w.span.End()
	if w.kind == "" {
		return
	}
	var a answer
	if w.media == "application/json" && !w.over && json.Unmarshal(w.buffer, &a) == nil {
		w.take(&a)
	}
	if w.finish == nil && w.told.Status != "" {
		w.finish = []string{w.told.Status}
	}
	w.describe()
	w.measure()
}

func (w *watch) describe() {
	var all []attribute.KeyValue
	if w.told.ID != "" {
		all = append(all, semconv.GenAIResponseID(w.told.ID))
	}
	if w.told.Model != "" {
		all = append(all, semconv.GenAIResponseModel(w.told.Model))
	}
	if w.finish != nil {
		all = append(all, semconv.GenAIResponseFinishReasons(w.finish...))
	}
	if u := w.told.Usage; u != nil {
		all = append(all, semconv.GenAIUsageInputTokens(int(u.PromptTokens+u.InputTokens)), semconv.GenAIUsageOutputTokens(int(u.CompletionTokens+u.OutputTokens)))
		for key, n := range map[attribute.Key]int64{
			semconv.GenAIUsageCacheReadInputTokensKey:     u.Prompt.Cached + u.Input.Cached,
			semconv.GenAIUsageCacheCreationInputTokensKey: u.Prompt.Written + u.Input.Written,
			semconv.GenAIUsageReasoningOutputTokensKey:    u.Completion.Reasoning + u.Output.Reasoning,
		} {
			if n > 0 {
				all = append(all, key.Int64(n))
			}
		}
	}
	if w.told.Cost != nil {
		all = append(all, costUSD.Float64(w.told.Cost.USD+w.told.Cost.DIEM))
	}
	if w.chunks > 0 {
		all = append(all, semconv.GenAIResponseTimeToFirstChunk(w.first.Sub(w.begun).Seconds()))
	}
	if len(w.text) > 0 {
		all = append(all, said(semconv.GenAIOutputMessagesKey, []message{{Role: "assistant", Parts: []messagePart{{Type: "text", Content: string(w.text)}}}})...)
	}
	w.span.SetAttributes(all...)
}

func (w *watch) measure() {
	var all []attribute.KeyValue
	if w.model != "" {
		all = append(all, semconv.GenAIRequestModel(w.model))
	}
	if w.told.Model != "" {
		all = append(all, semconv.GenAIResponseModel(w.told.Model))
	}
	kind, by := genaiconv.OperationNameAttr(w.kind), genaiconv.ProviderNameAttr(provider)
	if u := w.told.Usage; u != nil {
		w.metrics.tokens.Record(w.ctx, u.PromptTokens+u.InputTokens, kind, by, genaiconv.TokenTypeInput, all...)
		w.metrics.tokens.Record(w.ctx, u.CompletionTokens+u.OutputTokens, kind, by, genaiconv.TokenTypeOutput, all...)
	}
	if w.told.Cost != nil {
		w.metrics.cost.Add(w.ctx, w.told.Cost.USD+w.told.Cost.DIEM, metric.WithAttributes(append(w.attributes(), all...)...))
	}
	if w.chunks > 0 {
		w.metrics.firstChunk.Record(w.ctx, w.first.Sub(w.begun).Seconds(), kind, by, all...)
	}
	if w.chunks > 1 {
		w.metrics.perChunk.Record(w.ctx, w.latest.Sub(w.first).Seconds()/float64(w.chunks-1), kind, by, all...)
	}
	if w.problem != "" {
		all = append(all, semconv.ErrorTypeKey.String(w.problem))
	}
	w.metrics.duration.Record(w.ctx, time.Since(w.begun).Seconds(), kind, by, all...)
}
