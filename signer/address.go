// EVM addresses and message signatures, for servers that judge them by themselves.

package signer

import (
	"fmt"

	"github.com/venice-go/venice/internal/evm"
)

// ErrInvalidAddress says that a text is no EVM address. Both a check made here and the service's own answer match it.
var ErrInvalidAddress = evm.ErrAddress

// ChecksumAddress returns the EIP-55 form of an EVM address: "0x" and 40 hex digits. Digits all in lower case or all in
// upper case carry no checksum and are accepted; mixed case must be the right checksum, since anything else is a typing
// error. Whatever is refused gives [ErrInvalidAddress].
func ChecksumAddress(address string) (string, error) {
	account, err := evm.Account(address)
	if err != nil {
		return "", fmt.Errorf("signer: %w", err)
	}
	return account, nil
}

// RecoverEVM returns the address, in EIP-55 form, whose key signed message by EIP-191 ("personal_sign"). The signature
// is "0x" and 130 hex digits: r, s and v. There is one accepted form for each signature: v is 27 or 28, and s lies in
// the lower half of the curve order, so that a signature cannot be altered into another that verifies as well.
//
// Any well-formed signature recovers to some address: compare it with the one that you expect. Signatures of contract
// wallets (EIP-1271) can only be checked on chain.
func RecoverEVM(message []byte, signature string) (address string, err error) {
	sig, err := evm.ParseSignature(signature)
	if err == nil {
		address, err = evm.Recover(evm.HashMessage(message), sig)
	}
	if err != nil {
		return "", fmt.Errorf("signer: signature: %w", err)
	}
	return address, nil
}
