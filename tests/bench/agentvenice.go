// The agent of the comparison, with this client.

package main

import (
	"context"

	"github.com/venice-go/venice"
	"github.com/venice-go/venice/agent"
	"github.com/venice-go/venice/gen"
)

type (
	city struct {
		Name string `json:"name" jsonschema:"Name of the city."`
		Unit string `json:"unit" enum:"celsius,fahrenheit"`
	}
	sum struct {
		Amount float64 `json:"amount" minimum:"0"`
		From   string  `json:"from" jsonschema:"Currency, three letters."`
		To     string  `json:"to" jsonschema:"Currency, three letters."`
	}
	plan struct {
		City    string  `json:"city"`
		Degrees int     `json:"degrees"`
		Euros   float64 `json:"euros" minimum:"0"`
	}
)

func planWithVenice(ctx context.Context, client *venice.Client) (plan, error) {
	return agent.RunAs[plan](ctx, &agent.Agent{
		Client: client,
		Chat:   &gen.ChatCompletionRequest{Model: model, Messages: []gen.ChatMessage{gen.SystemMessage(system)}},
		Tools: []*agent.Tool{
			agent.NewTool("weather", "The weather of a city.", func(_ context.Context, c city) (int, error) { return degrees(c.Name, c.Unit) }),
			agent.NewTool("price", "Price of a journey, in dollars.", func(_ context.Context, c struct {
				City string `json:"city"`
			}) (float64, error) {
				return dollars(c.City)
			}),
			agent.NewTool("convert", "Converts money.", func(_ context.Context, s sum) (float64, error) { return convert(s.Amount, s.From, s.To) }),
		},
		Limits: agent.Limits{Turns: 8, USD: 0.10},
	}, &agent.Run{Input: task3})
}
