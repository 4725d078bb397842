// Examples of tools over what only this service has: each is a few lines.

package agent_test

import (
	"context"
	"fmt"
	"log"
	"os"

	"github.com/venice-go/venice"
	"github.com/venice-go/venice/agent"
	"github.com/venice-go/venice/gen"
	"github.com/venice-go/venice/signer"
	"github.com/venice-go/venice/tests/venicetest"
)

// webSearch finds pages. A search costs a cent, which is reported so that it counts against the limit.
func webSearch(client *venice.Client) *agent.Tool {
	return agent.NewTool("web_search", "Searches the web.", func(ctx context.Context, in struct {
		Query string `json:"query" jsonschema:"What to search for."`
	}) ([]gen.WebSearchResponseResult, error) {
		answer, err := client.WebSearch(ctx, &gen.WebSearchRequest{Query: in.Query, Limit: new(int64(3))})
		if err != nil {
			return nil, err
		}
		return answer.Results, agent.Spend(ctx, 0.01)
	})
}

// scrape reads a page, and pays as a search does.
func scrape(client *venice.Client) *agent.Tool {
	return agent.NewTool("read_page", "Reads a page of the web.", func(ctx context.Context, in struct {
		URL string `json:"url" format:"uri"`
	}) (string, error) {
		answer, err := client.WebScrape(ctx, &gen.WebScrapeRequest{URL: in.URL})
		if err != nil {
			return "", err
		}
		return answer.Content, agent.Spend(ctx, 0.01)
	})
}

// ethBalance asks a node of a blockchain.
func ethBalance(client *venice.Client) *agent.Tool {
	return agent.NewTool("eth_balance", "The balance of an address on Base, in wei, in hex.", func(ctx context.Context, in struct {
		Address string `json:"address" pattern:"^0x[0-9a-fA-F]{40}$"`
	}) (string, error) {
		return venice.RPC[string](ctx, client, "base-mainnet", "eth_getBalance", []any{in.Address, "latest"})
	})
}

// paint makes an image, keeps it in a file, and shows it to the model.
func paint(client *venice.Client, folder string) *agent.Tool {
	return agent.NewTool("paint", "Paints a picture.", func(ctx context.Context, in struct {
		Prompt string `json:"prompt" jsonschema:"What is to be seen."`
	}) ([]gen.ContentPart, error) {
		made, err := client.GenerateImage(ctx, &gen.GenerateImageRequest{Model: "z-image-turbo", Prompt: in.Prompt, Format: "png"})
		if err != nil {
			return nil, err
		}
		files, err := agent.SaveImages(folder+"/painted-", made.Images)
		if err != nil {
			return nil, err
		}
		part, err := agent.FilePart(files[0])
		return []gen.ContentPart{gen.TextPart("Painted."), part}, err
	})
}

// The service's own abilities as tools of one agent, which signs in with a wallet: all these routes take its credit.
func ExampleNewTool() {
	srv := venicetest.NewServer(nil)
	defer srv.Close()
	wallet, _ := signer.GenerateEVM()
	_ = srv.SetCredit(wallet.Address(), 5)
	client, err := venice.New(venice.WithBaseURL(srv.URL), venice.WithAuth(signer.SignIn(wallet)))
	if err != nil {
		log.Fatal(err)
	}
	srv.Respond("CallRPC", venicetest.Answer{Body: []byte(`{"jsonrpc":"2.0","id":1,"result":"0x2386f26fc10000"}`)})
	folder, err := os.MkdirTemp("", "")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(folder)

	a := &agent.Agent{
		Client: client, Chat: &gen.ChatCompletionRequest{Model: "qwen3-vl-235b-a22b"}, Limits: agent.Limits{USD: 0.50},
		Tools: []*agent.Tool{webSearch(client), scrape(client), ethBalance(client), paint(client, folder)},
	}
	for _, text := range []string{
		`Search the web for "venice".`, `Read the page "https://example.com".`, `What is the eth balance?`, `Paint a bridge.`,
	} {
		run := &agent.Run{Input: text}
		if err := a.Run(context.Background(), run); err != nil {
			log.Fatal(err)
		}
		for _, call := range run.Turns[0].Calls {
			fmt.Println(call.Name, call.State, len(call.Result) > 0, len(call.Parts), call.USD)
		}
	}
	files, _ := os.ReadDir(folder)
	fmt.Println(files[0].Name())
	// Output:
	// web_search done true 0 0.01
	// read_page done true 0 0.01
	// eth_balance done true 0 0
	// paint done true 1 0
	// painted-1.png
}
