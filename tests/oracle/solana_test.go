// Transfers on Solana, as solana-go decodes them.

package oracle

import (
	"bytes"
	"crypto/ed25519"
	"encoding/hex"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/gagliardetto/solana-go"
	spl "github.com/gagliardetto/solana-go/programs/token"

	"github.com/venice-go/venice/signer"
	"github.com/venice-go/venice/signer/x402"
)

var (
	solanaUSDC    = solana.MustPublicKeyFromBase58("EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v")
	memoProgram   = solana.MustPublicKeyFromBase58("MemoSq4gqABAXKb96qnH8TysNcWxMyWCqXgDLGmfcHr")
	budgetProgram = solana.MustPublicKeyFromBase58("ComputeBudget111111111111111111111111111111")
)

// publicKey is random: on the curve for one in two.
func publicKey(random *rand.ChaCha8) (key solana.PublicKey) {
	random.Read(key[:])
	return key
}

// Every random owner's token account is the one that solana-go derives, and the transaction says what was asked for.
func TestSolanaGo(t *testing.T) {
	random := source(t)
	seed := make([]byte, ed25519.SeedSize)
	random.Read(seed)
	key := ed25519.NewKeyFromSeed(seed)
	w, err := signer.ParseSolana(solana.PrivateKey(key).String())
	if err != nil {
		t.Fatal(err)
	}
	owner := solana.PublicKeyFromBytes(key.Public().(ed25519.PublicKey))
	onCurve := 0
	for n := range *count {
		to, feePayer, mint := publicKey(random), publicKey(random), solanaUSDC
		if to.IsOnCurve() {
			onCurve++
		}
		if n%4 == 3 {
			mint = publicKey(random)
		}
		memo := make([]byte, 1+random.Uint64()%128)
		random.Read(memo)
		pay := x402.Transfer{
			Network: w.Chain(), Asset: mint.String(), From: owner.String(), To: to.String(),
			Amount:   x402.Amount(1 + random.Uint64()%uint64(maxPayment)),
			FeePayer: feePayer.String(), Blockhash: publicKey(random).String(), Memo: hex.EncodeToString(memo),
		}
		message, err := pay.Message()
		if err != nil {
			t.Fatal(err)
		}
		text, err := x402.SignTransfer(t.Context(), w, pay)
		if err != nil {
			t.Fatal(err)
		}
		sig, err := solana.SignatureFromBase58(text)
		if err != nil {
			t.Fatal(err)
		}
		tx, err := solana.TransactionFromBytes(slices.Concat([]byte{2}, make([]byte, 64), sig[:], message))
		if err != nil {
			t.Fatal(err)
		}
		if again, err := tx.MarshalBinary(); err != nil || !bytes.HasSuffix(again, message) || len(again) != 129+len(message) || len(again) > 1232 {
			t.Fatalf("written again: %x, %v", again, err)
		}
		if tx.Message.GetVersion() != solana.MessageVersionV0 || len(tx.Message.AddressTableLookups) != 0 || tx.Message.RecentBlockhash.String() != pay.Blockhash {
			t.Fatalf("%+v", tx.Message)
		}
		if signers := tx.Message.Signers(); !slices.Equal(signers, []solana.PublicKey{feePayer, owner}) {
			t.Fatalf("signers %v", signers)
		}
		if !tx.Signatures[0].IsZero() || !tx.Signatures[1].Verify(owner, message) {
			t.Fatalf("signatures %v", tx.Signatures)
		}

		from, _, err := solana.FindAssociatedTokenAddress(owner, mint)
		if err != nil {
			t.Fatal(err)
		}
		destination, _, err := solana.FindAssociatedTokenAddress(to, mint)
		if err != nil {
			t.Fatal(err)
		}
		amount, decimals := uint64(pay.Amount), uint8(6)
		checked := spl.NewTransferCheckedInstruction(amount, decimals, from, mint, destination, owner, nil).Build()
		data, err := checked.Data()
		if err != nil {
			t.Fatal(err)
		}
		want := []struct {
			program  solana.PublicKey
			accounts []*solana.AccountMeta
			data     []byte
		}{
			{budgetProgram, nil, []byte{2, 0x20, 0x4e, 0, 0}},
			{budgetProgram, nil, []byte{3, 1, 0, 0, 0, 0, 0, 0, 0}},
			{solana.TokenProgramID, checked.Accounts(), data},
			{memoProgram, nil, []byte(pay.Memo)},
		}
		if len(tx.Message.Instructions) != len(want) {
			t.Fatalf("%d instructions", len(tx.Message.Instructions))
		}
		for i, in := range tx.Message.Instructions {
			program, err := tx.Message.Program(in.ProgramIDIndex)
			if err != nil {
				t.Fatal(err)
			}
			accounts, err := in.ResolveInstructionAccounts(&tx.Message)
			if err != nil {
				t.Fatal(err)
			}
			same := slices.EqualFunc(accounts, want[i].accounts, func(a, b *solana.AccountMeta) bool { return *a == *b })
			if program != want[i].program || !same || !bytes.Equal(in.Data, want[i].data) {
				t.Fatalf("instruction %d: %v %v %x, want %+v", i, program, accounts, []byte(in.Data), want[i])
			}
		}
		decoded, err := spl.DecodeInstruction(checked.Accounts(), tx.Message.Instructions[2].Data)
		if err != nil {
			t.Fatal(err)
		}
		if got, ok := decoded.Impl.(*spl.TransferChecked); !ok || *got.Amount != amount || *got.Decimals != decimals {
			t.Fatalf("%+v", decoded.Impl)
		}
	}
	if onCurve == 0 || onCurve == *count {
		t.Errorf("%d of %d owners are on the curve", onCurve, *count)
	}
}
