// Examples of the fake, with the client of this module.

package venicetest_test

import (
	"context"
	"errors"
	"fmt"
	"image/png"
	"log"
	"net/http"
	"net/http/httptest"
	"time"

	"github.com/getkin/kin-openapi/openapi3"

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
	client, err := venice.New(venice.WithBaseURL(srv.URL), venice.WithAPIKey(made.Data.APIKey.Reveal()))
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

// A test says what the service answers: here a refusal, and then values of the test's own.
func ExampleHandler_Respond() {
	srv := venicetest.NewServer(nil) // in a test: NewServer(t), and no Close
	defer srv.Close()
	srv.Respond("ListModelTraits",
		venicetest.Answer{Status: 400, Body: []byte(`{"error":"not today"}`)},
		venicetest.Answer{Body: []byte(`{"object":"list","type":"text","data":{"fastest":"tiny-1"}}`)},
	)

	client, err := venice.New(venice.WithBaseURL(srv.URL), venice.WithAuth(nil))
	if err != nil {
		log.Fatal(err)
	}
	for range 2 {
		traits, err := client.ListModelTraits(context.Background(), nil)
		if e, refused := errors.AsType[*venice.Error](err); refused {
			fmt.Println(e.Status, e.Message)
			continue
		}
		fmt.Println(traits.Data["fastest"])
	}
	// Output:
	// 400 not today
	// tiny-1
}

// Operations that nothing is pinned to answer with made-up values and small real files.
func ExampleHandler_Respond_media() {
	srv := venicetest.NewServer(nil)
	defer srv.Close()
	srv.Respond("POST /image/upscale", venicetest.Answer{Seed: 7}) // the seed says which picture

	client, err := venice.New(venice.WithBaseURL(srv.URL), venice.WithAPIKey(srv.InferenceKey()))
	if err != nil {
		log.Fatal(err)
	}
	media, err := client.UpscaleImage(context.Background(), &gen.UpscaleImageRequest{Image: "iVBORw0KGgo="})
	if err != nil {
		log.Fatal(err)
	}
	defer media.Close()
	picture, err := png.Decode(media)
	fmt.Println(media.ContentType, picture.Bounds().Size(), err)
	// Output: image/png (4,2) <nil>
}

// What a client sent, as the server read it.
func ExampleHandler_OnRequest() {
	srv := venicetest.NewServer(nil)
	defer srv.Close()
	srv.OnRequest(func(operation string, r *http.Request, body []byte) {
		fmt.Println(operation, r.PathValue("slug"), r.URL.Query().Get("pageSize"))
	})

	client, err := venice.New(venice.WithBaseURL(srv.URL), venice.WithAPIKey(srv.InferenceKey()))
	if err != nil {
		log.Fatal(err)
	}
	_, err = client.ListCharacterReviews(context.Background(), "alan-watts", &gen.ListCharacterReviewsParams{PageSize: new(int64(5))})
	if err != nil {
		log.Fatal(err)
	}
	// Output: GET /characters/{slug}/reviews alan-watts 5
}

// A value of a schema, the same for the same seed.
func ExampleSample() {
	schema := openapi3.NewObjectSchema().
		WithProperty("kind", openapi3.NewStringSchema().WithEnum("fox", "owl")).
		WithProperty("age", openapi3.NewIntegerSchema().WithMin(1).WithMax(9)).
		WithRequired([]string{"kind", "age"}).
		WithoutAdditionalProperties()
	for seed := range uint64(3) {
		v, err := venicetest.Sample(schema, seed)
		fmt.Println(v, err)
	}
	// Output:
	// map[age:6 kind:fox] <nil>
	// map[age:1 kind:fox] <nil>
	// map[age:7 kind:owl] <nil>
}
