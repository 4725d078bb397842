// OpenAI's own client.

package clients

import (
	"context"
	"encoding/json"

	"github.com/openai/openai-go/v3"
	"github.com/openai/openai-go/v3/option"
	"github.com/openai/openai-go/v3/shared"
)

type openAIWorker struct{ openai.Client }

func newOpenAIWorker(url, key string) worker {
	return openAIWorker{openai.NewClient(option.WithBaseURL(url), option.WithAPIKey(key), option.WithMaxRetries(0))}
}

func (w openAIWorker) say(ctx context.Context, text string, stream bool) (s spoken, err error) {
	request := openai.ChatCompletionNewParams{Model: model, Messages: []openai.ChatCompletionMessageParamUnion{openai.UserMessage(text)}}
	var whole openai.ChatCompletion
	if stream {
		chunks := w.Chat.Completions.NewStreaming(ctx, request)
		defer func() { _ = chunks.Close() }()
		var all openai.ChatCompletionAccumulator
		for chunks.Next() {
			all.AddChunk(chunks.Current())
		}
		whole, err = all.ChatCompletion, chunks.Err()
	} else if answer, failed := w.Chat.Completions.New(ctx, request); failed != nil {
		err = failed
	} else {
		whole = *answer
	}
	if err != nil {
		return s, err
	}
	u, choice := whole.Usage, whole.Choices[0]
	return spoken{choice.Message.Content, string(choice.FinishReason), u.PromptTokens, u.CompletionTokens, u.TotalTokens}, nil
}

func (w openAIWorker) loop(ctx context.Context, text string, tools []function, run func(name, arguments string) string) (string, error) {
	request := openai.ChatCompletionNewParams{Model: model, Messages: []openai.ChatCompletionMessageParamUnion{openai.UserMessage(text)}}
	for _, f := range tools {
		var schema shared.FunctionParameters
		if err := json.Unmarshal(f.schema, &schema); err != nil {
			return "", err
		}
		request.Tools = append(request.Tools, openai.ChatCompletionFunctionTool(shared.FunctionDefinitionParam{
			Name: f.name, Description: openai.String(f.about), Parameters: schema}))
	}
	for {
		answer, err := w.Chat.Completions.New(ctx, request)
		if err != nil {
			return "", err
		}
		message := answer.Choices[0].Message
		if len(message.ToolCalls) == 0 {
			return message.Content, nil
		}
		request.Messages = append(request.Messages, message.ToParam())
		for _, call := range message.ToolCalls {
			request.Messages = append(request.Messages, openai.ToolMessage(run(call.Function.Name, call.Function.Arguments), call.ID))
		}
	}
}

func (w openAIWorker) form(ctx context.Context, text string, schema json.RawMessage) (string, error) {
	answer, err := w.Chat.Completions.New(ctx, openai.ChatCompletionNewParams{
		Model: model, Messages: []openai.ChatCompletionMessageParamUnion{openai.UserMessage(text)},
		ResponseFormat: openai.ChatCompletionNewParamsResponseFormatUnion{OfJSONSchema: &shared.ResponseFormatJSONSchemaParam{
			JSONSchema: shared.ResponseFormatJSONSchemaJSONSchemaParam{Name: "person", Strict: openai.Bool(true), Schema: schema}}},
	})
	if err != nil {
		return "", err
	}
	return answer.Choices[0].Message.Content, nil
}

func (w openAIWorker) vectors(ctx context.Context, texts []string) (list [][]float32, err error) {
	answer, err := w.Embeddings.New(ctx, openai.EmbeddingNewParams{Model: embedder, Input: openai.EmbeddingNewParamsInputUnion{OfArrayOfStrings: texts}})
	if err != nil {
		return nil, err
	}
	for _, d := range answer.Data {
		v := make([]float32, len(d.Embedding))
		for i, x := range d.Embedding {
			v[i] = float32(x)
		}
		list = append(list, v)
	}
	return list, nil
}
