// Tests of the message to sign in with.

package siwx

import (
	"cmp"
	"encoding/hex"
	"errors"
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"testing"

	"github.com/venice-go/venice/internal/evm"
	"github.com/venice-go/venice/internal/solana"
	"github.com/venice-go/venice/internal/vectors"
)

func ExampleMessage_Text() {
	m := Message{
		Domain:    "api.venice.ai",
		Address:   "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266",
		Statement: new("Sign in to Venice AI"),
		URI:       "https://api.venice.ai",
		ChainID:   "8453",
		Nonce:     "3f2a91c4d80b7e15",
		IssuedAt:  "2026-10-01T12:00:00.000Z",
	}
	fmt.Println(m.Text())
	// Output:
	// api.venice.ai wants you to sign in with your Ethereum account:
	// 0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266
	//
	// Sign in to Venice AI
	//
	// URI: https://api.venice.ai
	// Version: 1
	// Chain ID: 8453
	// Nonce: 3f2a91c4d80b7e15
	// Issued At: 2026-10-01T12:00:00.000Z <nil>
}

func ExampleParseMessage() {
	m, err := ParseMessage("example.org wants you to sign in with your Solana account:\n" +
		"9C6hybhQ6Aycep9jaUnP6uL9ZYvDjUp1aSkFWPUFJtpj\n\n\nURI: https://example.org\nVersion: 1\n" +
		"Chain ID: 5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp\nNonce: 3f2a91c4d80b7e15\nIssued At: 2026-10-01T12:00:00Z")
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(m.Domain, m.Address, m.Chain(), m.Statement == nil)
	_, err = ParseMessage("example.org wants you to send money")
	fmt.Println(err)
	// Output:
	// example.org 9C6hybhQ6Aycep9jaUnP6uL9ZYvDjUp1aSkFWPUFJtpj solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp true
	// siwx: X402_SIGN_IN_INVALID_MESSAGE: not a text to sign in with
}

// message is what the fields of a vector stand for; those it lacks are the usual ones if there are any.
func messageOf(f, usual vectors.SIWEFields) *Message {
	text := func(v, otherwise *string) string { return *cmp.Or(v, otherwise, new("")) }
	return &Message{
		text(f.Scheme, usual.Scheme), text(f.Domain, usual.Domain), text(f.Address, usual.Address), cmp.Or(f.Statement, usual.Statement),
		text(f.URI, usual.URI), strconv.Itoa(cmp.Or(f.ChainID, usual.ChainID)), text(f.Nonce, usual.Nonce), text(f.IssuedAt, usual.IssuedAt),
		text(f.ExpirationTime, usual.ExpirationTime), text(f.NotBefore, usual.NotBefore), text(f.RequestID, usual.RequestID), f.Resources,
	}
}

func TestSIWEVectors(t *testing.T) {
	signs := evmWallet(t, 1)
	if vectors.SIWE.PrivateKey != vectors.PersonalSign.Key {
		t.Fatal("the vectors have another key")
	}
	for _, v := range vectors.SIWE.Cases {
		m := messageOf(v.Fields, vectors.SIWEFields{})
		text, err := m.Text()
		if text != v.Message || err != nil {
			t.Errorf("%s: %q, %v, want %q", v.Name, text, err, v.Message)
		}
		if got, err := ParseMessage(v.Message); err != nil || !reflect.DeepEqual(got, m) {
			t.Errorf("%s: parsed %+v, %v, want %+v", v.Name, got, err, m)
		}
		if got := "0x" + hex.EncodeToString(evm.HashMessage([]byte(text))); got != v.Hash {
			t.Errorf("%s: hash %s, want %s", v.Name, got, v.Hash)
		}
		if got, err := signs.SignMessage(t.Context(), []byte(text)); got != v.Signature || err != nil {
			t.Errorf("%s: signature %s, %v, want %s", v.Name, got, err, v.Signature)
		}
	}
	for _, v := range vectors.Solana.SignIns {
		m, err := ParseMessage(v.Message)
		if err != nil {
			t.Fatalf("%s: %v", v.Name, err)
		}
		if text, err := m.Text(); text != v.Message || err != nil || m.Chain() != solana.Network || m.Domain != "api.venice.ai" {
			t.Errorf("%s: came back as %q, %v", v.Name, text, err)
		}
	}
	if len(vectors.SIWE.Cases) < 9 {
		t.Error("vectors are missing")
	}
}

func TestSIWERefused(t *testing.T) {
	usual := vectors.SIWE.Cases[0]
	for _, v := range vectors.SIWE.Refused {
		if v.Message == "" {
			if text, err := messageOf(v.Fields, usual.Fields).Text(); err == nil {
				t.Errorf("%s: made %q", v.Why, text)
			}
			continue
		}
		if m, err := ParseMessage(v.Message); err == nil {
			t.Errorf("%s: parsed %+v", v.Why, m)
		}
	}
	if len(vectors.SIWE.Refused) < 12 {
		t.Error("vectors are missing")
	}

	// Each is one change to a good text. The code is INVALID_MESSAGE where none is given.
	for _, c := range []struct{ old, new, code string }{
		{"Nonce: 3f2a91c4d80b7e15", "Nonce: ", codeMissingNonce},
		{"Nonce: 3f2a91c4d80b7e15", "Nonce: 1234567", codeMissingNonce},
		{"Nonce: 3f2a91c4d80b7e15", "Nonce: 12345678 ", codeMissingNonce},
		{"Nonce: 3f2a91c4d80b7e15\n", "", codeMissingNonce},
		{"Version: 1", "Version: 2", ""},
		{"Version: 1\n", "", ""},
		{"Chain ID: 8453", "Chain ID: 0x2105", ""},
		{"Chain ID: 8453", "Chain ID: ", ""},
		{"Chain ID: 8453\nNonce: 3f2a91c4d80b7e15", "Nonce: 3f2a91c4d80b7e15\nChain ID: 8453", ""},
		{"Chain ID: 8453", "Chain ID: 1\nChain ID: 8453", ""},
		{"Chain ID: 8453", "Chain ID: 8453\nX: y", ""},
		{"Chain ID: 8453", "Chain  ID: 8453", ""},
		{"Chain ID: 8453", "chain id: 8453", ""},
		{"2026-10-01T12:00:00.000Z", "2026-10-01 12:00:00.000Z", ""},
		{"2026-10-01T12:00:00.000Z", "2026-10-01T12:00:00,000Z", ""},
		{"2026-10-01T12:00:00.000Z", "2026-10-01T2:00:00Z", ""},
		{"2026-10-01T12:00:00.000Z", "2026-10-01T12:00:00.000", ""},
		{"2026-10-01T12:00:00.000Z", "2026-02-30T12:00:00.000Z", ""},
		{"2026-10-01T12:00:00.000Z", "1790856000", ""},
		{"Expiration Time: 2026-10-01T12:04:00.000Z", "Expiration Time: ", ""},
		{"Expiration Time: ", "Not Before: 2026-10-01T12:00:00Z\nExpiration Time: ", ""},
		{"Expiration Time: 2026-10-01T12:04:00.000Z", "Request ID: ", ""},
		{"Expiration Time: 2026-10-01T12:04:00.000Z", "Request ID: a b", ""},
		{"Expiration Time: 2026-10-01T12:04:00.000Z", "- https://venice.ai/x", ""},
		{"Expiration Time: 2026-10-01T12:04:00.000Z", "Resources:\n- relative", ""},
		{"Expiration Time: 2026-10-01T12:04:00.000Z", "Resources:\n-https://venice.ai/x", ""},
		{"Expiration Time: 2026-10-01T12:04:00.000Z", "Resources: ", ""},
		{"URI: https://api.venice.ai", "URI: ", ""},
		{"URI: https://api.venice.ai", "URI: https://api.venice.ai/\"x\"", ""},
		{"URI: https://api.venice.ai", "URI: api.venice.ai", ""},
		{"URI: https://api.venice.ai\n", "", ""},
		{"Ethereum", "Solana", ""},
		{"Ethereum", "ethereum", ""},
		{"Ethereum account:", "Ethereum account", ""},
		{"0xf39F", "f39F", ""},
		{"0xf39F", "0XF39F", ""},
		{"0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266", "9C6hybhQ6Aycep9jaUnP6uL9ZYvDjUp1aSkFWPUFJtpj", ""},
		{"0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266", "", ""},
		{"api.venice.ai wants", " wants", ""},
		{"api.venice.ai wants", "://api.venice.ai wants", ""},
		{"api.venice.ai wants", "https://a://b wants", ""},
		{"api.venice.ai wants", "h ttps://api.venice.ai wants", ""},
		{"api.venice.ai wants", "api.venice.ai/x wants", ""},
		{"api.venice.ai wants", "user@api.venice.ai wants", ""},
		{"api.venice.ai wants", "venıce.ai wants", ""},
		{"Sign in to Venice AI\n", "Sign in to\tVenice AI\n", ""},
		{"Sign in to Venice AI\n", "Sign in to Venice AI\nURI: https://api.venice.ai\n", ""},
		{"Sign in to Venice AI", "Sign in\r", ""},
	} {
		text := strings.Replace(usual.Message, c.old, c.new, 1)
		m, err := ParseMessage(text)
		refusal, ok := errors.AsType[*Error](err)
		if m != nil || !ok || refusal.Code != cmp.Or(c.code, codeInvalidMessage) || text == usual.Message {
			t.Errorf("%q for %q: %+v, %v", c.new, c.old, m, err)
		}
	}
	for _, text := range []string{"", "\n", "\n\nURI: ", " wants you to sign in with your  account:\n\n\n\nURI: ", usual.Message[1:][:60]} {
		if m, err := ParseMessage(text); m != nil || err == nil {
			t.Errorf("parsed %q", text)
		}
	}
}

// What parses is made again, byte for byte, and has no line that is not its own.
func FuzzParseMessage(f *testing.F) {
	for _, v := range vectors.SIWE.Cases {
		f.Add(v.Message)
	}
	for _, v := range vectors.Solana.SignIns {
		f.Add(v.Message)
	}
	f.Fuzz(func(t *testing.T, text string) {
		m, err := ParseMessage(text)
		if err != nil {
			if _, ok := errors.AsType[*Error](err); !ok || m != nil {
				t.Fatalf("%q: %v, %v", text, m, err)
			}
			return
		}
		if again, err := m.Text(); again != text || err != nil {
			t.Fatalf("%q came back as %q, %v", text, again, err)
		}
		if second, err := ParseMessage(text); err != nil || !reflect.DeepEqual(second, m) {
			t.Fatalf("%q: %+v, then %+v, %v", text, m, second, err)
		}
		if strings.Trim(text, statementText+"\n") != "" || len(m.Nonce) < 8 || m.URI == "" || strings.ContainsAny(m.Domain, "/@ \n") {
			t.Fatalf("accepted %q as %+v", text, m)
		}
	})
}
