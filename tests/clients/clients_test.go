// Tests of both clients: what goes out, their own retries, and what comes back when it is refused.

package clients

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/openai/openai-go/v3"
	"github.com/openai/openai-go/v3/option"
	goopenai "github.com/sashabaranov/go-openai"

	"github.com/venice-go/venice/signer"
	"github.com/venice-go/venice/tests/venicetest"
)

const (
	model = "zai-org-glm-5-1"
	chats = "POST /chat/completions"
)

// A stage is a fake service, a wallet, and what came from it.
type stage struct {
	*venicetest.Server
	wallet *signer.EVM
	http   *http.Client

	mu   sync.Mutex
	seen []request
}

type request struct {
	operation, authorization, nonce string // the latter "" without a sign-in
	body                            string
}

func newStage(t *testing.T, options ...signer.Option) *stage {
	wallet, err := signer.GenerateEVM()
	if err != nil {
		t.Fatal(err)
	}
	s := &stage{Server: venicetest.NewServer(t, venicetest.WithoutRateLimits()), wallet: wallet}
	base := &http.Transport{MaxIdleConnsPerHost: 20}
	t.Cleanup(base.CloseIdleConnections)
	s.http = &http.Client{Transport: &signer.Transport{Auth: signer.SignIn(wallet, options...), BaseURL: s.URL, Base: base}}
	s.OnRequest(func(operation string, r *http.Request, body []byte) {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.seen = append(s.seen, request{operation, r.Header.Get("Authorization"), nonce(t, r.Header.Get("SIGN-IN-WITH-X")), string(body)})
	})
	return s
}

// nonce is that of the message in a sign-in.
func nonce(t *testing.T, header string) string {
	if header == "" {
		return ""
	}
	var signIn struct{ Message string }
	raw, err := base64.StdEncoding.DecodeString(header)
	if err == nil {
		err = json.Unmarshal(raw, &signIn)
	}
	_, after, ok := strings.Cut(signIn.Message, "\nNonce: ")
	if err != nil || !ok {
		t.Errorf("sign-in %q: %v", header, err)
	}
	nonce, _, _ := strings.Cut(after, "\n")
	return nonce
}

// A caller is what both clients can do. Chat is told whether to stream.
type caller interface {
	chat(ctx context.Context, text string, stream bool) (reply string, err error)
	embed(ctx context.Context) (dimensions int, err error)
	models(ctx context.Context) (ids []string, err error)
}

// clients returns both. Only openai-go tries again by itself.
func (s *stage) clients(retries int) map[string]caller {
	config := goopenai.DefaultConfig("sk-of-another-service")
	config.BaseURL, config.HTTPClient = s.URL, s.http
	return map[string]caller{
		"openai-go": &official{openai.NewClient(option.WithBaseURL(s.URL), option.WithAPIKey("sk-of-another-service"),
			option.WithHTTPClient(s.http), option.WithMaxRetries(retries))},
		"go-openai": &byHand{goopenai.NewClientWithConfig(config)},
	}
}

type official struct{ openai.Client }

func (c *official) chat(ctx context.Context, text string, stream bool) (reply string, err error) {
	request := openai.ChatCompletionNewParams{Model: model, Messages: []openai.ChatCompletionMessageParamUnion{openai.UserMessage(text)}}
	if !stream {
		answer, err := c.Chat.Completions.New(ctx, request)
		if err != nil {
			return "", err
		}
		return answer.Choices[0].Message.Content, nil
	}
	chunks := c.Chat.Completions.NewStreaming(ctx, request)
	defer func() { _ = chunks.Close() }()
	for chunks.Next() {
		for _, choice := range chunks.Current().Choices {
			reply += choice.Delta.Content
		}
	}
	return reply, chunks.Err()
}

func (c *official) embed(ctx context.Context) (int, error) {
	answer, err := c.Embeddings.New(ctx, openai.EmbeddingNewParams{
		Model: "text-embedding-bge-m3", Input: openai.EmbeddingNewParamsInputUnion{OfString: openai.String("sky")}})
	if err != nil {
		return 0, err
	}
	return len(answer.Data[0].Embedding), nil
}

func (c *official) models(ctx context.Context) (ids []string, err error) {
	pages := c.Models.ListAutoPaging(ctx)
	for pages.Next() {
		ids = append(ids, pages.Current().ID)
	}
	return ids, pages.Err()
}

type byHand struct{ *goopenai.Client }

func (c *byHand) chat(ctx context.Context, text string, stream bool) (reply string, err error) {
	request := goopenai.ChatCompletionRequest{Model: model, Messages: []goopenai.ChatCompletionMessage{{Role: "user", Content: text}}}
	if !stream {
		answer, err := c.CreateChatCompletion(ctx, request)
		if err != nil {
			return "", err
		}
		return answer.Choices[0].Message.Content, nil
	}
	chunks, err := c.CreateChatCompletionStream(ctx, request)
	if err != nil {
		return "", err
	}
	defer func() { _ = chunks.Close() }()
	for {
		chunk, err := chunks.Recv()
		if errors.Is(err, io.EOF) {
			return reply, nil
		}
		if err != nil {
			return reply, err
		}
		for _, choice := range chunk.Choices {
			reply += choice.Delta.Content
		}
	}
}

func (c *byHand) embed(ctx context.Context) (int, error) {
	answer, err := c.CreateEmbeddings(ctx, goopenai.EmbeddingRequest{Model: "text-embedding-bge-m3", Input: "sky"})
	if err != nil {
		return 0, err
	}
	return len(answer.Data[0].Embedding), nil
}

func (c *byHand) models(ctx context.Context) (ids []string, err error) {
	list, err := c.ListModels(ctx)
	for _, m := range list.Models {
		ids = append(ids, m.ID)
	}
	return ids, err
}

func TestCalls(t *testing.T) {
	s := newStage(t)
	if err := s.SetCredit(s.wallet.Address(), 10); err != nil {
		t.Fatal(err)
	}
	for name, client := range s.clients(0) {
		for _, stream := range []bool{false, true} {
			if reply, err := client.chat(t.Context(), "héllo  world", stream); err != nil || reply != "You said: héllo  world" {
				t.Errorf("%s, streamed %v: %q, %v", name, stream, reply, err)
			}
		}
		if n, err := client.embed(t.Context()); err != nil || n != 1024 {
			t.Errorf("%s: %d, %v", name, n, err)
		}
		if ids, err := client.models(t.Context()); err != nil || len(ids) < 2 || fmt.Sprint(ids[:2]) != "[zai-org-glm-5-1 kimi-k2-6]" {
			t.Errorf("%s: %q, %v", name, ids, err)
		}
	}
	nonces := map[string]bool{}
	for _, r := range s.seen {
		if r.authorization != "" || r.nonce == "" || nonces[r.nonce] {
			t.Errorf("%s: authorization %q, nonce %q", r.operation, r.authorization, r.nonce)
		}
		nonces[r.nonce] = true
	}
	if len(s.seen) != 8 || s.Credit(s.wallet.Address()) >= 10 {
		t.Errorf("%d requests, %v left", len(s.seen), s.Credit(s.wallet.Address()))
	}
}

// The official client tries again by itself, and each of its attempts has a sign-in of its own and the whole body.
func TestTheirRetries(t *testing.T) {
	for _, stream := range []bool{false, true} {
		s := newStage(t)
		if err := s.SetCredit(s.wallet.Address(), 10); err != nil {
			t.Fatal(err)
		}
		s.Respond(chats, venicetest.Answer{Status: 500, Body: []byte(`{"error":"Inference processing failed"}`)})
		failed := 0
		s.OnAnswer(func(_ string, _ *http.Request, status int) {
			if failed++; failed == 2 {
				s.Respond(chats)
			}
		})
		reply, err := s.clients(2)["openai-go"].chat(t.Context(), "again", stream)
		if err != nil || reply != "You said: again" || len(s.seen) != 3 {
			t.Fatalf("%q, %v after %d requests", reply, err, len(s.seen))
		}
		nonces := map[string]bool{}
		for _, r := range s.seen {
			nonces[r.nonce] = true
			if r.authorization != "" || r.nonce == "" || r.body != s.seen[0].body {
				t.Errorf("authorization %q, nonce %q, body %q", r.authorization, r.nonce, r.body)
			}
		}
		if len(nonces) != 3 {
			t.Errorf("%d sign-ins for 3 attempts", len(nonces))
		}
	}
}
