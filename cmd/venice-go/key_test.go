// Tests of reading the wallet's key.

package main

import (
	"os"
	"path/filepath"
	"runtime"
	"testing"
)

func TestReadWallet(t *testing.T) {
	const other = "0x59c6995e998f97a5a0044966f0945389dc9e86dae88c7a8412f4603b6b78690d" // another published test key
	const otherAddress = "0x70997970C51812dc3A010C7d01b50e0d17dc79C8"
	s := newService(t, nil)
	if err := s.Stake(otherAddress, 1); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "key")
	write := func(text string, mode os.FileMode) {
		t.Helper()
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(file, mode); err != nil {
			t.Fatal(err)
		}
	}
	args := []string{"mint", "--base-url", s.url}
	withFile := append(args, "--key-file", file)
	env := map[string]string{"WALLET_PRIVATE_KEY": walletKey}

	veniceWith(t, nil, "", args...).want(t, exitUsage, "", "WALLET_PRIVATE_KEY, or into a file that --key-file names")
	veniceWith(t, map[string]string{"WALLET_PRIVATE_KEY": walletKey[:60]}, "", args...).want(t, exitUsage, "", "want 64 hex digits")

	write(other+"\n", 0o600)
	r := veniceWith(t, env, "", withFile...) // the flag wins
	if s.gave(t, r, otherAddress); len(r.stderr) > 200 {
		t.Errorf("stderr %q", r.stderr)
	}
	s.gave(t, veniceWith(t, nil, walletKey+"\r\n", append(args, "--key-file", "-")...), walletAddress)
	veniceWith(t, nil, "", append(args, "--key-file", "-")...).want(t, exitUsage, "", "no wallet")

	if runtime.GOOS != "windows" {
		write(other, 0o640)
		s.gave(t, veniceWith(t, nil, "", withFile...), "warning: "+file+" has mode 0640")
	}
	write("junk", 0o600)
	veniceWith(t, env, "", withFile...).want(t, exitUsage, "", "want 64 hex digits")
	veniceWith(t, env, "", append(args, "--key-file", t.TempDir())...).want(t, exitUsage, "", "is a directory")
}
