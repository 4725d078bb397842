// Tests of the tee command, against the fake.

package main

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/venice-go/venice/internal/teeverify"
	"github.com/venice-go/venice/tests/venicetest"
)

func TestTee(t *testing.T) {
	s := venicetest.NewServer(t)
	verify := func(args ...string) result { return veniceRun(t, append([]string{"tee", "verify"}, args...)...) }
	for _, model := range []string{"e2ee-gemma-3-27b-p", "e2ee-glm-5"} {
		r := verify("--base-url", s.URL, model)
		if r.code != teeverify.Bound || strings.Contains(r.stdout, "proven  ") || strings.Contains(strings.ReplaceAll(r.stdout, "not verified", ""), "verified") {
			t.Errorf("%+v", r)
		}
		for _, want := range []string{`"` + model + `": bound, quote not verified, good until `, "\nbound      the nonce", "\nunchecked  the quote's signature", "\nclaimed    which model", "takes encrypted chats"} {
			if !strings.Contains(r.stdout, want) {
				t.Errorf("%q is not in %s", want, r.stdout)
			}
		}
	}
	r := verify("e2ee-glm-5", "--json", "--base-url", s.URL)
	var a struct {
		Verdict, Model, Nonce, Layout string
		Verified                      bool
		Findings                      []struct{ What, Standing, Why string }
	}
	if err := json.Unmarshal([]byte(r.stdout), &a); err != nil || r.code != teeverify.Bound || a.Verdict != "bound, quote not verified" ||
		a.Model != "e2ee-glm-5" || len(a.Nonce) != 64 || a.Layout != "aci/1" || a.Verified || len(a.Findings) < 6 {
		t.Errorf("%v: %+v", err, r)
	}
	verify("--base-url", s.URL, "zai-org-glm-5-1").want(t, teeverify.Refused, "", "no end-to-end encryption")
	verify("--base-url", "http://127.0.0.1:1", "x").want(t, teeverify.Unavailable, "", "connection refused")
	verify("--base-url", "ftp://x", "x").want(t, exitUsage, "", "WithBaseURL")
	verify().want(t, exitUsage, "", "want the id of a model")
	verify("a", "b").want(t, exitUsage, "", "1 argument(s) too many")
	veniceRun(t, "tee").want(t, exitUsage, "", "tee: want verify")
	s.Enclave().SetDebug("e2ee-glm-5")
	verify("--base-url", s.URL, "e2ee-glm-5").want(t, teeverify.Refused, "", "debug mode")
}
