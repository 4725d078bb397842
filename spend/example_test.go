// Examples of what calls cost before and after.

package spend_test

import (
	"context"
	"fmt"

	"github.com/venice-go/venice"
	"github.com/venice-go/venice/gen"
	"github.com/venice-go/venice/spend"
	"github.com/venice-go/venice/tests/venicetest"
)

func ExamplePrices() {
	srv := venicetest.NewServer(nil) // the real service needs neither this nor the base URL
	defer srv.Close()
	ctx := context.Background()
	client, err := venice.New(venice.WithBaseURL(srv.URL), venice.WithAPIKey(srv.InferenceKey()))
	if err != nil {
		fmt.Println(err)
		return
	}
	prices := spend.NewPrices(client)

	request := &gen.ChatCompletionRequest{
		Model:    "zai-org-glm-5-1",
		Messages: []gen.ChatMessage{gen.UserMessage("Hello")}, MaxCompletionTokens: new(int64(200)),
	}
	estimate, err := prices.Estimate(ctx, request)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("at most", estimate.Most.USD)
	for _, part := range estimate.Parts {
		fmt.Println(part.Most, part.What)
	}

	reply, err := client.CreateChatCompletion(ctx, request)
	if err != nil {
		fmt.Println(err)
		return
	}
	cost, err := prices.Cost(ctx, reply)
	fmt.Println("it was", cost.USD, cost.Said, err)
	// Output:
	// at most 0.002442 USD
	// 1802 input tokens of zai-org-glm-5-1
	// 200 output tokens of zai-org-glm-5-1
	// it was 0.0000106 USD true <nil>
}
