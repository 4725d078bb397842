// Private inference: errors and the documentation of the package.

// Package e2ee encrypts chats for models that run in an enclave, and checks before it does that they run in one.
//
// Venice's end-to-end encrypted models (ids that begin with "e2ee-") read what is encrypted for a key that, as Intel's
// hardware attests, an enclave holds. An [Attester] asks for the attestation of a model, with a fresh nonce, and checks it;
// [Chat] gives a client whose chats go out encrypted, and come back decrypted, by the same methods and types as any other:
//
//	plain, err := venice.New()
//	attester, err := e2ee.NewAttester(plain, e2ee.Policy{Verifier: tdx.Verifier{}})
//	client, err := venice.New(e2ee.Chat(attester))
//	answer, err := client.CreateChatCompletion(ctx, &gen.ChatCompletionRequest{Model: "e2ee-glm-5", Messages: messages})
//
// # What leaves in plain
//
// A client with [Chat] encrypts each chat when it is about to leave, after all options and for each attempt anew, and sends
// none that it cannot encrypt. Other calls that give a model something to read are refused. What has to be readable for the
// service stays so: the model, numbers, switches, ids that the caller gives, who says what in which order, how long each
// message is, and how many tokens it took. A JSON schema of the answer goes into the encrypted messages, since it is text
// like them: the service does not enforce it then. The thinking of earlier answers is left out.
//
// # What is proven
//
// That the quote is Intel's is proven by a [QuoteVerifier] alone, which brings more than this module wants to import: package
// e2ee/tdx, a module of its own, has one. Without it an [Attestation] is bound: its parts fit together, and whoever can make
// a quote up can make them fit. Which model runs in the enclave is the service's word, unless the policy pins measurements
// whose software the user knows. Evidence of the graphics cards is NVIDIA's to judge. See [Attestation.Findings].
//
// The encryption binds no piece of an answer to its place. A piece that is sent twice, comes from another answer or was changed is
// refused; one that was left out, or two that changed places, are noticed by signatures only ([Policy.Signed]).
package e2ee

import "errors"

// The kinds of error, for [errors.Is]. Those above the line are found before a request is sent.
var (
	// ErrNoEncryption means that the model, or the operation, takes no encrypted requests.
	ErrNoEncryption = errors.New("no end-to-end encryption")
	// ErrAttestation means that what the service shows as an attestation does not hold, or that the policy refuses it.
	ErrAttestation = errors.New("the attestation does not hold")
	// ErrUnverified means that nothing verified the quote, and the policy does not accept that.
	ErrUnverified = errors.New("the attestation is bound, but its quote is not verified")
	// ErrUnsupported means that the request asks for what encrypted models do not do, or would send text in plain.
	ErrUnsupported = errors.New("not with end-to-end encryption")

	// ErrKeyChanged means that the service keeps saying that the attested key is not the model's any more.
	ErrKeyChanged = errors.New("the model's key changed between attestation and request")
	// ErrPlain means that the answer, or a part of it, came in plain where cipher text must be.
	ErrPlain = errors.New("the answer is not encrypted")
	// ErrTampered means that a part of the answer does not open, came twice or is out of place.
	ErrTampered = errors.New("the answer is not as the enclave sent it")
	// ErrSignature means that a signature of an answer is missing, or not what it should be.
	ErrSignature = errors.New("the signature of the answer does not hold")
)
