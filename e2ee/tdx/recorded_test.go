// Tests of the whole way: chats with the fake that were verified, and attestations of the service that were recorded.

package tdx_test

import (
	"encoding/hex"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/venice-go/venice"
	"github.com/venice-go/venice/e2ee"
	"github.com/venice-go/venice/e2ee/tdx"
	"github.com/venice-go/venice/gen"
	"github.com/venice-go/venice/tests/venicetest"
)

// The whole way: an encrypted chat with an attestation that was verified, over both layouts.
func TestVerifiedChats(t *testing.T) {
	s := venicetest.NewServer(t)
	plain, err := venice.New(venice.WithBaseURL(s.URL), venice.WithAuth(nil))
	if err != nil {
		t.Fatal(err)
	}
	for _, model := range []string{older, newer} {
		attester, err := e2ee.NewAttester(plain, e2ee.Policy{Verifier: tdx.Verifier{Roots: s.Enclave().Roots(), Collateral: tdx.Memory(s.Enclave(), time.Hour)}})
		if err != nil {
			t.Fatal(err)
		}
		client, err := venice.New(venice.WithBaseURL(s.URL), venice.WithAPIKey(s.InferenceKey()), e2ee.Chat(attester))
		if err != nil {
			t.Fatal(err)
		}
		answer, err := client.CreateChatCompletion(t.Context(), &gen.ChatCompletionRequest{Model: model, Messages: []gen.ChatMessage{gen.UserMessage("hello")}})
		if err != nil || answer.Choices[0].Message.Content.String() != "You said: hello" {
			t.Fatalf("%+v, %v", answer, err)
		}
		a, err := attester.Attest(t.Context(), model)
		if err != nil || a.Verdict() != "verified" {
			t.Errorf("%+v, %v", a, err)
		}
	}
}

// Recordings of the service, with Intel's collateral of that day.
func TestRecordedQuotes(t *testing.T) {
	folder := os.Getenv("TEE_RECORDINGS")
	if folder == "" {
		t.Skip("TEE_RECORDINGS names no folder of recorded attestations")
	}
	files, err := filepath.Glob(filepath.Join(folder, "attestation-*.json"))
	if err != nil || len(files) < 2 {
		t.Fatalf("%d recordings, %v", len(files), err)
	}
	for _, file := range files {
		var r struct {
			Nonce       string `json:"_client_nonce"`
			Epoch       int64  `json:"_capture_epoch"`
			Attestation json.RawMessage
		}
		read(t, file, &r)
		var a struct {
			Model string
			Quote string `json:"intel_quote"`
		}
		if err := json.Unmarshal(r.Attestation, &a); err != nil {
			t.Fatal(err)
		}
		data, err := os.ReadFile(strings.Replace(file, "attestation-", "collateral-", 1))
		if err != nil {
			t.Fatal(err)
		}
		collateral, err := tdx.ParseCollateral(data)
		if err != nil {
			t.Fatal(err)
		}
		at := time.Unix(r.Epoch, 0)
		for _, v := range []tdx.Verifier{{}, {Collateral: collateral}} {
			found, err := e2ee.Policy{Verifier: v}.Check(t.Context(), r.Attestation, a.Model, r.Nonce, at)
			if err != nil {
				t.Errorf("%s: %v", filepath.Base(file), err)
				continue
			}
			if !found.Verified || !found.Until.After(at) {
				t.Errorf("%s: %+v", filepath.Base(file), found)
			}
			t.Logf("%s: %+v", filepath.Base(file), found.Findings)
		}
		quote, err := hex.DecodeString(a.Quote)
		if err != nil {
			t.Fatal(err)
		}
		quote[48+520+40] ^= 4 // the nonce in its report data
		if _, err := (tdx.Verifier{}).VerifyQuote(t.Context(), quote, at); err == nil {
			t.Errorf("%s: good with a bit flipped", filepath.Base(file))
		}
	}
}

func read(t *testing.T, file string, into any) {
	t.Helper()
	data, err := os.ReadFile(file)
	if err == nil {
		err = json.Unmarshal(data, into)
	}
	if err != nil {
		t.Fatal(err)
	}
}
