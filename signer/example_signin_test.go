// Examples of signing in, against a server that checks it.

package signer_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"

	"github.com/venice-go/venice"
	"github.com/venice-go/venice/gen"
	"github.com/venice-go/venice/signer"
	"github.com/venice-go/venice/signer/siwx"
)

func ExampleSignIn() {
	verifier := &siwx.Verifier{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { // stands for the service
		if _, err := verifier.Verify(r.Context(), r.Header); err != nil {
			http.Error(w, err.Error(), http.StatusUnauthorized)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprint(w, `{"choices":[{"message":{"role":"assistant","content":"Hello."}}]}`)
	}))
	defer server.Close()
	verifier.Domains = []string{strings.TrimPrefix(server.URL, "http://")}

	wallet, err := signer.GenerateEVM()
	if err != nil {
		fmt.Println(err)
		return
	}
	client, err := venice.New(venice.WithAuth(signer.SignIn(wallet)), venice.WithBaseURL(server.URL+"/api/v1"))
	if err != nil {
		fmt.Println(err)
		return
	}
	answer, err := client.CreateChatCompletion(context.Background(), &gen.ChatCompletionRequest{
		Model: "llama-3.3-70b", Messages: []gen.ChatMessage{gen.UserMessage("Hello?")},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(answer.Choices[0].Message.Content)
	// Output: Hello.
}

func ExampleTransport() {
	verifier := &siwx.Verifier{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		m, err := verifier.Verify(r.Context(), r.Header)
		fmt.Fprint(w, m != nil, " ", err, " ", r.Header.Get("Authorization"))
	}))
	defer server.Close()
	verifier.Domains = []string{strings.TrimPrefix(server.URL, "http://")}

	wallet, err := signer.GenerateEVM()
	if err != nil {
		fmt.Println(err)
		return
	}
	// BaseURL is left out for the real service.
	client := &http.Client{Transport: &signer.Transport{Auth: signer.SignIn(wallet), BaseURL: server.URL + "/api/v1"}}
	resp, err := client.Post(server.URL+"/api/v1/chat/completions", "application/json", strings.NewReader(`{}`))
	if err != nil {
		fmt.Println(err)
		return
	}
	defer resp.Body.Close()
	body, _ := io.ReadAll(resp.Body)
	fmt.Println(string(body))
	// Output: true <nil>
}
