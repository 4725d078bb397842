// Tests of the verifier: what lets a wallet in, and each of the service's codes.

package siwx

import (
	"context"
	"encoding/base64"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/venice-go/venice/internal/solana"
	"github.com/venice-go/venice/internal/vectors"
)

var noon = time.Date(2026, 10, 1, 12, 0, 0, 0, time.UTC)

// signed is the header of a message that a wallet really signed, with the header changed after.
func signed(t *testing.T, w wallet, m Message, change func(*header)) http.Header {
	t.Helper()
	m.Address = w.Address()
	text, err := m.Text()
	if err != nil {
		t.Fatal(err)
	}
	signature, err := w.SignMessage(t.Context(), []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	h := header{Address: m.Address, Message: text, Signature: signature, Chain: m.Chain()}
	if change != nil {
		change(&h)
	}
	value, err := h.encode()
	if err != nil {
		t.Fatal(err)
	}
	return http.Header{"Sign-In-With-X": {value}}
}

func evmMessage() Message {
	return Message{Domain: "api.venice.ai", URI: "https://api.venice.ai", ChainID: "8453", Nonce: "3f2a91c4d80b7e15", IssuedAt: "2026-10-01T12:00:00.000Z"}
}

func solanaMessage() Message {
	m := evmMessage()
	m.ChainID = "5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp"
	return m
}

func newVerifier(at time.Time) *Verifier {
	return &Verifier{Domains: []string{"api.venice.ai", "Venice.ai", "127.0.0.1:8402", "[::1]"}, Now: func() time.Time { return at }}
}

func TestVerify(t *testing.T) {
	evm, solana := evmWallet(t, 1), solanaWallet()
	for name, c := range map[string]struct {
		w       wallet
		message func(*Message)
		header  func(*header)
		at      time.Duration
		code    string
	}{
		"evm":                      {w: evm},
		"solana":                   {w: solana},
		"solana, its type":         {w: solana, header: func(h *header) { h.Type = "ed25519" }},
		"solana, chain in full":    {w: solana, message: func(m *Message) { m.ChainID = "solana:" + m.ChainID }},
		"solana, base64":           {w: solana, header: func(h *header) { h.Signature = as64(h.Signature) }},
		"address in lower case":    {w: evm, header: func(h *header) { h.Address = strings.ToLower(h.Address) }},
		"address in upper case":    {w: evm, header: func(h *header) { h.Address = "0x" + strings.ToUpper(h.Address[2:]) }},
		"no chain in the header":   {w: evm, header: func(h *header) { h.Chain = "" }},
		"a scheme":                 {w: evm, message: func(m *Message) { m.Scheme = "https" }},
		"the other domain":         {w: evm, message: func(m *Message) { m.Domain = "venice.AI" }},
		"a port":                   {w: evm, message: func(m *Message) { m.Domain = "api.venice.ai:8443" }},
		"a port that is listed":    {w: evm, message: func(m *Message) { m.Domain = "127.0.0.1:8402" }},
		"IPv6":                     {w: evm, message: func(m *Message) { m.Domain = "[::1]" }},
		"IPv6 and a port":          {w: evm, message: func(m *Message) { m.Domain = "[::1]:80" }},
		"5 minutes old":            {w: evm, at: 5 * time.Minute},
		"30 seconds ahead":         {w: evm, at: -30 * time.Second},
		"just not expired":         {w: evm, message: func(m *Message) { m.ExpirationTime = "2026-10-01T14:04:00.000+02:00" }, at: 4*time.Minute - 1},
		"good from now":            {w: evm, message: func(m *Message) { m.NotBefore = "2026-10-01T12:01:00.000Z" }, at: time.Minute},
		"its timestamp":            {w: evm, header: func(h *header) { h.Timestamp = noon.UnixMilli() - 30_000 }},
		"everything":               {w: evm, message: everything},
		"INVALID_MESSAGE":          {w: evm, header: func(h *header) { h.Message += "\n" }},
		"MISSING_NONCE":            {w: evm, header: func(h *header) { h.Message = strings.Replace(h.Message, "3f2a91c4d80b7e15", "", 1) }},
		"INVALID_WALLET":           {w: evm, header: func(h *header) { h.Address = h.Address[:41] }},
		"INVALID_WALLET, Solana":   {w: solana, header: func(h *header) { h.Address = h.Address[:41] }},
		"ADDRESS_MISMATCH":         {w: evm, header: func(h *header) { h.Address = vectors.EIP55.Valid[0].Checksummed }},
		"ADDRESS_MISMATCH, Solana": {w: solana, header: func(h *header) { h.Address = strings.ToLower(h.Address) }, code: codeInvalidWallet},
		"ADDRESS_MISMATCH, kind":   {w: solana, header: func(h *header) { h.Address = evm.Address() }},
		"CHAIN_MISMATCH":           {w: evm, header: func(h *header) { h.Chain = "eip155:1" }},
		"CHAIN_MISMATCH, kind":     {w: evm, header: func(h *header) { h.Chain = "solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp" }},
		"CHAIN_MISMATCH, message":  {w: evm, message: func(m *Message) { m.ChainID = "1" }, header: func(h *header) { h.Chain = "eip155:8453" }},
		"CHAIN_MISMATCH, type":     {w: evm, header: func(h *header) { h.Type = "ed25519" }},
		"UNSUPPORTED_CHAIN":        {w: evm, message: func(m *Message) { m.ChainID = "1" }},
		"UNSUPPORTED_CHAIN, zeros": {w: evm, message: func(m *Message) { m.ChainID = "08453" }, header: func(h *header) { h.Chain = "" }},
		"UNSUPPORTED_CHAIN, test":  {w: solana, message: func(m *Message) { m.ChainID = "EtWTRABZaYq6iMfeYKouRu166VU2xqa1" }},
		"DOMAIN_MISMATCH":          {w: evm, message: func(m *Message) { m.Domain = "xapi.venice.ai" }},
		"DOMAIN_MISMATCH, longer":  {w: evm, message: func(m *Message) { m.Domain = "api.venice.ai.example" }},
		"DOMAIN_MISMATCH, port":    {w: evm, message: func(m *Message) { m.Domain = "127.0.0.1:8403" }},
		"DOMAIN_MISMATCH, no port": {w: evm, message: func(m *Message) { m.Domain = "127.0.0.1" }},
		"TIMESTAMP_MISMATCH":       {w: evm, header: func(h *header) { h.Timestamp = noon.UnixMilli() + 30_001 }},
		"TIMESTAMP_MISMATCH, s":    {w: evm, header: func(h *header) { h.Timestamp = noon.Unix() }},
		"EXPIRED, of age":          {w: evm, at: 5*time.Minute + 1},
		"EXPIRED, by itself":       {w: evm, message: func(m *Message) { m.ExpirationTime = "2026-10-01T12:04:00.000Z" }, at: 4 * time.Minute},
		"FUTURE_TIMESTAMP":         {w: evm, at: -30*time.Second - 1},
		"NOT_BEFORE":               {w: evm, message: func(m *Message) { m.NotBefore = "2026-10-01T12:01:00.000Z" }, at: time.Minute - 1},
		"INVALID_SIGNATURE":        {w: evm, header: func(h *header) { h.Message = strings.Replace(h.Message, "3f2a", "3f2b", 1) }},
		"INVALID_SIGNATURE, 0":     {w: evm, header: func(h *header) { h.Signature = "0x" }},
		"INVALID_SIGNATURE, s":     {w: evm, header: func(h *header) { h.Signature = withHighS(h.Signature) }},
		"INVALID_SIGNATURE, sol":   {w: solana, header: func(h *header) { h.Message = strings.Replace(h.Message, "3f2a", "3f2b", 1) }},
	} {
		m := evmMessage()
		if strings.HasPrefix(c.w.Chain(), "solana:") {
			m = solanaMessage()
		}
		if c.message != nil {
			c.message(&m)
		}
		code := c.code
		if first, _, _ := strings.Cut(name, ","); code == "" && first == strings.ToUpper(first) {
			code = codePrefix + first
		}
		for _, header := range []string{"Sign-In-With-X", "X-Sign-In-With-X"} {
			h := http.Header{header: signed(t, c.w, m, c.header)["Sign-In-With-X"]}
			got, err := newVerifier(noon.Add(c.at)).Verify(t.Context(), h)
			refusal, _ := errors.AsType[*Error](err)
			switch {
			case code == "" && (err != nil || got.Address != c.w.Address() || got.Nonce != m.Nonce):
				t.Errorf("%s: %+v, %v", name, got, err)
			case code != "" && (got != nil || refusal == nil || refusal.Code != code):
				t.Errorf("%s: %+v, %v, want %s", name, got, err, code)
			}
		}
	}
}

func everything(m *Message) {
	m.ExpirationTime, m.NotBefore, m.RequestID = "2026-10-01T12:04:00Z", "2026-10-01T12:00:00Z", "req-1"
	m.Resources, m.Statement = []string{"https://venice.ai/x"}, new("Any text. At all?")
}

func as64(signature string) string {
	for _, v := range vectors.Solana.SignIns {
		if v.Signature58 == signature {
			return v.Signature64
		}
	}
	raw, _ := solana.Decode(signature)
	return base64.StdEncoding.EncodeToString(raw)
}

func TestVerifyPayload(t *testing.T) {
	v := newVerifier(noon)
	for name, c := range map[string]struct{ value, code string }{
		"PARSE_ERROR":      {"{}", codeParseError},
		"INVALID_PAYLOAD":  {wire(map[string]any{"address": "a"}), codeInvalidPayload},
		"no header":        {"", codeInvalidPayload},
		"INVALID_CHAIN_ID": {wire(map[string]any{"address": "a", "message": "m", "signature": "s", "chainId": "base"}), codeInvalidChainID},
	} {
		_, err := v.Verify(t.Context(), http.Header{"Sign-In-With-X": {c.value}})
		if refusal, ok := errors.AsType[*Error](err); !ok || refusal.Code != c.code {
			t.Errorf("%s: %v", name, err)
		}
	}
	if m, err := new(Verifier).Verify(t.Context(), signed(t, evmWallet(t, 1), evmMessage(), nil)); err == nil {
		t.Errorf("the zero Verifier lets in %s", m.Address)
	}
	// The clock of this machine, where none is given.
	if _, err := (&Verifier{Domains: []string{"api.venice.ai"}}).Verify(t.Context(), signed(t, evmWallet(t, 1), evmMessage(), nil)); err == nil {
		t.Error("noon is any time")
	}
}

// The official client's header is good while it was, and only once.
func TestOfficialClient(t *testing.T) {
	h := http.Header{"X-Sign-In-With-X": {vectors.SIWE.OfficialHeader}}
	v := newVerifier(time.UnixMilli(1700000000000).Add(time.Second))
	if m, err := v.Verify(t.Context(), h); err != nil || m.Address != vectors.PersonalSign.Address {
		t.Errorf("%+v, %v", m, err)
	}
	if _, err := v.Verify(t.Context(), h); !isCode(err, codeNonceReused) {
		t.Errorf("again: %v", err)
	}
}

func isCode(err error, code string) bool {
	refusal, ok := errors.AsType[*Error](err)
	return ok && refusal.Code == code
}

func TestNoncesAreRemembered(t *testing.T) {
	evm, other := evmWallet(t, 1), evmWallet(t, 2)
	at := noon
	v := newVerifier(noon)
	v.Now = func() time.Time { return at }
	forged := func(h *header) { h.Signature = "0x" + strings.Repeat("1", 130) }
	for i, step := range []struct {
		w      wallet
		nonce  string
		issued time.Duration // and asked
		change func(*header)
		code   string
	}{
		{evm, "aaaaaaaa", 0, forged, codeInvalidSignature}, // does not use the nonce up
		{evm, "aaaaaaaa", 0, nil, ""},
		{evm, "aaaaaaaa", 0, nil, codeNonceReused},
		{evm, "aaaaaaab", 0, nil, ""},
		{other, "aaaaaaaa", 0, nil, ""}, // per wallet
		{evm, "aaaaaaaa", 5*time.Minute + 29*time.Second, nil, codeNonceReused},
		{evm, "aaaaaaab", 5*time.Minute + 29*time.Second, nil, codeNonceReused},
		{evm, "aaaaaaaa", 5*time.Minute + 30*time.Second, nil, ""},
		{evm, "aaaaaaaa", 0, nil, codeNonceReused}, // the clock went back
	} {
		m := evmMessage()
		at = noon.Add(step.issued)
		m.Nonce, m.IssuedAt = step.nonce, at.Format(time.RFC3339)
		_, err := v.Verify(t.Context(), signed(t, step.w, m, step.change))
		if step.code == "" && err != nil || step.code != "" && !isCode(err, step.code) {
			t.Errorf("step %d: %v, want %q", i, err, step.code)
		}
	}
	if n := len(v.nonces.used); n != 1 || len(v.nonces.queue) != n {
		t.Errorf("%d nonces are kept, in a queue of %d", n, len(v.nonces.queue))
	}
}

func TestVerifierHooks(t *testing.T) {
	broken := errors.New("no database")
	evm := evmWallet(t, 1)
	h := signed(t, evm, evmMessage(), nil)
	v := newVerifier(noon)
	v.Remember = func(_ context.Context, wallet, nonce string, until time.Time) (bool, error) {
		if wallet != evm.Address() || nonce != "3f2a91c4d80b7e15" || !until.Equal(noon.Add(330*time.Second)) {
			t.Errorf("remember %s, %s until %v", wallet, nonce, until)
		}
		return true, nil
	}
	for range 2 {
		if _, err := v.Verify(t.Context(), h); err != nil {
			t.Error(err)
		}
	}
	v.Remember = func(context.Context, string, string, time.Time) (bool, error) { return false, nil }
	if _, err := v.Verify(t.Context(), h); !isCode(err, codeNonceReused) {
		t.Error(err)
	}
	v.Remember = func(context.Context, string, string, time.Time) (bool, error) { return true, broken }
	if m, err := v.Verify(t.Context(), h); !errors.Is(err, broken) || m != nil {
		t.Error(m, err)
	}

	// A contract is asked about what is not the account's own signature, and about nothing else.
	contract := signed(t, evm, evmMessage(), func(h *header) { h.Signature = "0x6f6b" })
	v = newVerifier(noon)
	asked := 0
	var says error
	v.Contract = func(_ context.Context, address, message, signature string) (bool, error) {
		asked++
		return address == evm.Address() && strings.HasPrefix(message, "api.venice.ai wants") && signature == "0x6f6b", says
	}
	if m, err := v.Verify(t.Context(), contract); err != nil || m.Address != evm.Address() || asked != 1 {
		t.Error(m, err, asked)
	}
	other := signed(t, evm, evmMessage(), func(h *header) { h.Signature = "0x6e6f" })
	if _, err := v.Verify(t.Context(), other); !isCode(err, codeInvalidSignature) || asked != 2 {
		t.Error(err, asked)
	}
	if says = broken; !errors.Is(second(v.Verify(t.Context(), contract)), broken) {
		t.Error("the error is lost")
	}
	asked = 0
	if _, err := v.Verify(t.Context(), signed(t, solanaWallet(), solanaMessage(), nil)); err != nil || asked != 0 {
		t.Error(err, asked)
	}
}

func second[T any](_ T, err error) error { return err }
