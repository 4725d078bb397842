// The client that most wrote Go programs with before OpenAI had one.

package clients

import (
	"context"
	"encoding/json"
	"errors"
	"io"

	goopenai "github.com/sashabaranov/go-openai"
)

type goOpenAIWorker struct{ *goopenai.Client }

func newGoOpenAIWorker(url, key string) worker {
	config := goopenai.DefaultConfig(key)
	config.BaseURL = url
	return goOpenAIWorker{goopenai.NewClientWithConfig(config)}
}

func (w goOpenAIWorker) request(text string) goopenai.ChatCompletionRequest {
	return goopenai.ChatCompletionRequest{Model: model, Messages: []goopenai.ChatCompletionMessage{{Role: "user", Content: text}}}
}

func (w goOpenAIWorker) say(ctx context.Context, text string, stream bool) (s spoken, err error) {
	if !stream {
		answer, err := w.CreateChatCompletion(ctx, w.request(text))
		if err != nil {
			return s, err
		}
		u, choice := answer.Usage, answer.Choices[0]
		return spoken{choice.Message.Content, string(choice.FinishReason), int64(u.PromptTokens), int64(u.CompletionTokens), int64(u.TotalTokens)}, nil
	}
	chunks, err := w.CreateChatCompletionStream(ctx, w.request(text))
	if err != nil {
		return s, err
	}
	defer func() { _ = chunks.Close() }()
	for {
		chunk, err := chunks.Recv()
		if errors.Is(err, io.EOF) {
			return s, nil
		}
		if err != nil {
			return s, err
		}
		for _, choice := range chunk.Choices {
			s.text += choice.Delta.Content
			s.finish += string(choice.FinishReason)
		}
	}
}

func (w goOpenAIWorker) loop(ctx context.Context, text string, tools []function, run func(name, arguments string) string) (string, error) {
	request := w.request(text)
	for _, f := range tools {
		request.Tools = append(request.Tools, goopenai.Tool{Type: "function", Function: &goopenai.FunctionDefinition{Name: f.name, Description: f.about, Parameters: f.schema}})
	}
	for {
		answer, err := w.CreateChatCompletion(ctx, request)
		if err != nil {
			return "", err
		}
		message := answer.Choices[0].Message
		if len(message.ToolCalls) == 0 {
			return message.Content, nil
		}
		request.Messages = append(request.Messages, message)
		for _, call := range message.ToolCalls {
			request.Messages = append(request.Messages, goopenai.ChatCompletionMessage{
				Role: "tool", ToolCallID: call.ID, Content: run(call.Function.Name, call.Function.Arguments)})
		}
	}
}

func (w goOpenAIWorker) form(ctx context.Context, text string, schema json.RawMessage) (string, error) {
	request := w.request(text)
	request.ResponseFormat = &goopenai.ChatCompletionResponseFormat{Type: "json_schema", JSONSchema: &goopenai.ChatCompletionResponseFormatJSONSchema{
		Name: "person", Strict: true, Schema: schema}}
	answer, err := w.CreateChatCompletion(ctx, request)
	if err != nil {
		return "", err
	}
	return answer.Choices[0].Message.Content, nil
}

// vectors asks for base64, which this client reads.
func (w goOpenAIWorker) vectors(ctx context.Context, texts []string) (list [][]float32, err error) {
	answer, err := w.CreateEmbeddings(ctx, goopenai.EmbeddingRequest{Model: embedder, Input: texts, EncodingFormat: goopenai.EmbeddingEncodingFormatBase64})
	for _, d := range answer.Data {
		list = append(list, d.Embedding)
	}
	return list, err
}
