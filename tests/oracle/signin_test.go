// Sign-ins and keystore files, as go-ethereum sees them.

package oracle

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"math/rand/v2"
	"net/http"
	"reflect"
	"strings"
	"testing"

	"github.com/ethereum/go-ethereum/accounts"
	"github.com/ethereum/go-ethereum/accounts/keystore"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/crypto"
	"github.com/google/uuid"

	"github.com/venice-go/venice"
	"github.com/venice-go/venice/signer"
	files "github.com/venice-go/venice/signer/keystore"
	"github.com/venice-go/venice/signer/siwx"
)

// What a sign-in sends is signed as go-ethereum's personal_sign would, and go-ethereum's signature gets in.
func TestSignIns(t *testing.T) {
	random := source(t)
	op := &venice.Operation{Access: venice.AccessAny}
	verifier := &siwx.Verifier{Domains: []string{"api.venice.ai"}}
	for n := range *count / 10 {
		key := make([]byte, 32)
		random.Read(key)
		theirs, err := crypto.ToECDSA(key)
		if err != nil {
			t.Fatal(err)
		}
		ours, err := signer.ParseEVM(hex.EncodeToString(key))
		if err != nil {
			t.Fatal(err)
		}
		req, err := http.NewRequestWithContext(t.Context(), "POST", "https://api.venice.ai/api/v1/chat/completions", nil)
		if err != nil {
			t.Fatal(err)
		}
		if err := signer.SignIn(ours).Authorize(t.Context(), req, op); err != nil {
			t.Fatal(err)
		}
		var h struct{ Address, Message, Signature string }
		sent, err := base64.StdEncoding.DecodeString(req.Header.Get("SIGN-IN-WITH-X"))
		if err == nil {
			err = json.Unmarshal(sent, &h)
		}
		if err != nil {
			t.Fatal(err)
		}
		raw, err := crypto.Sign(accounts.TextHash([]byte(h.Message)), theirs)
		if err != nil {
			t.Fatal(err)
		}
		raw[64] += 27
		if want := "0x" + hex.EncodeToString(raw); h.Signature != want || h.Address != crypto.PubkeyToAddress(theirs.PublicKey).Hex() {
			t.Fatalf("case %d, key %x: %s by %s, want %s", n, key, h.Signature, h.Address, want)
		}

		// go-ethereum's own, over a message of theirs with other fields.
		m, err := siwx.ParseMessage(h.Message)
		if err != nil {
			t.Fatal(err)
		}
		m.Nonce = hex.EncodeToString(key[:8+n%8])
		m.Statement, m.RequestID = nil, m.Nonce
		m.Resources = []string{"https://venice.ai/" + m.Nonce}
		text, err := m.Text()
		if err != nil {
			t.Fatal(err)
		}
		if raw, err = crypto.Sign(accounts.TextHash([]byte(text)), theirs); err != nil {
			t.Fatal(err)
		}
		raw[64] += 27
		value, err := json.Marshal(map[string]string{"address": strings.ToLower(h.Address), "message": text, "signature": "0x" + common.Bytes2Hex(raw)})
		if err != nil {
			t.Fatal(err)
		}
		got, err := verifier.Verify(t.Context(), http.Header{"X-Sign-In-With-X": {base64.StdEncoding.EncodeToString(value)}})
		if err != nil || !reflect.DeepEqual(got, m) {
			t.Fatalf("case %d, key %x: %+v, %v", n, key, got, err)
		}
	}
}

// Keystore files that go-ethereum wrote are opened, with the right password alone.
func TestKeystores(t *testing.T) {
	random := rand.New(source(t))
	for n := range 20 {
		theirs, err := crypto.GenerateKey()
		if err != nil {
			t.Fatal(err)
		}
		address := crypto.PubkeyToAddress(theirs.PublicKey)
		password := strings.Repeat("pä$$ ", random.IntN(4))
		file, err := keystore.EncryptKey(&keystore.Key{Id: uuid.New(), Address: address, PrivateKey: theirs}, password, 1<<(1+n%12), 1+n%6)
		if err != nil {
			t.Fatal(err)
		}
		ours, err := files.Parse(file, password)
		if err != nil || ours.Address() != address.Hex() || ours.PrivateKey().Reveal() != "0x"+hex.EncodeToString(crypto.FromECDSA(theirs)) {
			t.Fatalf("%s: %v, %v, want %s", file, ours, err, address.Hex())
		}
		if ours, err := files.Parse(file, password+"x"); err == nil {
			t.Fatalf("%s: opened as %s with another password", file, ours)
		}
	}
}
