package siwx_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"

	"github.com/venice-go/venice"
	"github.com/venice-go/venice/signer"
	"github.com/venice-go/venice/signer/siwx"
)

func ExampleVerifier() {
	verifier := &siwx.Verifier{Domains: []string{"example.org"}} // one for the whole server
	wallet, err := signer.GenerateEVM()
	if err != nil {
		fmt.Println(err)
		return
	}
	request := httptest.NewRequest(http.MethodGet, "https://example.org/me", nil) // what a client sends
	auth := signer.SignIn(wallet, signer.AllowOrigin("https://example.org"))
	if err := auth.Authorize(context.Background(), request, new(venice.Operation)); err != nil {
		fmt.Println(err)
		return
	}

	m, err := verifier.Verify(context.Background(), request.Header)
	fmt.Println(err, m != nil && m.Address == wallet.Address())
	_, err = verifier.Verify(context.Background(), request.Header)
	fmt.Println(err)
	// Output:
	// <nil> true
	// siwx: X402_SIGN_IN_NONCE_REUSED: every request needs a sign-in of its own
}
