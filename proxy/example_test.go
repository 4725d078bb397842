// An example of the proxy, with a program before it and the fake behind it.

package proxy_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"

	"github.com/venice-go/venice"
	"github.com/venice-go/venice/gen"
	"github.com/venice-go/venice/journal"
	"github.com/venice-go/venice/proxy"
	"github.com/venice-go/venice/signer"
	"github.com/venice-go/venice/spend"
	"github.com/venice-go/venice/tests/venicetest"
)

func ExampleHandler() {
	fake := venicetest.NewHandler()
	service := httptest.NewServer(fake)
	defer service.Close()
	wallet, err := signer.GenerateEVM()
	if err != nil {
		panic(err)
	}
	if err := fake.SetCredit(wallet.Address(), 10); err != nil {
		panic(err)
	}

	dir, err := os.MkdirTemp("", "example")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(dir)
	kept, err := journal.OpenFile(filepath.Join(dir, "spending.journal")) // keep it: the caps are held against it
	if err != nil {
		panic(err)
	}
	defer kept.Close()
	client, err := venice.New(venice.WithBaseURL(service.URL+"/api/v1"), venice.WithAuth(nil))
	if err != nil {
		panic(err)
	}
	prices := spend.NewPrices(client)
	handler := &proxy.Handler{
		Auth:    signer.SignIn(wallet), // or an x402.AutoTopUp, which pays as well
		BaseURL: client.BaseURL(),
		Cap:     &spend.Cap{Name: "all", Total: 5 * spend.USD, Prices: prices, Journal: kept},
		Clients: []proxy.Client{{
			Name: "editor", Token: gen.NewSecret("a-token-for-the-editor"),
			Cap: &spend.Cap{Name: "editor", Total: spend.USD / 100, Prices: prices, Journal: kept},
		}},
	}
	server := httptest.NewServer(handler) // an http.Server on loopback, in a program
	defer server.Close()

	ask := func(tokens string) {
		body := `{"model":"zai-org-glm-5-1","max_completion_tokens":` + tokens + `,"messages":[{"role":"user","content":"Hello"}]}`
		r, err := http.NewRequest(http.MethodPost, server.URL+"/v1/chat/completions", strings.NewReader(body))
		if err != nil {
			panic(err)
		}
		r.Header.Set("Authorization", "Bearer a-token-for-the-editor")
		r.Header.Set("Content-Type", "application/json")
		resp, err := http.DefaultClient.Do(r)
		if err != nil {
			panic(err)
		}
		defer resp.Body.Close()
		answer, _ := io.ReadAll(resp.Body)
		fmt.Println(resp.StatusCode, strings.Contains(string(answer), "You said: Hello"), strings.Contains(string(answer), "insufficient_quota"))
	}
	ask("100")
	ask("30000") // which could cost more than is left
	// Output:
	// 200 true false
	// 402 false true
}
