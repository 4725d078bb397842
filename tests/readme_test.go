// The examples of the README, run against the fake, and the test that they are the README's.

package tests

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/venice-go/venice"
	"github.com/venice-go/venice/gen"
	"github.com/venice-go/venice/journal"
	"github.com/venice-go/venice/signer"
	"github.com/venice-go/venice/signer/x402"
	"github.com/venice-go/venice/tests/venicetest"
)

func readmeMint(ctx context.Context) error {
	wallet, err := signer.ParseEVM(os.Getenv("WALLET_PRIVATE_KEY"))
	if err != nil {
		return err
	}
	client, err := venice.New()
	if err != nil {
		return err
	}
	key, err := signer.MintAPIKey(ctx, client, wallet, &signer.KeyRequest{
		Description: "my agent", LimitUSD: new(5.0), LimitPeriod: "LIFETIME", // else 5 USD a day
	})
	if errors.Is(err, signer.ErrNoStake) {
		return fmt.Errorf("stake VVV with %s first", wallet.Address())
	}
	if key != nil { // keep it, even beside an error: the service shows it this once
		err = errors.Join(err, os.WriteFile("venice.key", []byte(key.APIKey.Reveal()), 0o600))
	}
	return err
}

func readmeChat(ctx context.Context) error {
	client, err := venice.New() // with the key in VENICE_API_KEY; or venice.WithAPIKey(key)
	if err != nil {
		return err
	}
	reply, err := client.CreateChatCompletion(ctx, &gen.ChatCompletionRequest{
		Model:    "zai-org-glm-5-1",
		Messages: []gen.ChatMessage{gen.SystemMessage("Be brief."), gen.UserMessage("Why is the sky blue?")},
	})
	switch {
	case errors.Is(err, venice.ErrPaymentRequired):
		return fmt.Errorf("out of funds, or no key: %w", err)
	case err != nil:
		return err
	}
	fmt.Println(reply.Choices[0].Message.Content)
	return nil
}

func readmeStream(ctx context.Context, client *venice.Client) error {
	for chunk, err := range client.StreamChatCompletion(ctx, &gen.ChatCompletionRequest{
		Model:    "zai-org-glm-5-1",
		Messages: []gen.ChatMessage{gen.UserMessage("Tell me a story.")},
	}) {
		if err != nil { // venice.ErrStreamCut, if it ended before its end
			return err
		}
		for _, choice := range chunk.Choices {
			if choice.Delta.Content != nil {
				fmt.Print(*choice.Delta.Content)
			}
		}
	}
	return nil
}

func readmePay(ctx context.Context) error {
	wallet, err := signer.ParseEVM(os.Getenv("WALLET_PRIVATE_KEY")) // or signer.ParseSolana
	if err != nil {
		return err
	}
	payments, err := journal.OpenFile("payments.journal") // keep it: the budget is held against it
	if err != nil {
		return err
	}
	defer payments.Close()
	payer := &x402.Payer{Wallet: wallet, Journal: payments, Budget: x402.Budget{
		PerPayment: 5 * x402.USD, PerWindow: 10 * x402.USD, Window: 24 * time.Hour, Total: 100 * x402.USD,
	}}
	client, err := venice.New(venice.WithAuth(signer.SignIn(wallet)))
	if err != nil {
		return err
	}
	receipt, err := payer.TopUp(ctx, client, 5*x402.USD)
	if receipt == nil { // errors.Is: x402.ErrBudget, ErrOffer, ErrFailed, ErrUnknown, ErrOutstanding
		return err
	}
	fmt.Println("balance:", receipt.Balance)
	return err
}

func TestGreeting(t *testing.T) {
	srv := venicetest.NewServer(t) // on loopback, closed with the test
	client, err := venice.New(venice.WithBaseURL(srv.URL), venice.WithAPIKey(srv.InferenceKey()))
	if err != nil {
		t.Fatal(err)
	}
	reply, err := client.CreateChatCompletion(t.Context(), &gen.ChatCompletionRequest{
		Model:    "zai-org-glm-5-1",
		Messages: []gen.ChatMessage{gen.UserMessage("Hello")},
	})
	if err != nil {
		t.Fatal(err)
	}
	if got := reply.Choices[0].Message.Content.String(); got != "You said: Hello" {
		t.Error(got)
	}
}

// TestReadme compares the examples, space apart. Each of the functions above has one of them, with what it is in.
func TestReadme(t *testing.T) {
	readme, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	here, err := os.ReadFile("readme_test.go")
	if err != nil {
		t.Fatal(err)
	}
	blocks := regexp.MustCompile("(?s)```go\n(.*?)```").FindAllSubmatch(readme, -1)
	if len(blocks) < 5 {
		t.Errorf("%d examples, want 5", len(blocks))
	}
	for _, block := range blocks {
		if !strings.Contains(words(here), words(block[1])) {
			t.Errorf("the README has an example that is not run here:\n%s", block[1])
		}
	}
}

// words is a text with one space for any.
func words(text []byte) string { return strings.Join(strings.Fields(string(text)), " ") }

// inPlaceOfVenice has the service's address lead to a fake, and a directory of its own for files, while run runs.
func inPlaceOfVenice(run func(*venicetest.Handler, *venice.Client)) {
	h := venicetest.NewHandler(venicetest.OnViolation(func(err error) { fmt.Println(err) }))
	was := http.DefaultTransport
	defer func() { http.DefaultTransport = was }()
	http.DefaultTransport = onlyVenice{inProcess{h}}

	dir, _ := os.MkdirTemp("", "")
	defer os.RemoveAll(dir)
	back, _ := os.Getwd()
	_ = os.Chdir(dir)
	defer func() { _ = os.Chdir(back) }()

	_ = os.Setenv("VENICE_API_KEY", h.InferenceKey())
	defer func() { _ = os.Unsetenv("VENICE_API_KEY") }()
	client, err := venice.New()
	if err != nil {
		fmt.Println(err)
		return
	}
	run(h, client)
}

// onlyVenice is the way to the real service's address and to no other.
type onlyVenice struct{ to inProcess }

func (v onlyVenice) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.URL.Host != "api.venice.ai" || r.URL.Scheme != "https" {
		return nil, errors.New("not the service's address: " + r.URL.Host)
	}
	return v.to.RoundTrip(r)
}

func Example_readmeMint() {
	inPlaceOfVenice(func(h *venicetest.Handler, _ *venice.Client) {
		// A published test key, never to be funded.
		_ = os.Setenv("WALLET_PRIVATE_KEY", "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80")
		defer func() { _ = os.Unsetenv("WALLET_PRIVATE_KEY") }()
		fmt.Println(readmeMint(context.Background()))
		_ = h.Stake("0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266", 1)
		fmt.Println(readmeMint(context.Background()))
		key, _ := os.ReadFile("venice.key")
		fmt.Println(strings.HasPrefix(string(key), "VENICE_INFERENCE_KEY_"))
	})
	// Output:
	// stake VVV with 0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266 first
	// <nil>
	// true
}

func Example_readmeChat() {
	inPlaceOfVenice(func(*venicetest.Handler, *venice.Client) {
		fmt.Println(readmeChat(context.Background()))
		_ = os.Unsetenv("VENICE_API_KEY")
		err := readmeChat(context.Background())
		fmt.Println(strings.HasPrefix(err.Error(), "out of funds, or no key: "))
	})
	// Output:
	// You said: Why is the sky blue?
	// <nil>
	// true
}

func Example_readmeStream() {
	inPlaceOfVenice(func(_ *venicetest.Handler, client *venice.Client) {
		err := readmeStream(context.Background(), client)
		fmt.Println("", err)
	})
	// Output: You said: Tell me a story. <nil>
}

// The fake's token is not USDC, so that at the service's address nothing is signed for it. Examples of package signer pay
// with it.
func Example_readmePay() {
	inPlaceOfVenice(func(*venicetest.Handler, *venice.Client) {
		_ = os.Setenv("WALLET_PRIVATE_KEY", "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80")
		defer func() { _ = os.Unsetenv("WALLET_PRIVATE_KEY") }()
		err := readmePay(context.Background())
		refusal, _ := errors.AsType[*x402.OfferError](err)
		fmt.Println(refusal.Rule, refusal.Allowed)
	})
	// Output: asset 0x833589fCD6eDb6E08f4c7C32D4f71b54bdA02913
}
