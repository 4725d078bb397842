// Examples of the fake, with the client of this module.

package venicetest_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"net/http/httptest"
	"time"

	"github.com/venice-go/venice"
	"github.com/venice-go/venice/gen"
	"github.com/venice-go/venice/signer"
	"github.com/venice-go/venice/tests/venicetest"
)

func ExampleNewServer() {
	srv := venicetest.NewServer(nil) // in a test: NewServer(t), and no Close
	defer srv.Close()

	client, err := venice.New(venice.WithBaseURL(srv.URL), venice.WithAPIKey(srv.InferenceKey()))
	if err != nil {
		log.Fatal(err)
	}
	answer, err := client.CreateChatCompletion(context.Background(), &gen.ChatCompletionRequest{
		Model:    "zai-org-glm-5-1",
		Messages: []gen.ChatMessage{gen.UserMessage("Why is the sky blue?")},
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(answer.Choices[0].Message.Content)
	// Output: You said: Why is the sky blue?
}

// A wallet mints a key once it has a stake.
func ExampleHandler_Stake() {
	srv := venicetest.NewServer(nil)
	defer srv.Close()
	ctx := context.Background()
	client, err := venice.New(venice.WithBaseURL(srv.URL), venice.WithAuth(nil))
	if err != nil {
		log.Fatal(err)
	}
	wallet, err := signer.GenerateEVM()
	if err != nil {
		log.Fatal(err)
	}

	_, err = signer.MintAPIKey(ctx, client, wallet, nil)
	fmt.Println(errors.Is(err, signer.ErrNoStake))

	if err := srv.Stake(wallet.Address(), 1); err != nil {
		log.Fatal(err)
	}
	key, err := signer.MintAPIKey(ctx, client, wallet, nil)
	fmt.Println(key.Type, err)
	// Output:
	// true
	// INFERENCE <nil>
}

// Time passes when the test says so: a key expires.
func ExampleWithClock() {
	now := time.Date(2026, 7, 1, 0, 0, 0, 0, time.UTC)
	srv := venicetest.NewServer(nil, venicetest.WithClock(func() time.Time { return now }))
	defer srv.Close()
	ctx := context.Background()
	admin, err := venice.New(venice.WithBaseURL(srv.URL), venice.WithAPIKey(srv.AdminKey()))
	if err != nil {
		log.Fatal(err)
	}
	made, err := admin.CreateAPIKey(ctx, &gen.CreateAPIKeyRequest{
		APIKeyType: gen.APIKeyTypeInference, Description: "for a day", ExpiresAt: new("2026-07-02"),
	})
	if err != nil {
		log.Fatal(err)
	}
	client, err := venice.New(venice.WithBaseURL(srv.URL), venice.WithAPIKey(made.Data.APIKey))
	if err != nil {
		log.Fatal(err)
	}

	_, err = client.GetRateLimits(ctx)
	fmt.Println(err)
	now = now.AddDate(0, 0, 1)
	_, err = client.GetRateLimits(ctx)
	fmt.Println(errors.Is(err, venice.ErrUnauthorized))
	// Output:
	// <nil>
	// true
}

// A program serves the fake itself. Its violations, of which there should be none, go where the program wants them.
func ExampleNewHandler() {
	fake := venicetest.NewHandler(venicetest.OnViolation(func(err error) { log.Print(err) }))
	srv := httptest.NewServer(fake)
	defer srv.Close()

	client, err := venice.New(venice.WithBaseURL(srv.URL+"/api/v1"), venice.WithAPIKey(fake.InferenceKey()))
	if err != nil {
		log.Fatal(err)
	}
	models, err := client.ListModels(context.Background(), nil)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(models.Data[0].ID)
	// Output: zai-org-glm-5-1
}
