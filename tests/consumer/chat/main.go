// Command consumer is a program outside the module, as a user of the client would write it.
package main

import (
	"context"
	"fmt"
	"os"

	"github.com/venice-go/venice"
	"github.com/venice-go/venice/gen"
)

func main() {
	reply, err := chat(context.Background(), "Why is the sky blue?")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Println(reply)
}

// chat asks with the key in VENICE_API_KEY.
func chat(ctx context.Context, text string, opts ...venice.ClientOption) (string, error) {
	client, err := venice.New(opts...)
	if err != nil {
		return "", err
	}
	reply, err := client.CreateChatCompletion(ctx, &gen.ChatCompletionRequest{
		Model:    "zai-org-glm-5-1",
		Messages: []gen.ChatMessage{gen.UserMessage(text)},
	})
	if err != nil {
		return "", err
	}
	return reply.Choices[0].Message.Content.String(), nil
}
