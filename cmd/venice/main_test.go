// Tests of what all commands have in common.

package main

import (
	"bytes"
	"regexp"
	"strings"
	"testing"
)

func TestCommands(t *testing.T) {
	veniceRun(t).want(t, exitUsage, "", usage)
	veniceRun(t, "--help").want(t, exitOK, usage, "")
	veniceRun(t, "help").want(t, exitOK, usage, "")
	veniceRun(t, "mnit").want(t, exitUsage, "", `no command "mnit": want mint, stake, tee, emulate, contract, demo or help`)
	veniceRun(t, walletKey).want(t, exitUsage, "", "[redacted]")
	for name, c := range commands {
		veniceRun(t, name, "--help").want(t, exitOK, c.usage, "")
		veniceRun(t, name, "--nonsense").want(t, exitUsage, "", "flag provided but not defined: -nonsense\nvenice "+name+" --help shows")
		veniceRun(t, name, "stray").want(t, exitUsage, "", "1 argument(s) too many: only flags are accepted")
	}
}

// The texts are written by hand: each flag that they name exists.
func TestUsageNamesFlags(t *testing.T) {
	flags := regexp.MustCompile(`(?m)^  --([a-z-]+)( [A-Z])?`)
	counts := map[string]int{"mint": 10, "stake": 5, "emulate": 3, "contract": 7, "demo": 0, "tee": 2}
	for name, c := range commands {
		named := flags.FindAllStringSubmatch(c.usage, -1)
		if len(named) != counts[name] {
			t.Errorf("%s: usage names %d flags, want %d", name, len(named), counts[name])
		}
		for _, m := range named {
			value := ""
			if m[2] != "" {
				value = "="
			}
			args := []string{name, "--" + m[1] + value, "stray"}
			if name == "tee" {
				args = []string{name, "verify", "--" + m[1] + value, "model", "stray"}
			}
			if r := veniceRun(t, args...); strings.Contains(r.stderr, "not defined") || r.code != exitUsage {
				t.Errorf("%s --%s: %+v", name, m[1], r)
			}
		}
	}
	for _, c := range commands {
		for _, line := range strings.Split(c.usage, "\n") {
			if len(line) > 120 {
				t.Errorf("%d characters: %s", len(line), line)
			}
		}
	}
}

// An interrupt before anything was sent is no mint.
func TestInterrupted(t *testing.T) {
	s := newService(t, nil)
	var stdout, stderr bytes.Buffer
	env := func(string) string { return walletKey }
	code := run(interrupted(t), []string{"mint", "--base-url", s.url}, nil, &stdout, &stderr, env)
	s.wait()
	if code != exitFailure || stdout.Len() > 0 || !strings.Contains(stderr.String(), "Nothing was minted.") || s.posts > 0 {
		t.Errorf("exit code %d, stdout %q, stderr %q, %d posts", code, &stdout, &stderr, s.posts)
	}
}
