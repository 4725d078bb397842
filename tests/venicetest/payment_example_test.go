// Examples of wallets that pay, with the client of this module.

package venicetest_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"strings"
	"time"

	"github.com/venice-go/venice"
	"github.com/venice-go/venice/gen"
	"github.com/venice-go/venice/signer"
	"github.com/venice-go/venice/signer/x402"
	"github.com/venice-go/venice/tests/venicetest"
)

// A wallet signs in to each call and pays for it, with no API key.
func ExampleHandler_SetCredit() {
	srv := venicetest.NewServer(nil)
	defer srv.Close()
	wallet, err := signer.GenerateEVM()
	if err != nil {
		log.Fatal(err)
	}
	client, err := venice.New(venice.WithBaseURL(srv.URL), venice.WithAuth(signer.SignIn(wallet)))
	if err != nil {
		log.Fatal(err)
	}
	ask := func() error {
		_, err := client.CreateChatCompletion(context.Background(), &gen.ChatCompletionRequest{
			Model: "zai-org-glm-5-1", Messages: []gen.ChatMessage{gen.UserMessage("Hello")},
		})
		return err
	}

	fmt.Println(errors.Is(ask(), venice.ErrLowBalance))
	if err := srv.SetCredit(wallet.Address(), 5); err != nil {
		log.Fatal(err)
	}
	fmt.Println(ask(), srv.Credit(wallet.Address()))
	// Output:
	// true
	// <nil> 4.99998874
}

// A wallet that spends DIEM is refused once that is gone, whatever credit it has.
func ExampleHandler_LinkDIEM() {
	srv := venicetest.NewServer(nil)
	defer srv.Close()
	wallet, err := signer.GenerateSolana()
	if err != nil {
		log.Fatal(err)
	}
	client, err := venice.New(venice.WithBaseURL(srv.URL), venice.WithAuth(signer.SignIn(wallet)))
	if err != nil {
		log.Fatal(err)
	}
	_ = srv.SetCredit(wallet.Address(), 100)
	_ = srv.LinkDIEM(wallet.Address(), 0)
	balance, err := client.GetX402Balance(context.Background(), wallet.Address())
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(balance.Data.BalanceUSD, balance.Data.CanConsume)
	// Output: 100 false
}

// A payment arrives twice. What that led to, the fake's list of settlements shows.
func ExampleHandler_OnTopUp() {
	srv := venicetest.NewServer(nil)
	defer srv.Close()
	srv.OnTopUp(func(n int, _ *http.Request) venicetest.Fault { return venicetest.Fault{Twice: n == 1} })
	wallet, err := signer.GenerateEVM()
	if err != nil {
		log.Fatal(err)
	}
	_ = srv.SetUSDC(wallet.Address(), 20)
	client, err := venice.New(venice.WithBaseURL(srv.URL), venice.WithAuth(signer.SignIn(wallet)))
	if err != nil {
		log.Fatal(err)
	}
	payer := &x402.Payer{
		Wallet:    wallet,
		TestAsset: venicetest.USDC,
		Budget:    x402.Budget{PerPayment: 5 * x402.USD, Total: 5 * x402.USD, PerWindow: 5 * x402.USD, Window: time.Hour},
	}
	if _, err := payer.TopUp(context.Background(), client, 5*x402.USD); err != nil {
		log.Fatal(err)
	}
	for _, s := range srv.Settlements() {
		fmt.Println(s.Payer == wallet.Address(), s.Amount, srv.Credit(wallet.Address()))
	}
	// Output: true 5000000 5
}

// A hostile offer: the money would go to somebody else.
func ExampleHandler_OnDiscovery() {
	srv := venicetest.NewServer(nil)
	defer srv.Close()
	srv.OnDiscovery(func(offer []byte) (body []byte, header string) {
		return bytes.ReplaceAll(offer, []byte(strings.ToLower(venicetest.PayTo)), []byte("0x70997970c51812dc3a010c7d01b50e0d17dc79c8")), ""
	})
	resp, err := http.Post(srv.URL+"/x402/top-up", "application/json", nil)
	if err != nil {
		log.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(resp.Status, strings.Contains(string(body), `"payTo":"0x70997970c51812dc3a010c7d01b50e0d17dc79c8"`))
	// Output: 402 Payment Required true
}
