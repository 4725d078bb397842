// Requests: a span from each attempt to the end of its answer.

package otelvenice

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	semconv "go.opentelemetry.io/otel/semconv/v1.41.0"
	"go.opentelemetry.io/otel/trace"

	"github.com/venice-go/venice"
)

// mostRead is how much of a request, of a plain answer or of an event is looked at. What is longer goes by untold.
const mostRead = 4 << 20 // bytes

// kinds are the operations that ask a model, as the conventions call them. All others are no generative AI.
var kinds = map[string]string{
	"CreateChatCompletion": "chat", "StreamChatCompletion": "chat", "CreateResponse": "chat", "StreamResponse": "chat",
	"CreateEmbedding": "embeddings",
	"GenerateImage":   "generate_content", "GenerateImageBinary": "generate_content", "CreateImage": "generate_content", "EditImage": "generate_content",
	"CreateSpeech": "generate_content", "CreateTranscription": "generate_content", "QueueVideo": "generate_content", "QueueAudio": "generate_content",
}

type transport struct {
	*Telemetry
	next http.RoundTripper
}

// asked is what is told of a request.
type asked struct {
	Model               string
	Stream              bool
	Temperature         *float64
	TopP                *float64        `json:"top_p"`
	MaxTokens           *int64          `json:"max_tokens"`
	MaxCompletionTokens *int64          `json:"max_completion_tokens"`
	MaxOutputTokens     *int64          `json:"max_output_tokens"`
	N                   *int64          `json:"n"`
	Messages            json.RawMessage // of chat
	Input               json.RawMessage // of responses
}

// RoundTrip sends a request on, and watches.
func (t *transport) RoundTrip(req *http.Request) (*http.Response, error) {
	op, attempt := venice.AttemptOf(req.Context())
	if op == nil {
		return t.next.RoundTrip(req)
	}
	q, body := look(req)
	w := &watch{Telemetry: t.Telemetry, begun: time.Now(), kind: kinds[op.Name], model: q.Model, stream: q.Stream}
	name, attributes := op.Name, []attribute.KeyValue{semconv.ServerAddress(req.URL.Hostname())}
	if w.kind != "" {
		name = strings.TrimSpace(w.kind + " " + q.Model)
		attributes = append(attributes, w.attributes()...)
		attributes = append(attributes, q.attributes()...)
		if t.Content {
			attributes = append(attributes, said(semconv.GenAIInputMessagesKey, messagesOf(q))...)
		}
	}
	if attempt > 1 {
		attributes = append(attributes, attempts.Int(attempt-1))
	}
	w.ctx, w.span = t.tracer.Start(req.Context(), name, trace.WithSpanKind(trace.SpanKindClient), trace.WithAttributes(attributes...))
	sent := req.WithContext(w.ctx)
	sent.Body = body
	resp, err := t.next.RoundTrip(sent)
	if err != nil {
		w.fail("transport", "the request failed") // the error's own text can hold an address with a key in it
		w.end()
		return nil, err
	}
	w.span.SetAttributes(status.Int(resp.StatusCode))
	if resp.StatusCode >= http.StatusBadRequest {
		w.fail(strconv.Itoa(resp.StatusCode), http.StatusText(resp.StatusCode))
	}
	w.media, _, _ = strings.Cut(resp.Header.Get("Content-Type"), ";")
	resp.Body = &watched{resp.Body, w}
	return resp, nil
}

// look reads what a request asks for, and returns its body to be sent.
func look(req *http.Request) (q asked, body io.ReadCloser) {
	if req.Body == nil || !strings.HasPrefix(req.Header.Get("Content-Type"), "application/json") {
		return q, req.Body
	}
	seen, err := io.ReadAll(io.LimitReader(req.Body, mostRead))
	rest := io.Reader(req.Body)
	if err != nil {
		rest = failing{err}
	}
	_ = json.Unmarshal(seen, &q) // what it cannot read it does not tell
	return q, struct {
		io.Reader
		io.Closer
	}{io.MultiReader(bytes.NewReader(seen), rest), req.Body}
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

func (q *asked) attributes() (all []attribute.KeyValue) {
	if q.Stream {
		all = append(all, semconv.GenAIRequestStream(true))
	}
	if q.Temperature != nil {
		all = append(all, semconv.GenAIRequestTemperature(*q.Temperature))
	}
	if q.TopP != nil {
		all = append(all, semconv.GenAIRequestTopP(*q.TopP))
	}
	if q.N != nil && *q.N != 1 {
		all = append(all, semconv.GenAIRequestChoiceCount(int(*q.N)))
	}
	for _, most := range []*int64{q.MaxCompletionTokens, q.MaxOutputTokens, q.MaxTokens} {
		if most != nil {
			return append(all, semconv.GenAIRequestMaxTokens(int(*most)))
		}
	}
	return all
}

// A watched body tells its watch what is read from it.
type watched struct {
	io.ReadCloser
	watch *watch
}

func (b *watched) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	b.watch.read(p[:n])
	switch {
	case errors.Is(err, io.EOF):
		b.watch.end()
	case err != nil:
		b.watch.mu.Lock()
		b.watch.fail("transport", "the answer was cut off")
		b.watch.mu.Unlock()
		b.watch.end()
	}
	return n, err
}

func (b *watched) Close() error {
	b.watch.end()
	return b.ReadCloser.Close()
}

// fail is called before others can read, or with the lock.
func (w *watch) fail(kind, why string) {
	w.problem = kind
	w.span.SetStatus(codes.Error, why)
	w.span.SetAttributes(semconv.ErrorTypeKey.String(kind))
}
