// Evidence beside the quote: the log of what was started, the application, the keyset, the graphics cards.

package e2ee

import (
	"bytes"
	"context"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/venice-go/venice/gen"
)

// events replays each log that is there, and needs one.
func (c *checking) events(context.Context) error {
	logs := []gen.AttestationEventLog{c.said.EventLog}
	if i := c.said.Info; i != nil && i.TcbInfo != nil {
		logs = append(logs, i.TcbInfo.EventLog)
	}
	if a := c.said.Attestation; a != nil && a.Evidence != nil {
		logs = append(logs, a.Evidence.EventLog)
	}
	some := false
	for _, log := range logs {
		if log.Value() == nil {
			continue
		}
		some = true
		if err := c.replay(log); err != nil {
			return fmt.Errorf("the event log: %w", err)
		}
	}
	if !some {
		return errors.New("there is no event log")
	}
	c.out.found("the event log is the one that was measured", "the quote's registers RTMR 0 to 3")
	return nil
}

func (c *checking) replay(log gen.AttestationEventLog) error {
	list, ok := log.Value().([]gen.AttestationEvent)
	if text, is := log.Value().(string); is {
		ok = gen.Unmarshal([]byte(text), &list) == nil
	}
	if !ok {
		return errors.New("it is no list of events")
	}
	var registers [4][registerSize]byte
	for i, e := range list {
		digest, err := eventDigest(e)
		if err != nil {
			return fmt.Errorf("event %d: %w", i, err)
		}
		r := &registers[*e.Imr]
		*r = sha512.Sum384(append(r[:], digest...))
		if config := c.quote.configID(); text(e.Event) == "compose-hash" && *e.Imr == 3 && config[0] == 1 &&
			!strings.EqualFold(text(e.EventPayload), hex.EncodeToString(config[1:33])) {
			return errors.New("it names another application than the quote's MRCONFIGID")
		}
	}
	for i, r := range registers {
		if !bytes.Equal(r[:], c.quote.rtmr(i)) {
			return fmt.Errorf("it leads to another RTMR %d than the quote has", i)
		}
	}
	return nil
}

// runtimeEvent is the type of events that the enclave's own software measures, by name. Their digest follows from what they
// say, and may be left out.
const runtimeEvent = 0x08000001

func eventDigest(e gen.AttestationEvent) ([]byte, error) {
	digest, err := unhex(e.Digest)
	if err != nil || e.Imr == nil || *e.Imr < 0 || *e.Imr > 3 {
		return nil, errors.New("want a digest in hex, and a register from 0 to 3")
	}
	if e.EventType != nil && *e.EventType == runtimeEvent {
		payload, err := unhex(e.EventPayload)
		if err != nil {
			return nil, errors.New("want a payload in hex")
		}
		said := fmt.Appendf(binary.LittleEndian.AppendUint32(nil, runtimeEvent), ":%s:%s", text(e.Event), payload)
		sum := sha512.Sum384(said)
		if len(digest) > 0 && !bytes.Equal(digest, sum[:]) {
			return nil, errors.New("its digest is not that of what it says")
		}
		return sum[:], nil
	}
	if len(digest) != registerSize {
		return nil, fmt.Errorf("want a digest of %d bytes, got %d", registerSize, len(digest))
	}
	return digest, nil
}

// text is a text that may be missing.
func text(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

// application holds what the older layout tells of the software against the quote.
func (c *checking) application(context.Context) error {
	i := c.said.Info
	if i == nil || i.TcbInfo == nil {
		if c.out.Layout == "" {
			return errors.New("it does not say which application runs")
		}
		return nil
	}
	t, m := i.TcbInfo, c.out.Measurements
	for name, pair := range map[string]struct {
		said *string
		is   string
	}{"mrtd": {t.Mrtd, m.MRTD}, "rtmr0": {t.Rtmr0, m.RTMR0}, "rtmr1": {t.Rtmr1, m.RTMR1}, "rtmr2": {t.Rtmr2, m.RTMR2}, "rtmr3": {t.Rtmr3, m.RTMR3}} {
		if pair.said != nil && !strings.EqualFold(*pair.said, pair.is) {
			return fmt.Errorf("%s is not the quote's", name)
		}
	}
	if t.AppCompose == nil {
		return errors.New("it does not say which application runs")
	}
	sum := sha256.Sum256([]byte(*t.AppCompose))
	hash := hex.EncodeToString(sum[:])
	for _, said := range []*string{t.ComposeHash, i.ComposeHash} {
		if said != nil && !strings.EqualFold(*said, hash) {
			return errors.New("compose_hash is not that of app_compose")
		}
	}
	if want := append(append([]byte{1}, sum[:]...), make([]byte, 15)...); !bytes.Equal(c.quote.configID(), want) {
		return errors.New("app_compose is not the application in the quote's MRCONFIGID")
	}
	c.out.found("the application's description (app_compose)", "the quote's MRCONFIGID")
	return nil
}

// workload looks at the keyset of the newer layout. The quote binds one of its keys, and not the set.
func (c *checking) workload(context.Context) error {
	a := c.said.Attestation
	if a == nil || a.WorkloadKeyset == nil {
		if c.out.Layout != "" {
			return errors.New("it has no keyset")
		}
		return nil
	}
	var raw struct {
		Attestation struct {
			Keyset jsontext.Value `json:"workload_keyset"`
		} `json:"attestation"`
	}
	if err := json.Unmarshal(c.answer, &raw); err != nil {
		return errors.New("the keyset cannot be read")
	}
	digest, err := canonicalDigest(raw.Attestation.Keyset)
	if err != nil || c.said.WorkloadKeysetDigest == nil || *c.said.WorkloadKeysetDigest != digest {
		return errors.New("workload_keyset_digest is not that of the keyset")
	}
	c.out.keyset, c.out.digest = a.WorkloadKeyset, digest
	if e := a.WorkloadKeyset.KeysetEpoch; e != nil && e.NotAfter != nil {
		switch end := e.NotAfter.Float64(); {
		case !(end > float64(c.at.Unix())): // so that what is no number fails too
			return errors.New("its keys have expired")
		case end < 1<<40: // beyond that it is no time but for ever
			c.out.ends(time.Unix(int64(end), 0))
		}
	}
	if f := a.Freshness; f != nil && f.StaleAfter != nil {
		if *f.StaleAfter <= c.at.Unix() {
			return errors.New("it is stale by its own account")
		}
		c.out.ends(time.Unix(*f.StaleAfter, 0))
	}
	c.out.Findings = append(c.out.Findings,
		Finding{"the keys that sign answers", Claimed, "", "the quote binds the key to encrypt for, and not the keyset that has them"})
	return nil
}

// canonicalDigest is "sha256:" and the digest of JSON in the form of RFC 8785.
func canonicalDigest(v jsontext.Value) (string, error) {
	v = v.Clone()
	if err := v.Canonicalize(); err != nil {
		return "", err
	}
	sum := sha256.Sum256(v)
	return "sha256:" + hex.EncodeToString(sum[:]), nil
}

// cards looks at NVIDIA's evidence as far as one can without NVIDIA: that it was made for this nonce.
func (c *checking) cards(context.Context) error {
	const what = "the graphics cards"
	if c.said.NvidiaPayload == nil {
		c.out.Findings = append(c.out.Findings, Finding{what, Unchecked, "", "there is no evidence of them"})
		return nil
	}
	var p struct {
		Nonce    string `json:"nonce"`
		Evidence []struct {
			Certificate string `json:"certificate"`
			Evidence    string `json:"evidence"`
		} `json:"evidence_list"`
	}
	if err := json.Unmarshal([]byte(*c.said.NvidiaPayload), &p); err != nil || len(p.Evidence) == 0 {
		return errors.New("nvidia_payload holds no evidence")
	}
	if !strings.EqualFold(p.Nonce, c.nonce) {
		return errors.New("nvidia_payload is of another nonce")
	}
	for i, e := range p.Evidence {
		const at = 4 // of the nonce, in the request that the measurements begin with (SPDM)
		raw, err := base64.StdEncoding.DecodeString(e.Evidence)
		if err != nil || len(raw) < at+len(c.raw) || !bytes.Equal(raw[at:at+len(c.raw)], c.raw) || e.Certificate == "" {
			return fmt.Errorf("card %d of nvidia_payload has no evidence that was made for this nonce", i)
		}
	}
	c.out.Findings = append(c.out.Findings, Finding{what, Claimed, "evidence of " + fmt.Sprint(len(p.Evidence)) + " that names the nonce",
		"its signature is NVIDIA's service to judge, which was not asked"})
	return nil
}
