// Floor: what a careful programmer writes by hand, with net/http, io.ReadAll and encoding/json into full structs.

package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
)

type floorMessage struct {
	Role             string          `json:"role"`
	Content          string          `json:"content"`
	ReasoningContent *string         `json:"reasoning_content,omitempty"`
	ToolCalls        []floorToolCall `json:"tool_calls,omitempty"`
}

type floorToolCall struct {
	Index    int    `json:"index"`
	ID       string `json:"id"`
	Type     string `json:"type"`
	Function struct {
		Name      string `json:"name"`
		Arguments string `json:"arguments"`
	} `json:"function"`
}

type floorRequest struct {
	Model               string         `json:"model"`
	Messages            []floorMessage `json:"messages"`
	Temperature         *float64       `json:"temperature,omitempty"`
	TopP                *float64       `json:"top_p,omitempty"`
	MaxCompletionTokens *int64         `json:"max_completion_tokens,omitempty"`
	Stop                []string       `json:"stop,omitempty"`
	Stream              bool           `json:"stream"`
}

type floorBill struct {
	Usage *struct {
		PromptTokens        int64 `json:"prompt_tokens"`
		CompletionTokens    int64 `json:"completion_tokens"`
		TotalTokens         int64 `json:"total_tokens"`
		PromptTokensDetails *struct {
			CachedTokens int64 `json:"cached_tokens"`
		} `json:"prompt_tokens_details"`
		CompletionTokensDetails *struct {
			ReasoningTokens int64 `json:"reasoning_tokens"`
		} `json:"completion_tokens_details"`
	} `json:"usage"`
	Cost *struct {
		USD  float64 `json:"usd"`
		DIEM float64 `json:"diem"`
	} `json:"cost"`
	VeniceParameters *struct {
		EnableWebSearch                string            `json:"enable_web_search"`
		EnableWebCitations             bool              `json:"enable_web_citations"`
		EnableWebScraping              bool              `json:"enable_web_scraping"`
		EnableE2EE                     bool              `json:"enable_e2ee"`
		IncludeVeniceSystemPrompt      bool              `json:"include_venice_system_prompt"`
		IncludeSearchResultsInStream   bool              `json:"include_search_results_in_stream"`
		ReturnSearchResultsAsDocuments bool              `json:"return_search_results_as_documents"`
		StripThinkingResponse          bool              `json:"strip_thinking_response"`
		DisableThinking                bool              `json:"disable_thinking"`
		WebSearchCitations             []json.RawMessage `json:"web_search_citations"`
	} `json:"venice_parameters"`
}

type floorAnswer struct {
	ID      string `json:"id"`
	Object  string `json:"object"`
	Created int64  `json:"created"`
	Model   string `json:"model"`
	Choices []struct {
		Index        int             `json:"index"`
		Message      floorMessage    `json:"message"`
		FinishReason string          `json:"finish_reason"`
		StopReason   *string         `json:"stop_reason"`
		Logprobs     json.RawMessage `json:"logprobs"`
	} `json:"choices"`
	floorBill
}

type floorChunk struct {
	ID      string `json:"id"`
	Object  string `json:"object"`
	Created int64  `json:"created"`
	Model   string `json:"model"`
	Choices []struct {
		Index int `json:"index"`
		Delta struct {
			Role             string          `json:"role"`
			Content          string          `json:"content"`
			ReasoningContent *string         `json:"reasoning_content"`
			ToolCalls        []floorToolCall `json:"tool_calls"`
		} `json:"delta"`
		FinishReason *string         `json:"finish_reason"`
		Logprobs     json.RawMessage `json:"logprobs"`
	} `json:"choices"`
	floorBill
}

func newFloor(base string, transport http.RoundTripper) peer {
	client := &http.Client{Transport: transport}
	post := func(ctx context.Context, stream bool) (*http.Response, error) {
		body, err := json.Marshal(&floorRequest{
			Model:               model,
			Messages:            []floorMessage{{Role: "system", Content: system}, {Role: "user", Content: question}},
			Temperature:         new(0.7),
			MaxCompletionTokens: new(int64(500)),
			Stream:              stream,
		})
		if err != nil {
			return nil, err
		}
		req, err := http.NewRequestWithContext(ctx, http.MethodPost, base+"/chat/completions", bytes.NewReader(body))
		if err != nil {
			return nil, err
		}
		req.Header.Set("Content-Type", "application/json")
		req.Header.Set("Authorization", "Bearer key")
		resp, err := client.Do(req)
		if err != nil {
			return nil, err
		}
		if resp.StatusCode != http.StatusOK {
			defer resp.Body.Close()
			text, _ := io.ReadAll(resp.Body)
			return nil, fmt.Errorf("%s: %s", resp.Status, text)
		}
		return resp, nil
	}
	return peer{
		name: "floor",
		chat: func(ctx context.Context) (reply, error) {
			resp, err := post(ctx, false)
			if err != nil {
				return reply{}, err
			}
			defer resp.Body.Close()
			body, err := io.ReadAll(resp.Body)
			if err != nil {
				return reply{}, err
			}
			var answer floorAnswer
			if err := json.Unmarshal(body, &answer); err != nil {
				return reply{}, err
			}
			return reply{answer.Choices[0].Message.Content, answer.Usage.TotalTokens}, nil
		},
		stream: func(ctx context.Context, each func(piece)) error {
			resp, err := post(ctx, true)
			if err != nil {
				return err
			}
			defer resp.Body.Close()
			lines := bufio.NewScanner(resp.Body)
			for lines.Scan() {
				data, ok := bytes.CutPrefix(lines.Bytes(), []byte("data: "))
				if !ok {
					continue
				}
				if string(data) == "[DONE]" {
					return nil
				}
				var chunk floorChunk
				if err := json.Unmarshal(data, &chunk); err != nil {
					return err
				}
				p := piece{created: chunk.Created}
				if len(chunk.Choices) > 0 {
					p.text = chunk.Choices[0].Delta.Content
				}
				each(p)
			}
			return errors.Join(lines.Err(), io.ErrUnexpectedEOF)
		},
	}
}
