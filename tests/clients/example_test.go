// Examples: the official client for the OpenAI API, and the one that most wrote before it, with a wallet. The fake
// service stands in for the real one, for which BaseURL and its address are left out.

package clients

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"github.com/openai/openai-go/v3"
	"github.com/openai/openai-go/v3/option"
	goopenai "github.com/sashabaranov/go-openai"

	"github.com/venice-go/venice/journal"
	"github.com/venice-go/venice/signer"
	"github.com/venice-go/venice/signer/x402"
	"github.com/venice-go/venice/tests/venicetest"
)

func Example_openai() {
	fake := venicetest.NewServer(nil)
	defer fake.Close()
	wallet, err := signer.GenerateEVM()
	if err != nil {
		fmt.Println(err)
		return
	}
	_ = fake.SetCredit(wallet.Address(), 1)

	client := openai.NewClient(
		option.WithBaseURL(fake.URL), // https://api.venice.ai/api/v1
		option.WithHTTPClient(&http.Client{Transport: &signer.Transport{Auth: signer.SignIn(wallet), BaseURL: fake.URL}}),
		option.WithAPIKey("none"), // it wants one, and the transport takes it off
	)
	request := openai.ChatCompletionNewParams{
		Model:    "zai-org-glm-5-1",
		Messages: []openai.ChatCompletionMessageParamUnion{openai.UserMessage("Why is the sky blue?")},
	}
	reply, err := client.Chat.Completions.New(context.Background(), request)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(reply.Choices[0].Message.Content)

	stream := client.Chat.Completions.NewStreaming(context.Background(), request)
	defer func() { _ = stream.Close() }()
	for stream.Next() {
		for _, choice := range stream.Current().Choices {
			fmt.Print(choice.Delta.Content)
		}
	}
	fmt.Println("", stream.Err())
	// Output:
	// You said: Why is the sky blue?
	// You said: Why is the sky blue? <nil>
}

func Example_goOpenai() {
	fake := venicetest.NewServer(nil)
	defer fake.Close()
	wallet, err := signer.GenerateSolana()
	if err != nil {
		fmt.Println(err)
		return
	}
	_ = fake.SetCredit(wallet.Address(), 1)

	config := goopenai.DefaultConfig("none") // an API key, which the transport takes off
	config.BaseURL = fake.URL                // https://api.venice.ai/api/v1
	config.HTTPClient = &http.Client{Transport: &signer.Transport{Auth: signer.SignIn(wallet), BaseURL: fake.URL}}
	client := goopenai.NewClientWithConfig(config)
	request := goopenai.ChatCompletionRequest{
		Model:    "zai-org-glm-5-1",
		Messages: []goopenai.ChatCompletionMessage{{Role: "user", Content: "Why is the sky blue?"}},
	}
	reply, err := client.CreateChatCompletion(context.Background(), request)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(reply.Choices[0].Message.Content)

	stream, err := client.CreateChatCompletionStream(context.Background(), request)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = stream.Close() }()
	for {
		chunk, err := stream.Recv()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			fmt.Println(err)
			return
		}
		for _, choice := range chunk.Choices {
			fmt.Print(choice.Delta.Content)
		}
	}
	fmt.Println()
	// Output:
	// You said: Why is the sky blue?
	// You said: Why is the sky blue?
}

// A wallet that runs low is topped up, within a budget that a restart does not renew.
func Example_automaticTopUp() {
	fake := venicetest.NewServer(nil)
	defer fake.Close()
	wallet, err := signer.GenerateEVM()
	if err != nil {
		fmt.Println(err)
		return
	}
	_ = fake.SetUSDC(wallet.Address(), 20)

	folder, err := os.MkdirTemp("", "example")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(folder)
	journal, err := journal.OpenFile(filepath.Join(folder, "payments")) // where it stays
	if err != nil {
		fmt.Println(err)
		return
	}
	defer journal.Close()
	auto := &x402.AutoTopUp{
		Payer: &x402.Payer{
			Wallet:    wallet,
			Budget:    x402.Budget{PerPayment: 5 * x402.USD, Total: 15 * x402.USD, PerWindow: 10 * x402.USD, Window: 24 * time.Hour},
			Journal:   journal,
			TestAsset: venicetest.USDC, // left out where USDC is meant
		},
		Amount: 5 * x402.USD,
		Paid: func(receipt *x402.Receipt, err error) {
			if receipt != nil {
				fmt.Println("paid", receipt.Credited, "USD")
			}
			if err != nil {
				fmt.Println(err)
			}
		},
	}
	client := openai.NewClient(
		option.WithBaseURL(fake.URL),
		option.WithHTTPClient(&http.Client{Transport: &signer.Transport{Auth: auto, BaseURL: fake.URL}}),
		option.WithAPIKey("none"),
	)
	reply, err := client.Chat.Completions.New(context.Background(), openai.ChatCompletionNewParams{
		Model:    "zai-org-glm-5-1",
		Messages: []openai.ChatCompletionMessageParamUnion{openai.UserMessage("Are you there?")},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(reply.Choices[0].Message.Content)
	// Output:
	// paid 5 USD
	// You said: Are you there?
}
