// Tests of caps: what fits, what does not and what is said about it, and how the book goes on.

package spend_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/venice-go/venice"
	"github.com/venice-go/venice/gen"
	"github.com/venice-go/venice/journal"
	"github.com/venice-go/venice/spend"
	"github.com/venice-go/venice/tests/venicetest"
)

// hello can cost exactly what the parts below say.
func hello() *gen.ChatCompletionRequest {
	return &gen.ChatCompletionRequest{Model: "m", Messages: []gen.ChatMessage{gen.UserMessage("hello")}, MaxCompletionTokens: new(int64(100))}
}

// service answers with a list of one model, m, at 1 USD for a million tokens of input and 5 of output, and with what is told.
type service struct {
	mu     sync.Mutex
	status int
	body   string
	sent   int
}

func (s *service) RoundTrip(r *http.Request) (*http.Response, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	status, body := s.status, s.body
	if r.URL.Path == "/api/v1/models" {
		status, body = 200, `{"object":"list","type":"all","data":[{"id":"m","type":"text","object":"model","owned_by":"o","model_spec":{"privacy":"private",
			"availableContextTokens":100000,"maxCompletionTokens":1000,"traits":["default"],
			"pricing":{"input":{"usd":1,"diem":1},"output":{"usd":5,"diem":5}}}},
			{"id":"odd","type":"text","object":"model","owned_by":"o","model_spec":{"privacy":"private","pricing":{"input":{},"output":{"usd":5}}}}]}`
	} else {
		s.sent++
	}
	if status == 0 {
		return nil, errors.New("connection reset")
	}
	rec := &http.Response{StatusCode: status, Header: http.Header{"Content-Type": {"application/json"}}, Body: http.NoBody, Request: r}
	rec.Body = readCloser{strings.NewReader(body)}
	return rec, nil
}

type readCloser struct{ *strings.Reader }

func (readCloser) Close() error { return nil }

func (s *service) client(t *testing.T, options ...venice.ClientOption) *venice.Client {
	t.Helper()
	c, err := venice.New(append(options, venice.WithAPIKey("k"), venice.WithMaxAttempts(1), venice.WithHTTPClient(&http.Client{Transport: s}))...)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestEstimateOfChat(t *testing.T) {
	prices := spend.NewPrices((&service{}).client(t))
	q := hello()
	q.N = new(int64(2))
	e, err := prices.Estimate(t.Context(), q)
	if err != nil {
		t.Fatal(err)
	}
	const size = len(`{"max_completion_tokens":100,"messages":[{"content":"hello","role":"user"}],"model":"m","n":2}`)
	if in, out := e.Parts[0], e.Parts[1]; in.Most != float64(size+1700) || out.Most != 200 || out.Price.USD != 5e-6 || in.Price.USD != 1e-6 || len(e.Parts) != 2 {
		t.Errorf("%+v", e.Parts)
	}
	if want := spend.Amount(size+1700)*1000 + 200*5000; e.Most.USD != want || e.Most.DIEM != want || e.Least.USD <= 5000 || e.Least.USD > 6000 {
		t.Errorf("%+v, want %d", e, want)
	}
	// What is not in the request is as long as the model reads at most, and what has no price no estimate.
	q.Messages[0] = gen.UserMessage([]gen.ContentPart{{Type: "image_url", ImageURL: &gen.MediaURL{URL: "https://x.example/a.png"}}})
	if e, err := prices.Estimate(t.Context(), q); err != nil || e.Parts[0].Most != 100000 {
		t.Errorf("%+v, %v", e, err)
	}
	q.Model = "odd"
	if _, err := prices.Estimate(t.Context(), q); !errors.Is(err, spend.ErrUnknownPrice) {
		t.Error(err)
	}
}

func TestCap(t *testing.T) {
	const most = 1000 * (len(`{"max_completion_tokens":100,"messages":[{"content":"hello","role":"user"}],"model":"m","stream":false}`) + 1700 + 500)
	s := &service{}
	now := time.Now()
	limit := &spend.Cap{Name: "agent", PerCall: spend.Amount(most), PerWindow: spend.Amount(2 * most), Window: time.Hour, Total: spend.Amount(4 * most),
		Prices: spend.NewPrices(s.client(t)), Now: func() time.Time { return now }}
	client := s.client(t, venice.WithGuard(limit))
	for n, c := range []struct {
		later  time.Duration
		status int
		body   string
		limit  string // "" if it is sent
		total  int    // afterwards
	}{
		{0, 200, `{"model":"m","cost":{"usd":0.001,"diem":0.0005}}`, "", 1_500_000},
		{0, 200, `{"model":"m","usage":{"prompt_tokens":100,"completion_tokens":10}}`, "", 1_650_000},
		{0, 400, `{"error":"no"}`, "", 1_650_000},
		{0, 429, `{"error":"no"}`, "", 1_650_000},
		{time.Minute, 500, `{"error":"no"}`, "", 1_650_000 + most},
		{0, 200, ``, "PerWindow", 1_650_000 + most},
		{-24 * time.Hour, 200, ``, "PerWindow", 1_650_000 + most}, // the clock went back
		{25 * time.Hour, 0, ``, "", 1_650_000 + 2*most},
		{2 * time.Hour, 200, `{"model":"m"}`, "", 1_650_000 + 3*most}, // it says nothing
		{2 * time.Hour, 200, `{}`, "Total", 1_650_000 + 3*most},
	} {
		now = now.Add(c.later)
		s.status, s.body, s.sent = c.status, c.body, 0
		_, err := client.CreateChatCompletion(t.Context(), hello())
		e, over := errors.AsType[*spend.CapError](err)
		if over != (c.limit != "") || over && (e.Limit != c.limit || !errors.Is(err, spend.ErrCap)) || (s.sent == 0) != over {
			t.Errorf("%d: %v, sent %d", n, err, s.sent)
		}
		if spent, err := limit.Spent(t.Context()); err != nil || spent.Total != spend.Amount(c.total) {
			t.Errorf("%d: %+v, %v, want %d", n, spent, err, c.total)
		}
	}
	q := hello()
	q.MaxCompletionTokens = new(int64(200))
	_, err := client.CreateChatCompletion(t.Context(), q)
	if want := `venice: CreateChatCompletion: not sent: spend: over the cap of "agent": PerCall allows 0.002303 USD, 0.00 USD of it count as spent, and CreateChatCompletion can cost 0.002803 USD; a call that can cost 0.000653 USD at most would be accepted`; err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
}

func TestCapOfContextAndCall(t *testing.T) {
	s := &service{status: 200, body: `{"model":"m","cost":{"usd":0.001,"diem":0}}`}
	prices := spend.NewPrices(s.client(t))
	wide, narrow := &spend.Cap{Prices: prices, Total: spend.USD}, &spend.Cap{Name: "narrow", Prices: prices, Total: spend.USD / 250}
	client := s.client(t, venice.WithGuard(wide))
	ctx := venice.GuardContext(t.Context(), narrow)
	for n, over := range []bool{false, false, true} {
		if _, err := client.CreateChatCompletion(ctx, hello()); errors.Is(err, spend.ErrCap) != over {
			t.Errorf("%d: %v", n, err)
		}
	}
	if _, err := client.CreateChatCompletion(t.Context(), hello(), venice.WithGuard(narrow)); !errors.Is(err, spend.ErrCap) {
		t.Error(err)
	}
	// What the narrow one refused does not count against the wide one.
	if spent, err := wide.Spent(t.Context()); err != nil || spent.Total != 2_000_000 || spent.Open != 0 {
		t.Errorf("%+v, %v", spent, err)
	}
	// What is not billed passes; what may be, and has no price, does not, unless it is given one.
	if _, err := client.ListModels(ctx, nil); err != nil {
		t.Error(err)
	}
	err := client.Do(t.Context(), "POST", "/new/thing", nil, nil)
	if !errors.Is(err, spend.ErrUnknownPrice) || !strings.Contains(err.Error(), "the cap takes such calls with Unknown") {
		t.Error(err)
	}
	stated := &spend.Cap{Prices: prices, Total: spend.USD / 10, Unknown: spend.USD / 20}
	s.body = `{}`
	for n, over := range []bool{false, false, true} {
		if err := s.client(t, venice.WithGuard(stated)).Do(t.Context(), "POST", "/new/thing", nil, nil); errors.Is(err, spend.ErrCap) != over {
			t.Errorf("%d: %v", n, err)
		}
	}
}

func TestCapsNeedLimits(t *testing.T) {
	s := &service{}
	prices := spend.NewPrices(s.client(t))
	for name, c := range map[string]*spend.Cap{
		"zero": {}, "no prices": {Total: 1}, "no limit": {Prices: prices, PerCall: 1}, "a window without a length": {Prices: prices, PerWindow: 1},
		"a length without a limit": {Prices: prices, Total: 1, Window: 1}, "below zero": {Prices: prices, Total: 1, PerCall: -1},
		"a name with spaces": {Prices: prices, Total: 1, Name: "a b"},
	} {
		if _, err := s.client(t, venice.WithGuard(c)).CreateChatCompletion(t.Context(), hello()); err == nil || s.sent != 0 {
			t.Errorf("%s: %v, sent %d", name, err, s.sent)
		}
	}
}

// The book goes on in another account when one is full, with what it came to; caps of another process find it.
func TestCapGoesOn(t *testing.T) {
	s := &service{status: 200, body: `{"model":"m","cost":{"usd":0.001,"diem":0}}`}
	var kept journal.Memory
	now := time.Now()
	newCap := func() *spend.Cap {
		return &spend.Cap{Name: "a", Prices: spend.NewPrices(s.client(t)), Total: 10 * spend.USD, PerWindow: 9 * spend.USD, Window: time.Hour, Journal: &kept, Now: func() time.Time { return now }}
	}
	one := newCap()
	client := s.client(t, venice.WithGuard(one))
	for n := range 1200 {
		now = now.Add(time.Second)
		if s.status = 200; n%100 == 7 {
			s.status = 500
		}
		if _, err := client.CreateChatCompletion(t.Context(), hello()); (err == nil) != (s.status == 200) {
			t.Fatal(n, err)
		}
	}
	before, err := one.Spent(t.Context())
	for _, c := range []*spend.Cap{one, newCap()} {
		if spent, err2 := c.Spent(t.Context()); err != nil || err2 != nil || spent != before || spent.Total-spent.Open != 1188*1_000_000 || spent.Open != 12*2_303_000 || spent.Window != spent.Total {
			t.Errorf("%+v, %v, %v", spent, err, err2)
		}
	}
	now = now.Add(45 * time.Minute) // of the twenty minutes of calls the last fifteen are within the hour
	spent, err := newCap().Spent(t.Context())
	if least := spend.Amount(900 * 1_000_000); err != nil || spent.Total != before.Total || spent.Window < least || spent.Window > least+least/10 {
		t.Errorf("%+v, %v", spent, err)
	}
	for n := range 6 {
		_ = kept.Update(t.Context(), fmt.Sprintf("spend:a:%d", n), func(records []gen.Secret) ([]gen.Secret, error) {
			if len(records) > 501 || (len(records) == 0) != (n > 4) {
				t.Errorf("volume %d has %d records", n, len(records))
			}
			return nil, nil
		})
	}
}

// A book that cannot be read in full refuses all calls.
func TestBookOfCapIsStrict(t *testing.T) {
	for _, line := range []string{`{"type":"reserved","id":"a","at":1,"amount":-5}`, `{"type":"what"}`, `{"type":"settled","id":"a","amount":-1}`, `x`,
		`{"type":"opened","book":{"total":0}}`, `{"type":"reserved","id":"a","at":1,"amount":1,"more":1}`, `{"type":"reserved","amount":1}`} {
		var kept journal.Memory
		_ = kept.Update(t.Context(), "spend::0", func([]gen.Secret) ([]gen.Secret, error) { return []gen.Secret{gen.NewSecret(line)}, nil })
		s := &service{}
		limit := &spend.Cap{Prices: spend.NewPrices(s.client(t)), Total: spend.USD, Journal: &kept}
		if _, err := s.client(t, venice.WithGuard(limit)).CreateChatCompletion(t.Context(), hello()); err == nil || !strings.Contains(err.Error(), "cannot be read") || s.sent != 0 {
			t.Errorf("%s: %v", line, err)
		}
	}
}

func ExampleCap() {
	srv := venicetest.NewServer(nil) // the real service needs neither this nor the base URL
	defer srv.Close()
	ctx := context.Background()
	asks, err := venice.New(venice.WithBaseURL(srv.URL), venice.WithAPIKey(srv.InferenceKey()))
	if err != nil {
		fmt.Println(err)
		return
	}
	// journal.OpenFile, or pgjournal, keep it for the next process, and for others.
	limit := &spend.Cap{Name: "my-agent", Prices: spend.NewPrices(asks), Total: spend.USD / 100, PerCall: spend.USD / 100}
	client, err := venice.New(venice.WithBaseURL(srv.URL), venice.WithAPIKey(srv.InferenceKey()), venice.WithGuard(limit))
	if err != nil {
		fmt.Println(err)
		return
	}
	request := &gen.ChatCompletionRequest{
		Model:    "zai-org-glm-5-1",
		Messages: []gen.ChatMessage{gen.UserMessage("Hello")}, MaxCompletionTokens: new(int64(200)),
	}
	reply, err := client.CreateChatCompletion(ctx, request)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(reply.Choices[0].Message.Content)
	spent, err := limit.Spent(ctx)
	fmt.Println(spent.Total, err)

	request.MaxCompletionTokens = new(int64(20_000))
	_, err = client.CreateChatCompletion(ctx, request)
	fmt.Println(errors.Is(err, spend.ErrCap))
	// Output:
	// You said: Hello
	// 0.0000106 USD <nil>
	// true
}
