// What callers set, and what spans and metrics are made with.

// Package otelvenice tells OpenTelemetry what a client of Venice.ai and its agents do, in spans and metrics of the semantic
// conventions for generative AI, version 1.41.0: they are still in development, and no version after it is in
// OpenTelemetry's own modules. It is a module of its own, so that the client needs none of those.
//
// Requests of models are spans named after the operation and the model ("chat zai-org-glm-5-1"), one for each attempt, from
// the request to the end of the answer, streams included. All others, payments (TopUpX402) among them, are spans named
// after the operation. Runs of an agent are spans named invoke_agent, with its calls of tools (execute_tool) and its
// requests below them.
//
// What was said is not in them, unless Content is set. Keys, signatures and payments never are. Nothing is sent to the
// service: it gets no traceparent.
package otelvenice

import (
	"net/http"
	"sync"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
	semconv "go.opentelemetry.io/otel/semconv/v1.41.0"
	"go.opentelemetry.io/otel/semconv/v1.41.0/genaiconv"
	"go.opentelemetry.io/otel/trace"
)

const scope = "github.com/venice-go/venice/otelvenice"

// provider is the service in attributes. The conventions list none by that name, and allow for others.
const provider = "venice"

// A Telemetry observes clients and agents. Set its fields before the first use; the zero value goes by the global
// providers. It is safe for concurrent use, and not to be copied.
type Telemetry struct {
	// TracerProvider makes the spans; nil means the global one.
	TracerProvider trace.TracerProvider
	// MeterProvider takes the metrics; nil means the global one.
	MeterProvider metric.MeterProvider
	// Content puts what was said into spans: messages, arguments and results of tools. They can hold anything that users
	// type, so it is off by default.
	Content bool

	once    sync.Once
	tracer  trace.Tracer
	metrics metrics
}

type metrics struct {
	duration   genaiconv.ClientOperationDuration
	tokens     genaiconv.ClientTokenUsage
	firstChunk genaiconv.ClientOperationTimeToFirstChunk
	perChunk   genaiconv.ClientOperationTimePerOutputChunk
	cost       metric.Float64Counter
}

func (t *Telemetry) start() {
	t.once.Do(func() {
		traces, meters := t.TracerProvider, t.MeterProvider
		if traces == nil {
			traces = otel.GetTracerProvider()
		}
		if meters == nil {
			meters = otel.GetMeterProvider()
		}
		t.tracer = traces.Tracer(scope, trace.WithSchemaURL(semconv.SchemaURL))
		m := meters.Meter(scope, metric.WithSchemaURL(semconv.SchemaURL))
		var errs [5]error
		t.metrics.duration, errs[0] = genaiconv.NewClientOperationDuration(m, metric.WithExplicitBucketBoundaries(seconds...))
		t.metrics.tokens, errs[1] = genaiconv.NewClientTokenUsage(m, metric.WithExplicitBucketBoundaries(counts...))
		t.metrics.firstChunk, errs[2] = genaiconv.NewClientOperationTimeToFirstChunk(m, metric.WithExplicitBucketBoundaries(seconds...))
		t.metrics.perChunk, errs[3] = genaiconv.NewClientOperationTimePerOutputChunk(m, metric.WithExplicitBucketBoundaries(seconds...))
		t.metrics.cost, errs[4] = m.Float64Counter("venice.client.cost", metric.WithUnit("{usd}"),
			metric.WithDescription("What answers said they cost, DIEM counted as USD."))
		for _, err := range errs {
			if err != nil {
				otel.Handle(err)
			}
		}
	})
}

// Boundaries that the conventions advise.
var (
	seconds = []float64{0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92}
	counts  = []float64{1, 4, 16, 64, 256, 1024, 4096, 16384, 65536, 262144, 1048576, 4194304, 16777216, 67108864}
)

// Middleware is for [venice.WithMiddleware].
//
// [venice.WithMiddleware]: https://pkg.go.dev/github.com/venice-go/venice#WithMiddleware
func (t *Telemetry) Middleware(next http.RoundTripper) http.RoundTripper {
	t.start()
	return &transport{t, next}
}

// Names of attributes that the conventions do not have.
var (
	costUSD  = attribute.Key("venice.cost.usd")
	attempts = attribute.Key("http.request.resend_count")
	status   = attribute.Key("http.response.status_code")
)
