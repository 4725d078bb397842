// Tests over attestations that were recorded at the service, where a folder of them is at hand.

package e2ee_test

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/venice-go/venice/e2ee"
)

type recording struct {
	Nonce       string `json:"_client_nonce"`
	Epoch       int64  `json:"_capture_epoch"`
	Attestation json.RawMessage
}

func recordings(t *testing.T) map[string]recording {
	t.Helper()
	folder := os.Getenv("TEE_RECORDINGS")
	if folder == "" {
		t.Skip("TEE_RECORDINGS names no folder of recorded attestations")
	}
	files, err := filepath.Glob(filepath.Join(folder, "attestation-*.json"))
	if err != nil || len(files) < 2 {
		t.Fatalf("%d recordings, %v", len(files), err)
	}
	all := map[string]recording{}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var r recording
		if err := json.Unmarshal(data, &r); err != nil {
			t.Fatal(err)
		}
		all[filepath.Base(file)] = r
	}
	return all
}

func TestRecordedAttestations(t *testing.T) {
	for name, r := range recordings(t) {
		var said struct{ Model string }
		if err := json.Unmarshal(r.Attestation, &said); err != nil {
			t.Fatal(err)
		}
		at := time.Unix(r.Epoch, 0)
		a, err := e2ee.Policy{}.Check(t.Context(), r.Attestation, said.Model, r.Nonce, at)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if a.Verified || a.Verdict() != "bound, quote not verified" || len(a.Key) != 130 || !a.Until.After(at) || a.Until.After(at.Add(time.Hour)) {
			t.Errorf("%s: %+v", name, a)
		}
		for _, f := range a.Findings {
			if f.Standing == e2ee.Proven {
				t.Errorf("%s: proven without a verifier: %s", name, f.What)
			}
		}
		for why, late := range map[string]time.Time{"a year later": at.AddDate(1, 0, 0)} {
			if _, err := (e2ee.Policy{}).Check(t.Context(), r.Attestation, said.Model, r.Nonce, late); a.Layout != "" && !errors.Is(err, e2ee.ErrAttestation) {
				t.Errorf("%s: %s: %v", name, why, err)
			}
		}
		for why, c := range map[string][2]string{
			"another nonce": {said.Model, strings.Repeat("0", 64)},
			"another model": {said.Model + "x", r.Nonce},
		} {
			if _, err := (e2ee.Policy{}).Check(t.Context(), r.Attestation, c[0], c[1], at); !errors.Is(err, e2ee.ErrAttestation) {
				t.Errorf("%s: %s: %v", name, why, err)
			}
		}
	}
}
