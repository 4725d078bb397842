// A chain to stake on: go-ethereum's own node over HTTP, with a token and its staking on it.

package oracle

import (
	"context"
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
		append(options, func(n *node.Config, _ *ethconfig.Config) {
			n.HTTPHost, n.HTTPPort, n.HTTPModules = "127.0.0.1", port, []string{"eth"}
		})...)
	t.Cleanup(func() { _ = s.chain.Close() })

	word := func(a common.Address) []byte { return common.LeftPadBytes(a.Bytes(), 32) }
	vvv := s.deploy("Vvv", word(from), vvvWord("10"))
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

// vvvWord is a sum of VVV as a constructor takes it.
func vvvWord(vvv string) []byte {
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
