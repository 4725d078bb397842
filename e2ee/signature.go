// Signatures of answers: who signed, and whether it was these words.

package e2ee

import (
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"strings"

	"github.com/decred/dcrd/dcrec/secp256k1/v4"
	"github.com/decred/dcrd/dcrec/secp256k1/v4/ecdsa"
	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/venice-go/venice"
	"github.com/venice-go/venice/gen"
	"github.com/venice-go/venice/internal/evm"
	"github.com/venice-go/venice/internal/seal"
)

// A Signature is what an enclave's signature under an answer shows.
type Signature struct {
	Text    string `json:"text"`    // that was signed: words, or the hex of SHA-256 of an answer, perhaps with the request's before it
	Address string `json:"address"` // of the key that signed, EIP-55
	// Attested says that the key is the attested one. If it is not, it is a receipt key of the keyset that the service showed
	// beside the attestation: no hardware vouches for that one.
	Attested bool `json:"attested"`
	// Words says that the very words, or bytes, that were given to be compared were signed. If it is false, only digests were
	// signed, of what the service does not show: that the key signed an answer, and not which.
	Words bool `json:"words"`
	// Receipt says that there is a receipt for the call, signed by a key of the same keyset.
	Receipt bool `json:"receipt"`
}

// Signature fetches the signature of an answer, by the id of its completion, and checks it: it has to be by the key of the
// attestation, or by one of its receipt keys. said are what may have been signed: the text of the answer, or its body as it came.
// Errors are of the kind [ErrSignature], or of the call.
func (a *Attester) Signature(ctx context.Context, attestation *Attestation, id string, said ...[]byte) (*Signature, error) {
	digests := make([][32]byte, len(said))
	for i, s := range said {
		digests[i] = sha256.Sum256(s)
	}
	return a.signature(ctx, attestation, id, digests)
}

func (a *Attester) signature(ctx context.Context, attestation *Attestation, id string, said [][32]byte) (*Signature, error) {
	came := venice.Response{KeepRaw: true}
	answer, err := a.client.GetEnclaveSignature(ctx, &gen.GetEnclaveSignatureParams{Model: attestation.Model, RequestID: id}, venice.WithResponse(&came))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrSignature, err)
	}
	s, err := checkSignature(attestation, answer, came.Raw, id, said)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrSignature, err)
	}
	return s, nil
}

func checkSignature(attestation *Attestation, answer *gen.EnclaveSignature, raw []byte, id string, said [][32]byte) (*Signature, error) {
	sig, err := unhex(&answer.Signature)
	address, bad := evm.Account(strings.ToLower(answer.SigningAddress))
	switch {
	case err != nil || len(sig) != 65 || bad != nil:
		return nil, errors.New("want a signature of 65 bytes, and an address")
	case answer.SigningAlgo != "ecdsa":
		return nil, fmt.Errorf("the algorithm is %.40q, want ecdsa", answer.SigningAlgo)
	}
	if _, err := evm.Canonical(evm.HashMessage([]byte(answer.Text)), sig, address); err != nil {
		return nil, err
	}
	s := &Signature{Text: answer.Text, Address: address, Attested: address == attestation.Address, Words: isOf(answer.Text, said)}
	if !s.Attested && attestation.receiptKey(func(k gen.WorkloadKey) bool { return text(k.Algo) == "ecdsa-secp256k1" && addressOf(k) == address }) == nil {
		return nil, errors.New("it is by another key than the attested one, and by none that came with it")
	}
	if answer.Receipt != nil {
		if err := checkReceipt(attestation, answer.Receipt, raw, id); err != nil {
			return nil, fmt.Errorf("the receipt: %w", err)
		}
		s.Receipt = true
	}
	return s, nil
}

// isOf reports whether a signed text is one of the texts of these digests, or the digest of one.
func isOf(signed string, said [][32]byte) bool {
	of := sha256.Sum256([]byte(signed))
	request, digest, two := strings.Cut(signed, ":")
	if !two {
		digest = request
	}
	for _, s := range said {
		if of == s || strings.EqualFold(digest, hex.EncodeToString(s[:])) {
			return true
		}
	}
	return false
}

func addressOf(k gen.WorkloadKey) string {
	key, err := seal.ParseRecipient(text(k.PublicKey))
	if err != nil {
		return ""
	}
	return evm.AddressOf(key.Key())
}

// checkReceipt holds a receipt against the keyset. Its signature is over its canonical form without the signature's value.
func checkReceipt(attestation *Attestation, r *gen.EnclaveReceipt, raw []byte, id string) error {
	switch {
	case r.Signature == nil:
		return errors.New("it is not signed")
	case text(r.WorkloadKeysetDigest) != attestation.digest:
		return errors.New("it is of another keyset than the attestation's")
	case text(r.ChatID) != id:
		return errors.New("it is of another answer")
	}
	key := attestation.receiptKey(func(k gen.WorkloadKey) bool { return text(k.KeyID) == text(r.Signature.KeyID) })
	if key == nil {
		return errors.New("its key is not in the keyset")
	}
	var whole struct {
		Receipt object `json:"receipt"`
	}
	var signature object
	if json.Unmarshal(raw, &whole) != nil || json.Unmarshal(whole.Receipt["signature"], &signature) != nil {
		return errors.New("it cannot be read")
	}
	delete(signature, "value")
	whole.Receipt["signature"], _ = json.Marshal(signature)
	signed, err := json.Marshal(whole.Receipt)
	if err == nil {
		err = (*jsontext.Value)(&signed).Canonicalize()
	}
	if err != nil {
		return errors.New("it has no canonical form")
	}
	sig, err := unhex(r.Signature.Value)
	if err == nil && signedBy(key, signed, sig) {
		return nil
	}
	return errors.New("its signature is not by its key")
}

func signedBy(k *gen.WorkloadKey, message, sig []byte) bool {
	public, err := unhex(k.PublicKey)
	if err != nil {
		return false
	}
	switch text(k.Algo) {
	case "ed25519":
		return len(public) == ed25519.PublicKeySize && ed25519.Verify(public, message, sig)
	case "ecdsa-secp256k1":
		key, err := secp256k1.ParsePubKey(public)
		if err != nil || len(sig) != 64 && len(sig) != 65 {
			return false
		}
		var r, s secp256k1.ModNScalar
		if r.SetByteSlice(sig[:32]) || s.SetByteSlice(sig[32:64]) {
			return false
		}
		digest := sha256.Sum256(message)
		return ecdsa.NewSignature(&r, &s).Verify(digest[:], key)
	}
	return false
}

// answer makes a stream readable, and has it end with a look at its signature if the policy wants that.
func (t *encrypting) answer(ctx context.Context, body io.ReadCloser, key *seal.Key, attestation *Attestation) *answer {
	if !t.attester.policy.Signed {
		return newAnswer(body, key)
	}
	came := sha256.New()
	rest := io.TeeReader(body, came)
	a := newAnswer(teed{rest, body}, key)
	a.opener.keep = true
	a.end = func(o *opener) error {
		if err := drain(rest); err != nil {
			return err
		}
		s, err := t.attester.signature(ctx, attestation, o.id, [][32]byte{sha256.Sum256([]byte(o.text.String())), sum(came)})
		if err == nil && !s.Words {
			err = fmt.Errorf("%w: what was signed is not this answer, or does not tell", ErrSignature)
		}
		return err
	}
	return a
}

type teed struct {
	io.Reader
	io.Closer
}

// drain reads what follows the end of a stream, which is little.
func drain(r io.Reader) error {
	_, err := io.Copy(io.Discard, io.LimitReader(r, 64<<10))
	return err
}

func sum(h hash.Hash) (digest [32]byte) {
	copy(digest[:], h.Sum(nil))
	return digest
}
