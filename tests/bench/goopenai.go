// Go-openai: github.com/sashabaranov/go-openai, the most used client by hand.

package main

import (
	"context"
	"errors"
	"io"
	"net/http"

	goopenai "github.com/sashabaranov/go-openai"
)

func newGoOpenAI(base string, transport http.RoundTripper) peer {
	config := goopenai.DefaultConfig("key")
	config.BaseURL, config.HTTPClient = base, &http.Client{Transport: transport}
	client := goopenai.NewClientWithConfig(config)
	request := func() goopenai.ChatCompletionRequest {
		return goopenai.ChatCompletionRequest{
			Model: model,
			Messages: []goopenai.ChatCompletionMessage{
				{Role: "system", Content: system},
				{Role: "user", Content: question},
			},
			Temperature:         0.7,
			MaxCompletionTokens: 500,
		}
	}
	return peer{
		name: "go-openai",
		chat: func(ctx context.Context) (reply, error) {
			c, err := client.CreateChatCompletion(ctx, request())
			if err != nil {
				return reply{}, err
			}
			return reply{c.Choices[0].Message.Content, int64(c.Usage.TotalTokens)}, nil
		},
		stream: func(ctx context.Context, each func(piece)) error {
			s, err := client.CreateChatCompletionStream(ctx, request())
			if err != nil {
				return err
			}
			defer func() { _ = s.Close() }()
			for {
				c, err := s.Recv()
				if errors.Is(err, io.EOF) {
					return nil
				}
				if err != nil {
					return err
				}
				p := piece{created: c.Created}
				if len(c.Choices) > 0 {
					p.text = c.Choices[0].Delta.Content
				}
				each(p)
			}
		},
	}
}
