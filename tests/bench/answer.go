// Answers: the bytes that the service sends, the same for every client.

package main

import (
	"fmt"
	"strings"
)

const (
	model     = "zai-org-glm-4.7"
	question  = "Name three rivers that flow into the Baltic Sea, and one town on each of them."
	system    = "You are a patient teacher of geography. Answer in a few plain sentences."
	envelope  = `{"id":"chatcmpl-4f1d2c9be07a48d5a3b6e8c017f29d54","object":"%s","created":%d,"model":"` + model + `","choices":[%s]%s}`
	parameter = `"enable_web_search":"off","enable_web_citations":false,"enable_web_scraping":false,"enable_e2ee":true,` +
		`"include_venice_system_prompt":true,"include_search_results_in_stream":false,"return_search_results_as_documents":false,` +
		`"strip_thinking_response":false,"disable_thinking":false,"web_search_citations":[]`
	bill = `,"usage":{"prompt_tokens":42,"completion_tokens":131,"total_tokens":173,"prompt_tokens_details":{"cached_tokens":16},` +
		`"completion_tokens_details":{"reasoning_tokens":0}},"cost":{"usd":0.000412,"diem":0},"venice_parameters":{` + parameter + `}`
)

// words is the reply, cut as a model's tokens are: most bring the space before them along.
var words = strings.SplitAfter(strings.Repeat("The Vistula rises in the Beskids and passes Toruń on its way to Gdańsk. "+
	"The Daugava comes down from the Valdai Hills, and Daugavpils lies on it. "+
	"The Torne marks a border for most of its course; Haparanda and Tornio share its mouth.\n", 3), " ")

// chatAnswer is a plain chat answer of a little over a kilobyte.
func chatAnswer() string {
	choice := fmt.Sprintf(`{"index":0,"finish_reason":"stop","logprobs":null,"stop_reason":null,"message":{"role":"assistant","content":%s,`+
		`"reasoning_content":null,"tool_calls":[]}}`, quote(strings.Join(words, "")))
	return fmt.Sprintf(envelope, "chat.completion", 1782500000, choice, bill)
}

// A chunk is one event's data: the piece of text, and created, which the paced server uses as a time stamp.
func chunk(text string, created int64) string {
	return fmt.Sprintf(envelope, "chat.completion.chunk", created,
		`{"index":0,"delta":{"content":`+quote(text)+`},"finish_reason":null,"logprobs":null}`, "")
}

// firstChunk and lastChunks frame the reply as the service does: who speaks, then why it ended, the bill and the end.
func firstChunk() string {
	return fmt.Sprintf(envelope, "chat.completion.chunk", 1782500000,
		`{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null,"logprobs":null}`, "")
}

func lastChunks() []string {
	return []string{
		fmt.Sprintf(envelope, "chat.completion.chunk", 1782500000, `{"index":0,"delta":{},"finish_reason":"stop","logprobs":null}`, ""),
		fmt.Sprintf(envelope, "chat.completion.chunk", 1782500000, "", bill),
		"[DONE]",
	}
}

// streamChunks is how many events streamAnswer has, [DONE] apart.
const streamChunks = 1000

// streamAnswer is a long streamed reply, an event to an element.
func streamAnswer() []string {
	events := []string{event(firstChunk())}
	for len(events) < streamChunks-2 {
		events = append(events, event(chunk(words[len(events)%len(words)], 1782500000)))
	}
	for _, data := range lastChunks() {
		events = append(events, event(data))
	}
	return events
}

// commentAnswer has as many events, of about the same size, that carry nothing: what is left is the framing.
func commentAnswer() []string {
	events := []string{event(firstChunk())}
	for len(events) < streamChunks {
		events = append(events, ": "+chunk(words[len(events)%len(words)], 1782500000)+"\n\n")
	}
	return append(events, event("[DONE]"))
}

func event(data string) string { return "data: " + data + "\n\n" }

func quote(s string) string { return `"` + strings.NewReplacer("\n", `\n`, `"`, `\"`).Replace(s) + `"` }
