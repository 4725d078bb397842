// Examples of what the types know nothing of, run against the fake of the service.

package venice_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"math/big"
	"net/http"

	"github.com/venice-go/venice"
	"github.com/venice-go/venice/gen"
	"github.com/venice-go/venice/signer"
	"github.com/venice-go/venice/tests/venicetest"
)

// A member of the request that is in no type goes by its JSON Pointer.
func ExampleWithField() {
	srv := venicetest.NewServer(nil)
	defer srv.Close()
	srv.OnRequest(func(_ string, _ *http.Request, body []byte) { fmt.Println(string(body)) })

	client, err := venice.New(venice.WithBaseURL(srv.URL), venice.WithAPIKey(srv.InferenceKey()))
	if err != nil {
		log.Fatal(err)
	}
	_, _ = client.QueueAudio(context.Background(), &gen.QueueAudioRequest{Model: "m"},
		venice.WithField("/mixing/loudness", -14.5), // new
		venice.WithoutField("/prompt"))              // required, and not wanted by this model
	// Output: {"model":"m","mixing":{"loudness":-14.5}}
}

// A route that has no method, with an API key and with a wallet.
func ExampleClient_Do() {
	srv := venicetest.NewServer(nil)
	defer srv.Close()
	srv.Unlisted("GET /files", func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, `{"names":["a","b"]}`) })
	wallet, err := signer.GenerateEVM()
	if err != nil {
		log.Fatal(err)
	}
	_ = srv.SetCredit(wallet.Address(), 1)

	for _, credentials := range []venice.ClientOption{venice.WithAPIKey(srv.InferenceKey()), venice.WithAuth(signer.SignIn(wallet))} {
		client, err := venice.New(venice.WithBaseURL(srv.URL), credentials)
		if err != nil {
			log.Fatal(err)
		}
		var files struct{ Names []string }
		err = client.Do(context.Background(), "GET", "/files", nil, &files, venice.WithQuery("limit", "2"))
		fmt.Println(files.Names, err)
	}
	// Output:
	// [a b] <nil>
	// [a b] <nil>
}

// The result of a JSON-RPC call in a type of one's own, to the digit.
func ExampleClient_Do_rpc() {
	srv := venicetest.NewServer(nil)
	defer srv.Close()
	srv.Respond("POST /crypto/rpc/{network}", venicetest.Answer{Body: []byte(`{"jsonrpc":"2.0","id":1,"result":36893488147419103233}`)})

	client, err := venice.New(venice.WithBaseURL(srv.URL), venice.WithAPIKey(srv.InferenceKey()))
	if err != nil {
		log.Fatal(err)
	}
	var reply struct{ Result *big.Int }
	call := gen.RPCRequest{JSONRPC: new("2.0"), ID: gen.NewRPCID(int64(1)), Method: "eth_something"}
	err = client.Do(context.Background(), "POST", "/crypto/rpc/base-mainnet", call, &reply)
	fmt.Println(reply.Result, err)
	// Output: 36893488147419103233 <nil>
}

// A stream of events that have no type.
func ExampleStream() {
	srv := venicetest.NewServer(nil)
	defer srv.Close()
	srv.Unlisted("POST /events", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream")
		_, _ = io.WriteString(w, "data: {\"step\":1}\n\ndata: {\"step\":2}\n\ndata: [DONE]\n\n")
	})

	client, err := venice.New(venice.WithBaseURL(srv.URL), venice.WithAPIKey(srv.InferenceKey()))
	if err != nil {
		log.Fatal(err)
	}
	type event struct{ Step int }
	for e, err := range venice.Stream[event](context.Background(), client, "POST", "/events", map[string]any{"stream": true}) {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(e.Step)
	}
	// Output:
	// 1
	// 2
}

// Middleware knows which attempt of which operation it sees.
func ExampleAttemptOf() {
	srv := venicetest.NewServer(nil)
	defer srv.Close()
	srv.Respond("GET /models", venicetest.Answer{Status: 503, Header: http.Header{"Retry-After": {"0"}}},
		venicetest.Answer{Body: []byte(`{"object":"list","type":"text","data":[]}`)})

	var seen []string
	trace := func(next http.RoundTripper) http.RoundTripper {
		return recorder(func(r *http.Request) (*http.Response, error) {
			op, n := venice.AttemptOf(r.Context())
			seen = append(seen, fmt.Sprint(op.Method, " ", op.Path, " ", n))
			return next.RoundTrip(r)
		})
	}
	client, err := venice.New(venice.WithBaseURL(srv.URL), venice.WithAPIKey(srv.InferenceKey()), venice.WithMiddleware(trace))
	if err != nil {
		log.Fatal(err)
	}
	_, err = client.ListModels(context.Background(), nil)
	fmt.Println(seen, err)
	// Output: [GET /models 1 GET /models 2] <nil>
}

// A member of an answer that no type has yet.
func ExampleErrMisfit() {
	srv := venicetest.NewServer(nil)
	defer srv.Close()
	srv.Respond("GET /models", venicetest.Answer{Unchecked: true, Body: []byte(`{"object":"list","type":"text","service_region":"eu",
		"data":[{"id":"m","object":"model","type":"text","created":"soon","owned_by":"venice.ai","model_spec":{}}]}`)})
	client, err := venice.New(venice.WithBaseURL(srv.URL), venice.WithAPIKey(srv.InferenceKey()))
	if err != nil {
		log.Fatal(err)
	}
	models, err := client.ListModels(context.Background(), nil)
	if misfits, some := errors.AsType[*gen.MisfitError](err); some && errors.Is(err, venice.ErrMisfit) {
		fmt.Println("created is", misfits.Misfits[0].Raw) // the rest of the answer is there
	}
	fmt.Println(models.Data[0].ID)
	fmt.Println(gen.Member[string](models.Members, "service_region"))
	// Output:
	// created is "soon"
	// m
	// eu true <nil>
}
