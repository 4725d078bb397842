// Agents: a span for each run and each call of a tool.

package otelvenice

import (
	"context"
	"errors"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	semconv "go.opentelemetry.io/otel/semconv/v1.41.0"
	"go.opentelemetry.io/otel/trace"

	"github.com/venice-go/venice/agent"
)

// Around is for [agent.Agent.Around]. The requests of a run stand below its span if the agent's client has
// [Telemetry.Middleware].
func (t *Telemetry) Around(ctx context.Context, step any, do func(context.Context) error) error {
	t.start()
	switch s := step.(type) {
	case *agent.Run:
		return t.run(ctx, s, do)
	case *agent.Call:
		return t.call(ctx, s, do)
	}
	return do(ctx) // an answer: its request has a span
}

func (t *Telemetry) within(ctx context.Context, name, kind string, attributes ...attribute.KeyValue) (context.Context, trace.Span) {
	return t.tracer.Start(ctx, name, trace.WithSpanKind(trace.SpanKindInternal), trace.WithAttributes(append(attributes,
		semconv.GenAIOperationNameKey.String(kind), semconv.GenAIProviderNameKey.String(provider))...))
}

func (t *Telemetry) run(ctx context.Context, run *agent.Run, do func(context.Context) error) error {
	ctx, span := t.within(ctx, "invoke_agent", "invoke_agent")
	defer span.End()
	before, spent := len(run.Turns), run.Spent()
	err := do(ctx)
	var input, output int64
	for _, turn := range run.Turns[before:] {
		input, output = input+turn.Input, output+turn.Output
		span.SetAttributes(semconv.GenAIResponseModel(turn.Model), semconv.GenAIResponseFinishReasons(string(turn.Finish)))
	}
	span.SetAttributes(semconv.GenAIUsageInputTokens(int(input)), semconv.GenAIUsageOutputTokens(int(output)), costUSD.Float64(run.Spent()-spent))
	if err != nil && !errors.Is(err, agent.ErrPause) {
		kind := "error"
		for _, known := range kindsOfError {
			if errors.Is(err, known.is) {
				kind = known.name
				break
			}
		}
		span.SetStatus(codes.Error, kind)
		span.SetAttributes(semconv.ErrorTypeKey.String(kind))
	}
	return err
}

// kindsOfError are names for why a run ended, the more telling ones first.
var kindsOfError = []struct {
	is   error
	name string
}{
	{agent.ErrLimit, "limit"}, {agent.ErrPrice, "price"}, {agent.ErrRefused, "refused"}, {agent.ErrContentFilter, "content_filter"},
	{agent.ErrLength, "length"}, {context.Canceled, "canceled"}, {context.DeadlineExceeded, "deadline"},
}

func (t *Telemetry) call(ctx context.Context, call *agent.Call, do func(context.Context) error) error {
	ctx, span := t.within(ctx, "execute_tool "+call.Name, "execute_tool",
		semconv.GenAIToolName(call.Name), semconv.GenAIToolCallID(call.ID), semconv.GenAIToolType("function"))
	defer span.End()
	err := do(ctx)
	if call.USD > 0 {
		span.SetAttributes(costUSD.Float64(call.USD))
	}
	if t.Content {
		span.SetAttributes(semconv.GenAIToolCallArgumentsKey.String(call.Arguments), semconv.GenAIToolCallResultKey.String(call.Result))
	}
	if err != nil {
		span.SetStatus(codes.Error, "the tool failed") // and its error is content
		span.SetAttributes(semconv.ErrorTypeKey.String("tool"))
	}
	return err
}
