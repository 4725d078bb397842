// Tests of what is asked of the mint, as it is sent.

package signer

import (
	"bytes"
	"encoding/json"
	"errors"
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

// A field that the API at hand does not have is not dropped silently.
func TestUnknownField(t *testing.T) {
	if _, err := bodyOf(map[string]any{"apiKeyType": "ADMIN", "fieldOfTomorrow": 1}); !errors.Is(err, ErrKeyRequest) || !strings.Contains(err.Error(), "fieldOfTomorrow") {
		t.Error(err)
	}
}

// goodToken is the published one, good for 15 minutes from tokenTime.
var goodToken = vectors.Tokens.Accept[0]
