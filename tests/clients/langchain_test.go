// LangChain for Go, by its provider for OpenAI.

package clients

import (
	"context"
	"encoding/json"
	"testing"

	"github.com/tmc/langchaingo/llms"
	"github.com/tmc/langchaingo/llms/openai"
)

type langChainWorker struct{ options []openai.Option }

func newLangChainWorker(t *testing.T, url, key string) worker {
	t.Helper()
	return langChainWorker{[]openai.Option{openai.WithBaseURL(url), openai.WithToken(key), openai.WithModel(model), openai.WithEmbeddingModel(embedder)}}
}

func (w langChainWorker) ask(ctx context.Context, messages []llms.MessageContent, more []openai.Option, options ...llms.CallOption) (*llms.ContentChoice, error) {
	client, err := openai.New(append(w.options[:len(w.options):len(w.options)], more...)...)
	if err != nil {
		return nil, err
	}
	answer, err := client.GenerateContent(ctx, messages, options...)
	if err != nil {
		return nil, err
	}
	return answer.Choices[0], nil
}

func human(text string) []llms.MessageContent {
	return []llms.MessageContent{llms.TextParts(llms.ChatMessageTypeHuman, text)}
}

func (w langChainWorker) say(ctx context.Context, text string, stream bool) (s spoken, err error) {
	var options []llms.CallOption
	pieces := ""
	if stream {
		options = append(options, llms.WithStreamingFunc(func(_ context.Context, piece []byte) error {
			pieces += string(piece)
			return nil
		}))
	}
	choice, err := w.ask(ctx, human(text), nil, options...)
	if err != nil {
		return s, err
	}
	count := func(name string) int64 { n, _ := choice.GenerationInfo[name].(int); return int64(n) }
	s = spoken{choice.Content, choice.StopReason, count("PromptTokens"), count("CompletionTokens"), count("TotalTokens")}
	if stream {
		s.text = pieces
	}
	return s, nil
}

func (w langChainWorker) loop(ctx context.Context, text string, tools []function, run func(name, arguments string) string) (string, error) {
	messages := human(text)
	var list []llms.Tool
	for _, f := range tools {
		list = append(list, llms.Tool{Type: "function", Function: &llms.FunctionDefinition{Name: f.name, Description: f.about, Parameters: f.schema}})
	}
	for {
		choice, err := w.ask(ctx, messages, nil, llms.WithTools(list))
		if err != nil || len(choice.ToolCalls) == 0 {
			if err != nil {
				return "", err
			}
			return choice.Content, nil
		}
		said := llms.MessageContent{Role: llms.ChatMessageTypeAI}
		for _, call := range choice.ToolCalls {
			said.Parts = append(said.Parts, call)
		}
		messages = append(messages, said)
		for _, call := range choice.ToolCalls {
			messages = append(messages, llms.MessageContent{Role: llms.ChatMessageTypeTool, Parts: []llms.ContentPart{llms.ToolCallResponse{
				ToolCallID: call.ID, Name: call.FunctionCall.Name, Content: run(call.FunctionCall.Name, call.FunctionCall.Arguments)}}})
		}
	}
}

func (w langChainWorker) form(ctx context.Context, text string, schema json.RawMessage) (string, error) {
	property := &openai.ResponseFormatJSONSchemaProperty{}
	if err := json.Unmarshal(schema, property); err != nil {
		return "", err
	}
	format := &openai.ResponseFormat{Type: "json_schema", JSONSchema: &openai.ResponseFormatJSONSchema{Name: "person", Strict: true, Schema: property}}
	choice, err := w.ask(ctx, human(text), []openai.Option{openai.WithResponseFormat(format)})
	if err != nil {
		return "", err
	}
	return choice.Content, nil
}

func (w langChainWorker) vectors(ctx context.Context, texts []string) ([][]float32, error) {
	client, err := openai.New(w.options...)
	if err != nil {
		return nil, err
	}
	return client.CreateEmbedding(ctx, texts)
}
