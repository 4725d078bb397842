// Venice: this client.

package main

import (
	"context"
	"net/http"

	"github.com/venice-go/venice"
	"github.com/venice-go/venice/gen"
)

func newVenice(base string, transport http.RoundTripper) (peer, error) {
	client, err := veniceClient(base, transport)
	if err != nil {
		return peer{}, err
	}
	request := func() *gen.ChatCompletionRequest {
		return &gen.ChatCompletionRequest{
			Model:               model,
			Messages:            []gen.ChatMessage{gen.SystemMessage(system), gen.UserMessage(question)},
			Temperature:         new(0.7),
			MaxCompletionTokens: new(int64(500)),
		}
	}
	return peer{
		name: "this client",
		chat: func(ctx context.Context) (reply, error) {
			c, err := client.CreateChatCompletion(ctx, request())
			if err != nil {
				return reply{}, err
			}
			return reply{c.Choices[0].Message.Content.String(), c.Usage.TotalTokens}, nil
		},
		stream: func(ctx context.Context, each func(piece)) error {
			for c, err := range client.StreamChatCompletion(ctx, request()) {
				if err != nil {
					return err
				}
				p := piece{created: c.Created}
				if len(c.Choices) > 0 && c.Choices[0].Delta.Content != nil {
					p.text = *c.Choices[0].Delta.Content
				}
				each(p)
			}
			return nil
		},
	}, nil
}

func veniceClient(base string, transport http.RoundTripper) (*venice.Client, error) {
	return venice.New(venice.WithBaseURL(base), venice.WithAPIKey("key"), venice.WithHTTPClient(&http.Client{Transport: transport}))
}
