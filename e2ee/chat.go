// Encrypted chats: what stands between a client and the network, and lets no chat through in plain.

package e2ee

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strconv"
	"strings"

	"github.com/venice-go/venice"
	"github.com/venice-go/venice/internal/seal"
)

// Chat has a client encrypt all of its chats, for the models that the attester finds good, and decrypt their answers, with the
// methods and types of any other chat: CreateChatCompletion, StreamChatCompletion, Do and all that is built on them. Nothing
// of the client goes to a model in plain, ever: what cannot be encrypted fails, with an error of a kind of this package, and
// so do other operations that give a model something to read ([ErrNoEncryption]). Keys, balances, payments, RPC and whatever
// only reads are as before.
//
// Each attempt is encrypted with keys of its own, after all options have had their say, and signed in anew. When the service
// says that the model's key has changed, the call is attested and sent again, as far as [venice.WithMaxAttempts] allows.
//
// Give it last, after all of [venice.WithMiddleware]: middleware that comes before it sees requests and answers in plain, and what comes
// after it sees what the network sees. A policy without a Verifier has to say AcceptUnverified.
func Chat(attester *Attester) venice.ClientOption {
	if attester == nil {
		return venice.WithMiddleware(nil) // which New refuses
	}
	return venice.WithMiddleware(func(next http.RoundTripper) http.RoundTripper { return &encrypting{attester, next} })
}

const chatPath = "/chat/completions"

// encrypting is the transport that lets no chat through in plain.
type encrypting struct {
	attester *Attester
	next     http.RoundTripper
}

// RoundTrip closes the request's body, whatever it returns, as every transport has to.
func (t *encrypting) RoundTrip(req *http.Request) (*http.Response, error) {
	op, attempt := venice.AttemptOf(req.Context())
	if op != nil && !(op.Method == http.MethodPost && op.Path == chatPath) && harmless(venice.OperationOf(op.Method, op.Path)) {
		return t.next.RoundTrip(req)
	}
	var body []byte
	if req.Body != nil {
		defer req.Body.Close()
	}
	if op == nil || op.Method != http.MethodPost || op.Path != chatPath {
		return nil, kept(fmt.Errorf("%w for this operation: a client with e2ee.Chat sends models nothing but chats", ErrNoEncryption))
	}
	if req.Body != nil {
		var err error
		if body, err = io.ReadAll(req.Body); err != nil {
			return nil, kept(err)
		}
	}
	c, err := parseConversation(body)
	if err != nil {
		return nil, kept(err)
	}
	a, err := t.attest(quiet{req.Context()}, c.model)
	if err != nil {
		return nil, kept(err)
	}
	return t.send(req, c, a, attempt)
}

// harmless reports operations that give no model anything to read. It goes by the table, and not by what an option says.
func harmless(op venice.Operation) bool {
	switch op.Effect {
	case venice.EffectRead, venice.EffectMint, venice.EffectPay:
		return true
	}
	return strings.HasPrefix(op.Path, "/api_keys") || strings.HasPrefix(op.Path, "/crypto/rpc/")
}

// kept is an error about a request that was not sent.
func kept(err error) error { return fmt.Errorf("%w: %w", venice.ErrNotCarriedOut, err) }

// attest returns an attestation that is good enough to encrypt for.
func (t *encrypting) attest(ctx context.Context, model string) (*Attestation, error) {
	a, err := t.attester.Attest(ctx, model)
	switch {
	case err != nil:
		return nil, err
	case !a.Encrypts:
		return nil, fmt.Errorf("%w: the service does not list %.80q as a model for it", ErrNoEncryption, model)
	case !a.Verified && !t.attester.policy.AcceptUnverified:
		return nil, fmt.Errorf("%w: Policy.Verifier has to, or AcceptUnverified to be set", ErrUnverified)
	}
	return a, nil
}

// quiet is a context without values: whoever watches the chat's request is not to take the attestation's for it.
type quiet struct{ context.Context }

func (quiet) Value(any) any { return nil }

// send encrypts for the attested key and opens what comes back.
func (t *encrypting) send(req *http.Request, c *conversation, a *Attestation, attempt int) (*http.Response, error) {
	key, err := seal.NewKey()
	if err != nil {
		return nil, kept(err)
	}
	body, err := c.seal(a.Key)
	if err != nil {
		key.Erase()
		return nil, kept(err)
	}
	out := req.Clone(req.Context())
	out.Body, out.ContentLength, out.GetBody = io.NopCloser(bytes.NewReader(body)), int64(len(body)), nil
	out.Header.Set("Accept", "text/event-stream")
	out.Header.Set("X-Venice-TEE-Client-Pub-Key", key.Public())
	out.Header.Set("X-Venice-TEE-Model-Pub-Key", a.Key)
	out.Header.Set("X-Venice-TEE-Signing-Algo", a.Algorithm)
	resp, err := t.next.RoundTrip(out)
	if err != nil {
		key.Erase()
		return nil, err
	}
	if resp, err = t.open(req, resp, c, a, key, attempt); err != nil {
		key.Erase()
	}
	return resp, err
}

// maxPlain bounds answers that are no stream: refusals.
const maxPlain = 1 << 20

// open looks at what came back as far as is needed to tell an answer from a refusal.
func (t *encrypting) open(req *http.Request, resp *http.Response, c *conversation, a *Attestation, key *seal.Key, attempt int) (*http.Response, error) {
	kind, _, _ := mime.ParseMediaType(resp.Header.Get("Content-Type"))
	good := resp.StatusCode >= 200 && resp.StatusCode <= 299
	if good && kind == "text/event-stream" {
		answer := t.answer(quiet{req.Context()}, resp.Body, key, a)
		switch {
		case answer.begin():
			_ = answer.Close() // it was read as far as it goes
			return t.again(req, resp, a, attempt)
		case !c.stream:
			resp.Header.Set("Content-Type", "application/json")
			return withBody(resp, &whole{answer: answer}), nil
		}
		return withBody(resp, answer), nil
	}
	defer key.Erase()
	defer resp.Body.Close()
	body, _ := io.ReadAll(io.LimitReader(resp.Body, maxPlain)) // half a refusal tells more than none
	switch {
	case good && !isError(body):
		return nil, fmt.Errorf("%w: it came as %.60q, and not as a stream", ErrPlain, kind)
	case isStale(body), resp.StatusCode == http.StatusBadRequest && otherKey(body):
		return t.again(req, resp, a, attempt)
	}
	return withBody(resp, io.NopCloser(bytes.NewReader(body))), nil
}

func withBody(resp *http.Response, body io.ReadCloser) *http.Response {
	resp.Body, resp.ContentLength = body, -1
	resp.Header.Del("Content-Length")
	return resp
}

// staleCode is what the service says of a key that is not the model's any more.
const staleCode = "e2ee_attestation_stale"

func isStale(body []byte) bool { return bytes.Contains(body, []byte(staleCode)) }

// otherKey reports what the service says when it was given what is encrypted for another key than its own.
func otherKey(body []byte) bool {
	return bytes.Contains(body, []byte("Failed to decrypt field")) || bytes.Contains(body, []byte("Invalid public key"))
}

// again has the client make another attempt, once the model was attested anew. It gives the answer of a service that was
// busy: that it did nothing is true, and the client knows what to do.
func (t *encrypting) again(req *http.Request, resp *http.Response, old *Attestation, attempt int) (*http.Response, error) {
	const most = 2 // times in a call
	if attempt > most {
		return nil, kept(ErrKeyChanged)
	}
	if _, err := t.attester.renew(quiet{req.Context()}, old); err != nil {
		return nil, kept(err)
	}
	body := `{"error":{"message":"the model's key has changed; it was attested anew","code":"` + staleCode + `"}}`
	return &http.Response{
		Status: strconv.Itoa(http.StatusServiceUnavailable) + " Service Unavailable", StatusCode: http.StatusServiceUnavailable,
		Proto: resp.Proto, ProtoMajor: resp.ProtoMajor, ProtoMinor: resp.ProtoMinor, Request: req,
		Header: http.Header{"Content-Type": {"application/json"}, "Retry-After": {"0"}, "Date": resp.Header["Date"]},
		Body:   io.NopCloser(strings.NewReader(body)), ContentLength: int64(len(body)),
	}, nil
}
