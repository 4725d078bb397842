// Tests of what all commands have in common.

package main

import (
	"bytes"
	"strings"
	"testing"
)

func TestCommands(t *testing.T) {
	veniceRun(t).want(t, exitUsage, "", usage())
	veniceRun(t, "--help").want(t, exitOK, usage(), "")
	veniceRun(t, "help").want(t, exitOK, usage(), "")
	veniceRun(t, "help", "keys", "list").want(t, exitOK, keysList.help(), "")
	veniceRun(t, "mnit").want(t, exitUsage, "", `no command "mnit": want mint, keys, balance, top-up,`)
	veniceRun(t, "keys").want(t, exitUsage, "", "keys: want list, make, change, revoke")
	veniceRun(t, walletKey).want(t, exitUsage, "", "[redacted]")
	for _, c := range commands() {
		name := strings.Fields(c.name)
		veniceRun(t, append(name, "--help")...).want(t, exitOK, c.help(), "")
		veniceRun(t, append(name, "--nonsense")...).want(t, exitUsage, "", "flag provided but not defined: -nonsense\nvenice-go "+c.name+" --help shows")
		if c.args == "" || c.args == programArgs {
			veniceRun(t, append(name, "stray")...).want(t, exitUsage, "", "1 argument(s) too many: only flags are accepted")
		}
	}
}

// Each command says what a user needs to know, in lines that fit, and its flags can be told from each other.
func TestHelp(t *testing.T) {
	for _, c := range commands() {
		for what, text := range map[string]string{"summary": c.short, "description": c.about, "example": c.example, "JSON": c.json} {
			if strings.TrimSpace(text) == "" {
				t.Errorf("%s: no %s", c.name, what)
			}
		}
		if !strings.Contains(c.example, "venice-go "+c.name) {
			t.Errorf("%s: the example is of something else: %s", c.name, c.example)
		}
		f, _ := newFlags(c)
		for _, l := range f.list {
			if l.text == "" || strings.ToUpper(l.value) != l.value && !strings.Contains(l.value, "|") {
				t.Errorf("%s --%s %s: %q", c.name, l.name, l.value, l.text)
			}
		}
		for line := range strings.SplitSeq(c.help(), "\n") {
			if len(line) > 124 {
				t.Errorf("%s: %d characters: %s", c.name, len(line), line)
			}
		}
	}
	for line := range strings.SplitSeq(usage(), "\n") {
		if len(line) > 120 {
			t.Errorf("%d characters: %s", len(line), line)
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
