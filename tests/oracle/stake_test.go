// Staking on go-ethereum's own chain and by its own node: the whole way, and what goes wrong on it.

package oracle

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"math/big"
	"strings"
	"testing"
	"time"

	"github.com/ethereum/go-ethereum/common/hexutil"
	"github.com/ethereum/go-ethereum/crypto"
	"github.com/ethereum/go-ethereum/ethclient/simulated"

	"github.com/venice-go/venice"
	"github.com/venice-go/venice/gen"
	"github.com/venice-go/venice/signer"
	"github.com/venice-go/venice/signer/stake"
)

func TestStaking(t *testing.T) {
	s := newStakery(t)
	ctx := t.Context()
	plan, err := s.Look(ctx, vvv(t, "1.5"))
	if err != nil || !plan.Approves || plan.Balance.VVV != vvv(t, "10") || plan.Balance.Staked != (stake.Amount{}) || len(s.raws) != 0 {
		t.Fatalf("%+v, %v", plan, err)
	}
	before := plan.Balance.ETH
	receipt, err := s.Stake(ctx, vvv(t, "1.5"))
	if err != nil || len(s.raws) != 2 || receipt.Approval == nil {
		t.Fatalf("%+v, %v, sent %d", receipt, err, len(s.raws))
	}
	for n, r := range []*stake.Receipt{receipt.Approval, receipt} {
		if tx := same(t, s.key, s.raws[n]); tx.Hash().Hex() != r.Hash || tx.Nonce() != r.Nonce || int(tx.Nonce()) != n {
			t.Errorf("%d: %+v", n, r)
		}
	}
	balance, err := s.Balance(ctx)
	if err != nil || balance.VVV != vvv(t, "8.5") || balance.Staked != vvv(t, "1.5") {
		t.Errorf("%+v, %v", balance, err)
	}
	paid := new(big.Int).Add(receipt.Fee.Units(), receipt.Approval.Fee.Units())
	if spent := new(big.Int).Sub(before.Units(), balance.ETH.Units()); spent.Cmp(paid) != 0 || spent.Cmp(s.MaxCost.Units()) > 0 {
		t.Errorf("%v wei are gone, %v are in the receipts", spent, paid)
	}
	if left, err := s.Allowance(ctx); err != nil || left != (stake.Amount{}) {
		t.Error(left, err)
	}

	// Enough that is approved needs no approval, and is used up to the amount.
	if _, err := s.Approve(ctx, vvv(t, "3")); err != nil {
		t.Error(err)
	}
	if receipt, err = s.Stake(ctx, vvv(t, "2")); err != nil || receipt.Approval != nil || receipt.Nonce != 3 {
		t.Errorf("%+v, %v", receipt, err)
	}
	if left, err := s.Allowance(ctx); err != nil || left != vvv(t, "1") {
		t.Error(left, err)
	}

	// The way back, with a cooldown of 100 seconds.
	if _, err := s.Unstake(ctx, vvv(t, "3")); err != nil {
		t.Error(err)
	}
	cooldown, err := s.Cooldown(ctx)
	if err != nil || cooldown.Length != 100*time.Second || cooldown.Amount != vvv(t, "3") || time.Until(cooldown.End) > 200*time.Second {
		t.Errorf("%+v, %v", cooldown, err)
	}
	sent := len(s.raws)
	_, err = s.Withdraw(ctx)
	refusal, ok := errors.AsType[*stake.RevertError](err)
	selector := hexutil.Encode(crypto.Keccak256([]byte("CooldownNotOver(uint256)"))[:4])
	if !ok || refusal.Receipt != nil || !strings.Contains(err.Error(), selector) || len(s.raws) != sent {
		t.Error(err)
	}
	if err := s.chain.AdjustTime(200 * time.Second); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Withdraw(ctx); err != nil {
		t.Error(err)
	}
	balance, err = s.Balance(ctx)
	if err != nil || balance.VVV != vvv(t, "9.5") || balance.Staked != vvv(t, "0.5") {
		t.Errorf("%+v, %v", balance, err)
	}
	for _, raw := range s.raws {
		same(t, s.key, raw)
	}
}

// A transaction that pays less than the chain's makers want is replaced until one is taken; the others never are.
func TestReplacingOnChain(t *testing.T) {
	s := newStakery(t, simulated.WithMinerMinTip(big.NewInt(2_000_000_000)))
	s.Patience = time.Nanosecond
	s.bend = func(method string) (any, bool) { return "0x3b9aca00", method == "eth_maxPriorityFeePerGas" } // 1 gwei
	receipt, err := s.Stake(t.Context(), vvv(t, "1"))
	if err != nil {
		t.Fatal(err)
	}
	versions := map[uint64]int{}
	for _, raw := range s.raws {
		tx := same(t, s.key, raw)
		versions[tx.Nonce()]++
		if taken := tx.GasTipCap().Int64() >= 2_000_000_000; taken != (tx.Hash().Hex() == receipt.Hash || tx.Hash().Hex() == receipt.Approval.Hash) {
			t.Errorf("tip %v, taken %t", tx.GasTipCap(), taken)
		}
	}
	// 1, 1.25, 1.56, 1.95 and 2.44 gwei.
	if len(versions) != 2 || versions[0] != 5 || versions[1] != 5 {
		t.Error(versions)
	}
	if balance, err := s.Balance(t.Context()); err != nil || balance.Staked != vvv(t, "1") {
		t.Errorf("%+v, %v", balance, err)
	}
}

func TestRevertsOnChain(t *testing.T) {
	s := newStakery(t)
	ctx := t.Context()
	if _, err := s.Approve(ctx, vvv(t, "5")); err != nil {
		t.Fatal(err)
	}
	sent := len(s.raws)

	// Found out before anything is sent.
	s.closes(1)
	s.chain.Commit()
	_, err := s.Stake(ctx, vvv(t, "1"))
	refusal, ok := errors.AsType[*stake.RevertError](err)
	if !ok || refusal.Receipt != nil || refusal.Reason != `"staking is closed"` || len(s.raws) != sent {
		t.Errorf("%v, sent %d", err, len(s.raws)-sent)
	}
	if _, err := s.Unstake(ctx, vvv(t, "1")); err == nil || !strings.Contains(err.Error(), `"more than is staked"`) || len(s.raws) != sent {
		t.Error(err)
	}

	// Closed between the look and the block.
	s.closes(0)
	s.chain.Commit()
	s.onSend = func() { s.closes(1) }
	_, err = s.Stake(ctx, vvv(t, "1"))
	refusal, ok = errors.AsType[*stake.RevertError](err)
	if !ok || refusal.Receipt == nil || refusal.Reason != `"staking is closed"` || len(s.raws) != sent+1 || refusal.Receipt.Fee == (stake.Amount{}) {
		t.Fatalf("%v, sent %d", err, len(s.raws)-sent)
	}
	s.onSend = nil
	s.closes(0)
	s.chain.Commit()
	if receipt, err := s.Stake(ctx, vvv(t, "1")); err != nil || receipt.Nonce != refusal.Receipt.Nonce+1 {
		t.Errorf("%+v, %v", receipt, err)
	}

	s.Test.DIEM = s.Test.VVV // not what the contract says
	if _, err := s.Stake(ctx, vvv(t, "1")); err == nil || !strings.Contains(err.Error(), "diem() names 0x") {
		t.Error(err)
	}
	s.Test.Chain = 1338
	if _, err := s.Balance(ctx); err == nil || !strings.Contains(err.Error(), "on chain 1337, want 1338") {
		t.Error(err)
	}
}

// Whatever nonce, fee, gas and amount: go-ethereum writes the transaction as we do.
func TestRawTransactions(t *testing.T) {
	random := source(t)
	number := func(bits uint64) *big.Int {
		return new(big.Int).SetUint64(random.Uint64() >> (64 - bits + random.Uint64()%bits))
	}
	for n := range max(20, *count/20) {
		key := make([]byte, 32)
		random.Read(key)
		wallet, err := signer.ParseEVM(hex.EncodeToString(key))
		if err != nil {
			t.Fatal(err)
		}
		units := new(big.Int).Add(new(big.Int).Lsh(number(64), uint(random.Uint64()%190)), big.NewInt(1))
		amount, err := stake.NewAmount(units)
		if err != nil {
			t.Fatal(err)
		}
		most, err := stake.NewAmount(new(big.Int).Lsh(big.NewInt(1), 200))
		if err != nil {
			t.Fatal(err)
		}
		rest := map[string]any{
			"eth_chainId": "0x2105", "eth_getBalance": hexutil.EncodeBig(most.Units()), "eth_getTransactionCount": hexutil.EncodeBig(number(60)),
			"eth_maxPriorityFeePerGas": hexutil.EncodeBig(number(64)), "eth_estimateGas": hexutil.EncodeBig(number(39).Add(big.NewInt(21000), number(39))),
			"eth_getBlockByNumber":     map[string]any{"baseFeePerGas": hexutil.EncodeBig(number(64))},
			"eth_getTransactionByHash": nil, "eth_getTransactionReceipt": nil,
		}
		var raw string
		s := &stake.Staker{Wallet: wallet, MaxCost: most, RPC: func(_ context.Context, method string, params ...any) (gen.JSON, error) {
			if method == "eth_sendRawTransaction" {
				raw = params[0].(string)
				return nil, &venice.RPCError{Code: -32000, Message: "insufficient funds"}
			}
			if method != "eth_call" {
				return gen.NewJSON(rest[method])
			}
			switch data := params[0].(map[string]any)["data"].(string); data[:10] {
			case "0x8f1f8d0c":
				return gen.NewJSON("0x000000000000000000000000acfe6019ed1a7dc6f7b508c02d1b04ec88cc21bf")
			case "0xad66f182":
				return gen.NewJSON("0x000000000000000000000000f4d97f2da56e8c3098f3a8d538db630a2606a024")
			default:
				return json.Marshal("0x" + strings.Repeat("0", 63) + "1")
			}
		}}
		if _, err := s.Approve(t.Context(), amount); err == nil || raw == "" || !strings.Contains(err.Error(), "insufficient funds") {
			t.Fatalf("case %d: %v", n, err)
		}
		if tx := same(t, hex.EncodeToString(key), raw); tx.ChainId().Int64() != 8453 || hexutil.EncodeUint64(tx.Nonce()) != rest["eth_getTransactionCount"] ||
			hexutil.EncodeBig(tx.GasTipCap()) != rest["eth_maxPriorityFeePerGas"] || new(big.Int).SetBytes(tx.Data()[36:]).Cmp(units) != 0 {
			t.Fatalf("case %d: %+v", n, tx)
		}
	}
}
