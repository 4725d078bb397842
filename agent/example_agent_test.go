// An agent that researches with tools of its own, and answers in a Go type.

package agent_test

import (
	"context"
	"fmt"
	"log"
	"strings"

	"github.com/venice-go/venice/agent"
	"github.com/venice-go/venice/gen"
)

// An agent with three tools, of which the model picks what it needs. What a tool gets wrong, the model is told.
func Example_toolUsingAgent() {
	srv, client := newFake()
	defer srv.Close()
	ctx := context.Background()

	type product struct {
		Name string `json:"name" jsonschema:"Name of the product."`
	}
	type order struct {
		product
		Count int `json:"count" minimum:"1" maximum:"99"`
	}
	type receipt struct {
		Total float64 `json:"total" jsonschema:"In euros."`
		Paid  bool    `json:"paid"`
	}
	prices, stock := map[string]float64{"Lamp": 20, "Table": 150}, map[string]int{"Lamp": 3}

	a := &agent.Agent{
		Client: client,
		Chat: &gen.ChatCompletionRequest{
			Model:    "zai-org-glm-5-1",
			Messages: []gen.ChatMessage{gen.SystemMessage("You sell furniture. Look things up, never guess.")},
		},
		Tools: []*agent.Tool{
			agent.NewTool("list_products", "All products on sale.", func(context.Context, struct{}) ([]string, error) { return []string{"Lamp", "Table"}, nil }),
			agent.NewTool("price_of", "The price of a product.", func(_ context.Context, p product) (float64, error) {
				if price, known := prices[p.Name]; known {
					return price, nil
				}
				return 0, fmt.Errorf("there is no product %q", p.Name)
			}),
			agent.NewTool("order_product", "Orders a product.", func(_ context.Context, o order) (receipt, error) {
				if stock[o.Name] < o.Count {
					return receipt{}, fmt.Errorf("only %d left", stock[o.Name])
				}
				return receipt{Total: prices[o.Name] * float64(o.Count)}, nil
			}),
		},
		Limits: agent.Limits{Turns: 6, Calls: 10, USD: 0.10},
	}
	run := &agent.Run{}
	for _, text := range []string{"What is the price of a Chair, and of a Lamp?", "Order 2 of Lamp, please."} {
		run.Input = text
		if err := a.Run(ctx, run); err != nil {
			log.Fatal(err)
		}
		fmt.Println(strings.ReplaceAll(run.Text(), "\n", "; "))
	}
	fmt.Println(len(run.Turns), "answers for less than 10 cents")
	// Output:
	// price_of says: error: there is no product "Chair"; price_of says: 20
	// order_product says: {"total":40,"paid":false}
	// 4 answers for less than 10 cents
}
