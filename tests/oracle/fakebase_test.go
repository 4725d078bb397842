// The fake's Base, asked by go-ethereum's own client: it finds nothing odd there, and its transactions are taken.

package oracle

import (
	"bytes"
	"errors"
	"math/big"
	"strings"
	"testing"

	"github.com/ethereum/go-ethereum/accounts/abi"
	"github.com/ethereum/go-ethereum/accounts/abi/bind"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"
	"github.com/ethereum/go-ethereum/crypto"
	"github.com/ethereum/go-ethereum/ethclient"

	"github.com/venice-go/venice/tests/venicetest"
)

const stakingABI = `[
{"type":"function","name":"symbol","inputs":[],"outputs":[{"type":"string"}],"stateMutability":"view"},
{"type":"function","name":"balanceOf","inputs":[{"name":"a","type":"address"}],"outputs":[{"type":"uint256"}],"stateMutability":"view"},
{"type":"function","name":"approve","inputs":[{"name":"s","type":"address"},{"name":"v","type":"uint256"}],"outputs":[{"type":"bool"}]},
{"type":"function","name":"stake","inputs":[{"name":"r","type":"address"},{"name":"v","type":"uint256"}],"outputs":[]}]`

func TestFakeBase(t *testing.T) {
	fake := venicetest.NewServer(t)
	key, err := crypto.GenerateKey()
	if err != nil {
		t.Fatal(err)
	}
	owner := crypto.PubkeyToAddress(key.PublicKey)
	if err := errors.Join(fake.SetVVV(owner.Hex(), 2), fake.SetETH(owner.Hex(), 0.01)); err != nil {
		t.Fatal(err)
	}
	ctx := t.Context()
	node, err := ethclient.DialContext(ctx, fake.BaseRPC)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(node.Close)
	methods, err := abi.JSON(strings.NewReader(stakingABI))
	if err != nil {
		t.Fatal(err)
	}
	id, err := node.ChainID(ctx)
	if err != nil {
		t.Fatal(err)
	}
	options, err := bind.NewKeyedTransactorWithChainID(key, id)
	if err != nil {
		t.Fatal(err)
	}
	vvvAddress, staking := common.HexToAddress("0xacfE6019Ed1A7Dc6f7B508C02d1b04ec88cC21bf"), common.HexToAddress("0x321b7ff75154472B18EDb199033fF4D116F340Ff")
	contract := func(at common.Address) *bind.BoundContract {
		return bind.NewBoundContract(at, methods, node, node, node)
	}
	read := func(at common.Address, method string, arguments ...any) any {
		var results []any
		if err := contract(at).Call(&bind.CallOpts{Context: ctx}, &results, method, arguments...); err != nil {
			t.Fatalf("%s: %v", method, err)
		}
		return results[0]
	}
	if symbol := read(common.HexToAddress(venicetest.USDC), "symbol"); symbol != "USDC" {
		t.Error(symbol)
	}
	if _, err := contract(staking).Transact(options, "stake", owner, big.NewInt(7)); err == nil || !strings.Contains(err.Error(), "execution reverted") {
		t.Errorf("staked without an allowance: %v", err)
	}
	send := func(at common.Address, method string, arguments ...any) *types.Receipt {
		sent, err := contract(at).Transact(options, method, arguments...)
		if err != nil {
			t.Fatalf("%s: %v", method, err)
		}
		receipt, err := bind.WaitMined(ctx, node, sent)
		if err != nil || receipt.Status != types.ReceiptStatusSuccessful || receipt.GasUsed > sent.Gas() {
			t.Fatalf("%s: %+v, %v", method, receipt, err)
		}
		if bloom := types.CreateBloom(receipt); bloom != receipt.Bloom {
			t.Errorf("%s: bloom %x, want %x", method, receipt.Bloom, bloom)
		}
		found, pending, err := node.TransactionByHash(ctx, sent.Hash())
		if err != nil || pending || found.Hash() != sent.Hash() {
			t.Errorf("%s: %+v, %v", method, found, err)
		}
		return receipt
	}
	send(vvvAddress, "approve", staking, big.NewInt(7))
	receipt := send(staking, "stake", owner, big.NewInt(7))
	transfer := crypto.Keccak256Hash([]byte("Transfer(address,address,uint256)"))
	if len(receipt.Logs) != 2 || receipt.Logs[0].Address != vvvAddress || receipt.Logs[0].Topics[0] != transfer ||
		!bytes.Equal(receipt.Logs[1].Data, common.LeftPadBytes([]byte{7}, 32)) {
		t.Errorf("%+v", receipt.Logs)
	}
	if staked := read(staking, "balanceOf", owner); staked.(*big.Int).Cmp(big.NewInt(7)) != 0 {
		t.Error(staked)
	}
	block, err := node.BlockByNumber(ctx, receipt.BlockNumber)
	if err != nil || block.Transaction(receipt.TxHash) == nil {
		t.Errorf("not in its block: %v", err)
	}
	if fees, err := node.FeeHistory(ctx, 3, nil, []float64{50}); err != nil || len(fees.BaseFee) != 4 || len(fees.Reward) != 3 {
		t.Errorf("%+v, %v", fees, err)
	}
}
