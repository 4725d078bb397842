// The check of live traffic inside other clients.

package clients

import (
	"errors"
	"io"
	"net/http"
	"testing"

	"github.com/openai/openai-go/v3"
	"github.com/openai/openai-go/v3/option"
	goopenai "github.com/sashabaranov/go-openai"

	"github.com/venice-go/venice/tests/contract"
	"github.com/venice-go/venice/tests/venicetest"
)

// Plain calls and streams of both clients are looked at, and nothing is found where nothing is wrong.
func TestContractInClients(t *testing.T) {
	fake := venicetest.NewServer(t)
	check, err := contract.New()
	if err != nil {
		t.Fatal(err)
	}
	watched := &http.Client{Transport: check.Transport(nil)}

	official := openai.NewClient(option.WithBaseURL(fake.URL), option.WithAPIKey(fake.InferenceKey()), option.WithHTTPClient(watched))
	ask := openai.ChatCompletionNewParams{Model: model, Messages: []openai.ChatCompletionMessageParamUnion{openai.UserMessage("Hi")}}
	if c, err := official.Chat.Completions.New(t.Context(), ask); err != nil || c.Choices[0].Message.Content == "" {
		t.Errorf("openai-go: %v", err)
	}
	stream := official.Chat.Completions.NewStreaming(t.Context(), ask)
	for stream.Next() {
	}
	if err := stream.Err(); err != nil {
		t.Errorf("openai-go: %v", err)
	}
	_ = stream.Close()

	config := goopenai.DefaultConfig(fake.InferenceKey())
	config.BaseURL, config.HTTPClient = fake.URL, watched
	other := goopenai.NewClientWithConfig(config)
	request := goopenai.ChatCompletionRequest{Model: model, Messages: []goopenai.ChatCompletionMessage{{Role: "user", Content: "Hi"}}}
	if c, err := other.CreateChatCompletion(t.Context(), request); err != nil || c.Choices[0].Message.Content == "" {
		t.Errorf("go-openai: %v", err)
	}
	pieces, err := other.CreateChatCompletionStream(t.Context(), request)
	if err != nil {
		t.Fatal(err)
	}
	for err == nil {
		_, err = pieces.Recv()
	}
	if _ = pieces.Close(); !errors.Is(err, io.EOF) {
		t.Errorf("go-openai: %v", err)
	}

	if r := check.Report(); r.Level() != contract.Fine || r.Answers() != 4 || r.Unfinished+r.Skipped > 0 {
		t.Errorf("%+v", r)
	}
	fake.Respond("POST /chat/completions", venicetest.Answer{Body: []byte(`{"choices":7}`), Unchecked: true})
	_, _ = other.CreateChatCompletion(t.Context(), request) // which fails, and that is for the client's users to see
	if r := check.Report(); r.Level() != contract.Break {
		t.Errorf("%+v", r)
	}
}
