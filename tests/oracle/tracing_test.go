// Tracing: OpenTelemetry's transport as middleware. It is shown here to keep OpenTelemetry out of the client's go.mod.

package oracle

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"

	"go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp"
	"go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"

	"github.com/venice-go/venice"
)

// Every attempt of a call is a span of its own.
func Example_tracing() {
	asked := 0
	service := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		if asked++; asked == 1 {
			w.Header().Set("Retry-After", "0")
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		fmt.Fprint(w, `{"object":"list","type":"text","data":[]}`)
	}))
	defer service.Close()

	spans := tracetest.NewSpanRecorder() // a program has an exporter here
	provider := trace.NewTracerProvider(trace.WithSpanProcessor(spans))
	client, err := venice.New(
		venice.WithBaseURL(service.URL),
		venice.WithMiddleware(func(next http.RoundTripper) http.RoundTripper {
			return otelhttp.NewTransport(next, otelhttp.WithTracerProvider(provider))
		}),
	)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return
	}
	if _, err := client.ListModels(context.Background(), nil); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return
	}
	for _, span := range spans.Ended() {
		for _, a := range span.Attributes() {
			if a.Key == "http.response.status_code" {
				fmt.Println(span.Name(), a.Value.AsInt64())
			}
		}
	}
	// Output:
	// HTTP GET 503
	// HTTP GET 200
}
