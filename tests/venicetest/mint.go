// Minting a key with a wallet, and what the fake knows of the chain: stakes and contract wallets.

package venicetest

import (
	"net/http"
	"strings"

	"github.com/venice-go/venice/signer"
)

// Stake adds vvv to what address has staked; a negative number takes away, down to nothing. A wallet needs a stake
// above zero to mint a key. One that has VVV ([Handler.SetVVV]) can also stake it by itself, on the fake's Base. The
// error says what is no EVM address or no amount.
func (h *Handler) Stake(address string, vvv float64) error {
	a, err := signer.ChecksumAddress(address)
	if err != nil {
		return err
	}
	units, err := baseUnits(vvv, vvvDecimals, "VVV")
	if err != nil {
		return err
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if least := h.staked.of(a); units.Cmp(least.Neg(least)) < 0 {
		units = least
	}
	h.staked.move("", a, units)
	h.vvv.move("", stakingAddress, units)
	return nil
}

// Contract makes address a smart-contract wallet: whether a signature of the token is right is for accepts to say, as
// EIP-1271 has it, and the signature may have any form. The error says that address is no EVM address.
func (h *Handler) Contract(address string, accepts func(token, signature string) bool) error {
	a, err := signer.ChecksumAddress(address)
	if err != nil {
		return err
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.contracts[a] = accepts
	return nil
}

// FailVerification has the next n mints refused because the service could not reach the chain, which is the one
// refusal that passes by itself.
func (h *Handler) FailVerification(n int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.chainDown = n
}

// mint answers with a new key for a wallet that signed a fresh token and has a stake. The refusals are those of the
// service, in the order in which it can find them.
func (h *Handler) mint(r *request) answer {
	no := func(text string) answer { return refuse(http.StatusBadRequest, text) }
	address, err := signer.ChecksumAddress(r.text("address"))
	if err != nil {
		return no("Invalid wallet address")
	}
	token, signature := r.text("token"), r.text("signature")
	if why := h.checkToken(token); why != "" {
		return no(why)
	}
	if h.chainDown > 0 {
		h.chainDown--
		return no("Could not verify wallet signature. Please try again.")
	}
	if !h.signed(address, token, signature) {
		return no("Wallet signature does not match")
	}
	if h.staked.of(address).Sign() == 0 {
		return no("Wallet has no staked VVV on Base")
	}
	k, refusal := h.newKey(address, "Web3 API Key", r.body)
	if refusal != nil {
		return *refusal
	}
	data := k.secretView()
	data["consumptionLimit"] = mintEcho(r.body)
	return ok(map[string]any{"success": true, "data": data})
}

func (h *Handler) signed(address, token, signature string) bool {
	if accepts := h.contracts[address]; accepts != nil {
		return accepts(token, signature)
	}
	by, err := signer.RecoverEVM([]byte(token), signature)
	return err == nil && strings.EqualFold(by, address)
}

// mintEcho repeats the limits as wrongly as the service does on this route: diem is taken from vcu, and a usd of zero
// becomes null. The key has the limits that were asked for; clients read them back by id.
func mintEcho(body map[string]any) map[string]any {
	asked, _ := body["consumptionLimit"].(map[string]any)
	echo := map[string]any{"usd": asked["usd"], "diem": asked["vcu"], "vcu": asked["vcu"]}
	if echo["usd"] == 0.0 {
		echo["usd"] = nil
	}
	return echo
}
