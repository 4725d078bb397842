// Attestations in the two layouts that the service was seen to use.

package enclave

import (
	"bytes"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"time"
)

// An Enclave is one machine with a model in it.
type Enclave struct {
	Chain   *Chain
	Key     Key  // to encrypt for
	Receipt Key  // that signs answers in the newer layout
	Newer   bool // the layout: aci/1
	Debug   bool
}

// Sum is the hex of SHA-256.
func Sum(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// Attest answers a request for an attestation. The nonce is 64 hex digits.
func (e *Enclave) Attest(model, nonce string, now time.Time) map[string]any {
	machine, events, compose := e.boot(model)
	copy(machine.ReportData[:], e.Key.Address())
	copy(machine.ReportData[32:], unhex(nonce))
	quote := hex.EncodeToString(e.Chain.Quote(machine))
	log, err := json.Marshal(events)
	must(err)
	a := map[string]any{
		"verified": true, "nonce": nonce, "nonce_source": "client", "model": model, "upstream_model": "venicetest/" + model,
		"tee_provider": "phala", "tee_hardware": "intel-tdx", "signing_address": "0x" + hex.EncodeToString(e.Key.Address()),
		"signing_algo": "ecdsa", "intel_quote": quote, "candidates_evaluated": 1, "candidates_available": 1,
	}
	if e.Newer {
		e.describeWorkload(a, machine, quote, string(log), now)
		return a
	}
	hash := Sum([]byte(compose))
	tcb := map[string]any{"app_compose": compose, "compose_hash": hash, "event_log": events, "mrtd": hex.EncodeToString(machine.MRTD[:])}
	for i, r := range machine.RTMR {
		tcb[fmt.Sprintf("rtmr%d", i)] = hex.EncodeToString(r[:])
	}
	a["request_nonce"], a["quote"], a["event_log"] = nonce, quote, string(log)
	a["signing_public_key"] = hex.EncodeToString(e.Key.Public())
	a["info"] = map[string]any{"app_name": model, "compose_hash": hash, "tcb_info": tcb}
	a["nvidia_payload"] = cards(nonce)
	a["server_verification"] = map[string]any{"tdx": map[string]any{"valid": true}, "nonceBinding": map[string]any{"bound": true}}
	return a
}

// describeWorkload adds what the newer layout says.
func (e *Enclave) describeWorkload(a map[string]any, m Machine, quote, log string, now time.Time) {
	key := func(id, algo string, public []byte) map[string]any {
		return map[string]any{"key_id": id, "algo": algo, "public_key": hex.EncodeToString(public)}
	}
	public, receipt := e.Key.Public(), e.Receipt.Public()
	keyset := map[string]any{
		"workload_identity": map[string]any{"public_key": key("identity", "ecdsa-secp256k1", receipt), "subject": nil},
		"keyset_epoch":      map[string]any{"version": 1, "not_after": json.Number("18446744073709551616")},
		"e2ee_public_keys": []any{
			key("other", "secp256k1-aes-256-gcm-hkdf-sha256", receipt),
			key("e2ee", "secp256k1-aes-256-gcm-hkdf-sha256", public), key("same", "ecdsa", public[1:]),
		},
		"receipt_signing_keys": []any{key("receipt", "ecdsa-secp256k1", receipt)},
	}
	a["api_version"], a["workload_keyset_digest"] = "aci/1", "sha256:"+Sum(canonical(keyset))
	data := hex.EncodeToString(m.ReportData[:])
	a["attestation"] = map[string]any{
		"vendor": "venicetest", "tee_type": "tdx", "workload_keyset": keyset, "report_data": data,
		"freshness": map[string]any{"fetched_at": now.Unix(), "stale_after": now.Add(time.Hour).Unix()},
		"evidence":  map[string]any{"quote": quote, "quote_report_data": data, "event_log": log},
	}
	a["service_capabilities"] = map[string]any{"supported_e2ee_versions": []any{"2"}}
}

// canonical is the form of RFC 8785, as far as what is said here takes.
func canonical(v map[string]any) []byte {
	b, err := json.Marshal(v)
	must(err)
	return bytes.ReplaceAll(b, []byte("18446744073709551616"), []byte("18446744073709552000")) // as a float has it
}

// boot is what a machine measured when it was started for a model.
func (e *Enclave) boot(model string) (m Machine, events []any, compose string) {
	m = Machine{Debug: e.Debug, MRTD: sha512.Sum384([]byte("memory"))}
	extend := func(register int, digest [48]byte) {
		m.RTMR[register] = sha512.Sum384(append(m.RTMR[register][:], digest[:]...))
	}
	for i, what := range []string{"firmware", "kernel", "disk"} {
		digest := sha512.Sum384([]byte(what))
		extend(i, digest)
		events = append(events, map[string]any{"imr": i, "event_type": uint32(0x80000007), "digest": hex.EncodeToString(digest[:]), "event": "", "event_payload": ""})
	}
	compose = fmt.Sprintf(`{"name":%q,"docker_compose_file":"services: {}"}`, model)
	hash := sha256.Sum256([]byte(compose))
	m.ConfigID[0] = 1
	copy(m.ConfigID[1:], hash[:])
	for i, event := range []struct {
		name    string
		payload []byte
	}{{"compose-hash", hash[:]}, {"system-ready", nil}} {
		const kind = 0x08000001
		digest := sha512.Sum384(fmt.Appendf(binary.LittleEndian.AppendUint32(nil, kind), ":%s:%s", event.name, event.payload))
		extend(3, digest)
		said := hex.EncodeToString(digest[:])
		if i > 0 && !e.Newer {
			said = "" // which follows from the rest
		}
		events = append(events, map[string]any{"imr": 3, "event_type": kind, "digest": said, "event": event.name, "event_payload": hex.EncodeToString(event.payload)})
	}
	return m, events, compose
}

// cards is evidence of graphics cards whose signature nobody looks at.
func cards(nonce string) string {
	evidence := append([]byte{0x11, 0xe0, 0x01, 0xff}, unhex(nonce)...)
	b, err := json.Marshal(map[string]any{
		"nonce": nonce, "arch": "HOPPER", "evidence_list": []any{map[string]any{
			"certificate": base64.StdEncoding.EncodeToString([]byte("none")), "evidence": base64.StdEncoding.EncodeToString(evidence), "arch": "HOPPER",
		}},
	})
	must(err)
	return string(b)
}

// Sign signs what an answer was: the older layout signs digests of request and answer as they were on the wire, the newer the
// digest of the words, with a receipt for the call.
func (e *Enclave) Sign(id, words string, request, answer []byte) map[string]any {
	if !e.Newer {
		text := Sum(request) + ":" + Sum(answer)
		return signature(e.Key, text)
	}
	s := signature(e.Receipt, Sum([]byte(words)))
	a := map[string]any{}
	e.describeWorkload(a, Machine{}, "", "", time.Time{})
	receipt := map[string]any{
		"receipt_id": "receipt-" + id, "chat_id": id, "workload_keyset_digest": a["workload_keyset_digest"], "endpoint": "/v1/chat/completions",
		"method": "POST", "event_log": []any{map[string]any{"seq": 0, "type": "response", "body_hash": Sum(answer)}},
		"signature": map[string]any{"algo": "ecdsa-secp256k1", "key_id": "receipt"},
	}
	value := e.Receipt.SignDigest(canonical(receipt))
	receipt["signature"] = map[string]any{"algo": "ecdsa-secp256k1", "key_id": "receipt", "value": hex.EncodeToString(value)}
	s["api_version"], s["receipt"] = "aci/1", receipt
	return s
}

func signature(k Key, text string) map[string]any {
	return map[string]any{
		"text": text, "signature": "0x" + hex.EncodeToString(k.SignMessage(text)),
		"signing_address": "0x" + hex.EncodeToString(k.Address()), "signing_algo": "ecdsa",
	}
}
