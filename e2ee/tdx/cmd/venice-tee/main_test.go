// Tests of the command, against the fake and under its root.

package main

import (
	"bytes"
	"strings"
	"testing"

	"github.com/venice-go/venice/e2ee/tdx"
	"github.com/venice-go/venice/internal/teeverify"
	"github.com/venice-go/venice/tests/venicetest"
)

func TestRun(t *testing.T) {
	s := venicetest.NewServer(t, venicetest.WithoutRateLimits())
	verifier := tdx.Verifier{Roots: s.Enclave().Roots(), Collateral: s.Enclave()}
	for _, c := range []struct {
		args           []string
		code           int
		stdout, stderr string
	}{
		{[]string{"e2ee-glm-5"}, teeverify.Verified, `"e2ee-glm-5": verified, good until `, ""},
		{[]string{"e2ee-glm-5"}, teeverify.Verified, "\nproven     no certificate was revoked", ""},
		{[]string{"--offline", "e2ee-glm-5"}, teeverify.Verified, "\nunchecked  no certificate was revoked", ""},
		{[]string{"--json", "e2ee-gemma-3-27b-p"}, teeverify.Verified, `"verdict": "verified"`, ""},
		{[]string{"no-such-model"}, teeverify.Refused, "", "no end-to-end encryption"},
		{[]string{"--help"}, teeverify.Verified, usage, ""},
		{nil, teeverify.Usage, "", "want the id of a model"},
	} {
		var out, complaints bytes.Buffer
		args := append(append([]string{}, "--base-url", s.URL), c.args...)
		if code := run(t.Context(), args, &out, &complaints, verifier); code != c.code || !strings.Contains(out.String(), c.stdout) || !strings.Contains(complaints.String(), c.stderr) {
			t.Errorf("%q: %d, %s, %s", c.args, code, out.String(), complaints.String())
		}
	}
	var out, complaints bytes.Buffer
	if code := run(t.Context(), []string{"--offline", "--base-url", s.URL, "e2ee-glm-5"}, &out, &complaints, tdx.Verifier{}); code != teeverify.Refused || out.Len() > 0 {
		t.Errorf("by Intel's root: %d, %s", code, out.String())
	}
}
