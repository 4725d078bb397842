// Staking on go-ethereum's own chain and by its own node: the whole way, and what goes wrong on it.

package oracle

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"net"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/common/hexutil"
	"github.com/ethereum/go-ethereum/core/types"
	"github.com/ethereum/go-ethereum/crypto"
	"github.com/ethereum/go-ethereum/eth/ethconfig"
	"github.com/ethereum/go-ethereum/ethclient/simulated"
	"github.com/ethereum/go-ethereum/node"

	"github.com/venice-go/venice"
	"github.com/venice-go/venice/gen"
	"github.com/venice-go/venice/signer"
	"github.com/venice-go/venice/signer/stake"
)

const simulatedChain = 1337

// A stakery is a chain with both contracts, a wallet that has VVV and ETH, and a Staker of it that asks over HTTP.
type stakery struct {
	*stake.Staker
	t       *testing.T
	chain   *simulated.Backend
	key     string
	owner   string // hex of the key of who has deployed the contracts
	staking common.Address
	nonce   uint64 // of the owner

	mu     sync.Mutex
	raws   []string
	onSend func() // before a transaction of the wallet arrives
	bend   func(method string) (any, bool)
}

func newStakery(t *testing.T, options ...func(*node.Config, *ethconfig.Config)) *stakery {
	t.Helper()
	s := &stakery{t: t, key: strings.Repeat("01", 32), owner: strings.Repeat("02", 32)}
	wallet, err := signer.ParseEVM(s.key)
	if err != nil {
		t.Fatal(err)
	}
	owner, err := crypto.HexToECDSA(s.owner)
	if err != nil {
		t.Fatal(err)
	}
	from, deployer := common.HexToAddress(wallet.Address()), crypto.PubkeyToAddress(owner.PublicKey)
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	port := free.Addr().(*net.TCPAddr).Port
	if err := free.Close(); err != nil {
		t.Fatal(err)
	}
	ether := new(big.Int).Lsh(big.NewInt(1), 60)
	s.chain = simulated.NewBackend(types.GenesisAlloc{deployer: {Balance: ether}, from: {Balance: ether}},
		append(options, func(n *node.Config, _ *ethconfig.Config) { n.HTTPHost, n.HTTPPort, n.HTTPModules = "127.0.0.1", port, []string{"eth"} })...)
	t.Cleanup(func() { _ = s.chain.Close() })

	word := func(a common.Address) []byte { return common.LeftPadBytes(a.Bytes(), 32) }
	vvv := s.deploy("Vvv", word(from), math256("10"))
	s.staking = s.deploy("Staking", word(vvv), word(deployer), common.LeftPadBytes([]byte{100}, 32))
	ask, err := stake.Endpoint(fmt.Sprintf("http://127.0.0.1:%d", port), nil)
	if err != nil {
		t.Fatal(err)
	}
	most, err := stake.ParseAmount("0.01")
	if err != nil {
		t.Fatal(err)
	}
	s.Staker = &stake.Staker{
		Wallet: wallet, MaxCost: most, Poll: time.Nanosecond, Patience: time.Hour,
		Test: &stake.Contracts{Chain: simulatedChain, VVV: vvv.Hex(), Staking: s.staking.Hex(), DIEM: deployer.Hex()},
		// The chain stands still but for a block before each question for a receipt.
		RPC: func(ctx context.Context, method string, params ...any) (gen.JSON, error) {
			s.mu.Lock()
			defer s.mu.Unlock()
			if s.bend != nil {
				if answer, ok := s.bend(method); ok {
					return gen.NewJSON(answer)
				}
			}
			switch method {
			case "eth_sendRawTransaction":
				s.raws = append(s.raws, params[0].(string))
				if s.onSend != nil {
					s.onSend()
				}
			case "eth_getTransactionReceipt":
				s.chain.Commit()
			}
			return ask(ctx, method, params...)
		},
	}
	return s
}

// math256 is a number of VVV as an argument.
func math256(vvv string) []byte {
	a, err := stake.ParseAmount(vvv)
	if err != nil {
		panic(err)
	}
	return a.Units().FillBytes(make([]byte, 32))
}

// own sends a transaction of the owner's.
func (s *stakery) own(to *common.Address, data []byte) common.Hash {
	s.t.Helper()
	key, err := crypto.HexToECDSA(s.owner)
	if err != nil {
		s.t.Fatal(err)
	}
	tx, err := types.SignNewTx(key, types.LatestSignerForChainID(big.NewInt(simulatedChain)), &types.DynamicFeeTx{
		ChainID: big.NewInt(simulatedChain), Nonce: s.nonce, GasTipCap: big.NewInt(9e9), GasFeeCap: big.NewInt(99e9), Gas: 2_000_000, To: to, Data: data,
	})
	if err == nil {
		err = s.chain.Client().SendTransaction(context.Background(), tx)
	}
	if err != nil {
		s.t.Fatal(err)
	}
	s.nonce++
	return tx.Hash()
}

func (s *stakery) deploy(name string, arguments ...[]byte) common.Address {
	s.t.Helper()
	code, err := os.ReadFile("testdata/" + name + ".bin")
	if err != nil {
		s.t.Fatal(err)
	}
	data := common.FromHex(strings.TrimSpace(string(code)))
	for _, argument := range arguments {
		data = append(data, argument...)
	}
	hash := s.own(nil, data)
	s.chain.Commit()
	receipt, err := s.chain.Client().TransactionReceipt(context.Background(), hash)
	if err != nil || receipt.Status != types.ReceiptStatusSuccessful {
		s.t.Fatal(name, err)
	}
	return receipt.ContractAddress
}

// closes opens or closes the staking.
func (s *stakery) closes(yes byte) {
	s.own(&s.staking, append(crypto.Keccak256([]byte("close(bool)"))[:4], common.LeftPadBytes([]byte{yes}, 32)...))
}

// same makes sure that go-ethereum signs and writes each transaction that was sent as it was.
func same(t *testing.T, key string, raw string) *types.Transaction {
	t.Helper()
	tx := new(types.Transaction)
	if err := tx.UnmarshalBinary(hexutil.MustDecode(raw)); err != nil {
		t.Fatal(raw, err)
	}
	theirs, err := crypto.HexToECDSA(key)
	if err != nil {
		t.Fatal(err)
	}
	again, err := types.SignNewTx(theirs, types.LatestSignerForChainID(tx.ChainId()), &types.DynamicFeeTx{
		ChainID: tx.ChainId(), Nonce: tx.Nonce(), GasTipCap: tx.GasTipCap(), GasFeeCap: tx.GasFeeCap(), Gas: tx.Gas(), To: tx.To(), Data: tx.Data(),
	})
	if err != nil {
		t.Fatal(err)
	}
	want, err := again.MarshalBinary()
	if err != nil || hexutil.Encode(want) != raw {
		t.Errorf("%v\n got %s\nwant %x", err, raw, want)
	}
	return tx
}

func vvv(t *testing.T, text string) stake.Amount {
	t.Helper()
	a, err := stake.ParseAmount(text)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

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
	number := func(bits uint64) *big.Int { return new(big.Int).SetUint64(random.Uint64() >> (64 - bits + random.Uint64()%bits)) }
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
