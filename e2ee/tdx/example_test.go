// An example against the fake.

package tdx_test

import (
	"context"
	"fmt"
	"time"

	"github.com/venice-go/venice"
	"github.com/venice-go/venice/e2ee"
	"github.com/venice-go/venice/e2ee/tdx"
	"github.com/venice-go/venice/gen"
	"github.com/venice-go/venice/tests/venicetest"
)

func ExampleVerifier() {
	srv := venicetest.NewServer(nil)
	defer srv.Close()

	// The service's own quotes want tdx.Verifier{Collateral: tdx.Memory(tdx.HTTPS(nil), time.Hour)} and no more.
	verifier := tdx.Verifier{Collateral: tdx.Memory(srv.Enclave(), time.Hour), Roots: srv.Enclave().Roots()}
	plain, err := venice.New(venice.WithBaseURL(srv.URL), venice.WithAuth(nil))
	if err != nil {
		panic(err)
	}
	attester, err := e2ee.NewAttester(plain, e2ee.Policy{Verifier: verifier})
	if err != nil {
		panic(err)
	}
	client, err := venice.New(venice.WithBaseURL(srv.URL), venice.WithAPIKey(srv.InferenceKey()), e2ee.Chat(attester))
	if err != nil {
		panic(err)
	}
	ctx := context.Background()
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
	fmt.Println(answer.Choices[0].Message.Content, "-", a.Verdict())
	// Output:
	// You said: hello - verified
}
