// Tests of the file that a key is kept in: damage, full disks, kills.

package autokey_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/venice-go/venice/internal/filelock"
	"github.com/venice-go/venice/signer"
	"github.com/venice-go/venice/signer/autokey"
)

// Not one changed bit, and no other length, is taken for a key or for none.
func TestDamagedFile(t *testing.T) {
	w := newWorld(t)
	auth := w.unending()
	var key string
	auth.Minted = func(k *signer.Key, _ error) { key = k.APIKey.Reveal() }
	client := w.client(auth)
	w.works(client, 1)
	whole, err := os.ReadFile(w.path)
	if err != nil || !bytes.Contains(whole, []byte(key)) {
		t.Fatal(err)
	}
	if _, err := autokey.Decode(string(whole)); err != nil {
		t.Error(err)
	}
	for n := range len(whole) {
		if _, err := autokey.Decode(string(whole[:n])); err == nil {
			t.Errorf("cut to %d bytes: no error", n)
		}
		bent := bytes.Clone(whole)
		bent[n] ^= 1 << (n % 8)
		if _, err := autokey.Decode(string(bent)); err == nil {
			t.Errorf("byte %d changed: no error", n)
		}
	}
	for name, text := range map[string]string{
		"half":     string(whole[:len(whole)/2]),
		"zeros":    strings.Repeat("\x00", len(whole)),
		"the key":  key + "\n",
		"newer":    strings.Replace(string(whole), "key 1 ", "key 2 ", 1),
		"unknown":  autokey.Header + autokey.CRCOf(`{"wait":true}`) + ` {"wait":true}` + "\n",
		"no key":   autokey.Header + autokey.CRCOf(`{"key":{}}`) + ` {"key":{}}` + "\n",
		"not JSON": autokey.Header + autokey.CRCOf(`{`) + ` {` + "\n",
		"a space":  " ",
		"nothing":  "", // what a disk leaves behind that lost its last writes
	} {
		if err := os.WriteFile(w.path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		client := w.client(w.unending())
		for range 2 {
			w.fails(client, nil, 1, w.path, "Forget")
			if err := w.call(client); strings.Contains(err.Error(), key) {
				t.Errorf("%s: the key is shown", name)
			}
		}
		if after, _ := os.ReadFile(w.path); string(after) != text {
			t.Errorf("%s: the file was changed", name)
		}
	}
	if err := auth.Forget(t.Context()); err != nil {
		t.Error(err)
	}
	w.works(client, 2)
}

// The disk is full from the first write on, or only once the key has been minted, or at the write after that.
func TestFullDisk(t *testing.T) {
	for n := range 4 {
		room, forgets := n%3, n == 3
		if forgets { // as with room for one write, and then somebody says that the key is not there
			room = 1
		}
		w := newWorld(t)
		writes, full := 0, true
		auth := w.unending()
		auth.Store = w.file().OnDisk(func(file *os.File, text string) error {
			if writes++; writes > room && full {
				_, _ = file.WriteString(text[:len(text)/2])
				return syscall.ENOSPC
			}
			_, err := file.WriteString(text)
			return err
		})
		var told []*signer.Key
		var why error
		auth.Minted = func(key *signer.Key, err error) { told, why = append(told, key), err }
		client := w.client(auth)
		err := w.call(client)
		left, _ := os.ReadDir(filepath.Dir(w.path))
		for _, f := range left {
			if strings.HasSuffix(f.Name(), ".new") {
				t.Errorf("%s is left", f.Name())
			}
		}
		switch room {
		case 0: // nothing is minted that could not be stored
			if !errors.Is(err, syscall.ENOSPC) || w.mints.Load() != 0 || len(told) != 1 || told[0] != nil {
				t.Errorf("full: %v, %d keys were minted", err, w.mints.Load())
			}
			full = false
			w.pass(time.Minute)
			w.works(client, 1)
			continue
		case 1: // the key is used, handed out, and stored when there is room again
			if err != nil || len(told) != 1 || told[0] == nil || told[0].APIKey.IsZero() || !errors.Is(why, syscall.ENOSPC) {
				t.Errorf("full after the mint: %v; told %v, %v", err, told, why)
			}
			other := w.unending()
			w.fails(w.client(other), signer.ErrKeyMayExist, 1) // another process meanwhile
			if forgets {
				if err := other.Forget(t.Context()); err != nil {
					t.Error(err)
				}
			}
			w.pass(time.Minute)
			if w.works(client, 1); writes != 3 { // tried again, in vain
				t.Errorf("%d writes", writes)
			}
			full = false
			w.pass(time.Minute)
		}
		w.works(client, 1)
		if w.works(w.client(w.unending()), 1); len(told) != 1 { // another process
			t.Errorf("room %d: told %v", room, told)
		}
	}
}

// What a program left behind that was killed while it wrote, with whatever mode, is neither read nor in the way.
func TestFileAfterAKill(t *testing.T) {
	w := newWorld(t)
	if err := os.WriteFile(w.path+".new", []byte("half"), 0o644); err != nil {
		t.Fatal(err)
	}
	w.works(w.client(w.unending()), 1)
	if info, err := os.Stat(w.path); err != nil || info.Mode().Perm() != 0o600 && filelock.ModesMatter {
		t.Errorf("%v, %v", info, err)
	}
}

// Who waits for the lock gives up when the context ends.
func TestFileIsHeldByOne(t *testing.T) {
	file := autokey.File{Path: filepath.Join(t.TempDir(), "key")}
	nothing := func(signer.Secret, func(signer.Secret) error) error { return nil }
	err := file.Hold(t.Context(), func(_ signer.Secret, save func(signer.Secret) error) error {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if err := file.Hold(ctx, nothing); !errors.Is(err, context.Canceled) {
			t.Errorf("held twice: %v", err)
		}
		return errors.Join(save(signer.NewSecret("a")), save(signer.NewSecret("b")))
	})
	if err != nil {
		t.Error(err)
	}
	err = file.Hold(t.Context(), func(record signer.Secret, save func(signer.Secret) error) error {
		if record.Reveal() != "b" {
			t.Errorf("holds %q", record.Reveal())
		}
		return errors.Join(save(signer.Secret{}), save(signer.Secret{}))
	})
	if _, there := os.Stat(file.Path); err != nil || !errors.Is(there, os.ErrNotExist) {
		t.Errorf("%v, %v", err, there)
	}
}
