// Proof: a signed mint token, the half of minting that needs the wallet and no network.

package signer

import (
	"context"
	"errors"
	"fmt"

	"github.com/venice-go/venice/internal/evm"
)

// A Proof shows the service that a wallet wants an API key. It binds neither the kind of key nor its limits: until the
// token expires (15 minutes), whoever holds token and signature can mint an ADMIN key. Both print as "[redacted]".
type Proof struct {
	Address   string // the wallet's, in EIP-55 form
	Token     Secret // as the service gave it
	Signature Secret // the wallet's over the token: 0x and hex digits
}

// SignMintToken signs a mint token with a wallet, on a machine that need not be online: token in, [Proof] out, for
// [SubmitProof]. The token passes [CheckMintToken] first. It cannot be known here where the token came from; fetch it
// from the service itself.
func SignMintToken(ctx context.Context, wallet Wallet, token string, options ...Option) (Proof, error) {
	c, err := newConfig(options)
	if err != nil {
		return Proof{}, err
	}
	return c.sign(ctx, wallet, token)
}

func (c *config) sign(ctx context.Context, wallet Wallet, token string) (Proof, error) {
	if wallet == nil {
		return Proof{}, errors.New("signer: no wallet")
	}
	if chain := wallet.Chain(); chain != evm.Base {
		return Proof{}, fmt.Errorf("signer: API keys are minted by wallets on %s, not on %s", evm.Base, chain)
	}
	address, err := ChecksumAddress(wallet.Address())
	if err != nil {
		return Proof{}, err
	}
	left, err := checkToken(token, c.now())
	if err != nil {
		return Proof{}, err
	}
	signature, err := signText(ctx, wallet, []byte(token), left)
	if err != nil {
		return Proof{}, fmt.Errorf("signer: sign mint token: %w", err)
	}
	return Proof{address, NewSecret(token), NewSecret(signature)}, nil
}
