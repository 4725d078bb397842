// Each emulated route through the typed client, both ways.

package tests

import (
	"context"
	"testing"

	"github.com/oapi-codegen/nullable"

	"github.com/venice-go/venice"
	"github.com/venice-go/venice/gen"
)

// Each route, both ways: what arrives is what the caller meant, and the typed answer is the whole answer. That either
// follows the description is for the fake to say.
func TestRoutes(t *testing.T) {
	p := newPair(t)
	admin := p.client(t, p.AdminKey())
	made, err := admin.CreateAPIKey(t.Context(), &gen.CreateAPIKeyRequest{APIKeyType: gen.APIKeyTypeInference, Description: "victim"})
	if err != nil {
		t.Fatal(err)
	}
	id := made.Data.ID

	for _, test := range []struct {
		name    string
		call    func(context.Context, *venice.Client) (any, error)
		query   string
		request string
	}{
		{"models", func(ctx context.Context, c *venice.Client) (any, error) {
			return c.ListModels(ctx, nil)
		}, "", ""},
		{"all models", func(ctx context.Context, c *venice.Client) (any, error) {
			return c.ListModels(ctx, &gen.ListModelsParams{Type: gen.ModelFilterAll})
		}, "type=all", ""},
		{"model traits", func(ctx context.Context, c *venice.Client) (any, error) {
			return c.ListModelTraits(ctx, &gen.ListModelTraitsParams{Type: gen.ModelTypeImage})
		}, "type=image", ""},
		{"model names of others", func(ctx context.Context, c *venice.Client) (any, error) {
			return c.ListModelCompatibilityMapping(ctx, nil)
		}, "", ""},
		{"create key", func(ctx context.Context, c *venice.Client) (any, error) {
			return c.CreateAPIKey(ctx, &gen.CreateAPIKeyRequest{
				APIKeyType: gen.APIKeyTypeAdmin, Description: "ünïcode", ExpiresAt: new("2100-01-02"), LimitPeriod: gen.LimitPeriodMonth,
				ConsumptionLimit: &gen.ConsumptionLimits{USD: nullable.NewNullableWithValue(9999999999.0), DIEM: nullable.NewNullNullable[float64]()},
			})
		}, "", `{"apiKeyType":"ADMIN","description":"ünïcode","expiresAt":"2100-01-02","limitPeriod":"MONTH",
			"consumptionLimit":{"usd":9999999999,"diem":null}}`},
		{"update key", func(ctx context.Context, c *venice.Client) (any, error) {
			return c.UpdateAPIKey(ctx, &gen.UpdateAPIKeyRequest{ID: id, Description: new("renamed")})
		}, "", `{"id":"` + id + `","description":"renamed"}`},
		{"update limits", func(ctx context.Context, c *venice.Client) (any, error) {
			return c.UpdateAPIKey(ctx, &gen.UpdateAPIKeyRequest{ID: id, ExpiresAt: nullable.NewNullNullable[string](),
				ConsumptionLimit: &gen.ConsumptionLimits{USD: nullable.NewNullableWithValue(0.0)}})
		}, "", `{"id":"` + id + `","expiresAt":null,"consumptionLimit":{"usd":0}}`},
		{"key by id", func(ctx context.Context, c *venice.Client) (any, error) {
			return c.GetAPIKey(ctx, id)
		}, "", ""},
		{"keys", func(ctx context.Context, c *venice.Client) (any, error) {
			return c.ListAPIKeys(ctx)
		}, "", ""},
		{"rate limits", func(ctx context.Context, c *venice.Client) (any, error) {
			return c.GetRateLimits(ctx)
		}, "", ""},
		{"rate limit log", func(ctx context.Context, c *venice.Client) (any, error) {
			return c.GetRateLimitLog(ctx)
		}, "", ""},
		{"delete key", func(ctx context.Context, c *venice.Client) (any, error) {
			return c.DeleteAPIKey(ctx, &gen.DeleteAPIKeyParams{ID: &id})
		}, "id=" + id, ""},
		{"mint token", func(ctx context.Context, c *venice.Client) (any, error) {
			return c.GetWeb3KeyToken(ctx)
		}, "", ""},
		{"chat", func(ctx context.Context, c *venice.Client) (any, error) {
			request := &gen.ChatCompletionRequest{Messages: []gen.ChatMessage{
				gen.SystemMessage("Be brief."),
				gen.UserMessage([]gen.ContentPart{gen.TextPart("Why is the sky "), gen.TextPart("blue?")}),
			}}
			return c.CreateChatCompletion(ctx, request, venice.WithField("/model", "zai-org-glm-5-1"), venice.WithField("/n", 2), venice.WithField("/temperature", 0.5))
		}, "", `{"model":"zai-org-glm-5-1","n":2,"temperature":0.5,"stream":false,"messages":[{"role":"system","content":"Be brief."},
			{"role":"user","content":[{"type":"text","text":"Why is the sky "},{"type":"text","text":"blue?"}]}]}`},
	} {
		t.Run(test.name, func(t *testing.T) {
			answer, err := test.call(t.Context(), admin)
			if err != nil {
				t.Fatal(err)
			}
			if p.wire.query != test.query {
				t.Errorf("query %q, want %q", p.wire.query, test.query)
			}
			exactJSON(t, "request", p.wire.request, []byte(test.request))
			sameJSON(t, "answer, decoded and encoded", encode(t, answer), p.wire.answer)
		})
	}
}
