// OpenAI: github.com/openai/openai-go, the official client of the API that Venice's chat follows.

package main

import (
	"context"
	"net/http"

	"github.com/openai/openai-go/v3"
	"github.com/openai/openai-go/v3/option"
)

func newOpenAI(base string, transport http.RoundTripper) peer {
	client := openai.NewClient(option.WithBaseURL(base), option.WithAPIKey("key"), option.WithHTTPClient(&http.Client{Transport: transport}))
	request := func() openai.ChatCompletionNewParams {
		return openai.ChatCompletionNewParams{
			Model:               model,
			Messages:            []openai.ChatCompletionMessageParamUnion{openai.SystemMessage(system), openai.UserMessage(question)},
			Temperature:         openai.Float(0.7),
			MaxCompletionTokens: openai.Int(500),
		}
	}
	return peer{
		name: "openai-go",
		chat: func(ctx context.Context) (reply, error) {
			c, err := client.Chat.Completions.New(ctx, request())
			if err != nil {
				return reply{}, err
			}
			return reply{c.Choices[0].Message.Content, c.Usage.TotalTokens}, nil
		},
		stream: func(ctx context.Context, each func(piece)) error {
			s := client.Chat.Completions.NewStreaming(ctx, request())
			defer func() { _ = s.Close() }()
			for s.Next() {
				c := s.Current()
				p := piece{created: c.Created}
				if len(c.Choices) > 0 {
					p.text = c.Choices[0].Delta.Content
				}
				each(p)
			}
			return s.Err()
		},
	}
}
