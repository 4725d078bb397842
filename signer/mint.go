// Minting: an API key for a wallet, from the service's token to the key.

package signer

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/venice-go/venice"
	"github.com/venice-go/venice/gen"
)

// verifyTries is how often a proof is submitted while the service cannot verify signatures.
const verifyTries = 4

// MintAPIKey mints an API key for a wallet that holds staked VVV on Base: it fetches a token, checks it by
// [CheckMintToken], has the wallet sign it, and submits the proof. The client needs no API key.
//
// The request may be nil. Mind that limits hold per UTC day unless its LimitPeriod says otherwise, and that the service's
// echo of them is unreliable: read the key back by its id. The description gets a short random id at its end, by which the
// key can be found and deleted if the answer is lost: see [LostKeyError].
//
// The client's base URL must be the service's or loopback, unless [AllowOrigin] names it.
//
// Errors. An answer of the service is one of this package's errors (such as [ErrNoStake]) or a plain [*venice.Error];
// it means that no key was minted. A token that expired before it was submitted is fetched again once, and
// [ErrVerifyUnavailable] is waited out for a few seconds. Nothing else is sent twice: after a failure that leaves the
// outcome open, the error is a [*LostKeyError]. If the answer held a key in an unexpected place, both the key and an
// error are returned: keep the key.
func MintAPIKey(ctx context.Context, client *venice.Client, wallet Wallet, request *KeyRequest, options ...Option) (*Key, error) {
	c, body, err := prepare(client, request, options)
	if err != nil {
		return nil, err
	}
	attempt := func() (*Key, error) {
		answer, err := client.GetWeb3KeyToken(ctx)
		if err != nil {
			return nil, fmt.Errorf("signer: fetch mint token: %w", err)
		}
		proof, err := c.sign(ctx, wallet, answer.Data.Token.Reveal())
		if err != nil {
			return nil, err
		}
		return c.submit(ctx, client, proof, body)
	}
	key, err := attempt()
	if errors.Is(err, ErrTokenExpired) {
		key, err = attempt()
	}
	return key, err
}

// SubmitProof is the second half of [MintAPIKey], for a proof that [SignMintToken] made elsewhere. Request, key and
// errors are as there, but a token that expired is not fetched again. Submitting a proof twice mints two keys.
func SubmitProof(ctx context.Context, client *venice.Client, proof Proof, request *KeyRequest, options ...Option) (*Key, error) {
	c, body, err := prepare(client, request, options)
	if err != nil {
		return nil, err
	}
	if _, err := ChecksumAddress(proof.Address); err != nil {
		return nil, err
	}
	return c.submit(ctx, client, proof, body)
}

func (c *config) submit(ctx context.Context, client *venice.Client, proof Proof, body gen.Web3KeyRequest) (*Key, error) {
	if c.before != nil {
		if err := c.before(*body.Description); err != nil {
			return nil, fmt.Errorf("signer: mint: not sent: %w", err)
		}
	}
	body.Address, body.Token, body.Signature = proof.Address, gen.NewSecret(proof.Token.Reveal()), gen.NewSecret(proof.Signature.Reveal())
	for try := 1; ; try++ {
		key, err := post(ctx, client, &body)
		// Safe to repeat, as nothing else is: the service says that it could not judge the request.
		if !errors.Is(err, ErrVerifyUnavailable) || try == verifyTries {
			return key, err
		}
		wait := time.Second << (try - 1) / 2
		if stopped := c.sleep(ctx, wait/2+rand.N(wait)); stopped != nil { //nolint:gosec // jitter is no secret
			return nil, fmt.Errorf("%w; not tried again: %w", err, stopped)
		}
	}
}

// post sends the mint request, once.
func post(ctx context.Context, client *venice.Client, body *gen.Web3KeyRequest) (*Key, error) {
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("signer: mint: %w", err)
	}
	var got jsontext.Value // as it came, so that no surprise in it can cost the key
	// Once: whether the request may go again is decided here, where the answers are understood.
	err := client.Do(ctx, "POST", "/api_keys/generate_web3_key", body, &got, venice.WithMaxAttempts(1))
	if refused := refusal(err); refused != nil {
		return nil, refused
	}
	if api, ok := errors.AsType[*venice.Error](err); ok {
		got = api.Raw
	}
	key, found := readKey(got, *body.Description)
	switch {
	case key == nil:
		return nil, &LostKeyError{*body.Description, NewSecret(string(got)), err}
	case err != nil:
		return key, fmt.Errorf("signer: mint: a key came with an error: %w", err)
	case !found:
		return key, errors.New("signer: mint: a key came in an answer of unknown form")
	}
	return key, nil
}

// prepare does what can be done before a wallet is asked: it checks where the client points and what is asked for.
func prepare(client *venice.Client, request *KeyRequest, options []Option) (c *config, body gen.Web3KeyRequest, err error) {
	if c, err = newConfig(options); err != nil {
		return nil, body, err
	}
	if client == nil {
		return nil, body, errors.New("signer: no client")
	}
	if err := c.allow(client.BaseURL()); err != nil {
		return nil, body, err
	}
	body, err = request.wire(c.now(), c.random)
	return c, body, err
}
