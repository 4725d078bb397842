// An example of a client and an agent with traces.

package otelvenice_test

import (
	"context"
	"fmt"
	"log"

	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"

	"github.com/venice-go/venice"
	"github.com/venice-go/venice/agent"
	"github.com/venice-go/venice/gen"
	"github.com/venice-go/venice/otelvenice"
	"github.com/venice-go/venice/tests/venicetest"
)

// A client and an agent that tell what they do.
func ExampleTelemetry() {
	srv := venicetest.NewServer(nil)
	defer srv.Close()
	spans := tracetest.NewSpanRecorder() // a program has an exporter here

	telemetry := &otelvenice.Telemetry{TracerProvider: sdktrace.NewTracerProvider(sdktrace.WithSpanProcessor(spans))}
	client, err := venice.New(venice.WithBaseURL(srv.URL), venice.WithAPIKey(srv.InferenceKey()), venice.WithMiddleware(telemetry.Middleware))
	if err != nil {
		log.Fatal(err)
	}
	clock := agent.NewTool("clock", "The time.", func(context.Context, struct{}) (string, error) { return "noon", nil })
	a := &agent.Agent{Client: client, Chat: &gen.ChatCompletionRequest{Model: "zai-org-glm-5-1"}, Tools: []*agent.Tool{clock}, Around: telemetry.Around}
	if err := a.Run(context.Background(), &agent.Run{Input: "What does the clock say?"}); err != nil {
		log.Fatal(err)
	}
	for _, span := range spans.Ended() {
		fmt.Println(span.Name())
	}
	// Output:
	// ListModels
	// chat zai-org-glm-5-1
	// execute_tool clock
	// chat zai-org-glm-5-1
	// invoke_agent
}
