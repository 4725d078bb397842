// Tests of completion, in the shells that are at hand.

package main

import (
	"os/exec"
	"strings"
	"testing"
)

func TestBashCompletion(t *testing.T) {
	if _, err := exec.LookPath("bash"); err != nil {
		t.Skip("no bash here")
	}
	const ask = `
words=(%); COMP_WORDS=("${words[@]}" "$LAST"); COMP_CWORD=${#words[@]}
_venice_go; echo "${COMPREPLY[*]}"`
	for line, want := range map[string]string{
		"venice-go |ke":                           "keys",
		"venice-go keys |":                        "list make change revoke",
		"venice-go keys make |--limit-p":          "--limit-period",
		"venice-go keys make --limit-period |":    "epoch month lifetime",
		"venice-go mint --description x --type |": "inference admin",
		"venice-go models --type |vi":             "video",
		"venice-go completion |z":                 "zsh",
		"venice-go image --out |":                 "", // then bash completes files
	} {
		typed, last, _ := strings.Cut(line, "|")
		cmd := exec.Command("bash", "-c", bashScript()+strings.Replace(ask, "%", typed, 1))
		cmd.Env = append(cmd.Environ(), "LAST="+last)
		out, err := cmd.CombinedOutput()
		got := strings.TrimSpace(string(out))
		if err != nil || got != want {
			t.Errorf("%q: %q, %v; want %q", line, got, err, want)
		}
	}
}

func TestOtherCompletions(t *testing.T) {
	for shell, script := range map[string]string{"zsh": zshScript(), "fish": fishScript()} {
		if _, err := exec.LookPath(shell); err != nil {
			t.Logf("no %s here: its script is not tried", shell)
			continue
		}
		cmd := exec.Command(shell, "-n")
		cmd.Stdin = strings.NewReader(script)
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("%s: %v: %s", shell, err, out)
		}
	}
}
