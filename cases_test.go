// Tests of requests that clients were seen unable to send, by their types and by options.

package venice_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"reflect"
	"strings"
	"testing"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/oapi-codegen/nullable"

	"github.com/venice-go/venice"
	"github.com/venice-go/venice/gen"
)

// A sender sends the request that is wanted, by the types as far as they go. What a method sets of itself, since it decides
// on the answer, is left out.
type sender struct {
	path  string
	send  func(ctx context.Context, c *venice.Client, wanted jsontext.Value) error
	order string // what stands in the request as it is, with the order of its members
}

var senders = map[string]sender{
	"reasoning off": {path: "/chat/completions", send: func(ctx context.Context, c *venice.Client, _ jsontext.Value) error {
		_, err := c.CreateChatCompletion(ctx, &gen.ChatCompletionRequest{Model: "m", Messages: []gen.ChatMessage{gen.UserMessage("x")}},
			venice.WithField("/reasoning/enabled", false), venice.WithField("/anon_user_id", "u1"), venice.WithoutField("/stream"))
		return err
	}},
	"style of images": {path: "/image/generate", send: func(ctx context.Context, c *venice.Client, _ jsontext.Value) error {
		_, err := c.GenerateImage(ctx, &gen.GenerateImageRequest{Model: "m", Prompt: "x", EnhancePrompt: new(true), StyleReferences: []gen.StyleReference{{Image: "AA=="}}},
			venice.WithoutField("/return_binary"))
		return err
	}},
	"upscale, creatively": {path: "/image/upscale", send: func(ctx context.Context, c *venice.Client, _ jsontext.Value) error {
		media, err := c.UpscaleImage(ctx, &gen.UpscaleImageRequest{Image: "AA==", Scale: new(4.0), Creativity: new(0.01)})
		if media != nil {
			media.Close()
		}
		return err
	}},
	"upscale a video, without prompt and duration": {path: "/video/queue", send: func(ctx context.Context, c *venice.Client, _ jsontext.Value) error {
		_, err := c.QueueVideo(ctx, &gen.QueueVideoRequest{Model: "topaz-video-upscale", VideoURL: new("https://example.com/v.mp4"), UpscaleFactor: new(int64(2))},
			venice.WithoutField("/prompt"), venice.WithoutField("/duration"))
		return err
	}},
	"a video with a trajectory of another form": {path: "/video/queue", send: func(ctx context.Context, c *venice.Client, _ jsontext.Value) error {
		_, err := c.QueueVideo(ctx, &gen.QueueVideoRequest{Model: "m", Prompt: new("x")}, venice.WithField("/duration", "auto"),
			venice.WithField("/aspect_ratio", "adaptive"), venice.WithField("/bitrate_mode", "high"), venice.WithField("/camera_trajectory", [][]int{{0, 0, 0}}))
		return err
	}},
	"a sound in a loop": {path: "/audio/queue", send: func(ctx context.Context, c *venice.Client, _ jsontext.Value) error {
		_, err := c.QueueAudio(ctx, &gen.QueueAudioRequest{Model: "m", Prompt: "x"}, venice.WithField("/loop", true))
		return err
	}},
	"a sound without prompt": {path: "/audio/queue", send: func(ctx context.Context, c *venice.Client, _ jsontext.Value) error {
		_, err := c.QueueAudio(ctx, &gen.QueueAudioRequest{Model: "m", Loop: new(true)}, venice.WithoutField("/prompt"))
		return err
	}},
	"a key with one limit": {path: "/api_keys", send: func(ctx context.Context, c *venice.Client, _ jsontext.Value) error {
		_, err := c.CreateAPIKey(ctx, &gen.CreateAPIKeyRequest{APIKeyType: "INFERENCE", Description: "d", ExpiresAt: new(""), ModelPrivacy: new(gen.KeyModelPrivacy("PRIVATE_ONLY")),
			ConsumptionLimit: &gen.ConsumptionLimits{USD: nullable.NewNullableWithValue(5.0), DIEM: nullable.NewNullNullable[float64]()}})
		return err
	}},
	"a key that expires no more": {path: "/api_keys", send: func(ctx context.Context, c *venice.Client, _ jsontext.Value) error {
		_, err := c.UpdateAPIKey(ctx, &gen.UpdateAPIKeyRequest{ID: "k"}, venice.WithField("/expiresAt", nil))
		return err
	}},
	"history from a file": {path: "/chat/completions", send: func(ctx context.Context, c *venice.Client, _ jsontext.Value) error {
		request := &gen.ChatCompletionRequest{Model: "m", Messages: make([]gen.ChatMessage, 1)}
		if err := json.Unmarshal([]byte(`{"role":"assistant","content":"x"}`), &request.Messages[0]); err != nil {
			return err
		}
		_, err := c.CreateChatCompletion(ctx, request, venice.WithoutField("/stream"))
		return err
	}},
	"a schema in its order": {path: "/chat/completions", order: `{"type":"object","properties":{"zeta":{"type":"integer","maximum":9007199254740993},"alpha":{"type":"string"}}}`, send: func(ctx context.Context, c *venice.Client, wanted jsontext.Value) error {
		var from struct {
			Tools []struct {
				Function struct{ Parameters jsontext.Value }
			}
		}
		if err := json.Unmarshal(wanted, &from); err != nil {
			return err
		}
		_, err := c.CreateChatCompletion(ctx, &gen.ChatCompletionRequest{Model: "m", Messages: []gen.ChatMessage{gen.UserMessage("x")},
			Tools: []gen.Tool{gen.FunctionTool(gen.ToolFunction{Name: "f"})}}, venice.WithField("/tools/0/function/parameters", from.Tools[0].Function.Parameters), venice.WithoutField("/stream"))
		return err
	}},
}

func TestRequests(t *testing.T) {
	data, err := os.ReadFile("testdata/requests.json")
	if err != nil {
		t.Fatal(err)
	}
	var cases map[string]jsontext.Value
	if err := json.Unmarshal(data, &cases); err != nil {
		t.Fatal(err)
	}
	var path, got string
	client, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		path, got = r.URL.Path, string(body)
		answer(200, "application/json", `{}`)(w, r)
	})
	for name, wanted := range cases {
		s := senders[name]
		if s.send == nil {
			t.Errorf("%s: nothing sends it", name)
			continue
		}
		got = ""
		if err := s.send(t.Context(), client, wanted); got == "" {
			t.Errorf("%s: not sent: %v", name, err)
		}
		if same := equal(t, got, string(wanted)); !same || path != s.path {
			t.Errorf("%s: to %s\ngot  %s\nwant %s", name, path, got, wanted)
		}
		if !strings.Contains(got, s.order) {
			t.Errorf("%s: another order\ngot  %s\nwant %s", name, got, wanted)
		}
		// Whatever the types are, the text goes out as it is.
		if err := client.Do(t.Context(), "POST", s.path, wanted, nil); err != nil || got != string(wanted) {
			t.Errorf("%s: by Do, %v\ngot  %s\nwant %s", name, err, got, wanted)
		}
	}
	if len(cases) != len(senders) {
		t.Errorf("%d cases, %d ways to send them", len(cases), len(senders))
	}
}

// equal compares JSON, numbers by their digits.
func equal(t *testing.T, a, b string) bool {
	t.Helper()
	var values [2]any
	for i, text := range []string{a, b} {
		d := json.NewDecoder(strings.NewReader(text))
		d.UseNumber()
		if err := d.Decode(&values[i]); err != nil {
			t.Error(err)
		}
	}
	return reflect.DeepEqual(values[0], values[1])
}
