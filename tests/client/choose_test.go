// Tests of choosing models, and of checks against their limits.

package client_test

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/venice-go/venice"
	"github.com/venice-go/venice/gen"
	"github.com/venice-go/venice/tests/venicetest"
)

func TestChoose(t *testing.T) {
	const priced = `"capabilities":{"supportsVision":true},"maxCompletionTokens":1000,"availableContextTokens":9000,"pricing":{"input":{"usd":%v,"diem":1},"output":{"usd":%v,"diem":1},"cache_input":{"usd":0.1,"diem":1}}`
	price := func(in, out float64) string { return fmt.Sprintf(priced, in, out) }
	list := modelList(
		"offline", price(0.1, 0.1)+`,"offline":true`,
		"closed", price(0.1, 0.1)+`,"beta":true`,
		"beta", price(0.2, 0.2)+`,"betaModel":true`,
		"going", price(0.3, 0.3)+`,"deprecation":{"date":"2030-01-01","removesAt":"2030-01-01"}`,
		"nothing", price(0, 0),
		"wordy", price(1, 9)+`,"traits":["default"]`,
		"chatty", price(5, 5),
		"b-dear", price(9, 9)+`,"traits":["fast"]`,
		"a-dear", price(9, 9),
		"unclear", `"capabilities":{"supportsVision":true},"pricing":{"input":{"usd":"none","diem":1},"output":{"usd":1,"diem":1}}`,
	)
	client, _ := serve(t, func(w http.ResponseWriter, r *http.Request) { list(w, r) })
	models := venice.NewModels(client, 0)
	for _, c := range []struct {
		choice     venice.Choice
		want, fail string
	}{
		{venice.Choice{}, "wordy", ""},
		{venice.Choice{Mix: venice.Mix{Input: 3, Output: 1}}, "wordy", ""},
		{venice.Choice{Mix: venice.Mix{Input: 1, Output: 3}}, "chatty", ""},
		{venice.Choice{Mix: venice.Mix{CachedInput: 1}}, "wordy", ""}, // they cost the same: the default
		{venice.Choice{Mix: venice.Mix{Output: 1}, Beta: true}, "beta", ""},
		{venice.Choice{Mix: venice.Mix{Output: 1}, Deprecated: true}, "going", ""},
		{venice.Choice{Traits: []string{"fast"}, Capabilities: []string{"supportsVision"}}, "b-dear", ""},
		{venice.Choice{Privacy: []gen.ModelPrivacy{"encrypted", "private"}, ContextTokens: 9000, OutputTokens: 1000}, "wordy", ""},
		{venice.Choice{Capabilities: []string{"supportsFlight"}}, "", "of 9 text models 1 are deprecated, 1 are in beta, 1 are in closed beta, 1 are offline, 9 are without supportsFlight; close: a-dear is without supportsFlight, b-dear is"},
		{venice.Choice{Privacy: []gen.ModelPrivacy{"anonymized"}}, "", "9 are not [anonymized]"},
		{venice.Choice{ContextTokens: 10000, OutputTokens: 5000}, "", "9 are with a context below 10000, 9 are with answers below 5000"},
	} {
		m, err := models.Choose(t.Context(), c.choice)
		switch {
		case c.fail != "":
			if !errors.Is(err, venice.ErrNoModel) || !strings.Contains(err.Error(), c.fail) {
				t.Errorf("%+v: %v", c.choice, err)
			}
		case err != nil || m.ID != c.want:
			t.Errorf("%+v: %v, %v, want %s", c.choice, m, err, c.want)
		}
	}
}

func TestFind(t *testing.T) {
	srv := venicetest.NewServer(t)
	models := venice.NewModels(newClient(t, venice.WithBaseURL(srv.URL), venice.WithAuth(nil)), 0)
	for _, c := range []struct {
		kind       gen.ModelType
		name, want string
	}{
		{"", model, model}, {"text", model + ":enable_web_search=on", model}, {"text", "default", model}, {"image", "default", "z-image-turbo"},
		{"image", model, ""}, {"", "nobody", ""},
	} {
		m, err := models.Find(t.Context(), c.kind, c.name)
		if (err == nil) != (c.want != "") || err == nil && m.ID != c.want || err != nil && !errors.Is(err, venice.ErrNoModel) {
			t.Errorf("%s %s: %v, %v", c.kind, c.name, m, err)
		}
	}
}

// What the check refuses the fake refuses too; what it lets pass is sent.
func TestModelCheck(t *testing.T) {
	srv := venicetest.NewServer(t, venicetest.WithoutRateLimits())
	options := []venice.ClientOption{venice.WithBaseURL(srv.URL), venice.WithAPIKey(srv.InferenceKey())}
	plain := newClient(t, options...)
	checked := newClient(t, append(options, venice.WithModelCheck(venice.NewModels(plain, 0)))...)
	ctx := t.Context()
	hello := []gen.ChatMessage{gen.UserMessage("hello")}
	chat := func(q *gen.ChatCompletionRequest) func(*venice.Client) error {
		q.Messages = hello
		return func(c *venice.Client) error { _, err := c.CreateChatCompletion(ctx, q); return err }
	}
	draw := func(q *gen.GenerateImageRequest) func(*venice.Client) error {
		q.Prompt = "x"
		return func(c *venice.Client) error { _, err := c.GenerateImage(ctx, q); return err }
	}
	for name, c := range map[string]struct {
		call func(*venice.Client) error
		want string // "" if it is taken
	}{
		"chat":       {chat(&gen.ChatCompletionRequest{Model: model, MaxCompletionTokens: new(int64(100))}), ""},
		"long":       {chat(&gen.ChatCompletionRequest{Model: model, MaxCompletionTokens: new(int64(10_000_000))}), "max_completion_tokens: at most "},
		"effort":     {chat(&gen.ChatCompletionRequest{Model: "openai-gpt-54", ReasoningEffort: "boundless"}), "reasoning_effort: one of "},
		"logprobs":   {chat(&gen.ChatCompletionRequest{Model: "claude-opus-4-6", Logprobs: new(true)}), "logprobs: none"},
		"small":      {draw(&gen.GenerateImageRequest{Model: "z-image-turbo", Width: new(int64(64)), Height: new(int64(64))}), ""},
		"odd size":   {draw(&gen.GenerateImageRequest{Model: "venice-sd35", Width: new(int64(65))}), "width: a multiple of "},
		"steps":      {draw(&gen.GenerateImageRequest{Model: "venice-sd35", Steps: new(int64(1000))}), "steps: at most "},
		"resolution": {draw(&gen.GenerateImageRequest{Model: "nano-banana-2", Resolution: new("9K")}), "resolution: one of 1K, 2K, 4K"},
		"film": {func(c *venice.Client) error {
			_, err := c.QueueVideo(ctx, &gen.QueueVideoRequest{Model: "wan-2-7-text-to-video", Prompt: new("x"), Duration: "7s"})
			return err
		}, "duration: one of 5s"},
		"music": {func(c *venice.Client) error {
			_, err := c.QueueAudio(ctx, &gen.QueueAudioRequest{Model: "elevenlabs-music", Prompt: "a song of the sea", DurationSeconds: 100_000})
			return err
		}, "duration_seconds: at most "},
		"voice": {func(c *venice.Client) error {
			m, err := c.CreateSpeech(ctx, &gen.CreateSpeechRequest{Model: new("tts-kokoro"), Input: "x", Voice: new("nobody")})
			_ = m
			return err
		}, "voice: one of "},
		"unknown model": {chat(&gen.ChatCompletionRequest{Model: "nobody"}), "404"},
	} {
		err := c.call(checked)
		switch {
		case c.want == "404":
			if !errors.Is(err, venice.ErrNotFound) {
				t.Errorf("%s: %v", name, err)
			}
		case c.want == "":
			if err != nil {
				t.Errorf("%s: %v", name, err)
			}
		default:
			if !errors.Is(err, venice.ErrModelLimit) || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%s: %v", name, err)
			}
			if err := c.call(plain); !errors.Is(err, venice.ErrBadRequest) && !errors.Is(err, venice.ErrNotFound) {
				t.Errorf("%s: the fake says %v", name, err)
			}
		}
	}
	if _, err := venice.New(venice.WithModelCheck(nil)); err == nil {
		t.Error("nil models are taken")
	}
}
