// Tests of attestations that somebody changed on the way: each is refused before a chat leaves.

package e2ee_test

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/venice-go/venice/e2ee"
	"github.com/venice-go/venice/tests/venicetest"
)

func TestTamperedAttestations(t *testing.T) {
	s := venicetest.NewServer(t, venicetest.WithoutRateLimits())
	event := []any{"info", "tcb_info", "event_log", 3}
	for _, c := range []struct {
		why  string
		edit func(map[string]any)
	}{
		{"nonce", flip("nonce", 9)},
		{"request_nonce", flip("request_nonce", 9)},
		{"nonce_source", set("nonce_source", "server")},
		{"verified", set("verified", false)},
		{"verified, as a word", set("verified", "no")},
		{"model", set("model", newer)},
		{"tee_hardware", set("tee_hardware", "amd-sev")},
		{"signing_algo", set("signing_algo", "eddsa")},
		{"signing_address", flip("signing_address", 20)},
		{"signing_public_key flipped", flip("signing_public_key", 77)},
		{"signing_public_key of another", set("signing_public_key", otherKey)},
		{"signing_public_key cut", func(a map[string]any) { a["signing_public_key"] = a["signing_public_key"].(string)[:128] }},
		{"signing_public_key gone", func(a map[string]any) { delete(a, "signing_public_key") }},
		{"signing_key of another beside it", set("signing_key", otherKey)},
		{"quote: address", quotes(reportData + 7)},
		{"quote: zeros behind it", quotes(reportData + 45)},
		{"quote: nonce", quotes(reportData + 100)},
		{"quote: version", quotes(1)},
		{"quote: hardware", quotes(9)},
		{"quote: RTMR 3", quotes(2*(48+472) + 5)},
		{"quote: MRCONFIGID", quotes(2*(48+184) + 5)},
		{"one quote", flip("intel_quote", 4000)},
		{"quote cut", func(a map[string]any) { a["intel_quote"] = a["intel_quote"].(string)[:2000] }},
		{"quote that is base64", set("intel_quote", "BAACAIEAAAAA")},
		{"quote gone", set("intel_quote", "")},
		{"the two quotes differ", flip("quote", 4000)},
		{"event log: digest", flip("digest", 3, "info", "tcb_info", "event_log", 0)},
		{"event log: digest of what is said", flip("digest", 3, event...)},
		{"event log: name", set("event", "compose_hash", event...)},
		{"event log: payload", flip("event_payload", 3, event...)},
		{"event log: register", set("imr", json.Number("2"), event...)},
		{"event log: no such register", set("imr", json.Number("4"), event...)},
		{"event log: last one gone", func(a map[string]any) {
			tcb := at(a, "info", "tcb_info").(map[string]any)
			log := tcb["event_log"].([]any)
			tcb["event_log"] = log[:len(log)-1]
		}},
		{"event log: other order", func(a map[string]any) {
			log := at(a, "info", "tcb_info", "event_log").([]any)
			log[3], log[4] = log[4], log[3]
		}},
		{"event logs gone", func(a map[string]any) {
			delete(a, "event_log")
			delete(at(a, "info", "tcb_info").(map[string]any), "event_log")
		}},
		{"app_compose", set("app_compose", "{}", "info", "tcb_info")},
		{"compose_hash", flip("compose_hash", 3, "info")},
		{"rtmr0", flip("rtmr0", 3, "info", "tcb_info")},
		{"info gone", func(a map[string]any) { delete(a, "info") }},
		{"nvidia_payload: nonce", func(a map[string]any) {
			a["nvidia_payload"] = strings.Replace(a["nvidia_payload"].(string), a["nonce"].(string), strings.Repeat("0", 64), 1)
		}},
		{"nvidia_payload: evidence of another nonce", func(a map[string]any) {
			a["nvidia_payload"] = strings.Replace(a["nvidia_payload"].(string), `"evidence":"EeAB/`, `"evidence":"EeAB/0000`, 1)
		}},
		{"nvidia_payload: no evidence", set("nvidia_payload", `{}`)},
	} {
		tampering{attestation: c.edit}.refuses(t, s, c.why, older, trust(), e2ee.ErrAttestation, 0)
	}
	keyset := []any{"attestation", "workload_keyset"}
	for _, c := range []struct {
		why  string
		edit func(map[string]any)
	}{
		{"key", flip("public_key", 40, append(keyset, "e2ee_public_keys", 1)...)},
		{"key gone", func(a map[string]any) {
			k := at(a, keyset...).(map[string]any)
			k["e2ee_public_keys"] = k["e2ee_public_keys"].([]any)[:1]
		}},
		{"receipt key", flip("public_key", 40, append(keyset, "receipt_signing_keys", 0)...)},
		{"digest of the keyset", flip("workload_keyset_digest", 20)},
		{"keyset gone", func(a map[string]any) { delete(at(a, "attestation").(map[string]any), "workload_keyset") }},
		{"report_data", flip("report_data", 100, "attestation")},
		{"quote_report_data", flip("quote_report_data", 3, "attestation", "evidence")},
		{"quote of the evidence", flip("quote", 3000, "attestation", "evidence")},
		{"event log", set("event_log", "[]", "attestation", "evidence")},
		{"event log that is none", set("event_log", "{", "attestation", "evidence")},
		{"stale", set("stale_after", 1790000000, "attestation", "freshness")},
		{"expired keys", func(a map[string]any) {
			k := at(a, keyset...).(map[string]any)
			k["keyset_epoch"].(map[string]any)["not_after"] = 1790000000
			canonical, _ := json.Marshal(k) // as far as a keyset takes
			sum := sha256.Sum256(canonical)
			a["workload_keyset_digest"] = "sha256:" + hex.EncodeToString(sum[:])
		}},
		{"tee_type", set("tee_type", "sev", "attestation")},
	} {
		tampering{attestation: c.edit}.refuses(t, s, c.why, newer, trust(), e2ee.ErrAttestation, 0)
	}
	for why, raw := range map[string]func(string) string{
		"a name twice": func(s string) string {
			return strings.Replace(s, `"verified":true`, `"verified":true,"verified":true`, 1)
		},
		"cut":       func(s string) string { return s[:len(s)-9] },
		"no object": func(string) string { return `[]` },
	} {
		tampering{raw: raw}.refuses(t, s, why, newer, trust(), e2ee.ErrAttestation, 0)
	}
}

// quotes flips a digit in both of the quotes that the older layout has.
func quotes(digit int) func(map[string]any) {
	return func(a map[string]any) {
		flip("intel_quote", digit)(a)
		flip("quote", digit)(a)
	}
}

// An attestation of before, of another machine or in debug mode is none.
func TestSwappedAttestations(t *testing.T) {
	for _, model := range []string{older, newer} {
		var first string
		replay := tampering{raw: func(s string) string {
			if first == "" {
				first = s
			}
			return first
		}}
		s := venicetest.NewServer(t)
		now := time.Now()
		attester, _ := setUp(t, s, e2ee.Policy{Verifier: trusting{}, Now: func() time.Time { return now }}, replay.on)
		if _, err := attester.Attest(t.Context(), model); err != nil {
			t.Fatal(err)
		}
		now = now.Add(time.Hour)
		if a, err := attester.Attest(t.Context(), model); !errors.Is(err, e2ee.ErrAttestation) {
			t.Errorf("replayed: %+v, %v", a, err)
		}

		// The same by who says that it is an answer to this nonce: the quote tells.
		var old map[string]any
		now = now.Add(-time.Hour)
		attester, _ = setUp(t, s, e2ee.Policy{Verifier: trusting{}, MaxAge: time.Minute, Now: func() time.Time { return now }}, tampering{attestation: func(a map[string]any) {
			if old == nil {
				old = maps.Clone(a)
				return
			}
			nonce := a["nonce"]
			delete(old, "nvidia_payload")
			maps.Copy(a, old)
			delete(a, "nvidia_payload")
			if a["nonce"] = nonce; a["request_nonce"] != nil {
				a["request_nonce"] = nonce
			}
		}}.on)
		if _, err := attester.Attest(t.Context(), model); err != nil {
			t.Fatal(err)
		}
		now = now.Add(time.Minute) // in which nothing is stale
		if a, err := attester.Attest(t.Context(), model); !errors.Is(err, e2ee.ErrAttestation) || !strings.Contains(err.Error(), "another time") {
			t.Errorf("replayed under this nonce: %+v, %v", a, err)
		}

		s = venicetest.NewServer(t)
		s.Enclave().SetDebug(model)
		attester, _ = setUp(t, s, e2ee.Policy{Verifier: trusting{}}, nil)
		if _, err := attester.Attest(t.Context(), model); !errors.Is(err, e2ee.ErrAttestation) || !strings.Contains(err.Error(), "debug") {
			t.Errorf("debug: %v", err)
		}
	}
}
