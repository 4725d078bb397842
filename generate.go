// The package documentation, and the description of the service that client.gen.go and gen are made from.

// Package venice is a client for the API of Venice.ai: chat, images, audio, video, embeddings, API keys and wallets.
// It is unofficial.
//
// # Calls
//
// [New] makes a [Client]. The client has a method for each operation of the service, such as [Client.CreateChatCompletion];
// the types of requests and answers are in package gen. A method takes the context first and options for this one call last:
//
//	reply, err := client.CreateChatCompletion(ctx, &gen.ChatCompletionRequest{
//		Model:    "venice-uncensored",
//		Messages: []gen.ChatMessage{gen.UserMessage("Why is the sky blue?")},
//	}, venice.WithTimeout(time.Minute))
//
// JSON answers come decoded. Images, sound and films come as a [gen.Media] that the caller reads and closes. Methods
// that begin with Stream, such as [Client.StreamChatCompletion], return a sequence to range over: the request goes out
// when the loop begins, and breaking out of it closes the connection.
//
// # By task
//
//   - Ask a model, and read the reply as it comes: the examples below, [CollectChat], [CollectResponse]
//   - Get a key with a wallet: packages signer and signer/autokey
//   - Call without a key, and pay with a wallet: packages signer and signer/x402
//   - Keep images, sound and films: [Save], [Progress]
//   - Wait for films and music that take minutes: [Client.StartVideo], [Client.AwaitJob], [Client.SaveJob]
//   - Choose a model by what it can do and costs: [Models.Choose], [Models.ByTrait]; have requests checked: [WithModelCheck]
//   - Range over lists that come in pages: methods that begin with All, such as [Client.AllX402Transactions]
//   - Know what calls cost before and after, and cap it: package spend; what a wallet spent: x402.Spend
//   - Send and read what no type has, and call what has no method: [WithField], [gen.Member], [Client.Do], [RPC]
//   - Tell failures apart: [Error], [ErrMaybeSent], [ErrMisfit]
//   - Stay within limits: [WithErrorBudget], [WithMaxInFlight], [WithTimeout]
//   - Test a program without the service: package tests/venicetest
//
// # Credentials
//
// Without options the client uses the API key in the environment variable VENICE_API_KEY, and no credentials if there is
// none. [WithAPIKey] gives it another, [WithAuth] another kind. An [Auth] is asked before every attempt, redirects
// included, because a wallet's sign-in works once. VENICE_BASE_URL or [WithBaseURL] have it call another address. Plain http
// is refused but to this machine and to what [WithPlainHTTP] names; a redirect is followed for a GET within the same origin
// only, and never takes credentials or a body elsewhere. No printed form of a client, an option, an error, an answer or a
// request holds a secret: keys, tokens and signatures are of the type [gen.Secret].
//
// # What has no name here
//
// The service changes more often than this package. [WithField] and [WithoutField] set and leave out any member of a
// request, [WithQuery] any parameter, and [WithHeader] a header. Members of answers that no type has are kept
// ([gen.Member]). [Client.Do] and [Stream] call any route, as [Operations] lists it or by what [WithEffect] says. [Response]
// has all headers of the answer and, if asked for, its body.
//
// # Errors
//
// A status other than 2xx is an [*Error], and so is an error that the service sends with a good status or inside a stream,
// or an answer that cannot be read as what was asked for. Its text names the fields that are wrong. Test for its kind with
// [errors.Is]:
//
//	if errors.Is(err, venice.ErrPaymentRequired) { ...
//
// and get at its code, text and body with [errors.As]. A 402 has kinds of its own, such as [ErrLowBalance]. A stream that
// was cut off is [ErrStreamCut]; a context that ended and a timeout are [context.Canceled] and [context.DeadlineExceeded],
// or the cause that the context was cancelled with. Every other error is about options, about a request that cannot be encoded, or about a
// connection, and says which operation it was.
//
// # Sending again
//
// A call that failed is sent again if that can do no harm, up to four times in all ([WithMaxAttempts]). What harm it can
// do is the effect of its operation, which [Operations] lists:
//
//	effect              no connection   answer 429, 503   answer 500, 502, 504   no answer
//	read                again           again             again                  again
//	infer               again           again             again                  never
//	queue, write, mint  again           again             never                  never
//	pay, unknown        never           never             never                  never
//
// No connection means that provably not a byte of the request was sent, no answer that some may have been. Every other
// answer, 400, 401, 402, 403, 404, 409, 410, 413, 415 and 422 above all, is final. So are an answer with a good status that
// cannot be read, an error inside a stream, and the end of the context or of [WithTimeout]. The one exception is an [Auth]
// that is a [Retrier]: after a 401 or 402, which carried nothing out, it may have a call of any effect sent once more with
// new credentials.
//
// If a call was not sent again and the service may have carried it out, the error is [ErrMaybeSent]. A job may then have
// been queued, and billed: look before calling again.
//
// The wait before the next attempt is what the service asks for, by Retry-After or else by the reset header of the limit
// that was hit, up to a minute. If it asks for nothing it is a random time of at most half a second, and of twice as much
// after each further attempt, up to 30 seconds. If the wait would not end before the context's deadline, or [WithTimeout],
// the call fails at once and says how long the service asked to wait. An error also says so if that is more than a minute.
//
// Each attempt has its own credentials, while an Idempotency-Key, which the crypto RPC proxy takes, is the call's. A JSON
// body is sent again as it was. An upload is sent again if nothing of its files was read yet, or if they are all
// [io.Seeker], such as [os.File]: they are then taken back to where they were. Anything else is read once and never held
// in memory. net/http is kept from sending requests again by itself once they may have left.
//
// The client stops before the service locks its key out for too many refusals ([WithErrorBudget]). By option it waits while
// a rate limit is used up ([WithPacing]), bounds the calls under way ([WithMaxInFlight]), logs each attempt ([WithLogger];
// [AttemptOf] tells middleware which one it is), and tells what came back beside the result ([WithResponse]).
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
