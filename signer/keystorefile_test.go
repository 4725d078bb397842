// Tests of the file that a key is kept in: damage, other people's eyes, full disks.

package signer

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/venice-go/venice/internal/filelock"

	"github.com/venice-go/venice"
)

// keyAuthOf returns a KeyAuth of a mint that says yes, and a client that it authorises.
func keyAuthOf(t *testing.T, m *mint, file KeyFile) (*KeyAuth, *venice.Client) {
	t.Helper()
	auth := &KeyAuth{Wallet: testWallet(t), Store: file, Client: m.client}
	client, err := venice.New(venice.WithBaseURL(m.url), venice.WithAuth(auth))
	if err != nil {
		t.Fatal(err)
	}
	return auth, client
}

// use has a key fetched. The mint's server has no other routes.
func use(t *testing.T, client *venice.Client) error {
	t.Helper()
	_, err := client.GetRateLimits(t.Context())
	if errors.Is(err, venice.ErrNotFound) {
		return nil
	}
	return err
}

// Not one changed bit, and no other length, is taken for a key or for none.
func TestDamagedKeyFile(t *testing.T) {
	m := newMint(t)
	path := filepath.Join(t.TempDir(), "key")
	auth, client := keyAuthOf(t, m, KeyFile{Path: path})
	if err := use(t, client); err != nil {
		t.Fatal(err)
	}
	whole, err := os.ReadFile(path)
	if err != nil || !bytes.Contains(whole, []byte(mintedKey)) {
		t.Fatal(err)
	}
	for n := range len(whole) {
		cut := whole[:n]
		if s, err := decodeStored(string(cut)); err == nil {
			t.Errorf("cut to %d bytes: %v", n, s)
		}
		bent := bytes.Clone(whole)
		bent[n] ^= 1 << (n % 8)
		if s, err := decodeStored(string(bent)); err == nil {
			t.Errorf("byte %d changed: %v", n, s)
		}
	}
	for name, text := range map[string]string{
		"half":     string(whole[:len(whole)/2]),
		"zeros":    strings.Repeat("\x00", len(whole)),
		"the key":  mintedKey + "\n",
		"newer":    strings.Replace(string(whole), "key 1 ", "key 2 ", 1),
		"unknown":  storedHeader + crcOf(`{"wait":true}`) + ` {"wait":true}` + "\n",
		"no key":   storedHeader + crcOf(`{"key":{}}`) + ` {"key":{}}` + "\n",
		"not JSON": storedHeader + crcOf(`{`) + ` {` + "\n",
		"a space":  " ",
	} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		_, client := keyAuthOf(t, m, KeyFile{Path: path})
		for range 2 {
			if err := use(t, client); err == nil || !strings.Contains(err.Error(), path) || !strings.Contains(err.Error(), "Forget") || strings.Contains(err.Error(), mintedKey) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if after, _ := os.ReadFile(path); string(after) != text {
			t.Errorf("%s: the file was changed", name)
		}
	}
	if len(m.posts) != 1 {
		t.Fatalf("%d keys were minted", len(m.posts))
	}
	if err := auth.Forget(t.Context()); err != nil {
		t.Error(err)
	}
	if err := use(t, client); err != nil || len(m.posts) != 2 {
		t.Errorf("%v, %d keys were minted", err, len(m.posts))
	}
}

// An empty file is what a disk leaves behind that lost its last writes.
func TestEmptyKeyFile(t *testing.T) {
	m := newMint(t)
	path := filepath.Join(t.TempDir(), "key")
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	_, client := keyAuthOf(t, m, KeyFile{Path: path})
	if err := use(t, client); err == nil || len(m.posts) != 0 {
		t.Errorf("%v, %d keys were minted", err, len(m.posts))
	}
}

// The disk is full from the first write on, or only once the key has been minted, or at the write after that.
func TestKeyFileOnAFullDisk(t *testing.T) {
	for n := range 4 {
		room, forgets := n%3, n == 3
		if forgets { // as with room for one write, and then somebody says that the key is not there
			room = 1
		}
		m := newMint(t)
		path := filepath.Join(t.TempDir(), "key")
		now := time.Now()
		writes, full := 0, true
		file := KeyFile{Path: path, write: func(file *os.File, text string) error {
			if writes++; writes > room && full {
				_, _ = file.WriteString(text[:len(text)/2])
				return syscall.ENOSPC
			}
			_, err := file.WriteString(text)
			return err
		}}
		auth, client := keyAuthOf(t, m, file)
		auth.Options = []Option{WithClock(func() time.Time { return now })}
		var told []*Key
		var why error
		auth.Minted = func(key *Key, err error) { told, why = append(told, key), err }
		err := use(t, client)
		left, _ := os.ReadDir(filepath.Dir(path))
		for _, f := range left {
			if strings.HasSuffix(f.Name(), ".new") {
				t.Errorf("%s is left", f.Name())
			}
		}
		switch room {
		case 0: // nothing is minted that could not be stored
			if !errors.Is(err, syscall.ENOSPC) || len(m.posts) != 0 || len(told) != 1 || told[0] != nil {
				t.Errorf("full: %v, %d keys were minted", err, len(m.posts))
			}
			full = false
			now = now.Add(time.Minute)
			if err := use(t, client); err != nil || len(m.posts) != 1 {
				t.Errorf("no longer full: %v, %d keys were minted", err, len(m.posts))
			}
			continue
		case 1: // the key is used, handed out, and stored when there is room again
			if err != nil || len(told) != 1 || told[0] == nil || told[0].APIKey.Reveal() != mintedKey || !errors.Is(why, syscall.ENOSPC) {
				t.Errorf("full after the mint: %v; told %v, %v", err, told, why)
			}
			other, next := keyAuthOf(t, m, KeyFile{Path: path})
			if err := use(t, next); !errors.Is(err, ErrKeyMayExist) {
				t.Errorf("another process meanwhile: %v", err)
			}
			if forgets {
				if err := other.Forget(t.Context()); err != nil {
					t.Error(err)
				}
			}
			now = now.Add(time.Minute)
			if err := use(t, client); err != nil || writes != 3 { // tried again, in vain
				t.Errorf("%v, %d writes", err, writes)
			}
			full = false
			now = now.Add(time.Minute)
			fallthrough
		case 2:
			if err := use(t, client); err != nil {
				t.Error(err)
			}
			_, next := keyAuthOf(t, m, KeyFile{Path: path})
			if err := use(t, next); err != nil || len(m.posts) != 1 || len(told) != 1 {
				t.Errorf("room %d: another process: %v; %d keys were minted", room, err, len(m.posts))
			}
		}
	}
}

// What a program left behind that was killed while it wrote, with whatever mode, is neither read nor in the way.
func TestKeyFileAfterAKill(t *testing.T) {
	m := newMint(t)
	path := filepath.Join(t.TempDir(), "key")
	if err := os.WriteFile(path+".new", []byte("half"), 0o644); err != nil {
		t.Fatal(err)
	}
	_, client := keyAuthOf(t, m, KeyFile{Path: path})
	if err := use(t, client); err != nil {
		t.Error(err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 && filelock.ModesMatter {
		t.Errorf("%v, %v", info, err)
	}
}

// Who waits for the lock gives up when the context ends.
func TestKeyFileIsHeldByOne(t *testing.T) {
	file := KeyFile{Path: filepath.Join(t.TempDir(), "key")}
	nothing := func(Secret, func(Secret) error) error { return nil }
	err := file.Hold(t.Context(), func(_ Secret, save func(Secret) error) error {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if err := file.Hold(ctx, nothing); !errors.Is(err, context.Canceled) {
			t.Errorf("held twice: %v", err)
		}
		return errors.Join(save(NewSecret("a")), save(NewSecret("b")))
	})
	if err != nil {
		t.Error(err)
	}
	err = file.Hold(t.Context(), func(record Secret, save func(Secret) error) error {
		if record.Reveal() != "b" {
			t.Errorf("holds %q", record.Reveal())
		}
		return errors.Join(save(Secret{}), save(Secret{}))
	})
	if _, there := os.Stat(file.Path); err != nil || !errors.Is(there, os.ErrNotExist) {
		t.Errorf("%v, %v", err, there)
	}
}

// The store keeps what a lost answer held: a key of an unknown form could be in it.
func TestLostAnswerIsStored(t *testing.T) {
	m := newMint(t)
	m.answer = func(w http.ResponseWriter, _ int, _ map[string]any) {
		reply(w, 200, `{"data":{"key":"of-a-new-form"}}`)
	}
	file := KeyFile{Path: filepath.Join(t.TempDir(), "key")}
	for range 2 {
		_, client := keyAuthOf(t, m, file)
		lost, ok := errors.AsType[*LostKeyError](use(t, client))
		if !ok || !strings.Contains(lost.Answer.Reveal(), "of-a-new-form") || strings.Contains(lost.Error(), "of-a-new-form") {
			t.Errorf("%v", lost)
		}
	}
	if len(m.posts) != 1 {
		t.Errorf("%d keys were minted", len(m.posts))
	}
}
