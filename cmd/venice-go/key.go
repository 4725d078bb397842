// The wallet's private key: where the command reads it.

package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"regexp"
	"runtime"
	"strings"

	"github.com/venice-go/venice/signer"
)

// errNoKey says that the user named no wallet, as opposed to a bad one.
var errNoKey = errors.New("no wallet: put its private key into the environment variable WALLET_PRIVATE_KEY, or into a file that --key-file names")

// readWallet makes the wallet of the key in file ("-" for stdin) or, if file is "", in WALLET_PRIVATE_KEY: hex digits are a
// wallet on Base, all else one on Solana. There is no flag for the key itself, because other users of a machine can read a
// command's arguments, and shells keep them.
func (c *console) readWallet(file string) (signer.Wallet, error) {
	text, err := c.readPrivateKey(file)
	if err != nil {
		return nil, err
	}
	if base58OrList.MatchString(text) {
		wallet, err := signer.ParseSolana(text)
		if err != nil {
			return nil, failure{exitUsage, err}
		}
		return wallet, nil
	}
	return parseEVM(text)
}

// base58OrList is what a private key on Solana looks like, and none on Base: 64 hex digits are too many for a seed in base58
// and too few for a pair.
var base58OrList = regexp.MustCompile(`^\[|^[1-9A-HJ-NP-Za-km-z]{32,44}$|^[1-9A-HJ-NP-Za-km-z]{80,}$`)

// readEVM is readWallet for what only wallets on Base can do.
func (c *console) readEVM(file string) (*signer.EVM, error) {
	text, err := c.readPrivateKey(file)
	if err != nil {
		return nil, err
	}
	return parseEVM(text)
}

func parseEVM(text string) (*signer.EVM, error) {
	wallet, err := signer.ParseEVM(text)
	if err != nil {
		return nil, failure{exitUsage, err}
	}
	return wallet, nil
}

func (c *console) readPrivateKey(file string) (text string, err error) {
	text = c.env("WALLET_PRIVATE_KEY")
	if file != "" {
		if text, err = c.readKeyFile(file); err != nil {
			return "", failure{exitUsage, fmt.Errorf("--key-file: %w", err)}
		}
	}
	if text = strings.TrimSpace(text); text == "" {
		return "", failure{exitUsage, errNoKey}
	}
	return text, nil
}

func (c *console) readKeyFile(name string) (string, error) {
	in := c.stdin
	if name != "-" {
		f, err := os.Open(name)
		if err != nil {
			return "", err
		}
		defer func() { _ = f.Close() }() // it was only read
		c.warnOfReaders(f)
		in = f
	}
	text, err := io.ReadAll(io.LimitReader(in, 4096)) // a key is 66 characters; a wrong file can be endless
	return string(text), err
}

// warnOfReaders warns when other users may read the file.
func (c *console) warnOfReaders(f *os.File) {
	info, err := f.Stat()
	if err != nil || runtime.GOOS == "windows" || !info.Mode().IsRegular() { // no such bits there, and a pipe has one reader
		return
	}
	if mode := info.Mode().Perm(); mode&0o077 != 0 {
		fmt.Fprintf(c.stderr, "warning: %s has mode %04o, so that others may read the private key: chmod 600 it\n", f.Name(), mode)
	}
}
