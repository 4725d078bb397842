// Example of choosing a model, and of checking requests against it.

package venice_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/venice-go/venice"
	"github.com/venice-go/venice/gen"
	"github.com/venice-go/venice/tests/venicetest"
)

func ExampleModels_Choose() {
	srv := venicetest.NewServer(nil) // the real service needs neither this nor the base URL
	defer srv.Close()
	ctx := context.Background()
	plain, err := venice.New(venice.WithBaseURL(srv.URL), venice.WithAPIKey(srv.InferenceKey()))
	if err != nil {
		fmt.Println(err)
		return
	}
	models := venice.NewModels(plain, 0)
	model, err := models.Choose(ctx, venice.Choice{
		Capabilities: []string{"supportsFunctionCalling", "supportsVision"},
		Privacy:      []gen.ModelPrivacy{gen.ModelPrivacyPrivate},
		Mix:          venice.Mix{Input: 3, Output: 1}, // the cheapest for three tokens of prompt to each of the answer
	})
	if err != nil { // errors.Is: venice.ErrNoModel, whose text says what the models lack
		fmt.Println(err)
		return
	}
	fmt.Println(model.ID)

	client, err := venice.New(venice.WithBaseURL(srv.URL), venice.WithAPIKey(srv.InferenceKey()), venice.WithModelCheck(models))
	if err != nil {
		fmt.Println(err)
		return
	}
	_, err = client.CreateChatCompletion(ctx, &gen.ChatCompletionRequest{
		Model: model.ID, Messages: []gen.ChatMessage{gen.UserMessage("Hello")}, MaxCompletionTokens: new(int64(1_000_000)),
	})
	fmt.Println(errors.Is(err, venice.ErrModelLimit))
	// Output:
	// qwen3-vl-235b-a22b
	// true
}
