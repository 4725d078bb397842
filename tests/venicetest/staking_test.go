// Tests of staking on the fake's Base, by the client's own hand.

package venicetest_test

import (
	"errors"
	"math/big"
	"strings"
	"testing"
	"time"

	"github.com/venice-go/venice"
	"github.com/venice-go/venice/signer"
	"github.com/venice-go/venice/signer/stake"
	"github.com/venice-go/venice/tests/venicetest"
)

// newStaker is a wallet with 10 VVV and 0.001 ETH.
func newStaker(t *testing.T) (*stake.Staker, *venicetest.Server, *clock) {
	t.Helper()
	clk := newClock()
	srv := venicetest.NewServer(t, venicetest.WithClock(clk.read))
	wallet := testWallet(t)
	if err := errors.Join(srv.SetVVV(wallet.Address(), 10), srv.SetETH(wallet.Address(), 0.001)); err != nil {
		t.Fatal(err)
	}
	node, err := stake.Endpoint(srv.BaseRPC, nil)
	if err != nil {
		t.Fatal(err)
	}
	return &stake.Staker{Wallet: wallet, RPC: node, MaxCost: vvv(t, "0.0002")}, srv, clk
}

func vvv(t *testing.T, text string) stake.Amount {
	t.Helper()
	amount, err := stake.ParseAmount(text)
	if err != nil {
		t.Fatal(err)
	}
	return amount
}

func TestStakeOnChain(t *testing.T) {
	s, srv, clk := newStaker(t)
	ctx := t.Context()
	client, err := venice.New(venice.WithBaseURL(srv.URL), venice.WithAuth(nil))
	if err != nil {
		t.Fatal(err)
	}
	mint := func() error {
		_, err := signer.MintAPIKey(ctx, client, s.Wallet, nil, signer.WithClock(clk.read))
		return err
	}
	if err := mint(); !errors.Is(err, signer.ErrNoStake) {
		t.Fatalf("minted without a stake: %v", err)
	}
	receipt, err := s.Stake(ctx, vvv(t, "1.5"))
	if err != nil || receipt.Approval == nil || receipt.Nonce != 1 {
		t.Fatalf("%+v, %v", receipt, err)
	}
	if err := mint(); err != nil {
		t.Error(err)
	}
	balance, err := s.Balance(ctx)
	if err != nil || balance.VVV != vvv(t, "8.5") || balance.Staked != vvv(t, "1.5") {
		t.Errorf("%+v, %v", balance, err)
	}
	paid := new(big.Int).Add(receipt.Fee.Units(), receipt.Approval.Fee.Units())
	if had := vvv(t, "0.001"); paid.Add(paid, balance.ETH.Units()).Cmp(had.Units()) != 0 {
		t.Errorf("fees and what is left make %d wei, want %d", paid, had.Units())
	}
	if left, err := s.Allowance(ctx); err != nil || left != (stake.Amount{}) {
		t.Error(left, err)
	}

	// The way back: the stake is gone at once, and the VVV a week later, no sooner.
	if _, err := s.Unstake(ctx, vvv(t, "1.5")); err != nil {
		t.Fatal(err)
	}
	if err := mint(); !errors.Is(err, signer.ErrNoStake) {
		t.Errorf("minted without a stake: %v", err)
	}
	cooldown, err := s.Cooldown(ctx)
	if err != nil || cooldown.Length != 7*24*time.Hour || cooldown.Amount != vvv(t, "1.5") {
		t.Errorf("%+v, %v", cooldown, err)
	}
	clk.move(7*24*time.Hour - 4*time.Second)
	_, err = s.Withdraw(ctx)
	if refusal, ok := errors.AsType[*stake.RevertError](err); !ok || refusal.Receipt != nil || !strings.Contains(refusal.Reason, "cooldown") {
		t.Errorf("withdrawn too soon: %v", err)
	}
	clk.move(4 * time.Second)
	if _, err := s.Withdraw(ctx); err != nil {
		t.Error(err)
	}
	if balance, err = s.Balance(ctx); err != nil || balance.VVV != vvv(t, "10") || balance.Staked != (stake.Amount{}) {
		t.Errorf("%+v, %v", balance, err)
	}
}

// What was staked by order can be unstaked like any other.
func TestArrangedStake(t *testing.T) {
	s, srv, clk := newStaker(t)
	if err := srv.Stake(s.Wallet.Address(), 2); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Unstake(t.Context(), vvv(t, "0.5")); err != nil {
		t.Fatal(err)
	}
	clk.move(8 * 24 * time.Hour)
	if _, err := s.Withdraw(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := srv.Stake(s.Wallet.Address(), -1); err != nil {
		t.Fatal(err)
	}
	balance, err := s.Balance(t.Context())
	if err != nil || balance.VVV != vvv(t, "10.5") || balance.Staked != vvv(t, "0.5") {
		t.Errorf("%+v, %v", balance, err)
	}
}

func TestStakeRefusals(t *testing.T) {
	s, srv, _ := newStaker(t)
	if _, err := s.Unstake(t.Context(), vvv(t, "1")); err == nil || !strings.Contains(err.Error(), "not staked") {
		t.Errorf("unstaked what is not there: %v", err)
	}
	if err := srv.SetETH(s.Wallet.Address(), 1e-9); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Stake(t.Context(), vvv(t, "1")); err == nil || !strings.Contains(err.Error(), "ETH on Base for gas") {
		t.Errorf("staked without gas: %v", err)
	}
	for what, err := range map[string]error{
		"no address": srv.SetVVV("0x12", 1), "Solana": srv.SetETH(testSol, 1), "less than nothing": srv.SetVVV(testOwner, -1),
		"too much": srv.SetETH(testOwner, 2e9),
	} {
		if err == nil {
			t.Errorf("%s: taken", what)
		}
	}
}

func TestTokenReads(t *testing.T) {
	c, _ := newPayer(t)
	const vvvToken, staking = "0xacfE6019Ed1A7Dc6f7B508C02d1b04ec88cC21bf", "0x321b7ff75154472B18EDb199033fF4D116F340Ff"
	if err := errors.Join(c.srv.SetVVV(testOwner, 0.25), c.srv.Stake(testOwner, 3)); err != nil {
		t.Fatal(err)
	}
	word := func(digits string) string { return strings.Repeat("0", 64-len(digits)) + digits }
	text := func(is string, hexOf string) string {
		return word("20") + word(string("0123456789abcdef"[len(is)])) + hexOf + strings.Repeat("0", 64-len(hexOf))
	}
	owner := word(strings.ToLower(testOwner[2:]))
	tests := []struct{ what, to, data, want string }{
		{"name of USDC", venicetest.USDC, "0x06fdde03", text("USD Coin", "55534420436f696e")},
		{"version of USDC", venicetest.USDC, "0x54fd4d50", text("2", "32")},
		{"symbol of VVV", vvvToken, "0x95d89b41", text("VVV", "565656")},
		{"symbol of sVVV", staking, "0x95d89b41", text("sVVV", "73565656")},
		{"decimals of USDC", venicetest.USDC, "0x313ce567", word("6")},
		{"decimals of VVV", vvvToken, "0x313ce567", word("12")},
		{"USDC of the owner", venicetest.USDC, "0x70a08231" + owner, word("5f5e100")},
		{"VVV of the owner", vvvToken, "0x70a08231" + owner, word("3782dace9d90000")},
		{"sVVV of the owner", staking, "0x70a08231" + owner, word("29a2241af62c0000")},
		{"all sVVV", staking, "0x18160ddd", word("29a2241af62c0000")},
		{"allowance", vvvToken, "0xdd62ed3e" + owner + owner, word("0")},
		{"staked token", staking, "0x8f1f8d0c", word(strings.ToLower(vvvToken[2:]))},
	}
	for _, test := range tests {
		got := c.rpc(c.srv.BaseRPC, "eth_call", map[string]any{"to": test.to, "data": test.data}, "latest")
		if got != "0x"+test.want {
			t.Errorf("%s: %v, want 0x%s", test.what, got, test.want)
		}
	}
	for what, call := range map[string]map[string]any{
		"sVVV cannot be transferred":  {"to": staking, "data": "0xa9059cbb" + owner + word("1"), "from": testOwner},
		"an argument is missing":      {"to": vvvToken, "data": "0x70a08231"},
		"an address of 32 bytes":      {"to": vvvToken, "data": "0x70a08231" + strings.Repeat("f", 64)},
		"tokens take no ETH":          {"to": vvvToken, "data": "0x70a08231" + owner, "value": "0x1"},
		"more than the owner has":     {"to": vvvToken, "data": "0xa9059cbb" + owner + word("3782dace9d90001"), "from": testOwner},
		"staked without an allowance": {"to": staking, "data": "0xadc9772e" + owner + word("1"), "from": testOwner},
	} {
		for _, method := range []string{"eth_call", "eth_estimateGas"} {
			if _, failure := c.ask(c.srv.BaseRPC, method, call); !strings.HasPrefix(failure, "3 execution reverted") {
				t.Errorf("%s: %s: %q", what, method, failure)
			}
		}
	}
}
