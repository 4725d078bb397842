// The package documentation, and the description of the service that gen is made from.

// Package venice is a client for the API of Venice.ai: chat, images, audio, video, embeddings, API keys and wallets.
// It is unofficial.
//
// # Calls
//
// [New] makes a [Client]. The client has a method for each operation of the service, all of them those of [gen.API]:
// [gen.API.CreateChatCompletion] is called as client.CreateChatCompletion. Types of requests and answers are in package
// gen too. A method takes the context first and options for this one call last:
//
//	reply, err := client.CreateChatCompletion(ctx, &gen.ChatCompletionRequest{
//		Model:    "venice-uncensored",
//		Messages: []gen.ChatMessage{gen.UserMessage("Why is the sky blue?")},
//	}, venice.WithTimeout(time.Minute))
//
// JSON answers come decoded. Images, sound and films come as a [gen.Media] that the caller reads and closes. Methods
// that begin with Stream, such as [gen.API.StreamChatCompletion], return a sequence to range over: the request goes out
// when the loop begins, and breaking out of it closes the connection.
//
// # Credentials
//
// Without options the client uses the API key in the environment variable VENICE_API_KEY, and no credentials if there is
// none. [WithAPIKey] gives it another, [WithAuth] another kind. An [Auth] is asked before every attempt, redirects
// included. Plain http is refused but to this machine; a redirect is followed for a GET within the same origin only,
// and never takes credentials or a body elsewhere. No printed form of a client, an option or an error holds a secret.
//
// # Errors
//
// A status other than 2xx is an [*Error], and so is an error that the service sends inside a stream, or an answer that
// cannot be read as what was asked for. Test for its kind with [errors.Is]:
//
//	if errors.Is(err, venice.ErrPaymentRequired) { ...
//
// and get at its code, text and body with [errors.As]. A stream that was cut off is [ErrStreamCut]; a context that ended
// and a timeout are [context.Canceled] and [context.DeadlineExceeded]. Every other error is about options, about a
// request that cannot be encoded, or about a connection, and says which operation it was.
//
// A call is sent once; nothing is retried.
package venice

import (
	"bytes"
	_ "embed"
)

//go:generate go run ./internal/generate gen

//go:embed openapi.yaml
var description []byte

// Description returns the OpenAPI 3.0 description of the service that this package was generated from, as YAML. Its
// info.version is the service's revision. The caller may change the copy it gets.
func Description() []byte { return bytes.Clone(description) }
