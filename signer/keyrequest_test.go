// Tests of what is asked of the mint, as it is sent.

package signer

import (
	"bytes"
	"encoding/json"
	"errors"
	"math"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/venice-go/venice/gen"
	"github.com/venice-go/venice/internal/vectors"
)

func TestKeyRequestWire(t *testing.T) {
	random := func() *bytes.Reader { return bytes.NewReader([]byte{1, 2, 3, 4}) }
	all := &KeyRequest{Type: "ADMIN", Description: "d", Expires: noon.Add(time.Millisecond), LimitUSD: new(0.0), LimitDIEM: new(2.5),
		LimitPeriod: "LIFETIME", ModelPrivacy: "PRIVATE_ONLY"}
	for want, r := range map[string]*KeyRequest{
		`{"apiKeyType":"INFERENCE","description":"Web3 API Key 01020304"}`: nil,
		`{"apiKeyType":"ADMIN","consumptionLimit":{"diem":2.5,"usd":0},"description":"d 01020304","expiresAt":"2026-10-01T12:00:00.001Z",` +
			`"limitPeriod":"LIFETIME","modelPrivacy":"PRIVATE_ONLY"}`: all,
	} {
		body, err := r.wire(noon, random())
		if _, since := reflect.TypeFor[gen.Web3KeyRequest]().FieldByName("ModelPrivacy"); !since && r != nil {
			if !errors.Is(err, ErrKeyRequest) || !strings.Contains(err.Error(), "modelPrivacy") {
				t.Errorf("the revision at hand has no modelPrivacy: %v", err)
			}
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		raw, _ := json.Marshal(&body)
		var got map[string]any
		_ = json.Unmarshal(raw, &got)
		for _, proof := range []string{"address", "token", "signature"} {
			delete(got, proof)
		}
		if text, _ := json.Marshal(got); string(text) != want {
			t.Errorf("sends %s, want %s", text, want)
		}
	}
}

// Without randomness no two descriptions would differ.
func TestKeyRequestWithoutRandomness(t *testing.T) {
	if _, err := new(KeyRequest).wire(noon, bytes.NewReader(make([]byte, 3))); err == nil {
		t.Error("too little randomness passed")
	}
}

// An expiry that is past by the caller's clock is refused before a token is fetched or anything is signed.
func TestExpiryInThePast(t *testing.T) {
	now := WithClock(func() time.Time { return tokenTime })
	for at, ok := range map[time.Time]bool{
		tokenTime.Add(time.Millisecond): true, tokenTime: false, tokenTime.Add(-time.Nanosecond): false, tokenTime.AddDate(-1, 0, 0): false,
	} {
		m := newMint(t)
		m.token = func(int) string { return goodToken }
		var signed []string
		_, err := MintAPIKey(t.Context(), m.client, witness(t, &signed), &KeyRequest{Expires: at}, now)
		if (err == nil) != ok || !ok && (!errors.Is(err, ErrKeyRequest) || !strings.Contains(err.Error(), "is past") || m.gets != 0 || len(signed) != 0) {
			t.Errorf("%v: %v after %d tokens, %d signatures", at, err, m.gets, len(signed))
		}
		_, err = SubmitProof(t.Context(), m.client, Proof{Address: testWallet(t).Address()}, &KeyRequest{Expires: at}, now)
		if (err == nil) != ok {
			t.Errorf("%v, submitted: %v", at, err)
		}
	}
}

func TestMintRequestIsCheckedFirst(t *testing.T) {
	limit := func(usd float64) KeyRequest { return KeyRequest{LimitUSD: &usd} }
	expires := func(at time.Time) KeyRequest { return KeyRequest{Expires: at} }
	text := func(s string) KeyRequest { return KeyRequest{Description: s} }
	for _, c := range []struct {
		request KeyRequest
		ok      bool
	}{
		{limit(0), true}, {limit(9999999999), true}, {limit(12.5), true}, {KeyRequest{LimitDIEM: new(1.0)}, true},
		{limit(-1), false}, {limit(-0.01), false}, {limit(10000000000), false}, {limit(math.NaN()), false}, {KeyRequest{LimitDIEM: new(-1.0)}, false},
		{expires(time.Time{}), true}, {expires(time.Now().Add(time.Minute)), true},
		{expires(time.Now().Add(-time.Second)), false}, {expires(time.Unix(0, 0)), false}, {expires(time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC)), false},
		{text(strings.Repeat("x", 55)), true}, {text(strings.Repeat("ü", 55)), true}, {text(strings.Repeat("🦀", 27)), true},
		{text(strings.Repeat("x", 56)), false}, {text(strings.Repeat("🦀", 28)), false},
	} {
		m := newMint(t)
		_, err := MintAPIKey(t.Context(), m.client, testWallet(t), &c.request)
		if (err == nil) != c.ok {
			t.Errorf("%+v: %v", c.request, err)
		}
		if !c.ok && m.gets+len(m.posts) != 0 {
			t.Errorf("%+v: asked the service before the check", c.request)
		}
		if c.ok && len([]rune(m.posts[0]["description"].(string))) > 64 {
			t.Errorf("description too long: %v", m.posts[0])
		}
	}
	broken := "a\xff"
	if _, err := MintAPIKey(t.Context(), newMint(t).client, testWallet(t), &KeyRequest{Description: broken}); err == nil {
		t.Error("a description that is no UTF-8 passed")
	}
	if _, err := MintAPIKey(t.Context(), nil, testWallet(t), nil); err == nil {
		t.Error("no client, no error")
	}
	if _, err := MintAPIKey(t.Context(), newMint(t).client, nil, nil); err == nil {
		t.Error("no wallet, no error")
	}
}

// A field that the API at hand does not have is not dropped silently.
func TestUnknownField(t *testing.T) {
	if _, err := bodyOf(map[string]any{"apiKeyType": "ADMIN", "fieldOfTomorrow": 1}); !errors.Is(err, ErrKeyRequest) || !strings.Contains(err.Error(), "fieldOfTomorrow") {
		t.Error(err)
	}
}

// goodToken is the published one, good for 15 minutes from tokenTime.
var goodToken = vectors.Tokens.Accept[0]
