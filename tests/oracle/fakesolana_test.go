// The fake's Solana, asked by solana-go's own client, which decodes what it gets.

package oracle

import (
	"testing"

	"github.com/gagliardetto/solana-go"
	spl "github.com/gagliardetto/solana-go/programs/token"
	"github.com/gagliardetto/solana-go/rpc"

	"github.com/venice-go/venice/tests/venicetest"
)

func TestFakeSolana(t *testing.T) {
	fake := venicetest.NewServer(t)
	key, err := solana.NewRandomPrivateKey()
	if err != nil {
		t.Fatal(err)
	}
	owner, mint := key.PublicKey(), solana.MustPublicKeyFromBase58(venicetest.USDCMint)
	if err := fake.SetUSDC(owner.String(), 12.5); err != nil {
		t.Fatal(err)
	}
	ctx, node := t.Context(), rpc.New(fake.SolanaRPC)
	var token spl.Mint
	if err := node.GetAccountDataInto(ctx, mint, &token); err != nil || token.Decimals != 6 || token.Supply != 12_500_000 || !token.IsInitialized {
		t.Errorf("%+v, %v", token, err)
	}
	at := func(of solana.PublicKey) solana.PublicKey {
		address, _, err := solana.FindAssociatedTokenAddress(of, mint)
		if err != nil {
			t.Fatal(err)
		}
		return address
	}
	source, destination := at(owner), at(solana.MustPublicKeyFromBase58(venicetest.PayToSolana))
	var account spl.Account
	if err := node.GetAccountDataInto(ctx, source, &account); err != nil || account.Amount != 12_500_000 || account.Owner != owner || account.State != spl.Initialized {
		t.Errorf("%+v, %v", account, err)
	}
	if has, err := node.GetTokenAccountBalance(ctx, source, rpc.CommitmentConfirmed); err != nil || has.Value.UiAmountString != "12.5" {
		t.Errorf("%+v, %v", has, err)
	}
	latest, err := node.GetLatestBlockhash(ctx, rpc.CommitmentFinalized)
	if err != nil {
		t.Fatal(err)
	}
	for amount, fails := range map[uint64]bool{12_500_000: false, 12_500_001: true} {
		transfer := spl.NewTransferCheckedInstruction(amount, 6, source, mint, destination, owner, nil).Build()
		tx, err := solana.NewTransaction([]solana.Instruction{transfer}, latest.Value.Blockhash, solana.TransactionPayer(owner))
		if err == nil {
			_, err = tx.Sign(func(solana.PublicKey) *solana.PrivateKey { return &key })
		}
		if err != nil {
			t.Fatal(err)
		}
		result, err := node.SimulateTransactionWithOpts(ctx, tx, &rpc.SimulateTransactionOpts{SigVerify: true})
		if err != nil || (result.Value.Err != nil) != fails {
			t.Errorf("%d: %+v, %v", amount, result, err)
		}
		if fee, err := node.GetFeeForMessage(ctx, tx.Message.ToBase64(), rpc.CommitmentProcessed); err != nil || *fee.Value != 5000 {
			t.Errorf("%+v, %v", fee, err)
		}
	}
	if states, err := node.GetSignatureStatuses(ctx, false, solana.Signature{1}); err != nil || len(states.Value) != 1 || states.Value[0] != nil {
		t.Errorf("%+v, %v", states, err)
	}
}
