//go:build unix

// Tests of a server that is killed in the middle of things.

package postgres

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/venice-go/venice/gen"
	"github.com/venice-go/venice/journal/pgjournal"
)

// What Update reported as done is there afterwards, and what it did not is there in whole or not at all. A session may
// have asked for less: with synchronous_commit off the server says yes to what the kill takes away.
func TestKilled(t *testing.T) {
	each(t, func(t *testing.T, driver string) {
		if own == nil {
			t.Skip("the server that " + envDSN + " names is not ours to kill")
		}
		j := pgjournal.New(open(t, driver))
		t.Setenv("PGOPTIONS", os.Getenv("PGOPTIONS")+" -c synchronous_commit=off")
		hasty := pgjournal.New(open(t, driver))
		done := map[string]int{}
		for round := range 2 {
			var all sync.WaitGroup
			var mu sync.Mutex
			for n := range 6 {
				account, j := fmt.Sprint("account", n%3), []*pgjournal.Journal{j, hasty}[n%2]
				all.Go(func() {
					for i := 0; ; i++ {
						step := fmt.Sprint(round, ".", n, ".", i)
						if _, err := write(j, account, step+"a", step+"b"); err != nil {
							return
						}
						mu.Lock()
						done[account+" "+step]++
						mu.Unlock()
					}
				})
			}
			time.Sleep(300 * time.Millisecond)
			own.kill()
			all.Wait()
			if err := own.start(); err != nil {
				t.Fatal(err)
			}
		}
		there := map[string]int{}
		for n := range 3 {
			account := fmt.Sprint("account", n)
			before, err := write(j, account) // by the connections that were cut
			if err != nil {
				t.Fatal(err)
			}
			records := strings.Split(strings.TrimSuffix(before, ";"), ";")
			for pair := range slices.Chunk(records, 2) {
				step := strings.TrimSuffix(pair[0], "a")
				if len(pair) != 2 || pair[0] != step+"a" || pair[1] != step+"b" {
					t.Fatalf("%s has a step in part: %q", account, pair)
				}
				there[account+" "+step]++
			}
		}
		for step := range done {
			if there[step] != 1 {
				t.Errorf("%s was done, and is there %d times", step, there[step])
			}
		}
		if extra := len(there) - len(done); extra < 0 || extra > 2*6 || len(done) < 10 {
			t.Errorf("%d were done, %d are there", len(done), len(there))
		}
	})
}

// A server that goes away while it is waited for ends the wait, and a step runs again when the caller says so.
func TestKilledWithinStep(t *testing.T) {
	each(t, func(t *testing.T, driver string) {
		if own == nil {
			t.Skip("the server that " + envDSN + " names is not ours to kill")
		}
		j := pgjournal.New(open(t, driver))
		runs := 0
		step := func(records []gen.Secret) ([]gen.Secret, error) {
			if runs++; runs == 1 {
				own.kill()
			}
			return []gen.Secret{gen.NewSecret(fmt.Sprint(len(records)))}, nil
		}
		if err := j.Update(context.Background(), "a", step); err == nil {
			t.Error("killed: no error")
		}
		if _, err := write(j, "a"); err == nil {
			t.Error("down: no error")
		}
		if err := own.start(); err != nil {
			t.Fatal(err)
		}
		if err := j.Update(context.Background(), "a", step); err != nil || runs != 2 {
			t.Errorf("started again: %v after %d runs", err, runs)
		}
		if before, err := write(j, "a"); err != nil || before != "0;" {
			t.Errorf("%q, %v", before, err)
		}
	})
}

// A standby knows less than the primary, and its locks are its own: there is no looking at a journal there.
func TestStandby(t *testing.T) {
	each(t, func(t *testing.T, driver string) {
		if own == nil {
			t.Skip("the server that " + envDSN + " names is not ours to make a standby")
		}
		j := pgjournal.New(open(t, driver))
		if _, err := write(j, "a", "1"); err != nil {
			t.Fatal(err)
		}
		restart := func() {
			own.kill()
			if err := own.start(); err != nil {
				t.Fatal(err)
			}
		}
		signal := filepath.Join(own.data(), "standby.signal")
		if err := os.WriteFile(signal, nil, 0o644); err != nil {
			t.Fatal(err)
		}
		restart()
		err := j.Update(t.Context(), "a", func([]gen.Secret) ([]gen.Secret, error) { t.Error("let in"); return nil, nil })
		if err == nil || !strings.Contains(err.Error(), "primary") && !strings.Contains(err.Error(), "recovery") {
			t.Errorf("%v", err)
		}
		if err := os.Remove(signal); err != nil {
			t.Fatal(err)
		}
		restart()
		if before, err := write(j, "a"); err != nil || before != "1;" {
			t.Errorf("as primary again: %q, %v", before, err)
		}
	})
}
