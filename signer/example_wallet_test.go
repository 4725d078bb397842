// Examples of wallets whose keys live elsewhere, and of origins.

package signer_test

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"

	"github.com/venice-go/venice"
	"github.com/venice-go/venice/signer"
)

// A wallet app, a remote signer or a contract account signs the message itself.
func ExampleNewMessageWallet() {
	app, _ := signer.ParseEVM("0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80") // stands for the app
	wallet, err := signer.NewMessageWallet(app.Address(), func(ctx context.Context, message []byte) ([]byte, error) {
		fmt.Printf("asked to sign: %s\n", message)
		text, err := app.SignMessage(ctx, message)
		if err != nil {
			return nil, err
		}
		return hex.DecodeString(text[2:])
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	signature, err := wallet.SignMessage(context.Background(), []byte("hello"))
	by, _ := signer.RecoverEVM([]byte("hello"), signature)
	fmt.Println(by == wallet.Address(), err)
	// Output:
	// asked to sign: hello
	// true <nil>
}

// A key management service signs digests only, which say nothing of what they stand for. Such a wallet cannot pay.
func ExampleNewDangerousDigestWallet() {
	wallet, err := signer.NewDangerousDigestWallet("0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266", func(context.Context, [32]byte) ([]byte, error) {
		return nil, errors.New("the service is down")
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	_, err = wallet.SignMessage(context.Background(), []byte("hello"))
	fmt.Println(err)
	// Output:
	// signer: wallet 0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266: the service is down
}

// By default a wallet signs for the service and for this machine only.
func ExampleAllowOrigin() {
	wallet, _ := signer.GenerateEVM()
	for _, options := range [][]signer.Option{nil, {signer.AllowOrigin("https://gateway.example")}} {
		client, err := venice.New(venice.WithBaseURL("https://gateway.example/api/v1"))
		if err != nil {
			fmt.Println(err)
			return
		}
		ctx, cancel := context.WithCancel(context.Background())
		cancel() // nothing is sent in this example
		_, err = signer.MintAPIKey(ctx, client, wallet, nil, options...)
		fmt.Println(errors.Is(err, context.Canceled))
	}
	// Output:
	// false
	// true
}
