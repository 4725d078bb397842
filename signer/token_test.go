// Tests of the token rules, with the texts that a hostile server might hand out.

package signer

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/venice-go/venice/internal/vectors"
)

var tokenTime = time.Unix(1700000000, 0) // when the published token was issued, for 15 minutes

func ExampleCheckMintToken() {
	fmt.Println(CheckMintToken("opensea.example wants you to sign in with your Ethereum account:\n0x...", time.Now()))
	// Output: signer: not a mint token of the service: 5 parts, want 3
}

// jws puts a header and a payload into the compact form.
func jws(header, payload string) string {
	enc := base64.RawURLEncoding.EncodeToString
	return enc([]byte(header)) + "." + enc([]byte(payload)) + "." + strings.Repeat("A", 43)
}

func TestTokenVectors(t *testing.T) {
	for _, token := range vectors.Tokens.Refuse {
		if err := CheckMintToken(token, tokenTime); !errors.Is(err, ErrTokenInvalid) {
			t.Errorf("%q: %v", token, err)
		}
	}
	for _, token := range vectors.Tokens.Accept {
		if err := CheckMintToken(token, tokenTime); err != nil {
			t.Errorf("%q: %v", token, err)
		}
	}
	if len(vectors.Tokens.Refuse) < 13 || len(vectors.Tokens.Accept) < 1 {
		t.Error("vectors are missing")
	}
}

func TestCheckMintTokenTime(t *testing.T) {
	token := vectors.Tokens.Accept[0] // expires at 1700000900
	for at, want := range map[int64]error{
		1700000899: nil,
		1700000900: ErrTokenExpired,
		1700000901: ErrTokenExpired,
		1700100000: ErrTokenExpired,
		1699999700: nil, // 20 minutes before
		1699999699: ErrTokenInvalid,
		0:          ErrTokenInvalid,
	} {
		if err := CheckMintToken(token, time.Unix(at, 0)); !errors.Is(err, want) {
			t.Errorf("at %d: %v, want %v", at, err, want)
		}
	}
	if err := CheckMintToken(token, time.Time{}); !errors.Is(err, ErrTokenInvalid) {
		t.Errorf("at the zero time: %v", err)
	}
}

func TestCheckMintTokenRules(t *testing.T) {
	const header, payload = `{"alg":"HS256"}`, `{"exp":1700000900}`
	good := jws(header, payload)
	parts := strings.Split(good, ".")
	accept := map[string]string{
		"plain":            good,
		"more members":     jws(`{"alg":"ES256","typ":"JWT","kid":"1"}`, `{"exp":1700000900,"aud":["a",{"exp":1}],"nested":{"alg":"none","exp":0}}`),
		"white space":      jws(" {\n\"alg\" : \"HS256\" } ", "\t{\"exp\" : 1700000900}\n"),
		"exp a fraction":   jws(header, `{"exp":1700000900.5}`),
		"exp an exponent":  jws(header, `{"exp":1.7000009e9}`),
		"shortest":         jws(header, payload)[:64],
		"longest":          good + strings.Repeat("A", 4096-len(good)),
		"escaped but same": jws(`{"\u0061lg":"HS256"}`, payload),
	}
	refuse := map[string]string{
		"63 bytes":                jws(`{"alg":"H"}`, payload)[:63],
		"4097 bytes":              good + strings.Repeat("A", 4097-len(good)),
		"no signature":            jws(header, payload+strings.Repeat(" ", 30))[:86],
		"no header":               "." + parts[1] + "." + strings.Repeat("A", 63),
		"trailing bits":           parts[0] + "." + parts[1] + "." + strings.Repeat("A", 42) + "B",
		"padding":                 parts[0] + "." + parts[1] + "." + strings.Repeat("A", 43) + "=",
		"line feed at the end":    good + "\n",
		"line feed within":        parts[0] + "." + parts[1][:8] + "\n" + parts[1][8:] + "." + parts[2],
		"CRLF within a part":      parts[0][:4] + "\r\n" + parts[0][4:] + "." + parts[1] + "." + parts[2],
		"space before":            " " + good,
		"standard alphabet":       parts[0] + "." + parts[1] + "." + strings.Repeat("+/", 22),
		"impossible length":       parts[0] + "." + parts[1] + "." + strings.Repeat("A", 45),
		"two parts":               parts[0] + "." + parts[1] + strings.Repeat("A", 43),
		"five parts (encrypted)":  good + ".AAAA.AAAA",
		"Bearer before it":        "Bearer " + good,
		"NUL after it":            good + "\x00",
		"alg none":                jws(`{"alg":"none"}`, payload),
		"alg None":                jws(`{"alg":"NoNe"}`, payload),
		"alg empty":               jws(`{"alg":""}`, payload),
		"alg null":                jws(`{"alg":null}`, payload),
		"alg missing":             jws(`{"typ":"JWT"}`, payload),
		"alg a list":              jws(`{"alg":["HS256"]}`, payload),
		"alg an object":           jws(`{"alg":{"alg":"HS256"}}`, payload),
		"alg a number":            jws(`{"alg":256}`, payload),
		"alg nested only":         jws(`{"x":{"alg":"HS256"}}`, payload),
		"alg twice":               jws(`{"alg":"HS256","alg":"none"}`, payload),
		"alg twice, escaped":      jws(`{"alg":"HS256","\u0061lg":"none"}`, payload),
		"ALG beside alg":          jws(`{"alg":"HS256","ALG":"none"}`, payload),
		"ALG alone":               jws(`{"ALG":"HS256"}`, payload),
		"header a list":           jws(`[{"alg":"HS256"}]`, payload),
		"header a string":         jws(`"alg HS256 alg HS256"`, payload),
		"header null":             jws(`null`, payload),
		"header two objects":      jws(header+header, payload),
		"header cut":              jws(header[:14], payload),
		"header not UTF-8":        jws("{\"alg\":\"HS256\",\"a\":\"\xff\"}", payload),
		"payload a list":          jws(header, `[1700000900]`),
		"payload a number":        jws(header, `1700000900`),
		"payload null":            jws(header, `null`),
		"payload a sign-in":       jws(header, "api.venice.ai wants you to sign in with your Ethereum account"),
		"payload then text":       jws(header, payload+" opensea"),
		"payload with a comment":  jws(header, `{"exp":1700000900/*x*/}`),
		"payload not UTF-8":       jws(header, "{\"exp\":1700000900,\"a\":\"\xff\"}"),
		"exp missing":             jws(header, `{"iat":1700000000}`),
		"exp null":                jws(header, `{"exp":null}`),
		"exp a string":            jws(header, `{"exp":"1700000900"}`),
		"exp a list":              jws(header, `{"exp":[1700000900]}`),
		"exp true":                jws(header, `{"exp":true}`),
		"exp nested only":         jws(header, `{"claims":{"exp":1700000900}}`),
		"exp twice":               jws(header, `{"exp":1700000900,"exp":1700000901}`),
		"EXP beside exp":          jws(header, `{"exp":1700000900,"Exp":1800000000}`),
		"EXP alone":               jws(header, `{"EXP":1700000900}`),
		"exp too late":            jws(header, `{"exp":1700001201}`),
		"exp in milliseconds":     jws(header, `{"exp":1700000900000}`),
		"exp huge":                jws(header, `{"exp":1e300}`),
		"exp beyond any float":    jws(header, `{"exp":1e999}`),
		"exp beyond any integer":  jws(header, `{"exp":170000090000000000000000000000000000000}`),
		"exp hexadecimal":         jws(header, `{"exp":0x6553F4A4}`),
		"exp infinite":            jws(header, `{"exp":Infinity}`),
		"exp not a number":        jws(header, `{"exp":NaN}`),
		"a name twice, elsewhere": jws(header, `{"exp":1700000900,"a":{"b":1,"b":2}}`),
	}
	expired := map[string]string{
		"exp negative":        jws(header, `{"exp":-1700000900}`),
		"exp zero":            jws(header, `{"exp":0}`),
		"exp negative zero":   jws(header, `{"exp":-0}`),
		"exp hugely negative": jws(header, `{"exp":-1e300}`),
		"exp now":             jws(header, `{"exp":1700000000}`),
	}
	check := func(cases map[string]string, want error) {
		for name, token := range cases {
			err := CheckMintToken(token, tokenTime)
			if !errors.Is(err, want) {
				t.Errorf("%s: %v, want %v", name, err, want)
			}
			if err != nil && token != "" && len(token) > 20 && strings.Contains(err.Error(), token[:20]) {
				t.Errorf("%s: the error shows the token: %v", name, err)
			}
		}
	}
	check(accept, nil)
	check(refuse, ErrTokenInvalid)
	check(expired, ErrTokenExpired)
}

// What passes reads as a JWS to an ordinary reader as well, with the same alg and exp.
func FuzzCheckMintToken(f *testing.F) {
	for _, token := range append(vectors.Tokens.Refuse, vectors.Tokens.Accept...) {
		f.Add(token)
	}
	f.Add(jws(`{"alg":"HS256","ALG":"none"}`, `{"exp":1.7000009e9}`))
	f.Fuzz(func(t *testing.T, token string) {
		// Wrapping lets the fuzzer work on the JSON without having to find base64.
		if header, payload, ok := strings.Cut(token, "|"); ok {
			token = jws(header, payload)
		}
		if CheckMintToken(token, tokenTime) != nil {
			return
		}
		parts := strings.Split(token, ".")
		if len(parts) != 3 || len(token) < 64 || len(token) > 4096 || strings.ContainsAny(token, " \r\n=+/") {
			t.Fatalf("accepted %q", token)
		}
		var header struct{ Alg string }
		var payload struct{ Exp float64 }
		for i, into := range []any{&header, &payload} {
			raw, err := base64.RawURLEncoding.Strict().DecodeString(parts[i])
			if err == nil {
				err = json.Unmarshal(raw, into)
			}
			if err != nil {
				t.Fatalf("accepted %q: %v", token, err)
			}
		}
		if header.Alg == "" || strings.EqualFold(header.Alg, "none") || payload.Exp <= 1700000000 || payload.Exp > 1700001200 {
			t.Fatalf("accepted %q with %+v, %+v", token, header, payload)
		}
	})
}
