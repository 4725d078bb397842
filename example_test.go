// Examples, run against the fake of the service.

package venice_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"net/http"
	"strings"
	"time"

	"github.com/venice-go/venice"
	"github.com/venice-go/venice/gen"
	"github.com/venice-go/venice/tests/venicetest"
)

const model = "zai-org-glm-5-1"

func Example() {
	srv := venicetest.NewServer(nil) // stands in for the service
	defer srv.Close()

	client, err := venice.New(venice.WithBaseURL(srv.URL), venice.WithAPIKey(srv.InferenceKey()))
	if err != nil {
		log.Fatal(err)
	}
	reply, err := client.CreateChatCompletion(context.Background(), &gen.ChatCompletionRequest{
		Model:    model,
		Messages: []gen.ChatMessage{gen.UserMessage("Why is the sky blue?")},
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(reply.Choices[0].Message.Content)
	// Output: You said: Why is the sky blue?
}

// A stream is sent when the loop begins and ends when the loop does.
func Example_stream() {
	srv := venicetest.NewServer(nil)
	defer srv.Close()

	client, err := venice.New(venice.WithBaseURL(srv.URL), venice.WithAPIKey(srv.InferenceKey()))
	if err != nil {
		log.Fatal(err)
	}
	for chunk, err := range client.StreamChatCompletion(context.Background(), &gen.ChatCompletionRequest{
		Model:    model,
		Messages: []gen.ChatMessage{gen.UserMessage("Good night.")},
	}) {
		if err != nil {
			log.Fatal(err)
		}
		for _, choice := range chunk.Choices {
			if choice.Delta.Content != nil {
				fmt.Print(*choice.Delta.Content)
			}
		}
	}
	// Output: You said: Good night.
}

// Without options a client calls the service itself, with the key in VENICE_API_KEY if there is one.
func ExampleNew() {
	client, err := venice.New()
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(client.BaseURL())

	_, err = venice.New(venice.WithBaseURL("http://gateway.example/api/v1"))
	fmt.Println(err)
	// Output:
	// https://api.venice.ai/api/v1
	// venice: WithBaseURL: plain http is accepted for localhost, 127.0.0.0/8 and ::1 only; use https for gateway.example
}

// An error has a kind, to decide by, and the service's own words.
func ExampleError() {
	srv := venicetest.NewServer(nil)
	defer srv.Close()

	client, err := venice.New(venice.WithBaseURL(srv.URL), venice.WithAuth(nil)) // no credentials
	if err != nil {
		log.Fatal(err)
	}
	_, err = client.CreateChatCompletion(context.Background(), &gen.ChatCompletionRequest{
		Model:    model,
		Messages: []gen.ChatMessage{gen.UserMessage("Hello?")},
	})
	fmt.Println("payment required:", errors.Is(err, venice.ErrPaymentRequired))
	if e, ok := errors.AsType[*venice.Error](err); ok {
		fmt.Println(e.Operation, e.Status, strings.Contains(string(e.Raw), "accepts"))
	}
	// Output:
	// payment required: true
	// CreateChatCompletion 402 true
}

// An option given to a method holds for that call.
func ExampleCallOption() {
	srv := venicetest.NewServer(nil)
	defer srv.Close()
	srv.OnRequest(func(string, *http.Request, []byte) { time.Sleep(100 * time.Millisecond) }) // it takes its time

	client, err := venice.New(venice.WithBaseURL(srv.URL), venice.WithAuth(nil), venice.WithTimeout(time.Minute))
	if err != nil {
		log.Fatal(err)
	}
	_, err = client.ListModels(context.Background(), nil, venice.WithTimeout(5*time.Millisecond))
	fmt.Println(err)
	fmt.Println(errors.Is(err, context.DeadlineExceeded))
	// Output:
	// venice: ListModels: no complete answer within 5ms
	// true
}

// rotating is an Auth that takes a new key for each request from somewhere.
type rotating struct{ next func() string }

func (a rotating) Authorize(_ context.Context, req *http.Request, op *venice.Operation) error {
	if op.Access == venice.AccessKey || op.Access == venice.AccessAny {
		req.Header.Set("Authorization", "Bearer "+a.next())
	}
	return nil
}

func ExampleWithAuth() {
	srv := venicetest.NewServer(nil)
	defer srv.Close()

	client, err := venice.New(venice.WithBaseURL(srv.URL), venice.WithAuth(rotating{next: srv.AdminKey}))
	if err != nil {
		log.Fatal(err)
	}
	_, err = client.ListAPIKeys(context.Background())
	fmt.Println(err)
	// Output: <nil>
}

func ExampleDescription() {
	fmt.Println(strings.Contains(string(venice.Description()), "openapi: 3.0.0"))
	// Output: true
}
