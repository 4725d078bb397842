// Examples against the fake.

package e2ee_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/venice-go/venice"
	"github.com/venice-go/venice/e2ee"
	"github.com/venice-go/venice/gen"
	"github.com/venice-go/venice/tests/venicetest"
)

// Package tdx has an example whose quotes are verified, as they should be.
func ExampleChat() {
	srv := venicetest.NewServer(nil)
	defer srv.Close()
	ctx := context.Background()

	plain, err := venice.New(venice.WithBaseURL(srv.URL)) // the service needs no base URL
	if err != nil {
		panic(err)
	}
	attester, err := e2ee.NewAttester(plain, e2ee.Policy{AcceptUnverified: true})
	if err != nil {
		panic(err)
	}
	client, err := venice.New(venice.WithBaseURL(srv.URL), venice.WithAPIKey(srv.InferenceKey()), e2ee.Chat(attester))
	if err != nil {
		panic(err)
	}
	request := &gen.ChatCompletionRequest{Model: "e2ee-glm-5", Messages: []gen.ChatMessage{gen.UserMessage("hello")}}
	answer, err := client.CreateChatCompletion(ctx, request)
	if err != nil {
		panic(err)
	}
	fmt.Println(answer.Choices[0].Message.Content)

	request.Model = "zai-org-glm-5-1" // reads in plain only
	_, err = client.CreateChatCompletion(ctx, request)
	fmt.Println(errors.Is(err, e2ee.ErrNoEncryption), errors.Is(err, venice.ErrNotCarriedOut))
	// Output:
	// You said: hello
	// true true
}

func ExampleAttester_Attest() {
	srv := venicetest.NewServer(nil)
	defer srv.Close()
	client, err := venice.New(venice.WithBaseURL(srv.URL), venice.WithAuth(nil))
	if err != nil {
		panic(err)
	}
	attester, err := e2ee.NewAttester(client, e2ee.Policy{})
	if err != nil {
		panic(err)
	}
	a, err := attester.Attest(context.Background(), "e2ee-gemma-3-27b-p")
	if err != nil {
		panic(err)
	}
	fmt.Println(a.Verdict())
	for _, f := range a.Findings {
		fmt.Printf("%-9s %s\n", f.Standing, f.What)
	}
	// Output:
	// bound, quote not verified
	// unchecked the quote's signature, up to Intel's root
	// bound     the nonce, made for this attestation
	// bound     the key to encrypt for
	// bound     the machine is not in debug mode
	// bound     the event log is the one that was measured
	// bound     the application's description (app_compose)
	// claimed   the graphics cards
	// unchecked which software runs
	// claimed   which model the enclave runs
}

func ExampleAttester_Signature() {
	srv := venicetest.NewServer(nil)
	defer srv.Close()
	ctx := context.Background()
	plain, err := venice.New(venice.WithBaseURL(srv.URL), venice.WithAuth(nil))
	if err != nil {
		panic(err)
	}
	attester, err := e2ee.NewAttester(plain, e2ee.Policy{AcceptUnverified: true})
	if err != nil {
		panic(err)
	}
	client, err := venice.New(venice.WithBaseURL(srv.URL), venice.WithAPIKey(srv.InferenceKey()), e2ee.Chat(attester))
	if err != nil {
		panic(err)
	}
	answer, err := client.CreateChatCompletion(ctx, &gen.ChatCompletionRequest{
		Model: "e2ee-glm-5", Messages: []gen.ChatMessage{gen.UserMessage("hello")},
	})
	if err != nil {
		panic(err)
	}
	a, err := attester.Attest(ctx, "e2ee-glm-5")
	if err != nil {
		panic(err)
	}
	s, err := attester.Signature(ctx, a, answer.ID, []byte(answer.Choices[0].Message.Content.String()))
	if err != nil {
		panic(err)
	}
	fmt.Println("by the attested key:", s.Attested, "- of these words:", s.Words)
	// Output:
	// by the attested key: false - of these words: true
}
