// What the fake's Solana says of a transaction before it is sent, and of those that were: costs, outcome, status.

package venicetest

import (
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"math/big"
	"slices"
)

const (
	signatureFee   = 5_000 // lamports
	transferUnits  = 6_200 // compute units of a transfer of tokens
	otherUnits     = 150   // of any other instruction
	microLamport   = 1_000_000
	insufficient   = 1 // error of the token program
	maxSolanaBytes = 1232
)

// readSolanaWire reads a transaction in base64.
func readSolanaWire(text string) (*transaction, *chainError) {
	raw, err := base64.StdEncoding.DecodeString(text)
	if err == nil && len(raw) > maxSolanaBytes {
		return nil, badParams(fmt.Sprintf("decoded transaction too large: %d bytes (max: 1232 bytes)", len(raw)))
	}
	if err == nil {
		if t, err := readTransaction(raw); err == nil {
			return t, nil
		}
	}
	return nil, badParams("failed to deserialize: want a transaction in base64")
}

// simulateTransaction carries out a transaction's transfers of USDC without effect.
func (h *Handler) simulateTransaction(params []json.RawMessage) (any, *chainError) {
	slot, bad := h.slot(params, 1)
	if bad != nil {
		return nil, bad
	}
	text, config := "", struct {
		Encoding                          string
		SigVerify, ReplaceRecentBlockhash bool
	}{}
	if param(params, 0, &text) != nil || param(params, 1, &config) != nil || config.SigVerify && config.ReplaceRecentBlockhash {
		return nil, badParams("want a transaction and options, of which sigVerify may not be used with replaceRecentBlockhash")
	}
	if config.Encoding != "base64" {
		return nil, badParams("want the encoding base64")
	}
	t, bad := readSolanaWire(text)
	if bad != nil {
		return nil, bad
	}
	value := map[string]any{"err": nil, "logs": []string{}, "accounts": nil, "unitsConsumed": 0, "returnData": nil, "innerInstructions": nil}
	if config.ReplaceRecentBlockhash {
		value["replacementBlockhash"] = h.giveBlockhash(slot)
	} else if h.blockhashGood(t.blockhash.String(), h.now()) != "" {
		value["err"] = "BlockhashNotFound"
		return inContext(slot, value), nil
	}
	for i := range t.signers {
		if config.SigVerify && !t.signed(i) {
			value["err"] = "SignatureFailure"
			return inContext(slot, value), nil
		}
	}
	value["err"], value["logs"], value["unitsConsumed"] = h.simulateSteps(t)
	return inContext(slot, value), nil
}

// simulateSteps stops at the first instruction that fails.
func (h *Handler) simulateSteps(t *transaction) (failure any, logs []string, units int) {
	spent := holdings{}
	for i, step := range t.steps {
		program := t.program(i)
		logs = append(logs, fmt.Sprintf("Program %s invoke [1]", program))
		if program != tokenProgram {
			units += otherUnits
			logs = append(logs, fmt.Sprintf("Program %s success", program))
			continue
		}
		units += transferUnits
		if why, code := h.simulateTransfer(t, step, spent); code > 0 {
			logs = append(logs, "Program log: Error: "+why, fmt.Sprintf("Program %s failed: custom program error: %#x", program, code))
			return map[string]any{"InstructionError": []any{i, map[string]any{"Custom": code}}}, logs, units
		}
		logs = append(logs, fmt.Sprintf("Program %s success", program))
	}
	return nil, logs, units
}

// simulateTransfer knows TransferChecked of USDC; the codes are the token program's.
func (h *Handler) simulateTransfer(t *transaction, step instruction, spent holdings) (why string, code int) {
	if len(step.data) != 10 || step.data[0] != 12 || len(step.accounts) < 4 {
		return "Invalid instruction", 12
	}
	at := func(i int) string { return t.account(int(step.accounts[i])).String() }
	owner, found := h.holderOf(at(0))
	_, paid := h.holderOf(at(2))
	switch {
	case at(1) != USDCMint || !found || !paid:
		return "Invalid Mint or account", 3
	case step.data[9] != tokenDecimals:
		return "decimals different from the Mint decimals", 18
	case owner != at(3):
		return "owner does not match", 4
	}
	spent.move("", owner, new(big.Int).SetUint64(binary.LittleEndian.Uint64(step.data[1:])))
	if !h.usdc.has(owner, spent.of(owner)) {
		return "insufficient funds", insufficient
	}
	return "", 0
}

// feeFor is what a message costs: null once its blockhash is past.
func (h *Handler) feeFor(params []json.RawMessage) (any, *chainError) {
	slot, bad := h.slot(params, 1)
	if bad != nil {
		return nil, bad
	}
	text := ""
	if param(params, 0, &text) != nil {
		return nil, badParams("want a message in base64")
	}
	message, err := base64.StdEncoding.DecodeString(text)
	if err != nil || len(message) < 2 {
		return nil, badParams("want a message in base64")
	}
	signers := int(message[0])
	if message[0] == 0x80 {
		signers = int(message[1])
	}
	unsigned := slices.Concat([]byte{byte(signers)}, make([]byte, 64*signers), message)
	t, err := readTransaction(unsigned)
	if err != nil {
		return nil, badParams("failed to deserialize: want a message in base64")
	}
	if h.blockhashGood(t.blockhash.String(), h.now()) != "" {
		return inContext(slot, nil), nil
	}
	return inContext(slot, uint64(signatureFee*t.signers)+t.priorityFee()), nil
}

// priorityFee is the price of compute units times their limit, rounded up to a lamport.
func (t *transaction) priorityFee() uint64 {
	limit, price := new(big.Int), new(big.Int)
	for i, step := range t.steps {
		switch {
		case t.program(i) != budgetProgram:
		case len(step.data) == 5 && step.data[0] == 2:
			limit.SetUint64(uint64(binary.LittleEndian.Uint32(step.data[1:])))
		case len(step.data) == 9 && step.data[0] == 3:
			price.SetUint64(binary.LittleEndian.Uint64(step.data[1:]))
		}
	}
	fee := limit.Mul(limit, price)
	return fee.Add(fee, big.NewInt(microLamport-1)).Quo(fee, big.NewInt(microLamport)).Uint64()
}

func (h *Handler) statusesOf(params []json.RawMessage) (any, *chainError) {
	var signatures []string
	if param(params, 0, &signatures) != nil || len(signatures) > 256 {
		return nil, badParams("want a list of at most 256 signatures")
	}
	statuses := []any{}
	for _, signature := range signatures {
		var status any
		for _, s := range h.settlements {
			if s.Transaction == signature {
				status = map[string]any{
					"slot": slotAt(s.At), "confirmations": nil, "err": nil, "status": map[string]any{"Ok": nil}, "confirmationStatus": "finalized",
				}
			}
		}
		statuses = append(statuses, status)
	}
	return inContext(slotAt(h.now()), statuses), nil
}
