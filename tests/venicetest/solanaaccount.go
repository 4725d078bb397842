// Accounts of the fake's Solana in the bytes that programs keep in them: the mint of USDC, and what its owners hold.

package venicetest

import (
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"slices"
	"strconv"
)

const (
	systemProgram   = "11111111111111111111111111111111"
	feePayerBalance = 10_000_000_000 // lamports
	maxAccountBytes = 10 << 20
)

// A solanaAccount is who may change it, what it has to live on, and its bytes.
type solanaAccount struct {
	owner    string
	lamports uint64
	data     []byte
}

// rent is what an account of so many bytes must have to be kept.
func rent(bytes int) uint64 { return uint64(128+bytes) * 6960 }

func onToken(data []byte) *solanaAccount {
	return &solanaAccount{tokenProgram.String(), rent(len(data)), data}
}

// mintBytes are those of a mint with an authority over supply and none over accounts.
func (h *Handler) mintBytes() []byte {
	supply := uint64(0)
	for address, units := range h.usdc {
		if address[:2] != "0x" {
			supply += units.Uint64()
		}
	}
	payer := fixedKey(FeePayer)
	return slices.Concat([]byte{1, 0, 0, 0}, payer[:], binary.LittleEndian.AppendUint64(nil, supply), []byte{tokenDecimals, 1}, make([]byte, 36))
}

// accountBytes are those of an account that holds a mint's tokens for an owner.
func (h *Handler) accountBytes(owner string) []byte {
	mint, of := fixedKey(USDCMint), fixedKey(owner)
	units := binary.LittleEndian.AppendUint64(nil, h.usdc.of(owner).Uint64())
	// Then who else may spend of it, the state 1 for initialized, and what is of other tokens.
	return slices.Concat(mint[:], of[:], units, make([]byte, 36), []byte{1}, make([]byte, 12+8+36))
}

// holderOf is whose USDC an account has, if any: those that were given some, and who is paid.
func (h *Handler) holderOf(account string) (owner string, found bool) {
	is := func(owner string) bool {
		return owner[:2] != "0x" && tokenAccount(fixedKey(owner), fixedKey(USDCMint), tokenProgram).String() == account
	}
	if is(PayToSolana) {
		return PayToSolana, true
	}
	for owner := range h.usdc {
		if is(owner) {
			return owner, true
		}
	}
	return "", false
}

// solanaAccountAt is nil where there is no account.
func (h *Handler) solanaAccountAt(address string) *solanaAccount {
	switch address {
	case USDCMint:
		return onToken(h.mintBytes())
	case FeePayer:
		return &solanaAccount{systemProgram, feePayerBalance, nil}
	}
	if owner, found := h.holderOf(address); found {
		return onToken(h.accountBytes(owner))
	}
	return nil
}

// view shows the bytes in base64, whatever the encoding that is asked for.
func (a *solanaAccount) view() any {
	if a == nil {
		return nil
	}
	return map[string]any{
		"data": []any{base64.StdEncoding.EncodeToString(a.data), "base64"}, "executable": false, "lamports": a.lamports,
		"owner": a.owner, "rentEpoch": uint64(1<<64 - 1), "space": len(a.data),
	}
}

// ofSolanaAccount answers about an account in the state of now.
func ofSolanaAccount(read func(h *Handler, address string) (any, *chainError)) chainMethod {
	return func(h *Handler, params []json.RawMessage) (any, *chainError) {
		slot, bad := h.slot(params, 1)
		if bad != nil {
			return nil, bad
		}
		address := ""
		if param(params, 0, &address) != nil {
			return nil, badParams("want an address")
		}
		if _, err := readKey(address); err != nil {
			return nil, badParams(err.Error())
		}
		value, bad := read(h, address)
		return inContext(slot, value), bad
	}
}

func (h *Handler) accountInfo(address string) (any, *chainError) {
	return h.solanaAccountAt(address).view(), nil
}

func (h *Handler) lamportsOf(address string) (any, *chainError) {
	if a := h.solanaAccountAt(address); a != nil {
		return a.lamports, nil
	}
	return 0, nil
}

func (h *Handler) tokensIn(address string) (any, *chainError) {
	owner, found := h.holderOf(address)
	if !found {
		return nil, chainFailure(-32602, "Invalid param: could not find account")
	}
	units := h.usdc.of(owner)
	whole := float64(units.Int64()) / 1e6
	return map[string]any{
		"amount": units.String(), "decimals": tokenDecimals, "uiAmount": whole,
		"uiAmountString": strconv.FormatFloat(whole, 'f', -1, 64),
	}, nil
}

func (h *Handler) accountInfos(params []json.RawMessage) (any, *chainError) {
	slot, bad := h.slot(params, 1)
	if bad != nil {
		return nil, bad
	}
	var addresses []string
	if param(params, 0, &addresses) != nil || len(addresses) > 100 {
		return nil, badParams("want a list of at most 100 addresses")
	}
	views := []any{}
	for _, address := range addresses {
		if _, err := readKey(address); err != nil {
			return nil, badParams(err.Error())
		}
		views = append(views, h.solanaAccountAt(address).view())
	}
	return inContext(slot, views), nil
}

func rentFor(_ *Handler, params []json.RawMessage) (any, *chainError) {
	bytes := -1
	if param(params, 0, &bytes) != nil || bytes < 0 || bytes > maxAccountBytes {
		return nil, badParams("want a number of bytes")
	}
	return rent(bytes), nil
}
