// The calls that the suite makes: some of every effect, and of every kind of answer.

package faults

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/venice-go/venice"
	"github.com/venice-go/venice/gen"
)

// An action is one call, up to the end of its answer.
type action struct {
	name   string
	effect venice.Effect
	form   form
	run    func(context.Context, *venice.Client, ...venice.CallOption) error
}

// A form is how an answer comes, which decides on what is a failure of the call and what one of reading it.
type form int

const (
	asJSON form = iota
	asMedia
	asStream
)

var chat = &gen.ChatCompletionRequest{Model: "m", Messages: []gen.ChatMessage{gen.UserMessage("Hello")}}

var actions = []action{
	{"list", venice.EffectRead, asJSON, func(ctx context.Context, c *venice.Client, o ...venice.CallOption) error {
		_, err := c.ListModels(ctx, nil, o...)
		return err
	}},
	{"quote", venice.EffectRead, asJSON, func(ctx context.Context, c *venice.Client, o ...venice.CallOption) error {
		_, err := c.QuoteVideo(ctx, &gen.QuoteVideoRequest{Model: "m"}, o...)
		return err
	}},
	{"chat", venice.EffectInfer, asJSON, func(ctx context.Context, c *venice.Client, o ...venice.CallOption) error {
		_, err := c.CreateChatCompletion(ctx, chat, o...)
		return err
	}},
	{"chat stream", venice.EffectInfer, asStream, func(ctx context.Context, c *venice.Client, o ...venice.CallOption) error {
		n := 0
		for chunk, err := range c.StreamChatCompletion(ctx, chat, o...) {
			if err != nil {
				return err
			}
			if n++; chunk.ID != fmt.Sprint(n) {
				return fmt.Errorf("chunk %d is %q", n, chunk.ID)
			}
		}
		if n != 2 {
			return fmt.Errorf("%d chunks, want 2", n)
		}
		return nil
	}},
	{"speech", venice.EffectInfer, asMedia, func(ctx context.Context, c *venice.Client, o ...venice.CallOption) error {
		m, err := c.CreateSpeech(ctx, &gen.CreateSpeechRequest{Input: "Hello"}, o...)
		if err != nil {
			return err
		}
		defer m.Close()
		_, err = io.Copy(io.Discard, m)
		return err
	}},
	{"upload", venice.EffectInfer, asJSON, func(ctx context.Context, c *venice.Client, o ...venice.CallOption) error {
		file := &gen.File{Name: "a.wav", Reader: strings.NewReader(strings.Repeat("RIFF", 5000))}
		_, err := c.CreateTranscription(ctx, &gen.CreateTranscriptionRequest{File: file}, o...)
		return err
	}},
	{"rpc", venice.EffectInfer, asJSON, func(ctx context.Context, c *venice.Client, o ...venice.CallOption) error {
		_, err := c.CallRPC(ctx, "base-mainnet", nil, o...)
		return err
	}},
	{"queue", venice.EffectQueue, asJSON, func(ctx context.Context, c *venice.Client, o ...venice.CallOption) error {
		_, err := c.QueueVideo(ctx, &gen.QueueVideoRequest{Model: "m"}, o...)
		return err
	}},
	{"write", venice.EffectWrite, asJSON, func(ctx context.Context, c *venice.Client, o ...venice.CallOption) error {
		_, err := c.UpdateAPIKey(ctx, &gen.UpdateAPIKeyRequest{ID: "k"}, o...)
		return err
	}},
	{"delete", venice.EffectWrite, asJSON, func(ctx context.Context, c *venice.Client, o ...venice.CallOption) error {
		_, err := c.DeleteAPIKey(ctx, &gen.DeleteAPIKeyParams{}, o...)
		return err
	}},
	{"mint", venice.EffectMint, asJSON, func(ctx context.Context, c *venice.Client, o ...venice.CallOption) error {
		_, err := c.CreateAPIKey(ctx, &gen.CreateAPIKeyRequest{Description: "d"}, o...)
		return err
	}},
	{"pay", venice.EffectPay, asJSON, func(ctx context.Context, c *venice.Client, o ...venice.CallOption) error {
		_, err := c.TopUpX402(ctx, o...)
		return err
	}},
}

// numbered gives every attempt credentials of its own.
type numbered struct{ asked atomic.Int64 }

func (n *numbered) Authorize(_ context.Context, req *http.Request, _ *venice.Operation) error {
	req.Header.Set("Authorization", fmt.Sprint(n.asked.Add(1)))
	return nil
}

// connect returns a client of the server, and what ends its connections.
func connect(t *testing.T, s *server, keepAlive bool, options ...venice.ClientOption) (*venice.Client, *numbered, func()) {
	transport := &http.Transport{DialContext: s.dial, DisableKeepAlives: !keepAlive}
	auth := &numbered{}
	defaults := []venice.ClientOption{venice.WithBaseURL(s.url()), venice.WithAuth(auth), venice.WithHTTPClient(&http.Client{Transport: transport})}
	client, err := venice.New(append(defaults, options...)...)
	if err != nil {
		t.Fatal(err)
	}
	return client, auth, func() { transport.CloseIdleConnections(); s.close() }
}
