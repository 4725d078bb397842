// Examples of what surrounds a call: retries, hooks, and what comes back beside the result.

package venice_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"time"

	"github.com/venice-go/venice"
	"github.com/venice-go/venice/gen"
)

// flaky stands in for a service that fails at first: it answers with each status in turn, and with no models after that.
func flaky(statuses ...int) *httptest.Server {
	return httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Retry-After", "0.01")
		w.Header().Set("X-Venice-Balance-Usd", "12.5")
		status, body := 200, `{"object":"list","type":"text","data":[]}`
		if len(statuses) > 0 {
			status, statuses = statuses[0], statuses[1:]
			body = `{"error":"Not now"}`
		}
		w.WriteHeader(status)
		fmt.Fprint(w, body)
	}))
}

// What comes back beside the result is in a Response: how often the call was sent, what is left of the balance.
func ExampleWithResponse() {
	srv := flaky(503, 429)
	defer srv.Close()

	client, err := venice.New(venice.WithBaseURL(srv.URL), venice.WithAuth(nil))
	if err != nil {
		log.Fatal(err)
	}
	response := venice.Response{KeepRaw: true}
	if _, err := client.ListModels(context.Background(), nil, venice.WithResponse(&response)); err != nil {
		log.Fatal(err)
	}
	fmt.Println(response.Status, response.Attempts, *response.BalanceUSD)
	fmt.Println(string(response.Raw))
	// Output:
	// 200 3 12.5
	// {"object":"list","type":"text","data":[]}
}

func ExampleWithMaxAttempts() {
	srv := flaky(503, 503)
	defer srv.Close()

	client, err := venice.New(venice.WithBaseURL(srv.URL), venice.WithAuth(nil))
	if err != nil {
		log.Fatal(err)
	}
	_, err = client.ListModels(context.Background(), nil, venice.WithMaxAttempts(1))
	fmt.Println(err)
	// Output: venice: ListModels: 503 Service Unavailable: Not now
}

// A job is not queued a second time if it may have been queued the first time.
func ExampleErrMaybeSent() {
	srv := flaky(502)
	defer srv.Close()

	client, err := venice.New(venice.WithBaseURL(srv.URL), venice.WithAuth(nil))
	if err != nil {
		log.Fatal(err)
	}
	_, err = client.QueueVideo(context.Background(), &gen.QueueVideoRequest{Model: "a-video-model", Prompt: new("A lighthouse")})
	fmt.Println(err)
	fmt.Println(errors.Is(err, venice.ErrMaybeSent))
	// Output:
	// venice: QueueVideo: 502 Bad Gateway: Not now; the request may have been carried out
	// true
}

// A call whose service asks for more time than there is fails at once.
func ExampleWithTimeout() {
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Retry-After", "30")
		w.WriteHeader(http.StatusTooManyRequests)
	}))
	defer srv.Close()

	client, err := venice.New(venice.WithBaseURL(srv.URL), venice.WithAuth(nil), venice.WithTimeout(10*time.Second))
	if err != nil {
		log.Fatal(err)
	}
	response := venice.Response{}
	_, err = client.ListModels(context.Background(), nil, venice.WithResponse(&response))
	fmt.Println(errors.Is(err, venice.ErrRateLimited), response.Attempts, response.RetryAfter)
	// Output: true 1 30s
}

func ExampleWithLogger() {
	srv := flaky(503)
	defer srv.Close()

	logger := slog.New(slog.NewTextHandler(os.Stdout, &slog.HandlerOptions{ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
		if a.Key == slog.TimeKey || a.Key == "duration" { // these differ from run to run
			return slog.Attr{}
		}
		return a
	}}))
	client, err := venice.New(venice.WithBaseURL(srv.URL), venice.WithAuth(nil), venice.WithLogger(logger))
	if err != nil {
		log.Fatal(err)
	}
	if _, err := client.ListModels(context.Background(), nil); err != nil {
		log.Fatal(err)
	}
	// Output:
	// level=WARN msg="venice: call" operation=ListModels attempt=1 status=503 wait=10ms
	// level=INFO msg="venice: call" operation=ListModels attempt=2 status=200
}

// spans is a transport that does something around every request.
type spans struct{ next http.RoundTripper }

func (s spans) RoundTrip(req *http.Request) (*http.Response, error) {
	resp, err := s.next.RoundTrip(req)
	if err == nil {
		fmt.Println(req.Method, req.URL.Path, resp.StatusCode)
	}
	return resp, err
}

// OpenTelemetry drops in here: its otelhttp.NewTransport(next) is such a transport, and makes a span of every attempt.
func ExampleWithMiddleware() {
	srv := flaky(503)
	defer srv.Close()

	client, err := venice.New(venice.WithBaseURL(srv.URL), venice.WithAuth(nil),
		venice.WithMiddleware(func(next http.RoundTripper) http.RoundTripper { return spans{next} }))
	if err != nil {
		log.Fatal(err)
	}
	if _, err := client.ListModels(context.Background(), nil); err != nil {
		log.Fatal(err)
	}
	// Output:
	// GET /models 503
	// GET /models 200
}

// A program that repeats what cannot succeed is stopped before the service locks its key out.
func ExampleWithErrorBudget() {
	srv := flaky(404, 404, 404)
	defer srv.Close()

	client, err := venice.New(venice.WithBaseURL(srv.URL), venice.WithAuth(nil), venice.WithErrorBudget(2))
	if err != nil {
		log.Fatal(err)
	}
	for range 3 {
		_, err = client.GetCharacter(context.Background(), "nobody")
		fmt.Println(errors.Is(err, venice.ErrNotFound), errors.Is(err, venice.ErrErrorBudget))
	}
	// Output:
	// true false
	// true false
	// false true
}

// A wallet takes 5 calls at a time, and limits on calls per minute are better waited out than run into.
func ExampleWithMaxInFlight() {
	srv := flaky()
	defer srv.Close()

	client, err := venice.New(venice.WithBaseURL(srv.URL), venice.WithAuth(nil), venice.WithMaxInFlight(5), venice.WithPacing())
	if err != nil {
		log.Fatal(err)
	}
	_, err = client.ListModels(context.Background(), nil)
	fmt.Println(err)
	// Output: <nil>
}

func ExampleError_LowBalance() {
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(http.StatusPaymentRequired)
		fmt.Fprint(w, `{"code":"PAYMENT_REQUIRED","reason":"insufficient_balance","currentBalanceUsd":0.04,"minimumBalanceUsd":0.1,"minimumTopUpUsd":5}`)
	}))
	defer srv.Close()

	client, err := venice.New(venice.WithBaseURL(srv.URL), venice.WithAuth(nil))
	if err != nil {
		log.Fatal(err)
	}
	_, err = client.ListModels(context.Background(), nil)
	if e, ok := errors.AsType[*venice.Error](err); ok && errors.Is(err, venice.ErrLowBalance) {
		low, _ := e.LowBalance()
		fmt.Printf("%.2f of %.2f USD\n", low.CurrentUSD, low.MinimumUSD)
	}
	// Output: 0.04 of 0.10 USD
}
