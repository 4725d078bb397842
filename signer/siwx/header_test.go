// Tests of the header that carries a sign-in.

package siwx

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"reflect"
	"strings"
	"testing"

	"github.com/venice-go/venice/internal/evm"
	"github.com/venice-go/venice/internal/solana"
	"github.com/venice-go/venice/internal/vectors"
)

func TestHeaderVectors(t *testing.T) {
	type vector struct{ name, header, message, signature, chain, kind string }
	var all []vector
	for _, v := range vectors.SIWE.Cases {
		all = append(all, vector{v.Name, v.Header, v.Message, v.Signature, evm.Base, ""})
	}
	for _, v := range vectors.Solana.SignIns {
		all = append(all, vector{v.Name, v.Header, v.Message, v.Signature58, solana.Network, "ed25519"})
	}
	for _, v := range all {
		h, err := parseHeader(v.header)
		if err != nil {
			t.Fatalf("%s: %v", v.name, err)
		}
		m, err := ParseMessage(h.Message)
		if err != nil {
			t.Fatalf("%s: %v", v.name, err)
		}
		if h.Message != v.message || h.Signature != v.signature || h.Chain != v.chain || h.Type != v.kind || h.Timestamp != 0 || h.Address != m.Address {
			t.Errorf("%s: %+v", v.name, h)
		}
		if again, err := h.encode(); again != v.header || err != nil {
			t.Errorf("%s: encoded %s, %v, want %s", v.name, again, err, v.header)
		}
	}
	h, err := parseHeader(vectors.SIWE.OfficialHeader)
	if err != nil || h.Timestamp != 1700000000000 || h.Chain != evm.Base || !strings.Contains(h.Message, "URI: https://api.venice.ai/api/v1/chat/completions\n") {
		t.Errorf("the official client's: %+v, %v", h, err)
	}
}

// wire is a header with these members.
func wire(members map[string]any) string {
	raw, err := json.Marshal(members)
	if err != nil {
		panic(err)
	}
	return base64.StdEncoding.EncodeToString(raw)
}

func TestHeaderForms(t *testing.T) {
	members := func(name string, value any) map[string]any {
		all := map[string]any{"address": "a", "message": "m", "signature": "s", "chainId": 8453}
		if all[name] = value; value == nil {
			delete(all, name)
		}
		return all
	}
	for text, chain := range map[string]string{
		`8453`: evm.Base, `"8453"`: evm.Base, `"eip155:8453"`: evm.Base, `"` + solana.Network + `"`: solana.Network, `1`: "eip155:1", `"eip155:1"`: "eip155:1",
		`"solana:EtWTRABZaYq6iMfeYKouRu166VU2xqa1"`: "solana:EtWTRABZaYq6iMfeYKouRu166VU2xqa1",
	} {
		if h, err := parseHeader(wire(members("chainId", json.RawMessage(text)))); err != nil || h.Chain != chain {
			t.Errorf("chainId %s: %+v, %v", text, h, err)
		}
	}
	if h, err := parseHeader(wire(members("chainId", nil))); err != nil || h.Chain != "" {
		t.Errorf("no chainId: %+v, %v", h, err)
	}
	if h, err := parseHeader(wire(members("more", 1))); err != nil || h.Chain != evm.Base {
		t.Errorf("another member: %+v, %v", h, err)
	}

	refused := map[string]string{
		"": codeParseError, "!": codeParseError, "e30": codeParseError, base64.RawStdEncoding.EncodeToString([]byte(`{"a":1}`)): codeParseError,
		wire(members("", 0)) + "\n": codeParseError, wire(members("more", strings.Repeat("A", maxHeader))): codeParseError,
		base64.URLEncoding.EncodeToString([]byte(`{"address":"a","message":"ÿÿÿ>>>???","signature":"s"}`)): codeParseError,
	}
	for _, text := range []string{``, `null`, `[]`, `"x"`, `{`, `{}{}`, `{"address":"a","address":"a","message":"m","signature":"s"}`,
		`{"address":"` + "\xff" + `","message":"m","signature":"s"}`} {
		refused[base64.StdEncoding.EncodeToString([]byte(text))] = codeParseError
	}
	for _, m := range []map[string]any{
		{}, members("address", nil), members("message", nil), members("signature", nil), members("address", ""), members("message", ""),
		members("signature", ""), members("message", 1), members("signature", []int{1}), members("type", 1), members("timestamp", "1"), members("timestamp", 1.5),
	} {
		refused[wire(m)] = codeInvalidPayload
	}
	for _, text := range []string{`8453.0`, `8.453e3`, `-1`, `0`, `"08453"`, `"base"`, `"0x2105"`, `""`, `null`, `true`, `{}`, `[8453]`, `"eip155:"`, `"solana:"`,
		`"eip155:8453 "`, `"5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp"`, `"cosmos:1"`, `123456789012345678901234567890123`} {
		refused[wire(members("chainId", json.RawMessage(text)))] = codeInvalidChainID
	}
	for value, code := range refused {
		h, err := parseHeader(value)
		if refusal, ok := errors.AsType[*Error](err); !ok || refusal.Code != code || h != nil {
			raw, _ := base64.StdEncoding.DecodeString(value)
			t.Errorf("%.80q (%.80q): %+v, %v, want %s", value, raw, h, err, code)
		}
	}

	for _, h := range []header{{Address: "\xff"}, {Chain: "eip155:"}, {Chain: "eip155:08453"}, {Chain: "\xff"}} {
		if value, err := h.encode(); err == nil || value != "" {
			t.Errorf("%+v: encoded %s", h, value)
		}
	}
}

// What parses comes back the same when it is encoded and parsed again.
func FuzzParseHeader(f *testing.F) {
	for _, v := range append(vectors.SIWE.Cases[:3:3], vectors.SIWE.Cases[8]) {
		f.Add(v.Header)
	}
	f.Add(vectors.Solana.SignIns[0].Header)
	f.Add(vectors.SIWE.OfficialHeader)
	f.Add(`{"address":"a","message":"m","signature":"s","chainId":"eip155:8453"}`)
	f.Fuzz(func(t *testing.T, value string) {
		if strings.HasPrefix(value, "{") { // so that the fuzzer can work on the JSON without having to find base64
			value = base64.StdEncoding.EncodeToString([]byte(value))
		}
		h, err := parseHeader(value)
		if err != nil {
			if _, ok := errors.AsType[*Error](err); !ok || h != nil {
				t.Fatalf("%q: %v, %v", value, h, err)
			}
			return
		}
		again, err := h.encode()
		if err != nil {
			t.Fatalf("%q: %v", value, err)
		}
		if len(again) > maxHeader {
			return
		}
		second, err := parseHeader(again)
		if err != nil || second.Signature != h.Signature {
			t.Fatalf("%q: then %q: %v", value, again, err)
		}
		second.Signature, h.Signature = "", ""
		if !reflect.DeepEqual(second, h) {
			t.Fatalf("%q: %+v, then %+v", value, h, second)
		}
		if _, err := json.Marshal(h); err != nil || h.Address == "" || h.Message == "" {
			t.Fatalf("accepted %q as %+v, %v", value, h, err)
		}
	})
}
