// Refusals of the fake, as the typed client reports them.

package tests

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/oapi-codegen/nullable"

	"github.com/venice-go/venice"
	"github.com/venice-go/venice/gen"
)

// Every refusal of the fake becomes an error of its kind, with the service's text.
func TestRefusals(t *testing.T) {
	p := newPair(t)
	adminKey, inferenceKey := p.AdminKey(), p.InferenceKey()
	list := func(ctx context.Context, c *venice.Client) error {
		_, err := c.ListAPIKeys(ctx)
		return err
	}
	create := func(change func(*gen.CreateAPIKeyRequest)) func(context.Context, *venice.Client) error {
		return func(ctx context.Context, c *venice.Client) error {
			r := &gen.CreateAPIKeyRequest{APIKeyType: gen.APIKeyTypeInference, Description: "x"}
			change(r)
			_, err := c.CreateAPIKey(ctx, r)
			return err
		}
	}
	for _, test := range []struct {
		name   string
		key    string
		call   func(context.Context, *venice.Client) error
		kind   error
		status int
		text   string
	}{
		{"no credentials", "", list, venice.ErrPaymentRequired, 402, "Authentication required"},
		{"unknown key", "VENICE_ADMIN_KEY_unknown", list, venice.ErrUnauthorized, 401, "Authentication failed"},
		{"not an admin", inferenceKey, list, venice.ErrUnauthorized, 401, "Admin API key required"},
		{"unknown id", adminKey, func(ctx context.Context, c *venice.Client) error {
			_, err := c.GetAPIKey(ctx, "a/b?c")
			return err
		}, venice.ErrBadRequest, 400, "API key not found"},
		{"nothing to delete", adminKey, func(ctx context.Context, c *venice.Client) error {
			_, err := c.DeleteAPIKey(ctx, nil)
			return err
		}, venice.ErrBadRequest, 400, "API key could not be found"},
		{"unknown value", adminKey, create(func(r *gen.CreateAPIKeyRequest) { r.APIKeyType = "ROOT" }),
			venice.ErrBadRequest, 400, "Invalid request parameters"},
		{"out of range", adminKey, create(func(r *gen.CreateAPIKeyRequest) {
			r.ConsumptionLimit = &gen.ConsumptionLimits{USD: nullable.NewNullableWithValue(1e10)}
		}), venice.ErrBadRequest, 400, "Invalid request parameters"},
		{"too long", adminKey, create(func(r *gen.CreateAPIKeyRequest) { r.Description = strings.Repeat("x", 65) }),
			venice.ErrBadRequest, 400, "Invalid request parameters"},
		{"stream without credentials", "", func(ctx context.Context, c *venice.Client) error {
			for _, err := range c.StreamChatCompletion(ctx, hello) {
				return err
			}
			return nil
		}, venice.ErrPaymentRequired, 402, "Authentication required"},
	} {
		t.Run(test.name, func(t *testing.T) {
			err := test.call(t.Context(), p.client(t, test.key))
			e, isError := errors.AsType[*venice.Error](err)
			if !isError {
				t.Fatalf("error %v, no *venice.Error", err)
			}
			if !errors.Is(err, test.kind) || e.Status != test.status || !strings.Contains(e.Message, test.text) || e.RequestID == "" {
				t.Errorf("status %d, text %q, request id %q\nwant %v with %q", e.Status, e.Message, e.RequestID, test.kind, test.text)
			}
			if strings.HasPrefix(e.Message, "Invalid") && !strings.Contains(string(e.Details), "_errors") {
				t.Errorf("no details: %s", e.Details)
			}
			if field := map[string]string{"unknown value": "apiKeyType: value is not one of", "too long": "description: "}[test.name]; !strings.Contains(err.Error(), field) {
				t.Errorf("%v does not name the field: %s", err, field)
			}
		})
	}
}

// A key whose limit is spent is told to pay, in plain words and without a code.
func TestSpentLimit(t *testing.T) {
	p := newPair(t)
	made, err := p.client(t, p.AdminKey()).CreateAPIKey(t.Context(), &gen.CreateAPIKeyRequest{
		APIKeyType: gen.APIKeyTypeInference, Description: "poor",
		ConsumptionLimit: &gen.ConsumptionLimits{USD: nullable.NewNullableWithValue(0.0)},
	})
	if err != nil {
		t.Fatal(err)
	}
	_, err = p.client(t, made.Data.APIKey.Reveal()).CreateChatCompletion(t.Context(), hello)
	e, _ := errors.AsType[*venice.Error](err)
	if !errors.Is(err, venice.ErrPaymentRequired) || e.Code != "" || !strings.Contains(e.Message, "spend limit exceeded") {
		t.Errorf("error %v", err)
	}
}
