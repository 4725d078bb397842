// Tests of options: which origins may have a wallet's signature.

package signer

import (
	"strings"
	"testing"

	"github.com/venice-go/venice"
	"github.com/venice-go/venice/internal/vectors"
)

func TestOrigins(t *testing.T) {
	for url, ok := range map[string]bool{
		"https://api.venice.ai/api/v1":              true,
		"https://API.Venice.AI:443/api/v1":          true,
		"http://127.0.0.1:8402/api/v1":              true,
		"http://127.9.9.9":                          true,
		"http://[::1]:80/api/v1":                    true,
		"http://localhost:1":                        true,
		"https://localhost":                         true,
		"https://gateway.example:8443/venice":       true, // named below
		"https://Gateway.example:8443":              true,
		"https://gateway.example/venice":            false,
		"http://gateway.example:8443/venice":        false,
		"https://other.example/api/v1":              false,
		"http://api.venice.ai/api/v1":               false,
		"https://api.venice.ai:444/api/v1":          false,
		"https://api.venice.ai.example/api/v1":      false,
		"https://venice.ai/api/v1":                  false,
		"https://xapi.venice.ai/api/v1":             false,
		"https://localhost.example":                 false,
		"https://127.0.0.1.example":                 false,
		"https://128.0.0.1":                         false,
		"https://api.venice.ai@other.example/":      false,
		"https://other.example/https/api.venice.ai": false,
		"":                     false,
		"https://[::1":         false,
		"api.venice.ai/api/v1": false,
	} {
		c, err := newConfig([]Option{nil, AllowOrigin("https://gateway.example:8443/")})
		if err != nil {
			t.Fatal(err)
		}
		if err := c.allow(url); (err == nil) != ok {
			t.Errorf("%s: %v", url, err)
		}
	}
}

func TestForeignOriginIsNotAsked(t *testing.T) {
	client, err := venice.New(venice.WithBaseURL("https://relay.invalid/api/v1"))
	if err != nil {
		t.Fatal(err)
	}
	var signed []string
	_, err = MintAPIKey(t.Context(), client, witness(t, &signed), nil)
	if err == nil || !strings.Contains(err.Error(), "AllowOrigin") {
		t.Errorf("mint: %v", err)
	}
	proof := Proof{Address: vectors.PersonalSign.Address, Token: NewSecret("t"), Signature: NewSecret("s")}
	if _, err := SubmitProof(t.Context(), client, proof, nil); err == nil || !strings.Contains(err.Error(), "AllowOrigin") {
		t.Errorf("submit: %v", err)
	}
	// Once it is named the call goes out, and fails because there is no such host.
	_, err = MintAPIKey(t.Context(), client, witness(t, &signed), nil, AllowOrigin("https://relay.invalid"))
	if err == nil || strings.Contains(err.Error(), "AllowOrigin") || len(signed) != 0 {
		t.Errorf("named: %v", err)
	}
}

func TestBadOptions(t *testing.T) {
	m := newMint(t)
	for name, o := range map[string]Option{
		"no scheme": AllowOrigin("gateway.example"), "empty": AllowOrigin(""), "user": AllowOrigin("https://u@gateway.example"),
		"ftp": AllowOrigin("ftp://gateway.example"), "clock": WithClock(nil), "note": BeforeMint(nil),
	} {
		if _, err := MintAPIKey(t.Context(), m.client, testWallet(t), nil, o); err == nil || m.gets != 0 {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := SignMintToken(t.Context(), testWallet(t), freshToken(0), o); err == nil {
			t.Errorf("%s: signed", name)
		}
	}
}
