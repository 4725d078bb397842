// Tests of minting against a service that does as each test says.

package signer

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/venice-go/venice"
	"github.com/venice-go/venice/internal/vectors"
)

// noWait makes waiting take no time, and counts.
func noWait(waits *[]time.Duration) Option {
	return func(c *config) error {
		c.sleep = func(_ context.Context, d time.Duration) error { *waits = append(*waits, d); return nil }
		return nil
	}
}

func TestMintAPIKey(t *testing.T) {
	m := newMint(t)
	wallet := testWallet(t)
	request := &KeyRequest{Description: "my agent", Type: "ADMIN", Expires: time.Date(2100, 1, 2, 1, 0, 0, 0, time.FixedZone("", 3600))}
	key, err := MintAPIKey(t.Context(), m.client, wallet, request)
	if err != nil {
		t.Fatal(err)
	}
	sent := m.posts[0]
	if key.APIKey.Reveal() != mintedKey || key.ID != "e28e82dc" || key.Type != "INFERENCE" || key.ExpiresAt != "" || key.Description != sent["description"] {
		t.Errorf("got %+v", *key)
	}
	if who, err := RecoverEVM([]byte(sent["token"].(string)), sent["signature"].(string)); who != wallet.Address() || err != nil {
		t.Errorf("the signature is by %s, %v", who, err)
	}
	if sent["address"] != wallet.Address() || sent["apiKeyType"] != "ADMIN" || sent["expiresAt"] != "2100-01-02T00:00:00Z" || len(sent) != 6 {
		t.Errorf("sent %v", sent)
	}
	if !regexp.MustCompile(`^my agent [0-9a-f]{8}$`).MatchString(key.Description) {
		t.Errorf("description %q", key.Description)
	}
	if m.header.Get("Authorization") != "" {
		t.Error("another key was shown to the mint")
	}
	if request.Description != "my agent" {
		t.Error("the caller's request was changed")
	}

	again, err := MintAPIKey(t.Context(), m.client, wallet, nil)
	if err != nil || !strings.HasPrefix(again.Description, "Web3 API Key ") || m.posts[1]["apiKeyType"] != "INFERENCE" {
		t.Errorf("without a request: %+v, %v, sent %v", again, err, m.posts[1])
	}
	third, _ := MintAPIKey(t.Context(), m.client, wallet, nil)
	if third.Description == again.Description {
		t.Error("two keys have the same description")
	}
}

func TestMintErrorTable(t *testing.T) {
	for _, row := range []struct {
		text        string
		want        error
		gets, posts int
	}{
		{"Invalid wallet address", ErrInvalidAddress, 1, 1},
		{"JWT has expired", ErrTokenExpired, 2, 2},
		{"JWT signature is invalid", ErrTokenInvalid, 1, 1},
		{"JWT claims are invalid", ErrTokenInvalid, 1, 1},
		{"JWT is malformed", ErrTokenInvalid, 1, 1},
		{"Wallet signature does not match", ErrSignatureMismatch, 1, 1},
		{"Could not verify wallet signature", ErrVerifyUnavailable, 1, 4},
		{"Wallet has no staked VVV on Base", ErrNoStake, 1, 1},
		{"Something new", venice.ErrBadRequest, 1, 1},
	} {
		m := newMint(t)
		m.answer = func(w http.ResponseWriter, _ int, _ map[string]any) {
			reply(w, 400, `{"error":"Sorry. `+row.text+`, it seems."}`)
		}
		var waits []time.Duration
		key, err := MintAPIKey(t.Context(), m.client, testWallet(t), nil, noWait(&waits))
		if key != nil || !errors.Is(err, row.want) || errors.Is(err, ErrKeyMayExist) {
			t.Errorf("%s: %v, %v", row.text, key, err)
		}
		if api, ok := errors.AsType[*venice.Error](err); !ok || api.Status != 400 || !errors.Is(err, venice.ErrBadRequest) {
			t.Errorf("%s: the service's answer is not in %v", row.text, err)
		}
		if m.gets != row.gets || len(m.posts) != row.posts {
			t.Errorf("%s: %d GETs and %d POSTs, want %d and %d", row.text, m.gets, len(m.posts), row.gets, row.posts)
		}
		for i, wait := range waits {
			if least := 250 * time.Millisecond << i; wait < least || wait > 3*least {
				t.Errorf("%s: wait %d is %v", row.text, i, wait)
			}
		}
	}
}

func TestMintOtherRefusals(t *testing.T) {
	for status, want := range map[int]error{401: venice.ErrUnauthorized, 403: venice.ErrForbidden, 422: venice.ErrContentPolicy, 429: venice.ErrRateLimited} {
		m := newMint(t)
		m.answer = func(w http.ResponseWriter, _ int, _ map[string]any) {
			reply(w, status, `{"error":"Could not verify wallet signature"}`)
		}
		key, err := MintAPIKey(t.Context(), m.client, testWallet(t), nil)
		if key != nil || !errors.Is(err, want) || errors.Is(err, ErrKeyMayExist) || len(m.posts) != 1 {
			t.Errorf("%d: %v, %v after %d POSTs", status, key, err, len(m.posts))
		}
	}
}

func TestMintRecovers(t *testing.T) {
	m := newMint(t)
	texts := []string{"Could not verify wallet signature", "Could not verify wallet signature", "JWT has expired", "Could not verify wallet signature"}
	m.answer = func(w http.ResponseWriter, n int, _ map[string]any) {
		if n <= len(texts) {
			reply(w, 400, `{"error":"`+texts[n-1]+`"}`)
			return
		}
		reply(w, 200, goodAnswer)
	}
	m.token = func(n int) string { return strings.TrimSuffix(freshToken(n), "A") + []string{"A", "E"}[n-1] }
	var waits []time.Duration
	key, err := MintAPIKey(t.Context(), m.client, testWallet(t), nil, noWait(&waits))
	if err != nil || key.APIKey.Reveal() != mintedKey || m.gets != 2 || len(m.posts) != 5 || len(waits) != 3 {
		t.Fatalf("%v, %v after %d GETs, %d POSTs, %d waits", key, err, m.gets, len(m.posts), len(waits))
	}
	if m.posts[0]["token"] != m.posts[2]["token"] || m.posts[3]["token"] == m.posts[2]["token"] {
		t.Error("the token was not the same until it expired, and new after")
	}
	for _, p := range m.posts {
		if p["description"] != key.Description {
			t.Error("the description changed between tries")
		}
	}
}

func TestMintStopsWaiting(t *testing.T) {
	m := newMint(t)
	ctx, cancel := context.WithCancel(t.Context())
	m.answer = func(w http.ResponseWriter, _ int, _ map[string]any) {
		reply(w, 400, `{"error":"Could not verify wallet signature"}`)
		time.AfterFunc(50*time.Millisecond, cancel)
	}
	_, err := MintAPIKey(ctx, m.client, testWallet(t), nil)
	if !errors.Is(err, ErrVerifyUnavailable) || !errors.Is(err, context.Canceled) || len(m.posts) != 1 {
		t.Errorf("%v after %d POSTs", err, len(m.posts))
	}
}

func TestHostileTokensAreNotSigned(t *testing.T) {
	now := WithClock(func() time.Time { return tokenTime })
	for _, token := range append(vectors.Tokens.Refuse, jws(`{"alg":"none"}`, `{"exp":1700000900}`), jws(`{"alg":"HS256"}`, `{"exp":1800000000}`)) {
		m := newMint(t)
		m.token = func(int) string { return token }
		var signed []string
		key, err := MintAPIKey(t.Context(), m.client, witness(t, &signed), nil, now)
		if key != nil || !errors.Is(err, ErrTokenInvalid) || len(signed) != 0 || len(m.posts) != 0 {
			t.Errorf("%q: %v, %v; signed %q", token, key, err, signed)
		}
		if _, err := SignMintToken(t.Context(), witness(t, &signed), token, now); !errors.Is(err, ErrTokenInvalid) || len(signed) != 0 {
			t.Errorf("%q, offline: %v; signed %q", token, err, signed)
		}
	}
	// A token that is over is fetched once more, and not signed either.
	m := newMint(t)
	m.token = func(int) string { return vectors.Tokens.Accept[0] }
	var signed []string
	if _, err := MintAPIKey(t.Context(), m.client, witness(t, &signed), nil); !errors.Is(err, ErrTokenExpired) || len(signed) != 0 || m.gets != 2 {
		t.Errorf("expired: %v after %d GETs; signed %q", err, m.gets, signed)
	}
	// The same token is signed while it is good.
	if key, err := MintAPIKey(t.Context(), m.client, witness(t, &signed), nil, now); err != nil || len(signed) != 1 || key == nil {
		t.Errorf("good: %v; signed %q", err, signed)
	}
	if m.posts[0]["signature"] != "0x"+fmt.Sprintf("%x", "a contract's word") {
		t.Errorf("the contract's signature became %v", m.posts[0]["signature"])
	}
}

// What is noted before a key can exist is what it will be called, and who cannot note it gets none.
func TestBeforeMint(t *testing.T) {
	m := newMint(t)
	m.answer = func(w http.ResponseWriter, n int, _ map[string]any) {
		if n == 1 {
			reply(w, 400, `{"error":"JWT has expired"}`)
			return
		}
		reply(w, 200, goodAnswer)
	}
	var noted []string
	note := BeforeMint(func(description string) error {
		if noted = append(noted, description); len(noted) != len(m.posts)+1 {
			t.Errorf("noted as %d, after %d requests", len(noted), len(m.posts))
		}
		return nil
	})
	key, err := MintAPIKey(t.Context(), m.client, testWallet(t), nil, note)
	if err != nil || len(noted) != 2 || noted[0] != key.Description || noted[1] != key.Description {
		t.Errorf("%v, %v; noted %q", key, err, noted)
	}
	proof, err := SignMintToken(t.Context(), testWallet(t), freshToken(0), note)
	if err != nil || len(noted) != 2 {
		t.Errorf("signed: %v; noted %q", err, noted)
	}
	if key, err = SubmitProof(t.Context(), m.client, proof, nil, note); err != nil || len(noted) != 3 || noted[2] != key.Description {
		t.Errorf("submitted: %v, %v; noted %q", key, err, noted)
	}
	full := errors.New("no room")
	_, err = MintAPIKey(t.Context(), m.client, testWallet(t), nil, BeforeMint(func(string) error { return full }))
	if !errors.Is(err, full) || errors.Is(err, ErrKeyMayExist) || len(m.posts) != 3 {
		t.Errorf("not noted: %v after %d requests", err, len(m.posts))
	}
}
