//go:build unix

// Tests of what a journal promises.

package postgres

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/venice-go/venice/gen"
	"github.com/venice-go/venice/journal"
	"github.com/venice-go/venice/journal/pgjournal"
)

// write adds records, and returns those that were there before.
func write(j journal.Journal, account string, add ...string) (before string, err error) {
	err = j.Update(context.Background(), account, func(records []gen.Secret) (more []gen.Secret, err error) {
		before = ""
		for _, r := range records {
			before += r.Reveal() + ";"
		}
		for _, text := range add {
			more = append(more, gen.NewSecret(text))
		}
		return more, nil
	})
	return before, err
}

// each runs a test by both drivers.
func each(t *testing.T, test func(t *testing.T, driver string)) {
	for _, driver := range drivers {
		t.Run(driver, func(t *testing.T) { fresh(t); test(t, driver) })
	}
}

func TestJournal(t *testing.T) {
	each(t, func(t *testing.T, driver string) {
		j := pgjournal.New(open(t, driver))
		const odd = "\t\n\r\\ ' \" $1 %s \x01 \u202e 漢字 🏛 {\"a\":null}"
		for n, c := range []struct {
			account string
			add     []string
			before  string
		}{
			{"a", nil, ""}, {"a", []string{"1", "2"}, ""}, {"b", []string{odd, ""}, ""}, {"a", []string{"3"}, "1;2;"},
			{"a", nil, "1;2;3;"}, {"b", nil, odd + ";;"}, {"ab", nil, ""}, {"A", nil, ""}, {"a ", nil, ""}, {odd, []string{"x"}, ""}, {odd, nil, "x;"},
			{"big", []string{strings.Repeat("é", 1<<19)}, ""}, {"big", nil, strings.Repeat("é", 1<<19) + ";"},
		} {
			if before, err := write(j, c.account, c.add...); err != nil || before != c.before {
				t.Errorf("%d: %.200q, %v, want %.200q", n, before, err, c.before)
			}
		}
		// Another connection sees the same, in the same order past 9 records.
		for n := range 12 {
			if _, err := write(j, "many", fmt.Sprint(n)); err != nil {
				t.Fatal(err)
			}
		}
		if before, err := write(pgjournal.New(open(t, driver)), "many"); err != nil || before != "0;1;2;3;4;5;6;7;8;9;10;11;" {
			t.Errorf("%q, %v", before, err)
		}
	})
}

// What cannot be added whole is not added.
func TestAllOrNothing(t *testing.T) {
	each(t, func(t *testing.T, driver string) {
		j := pgjournal.New(open(t, driver))
		if _, err := write(j, "a", "1"); err != nil {
			t.Fatal(err)
		}
		no := errors.New("no")
		refused := func([]gen.Secret) ([]gen.Secret, error) { return []gen.Secret{gen.NewSecret("2")}, no }
		for range 2 {
			if err := j.Update(t.Context(), "a", refused); !errors.Is(err, no) {
				t.Errorf("refused: %v", err)
			}
		}
		for _, bad := range []string{"a\x00b", "a\xff"} {
			if _, err := write(j, "a", "2", bad, "3"); err == nil || !strings.Contains(err.Error(), "pgjournal: ") {
				t.Errorf("%q: %v", bad, err)
			}
		}
		ctx, cancel := context.WithCancel(t.Context())
		if err := j.Update(ctx, "a", func([]gen.Secret) ([]gen.Secret, error) {
			cancel()
			return []gen.Secret{gen.NewSecret("2")}, nil
		}); !errors.Is(err, context.Canceled) {
			t.Errorf("left within the step: %v", err)
		}
		func() {
			defer func() { _ = recover() }()
			_ = j.Update(t.Context(), "a", func([]gen.Secret) ([]gen.Secret, error) { panic("within the step") })
		}()
		if before, err := write(j, "a"); err != nil || before != "1;" {
			t.Errorf("%q, %v", before, err)
		}
	})
}

func TestErrorsSaySo(t *testing.T) {
	each(t, func(t *testing.T, driver string) {
		db := open(t, driver)
		j := pgjournal.New(db)
		fails := func(name, want string, j journal.Journal) {
			t.Helper()
			if _, err := write(j, "a", "new"); err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%s: %v, want %q in it", name, err, want)
			}
		}
		if _, err := write(j, "a", "1", "2", "3"); err != nil {
			t.Fatal(err)
		}
		do(t, db, `DELETE FROM venice_journal WHERE number = 2`)
		fails("a gap", "record 2 of a is missing", j)
		do(t, db, `DROP TABLE venice_journal`)
		fails("no table", "pgjournal.Schema makes it", j)
		for range 2 { // it can be run again, and leaves what is there
			do(t, db, pgjournal.Schema)
			if _, err := write(j, "a", "1"); err != nil {
				t.Error(err)
			}
		}
		if before, err := write(j, "a"); err != nil || before != "1;1;" {
			t.Errorf("with the table again: %q, %v", before, err)
		}
		db.Close()
		fails("closed", "closed", j)
	})
	for _, j := range []*pgjournal.Journal{nil, {}, pgjournal.New(nil)} {
		if _, err := write(j, "a"); err == nil {
			t.Error("no database: no error")
		}
	}
}

// A lock is waited for as long as ctx says. Other accounts go on meanwhile.
func TestWaits(t *testing.T) {
	each(t, func(t *testing.T, driver string) {
		j, other := pgjournal.New(open(t, driver)), pgjournal.New(open(t, driver))
		inside, out, done := make(chan bool), make(chan bool), make(chan error)
		go func() {
			done <- j.Update(context.Background(), "a", func([]gen.Secret) ([]gen.Secret, error) {
				inside <- true
				<-out
				return []gen.Secret{gen.NewSecret("1")}, nil
			})
		}()
		<-inside
		for _, j := range []journal.Journal{j, other} {
			ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
			err := j.Update(ctx, "a", func([]gen.Secret) ([]gen.Secret, error) { t.Error("let in"); return nil, nil })
			if !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("%v", err)
			}
			cancel()
			if _, err := write(j, "b", "x"); err != nil {
				t.Error(err)
			}
		}
		close(out)
		if err := <-done; err != nil {
			t.Error(err)
		}
		if before, err := write(other, "a"); err != nil || before != "1;" {
			t.Errorf("afterwards: %q, %v", before, err)
		}
	})
}

// A machine that stands still in the middle of a step loses its turn, and does not come back as if it had not.
func TestLosesItsTurn(t *testing.T) {
	fresh(t)
	j := pgjournal.New(open(t, "pgx"))
	inside, out, done := make(chan bool), make(chan bool), make(chan error)
	go func() {
		done <- j.Update(context.Background(), "a", func([]gen.Secret) ([]gen.Secret, error) {
			inside <- true
			<-out
			return []gen.Secret{gen.NewSecret("late")}, nil
		})
	}()
	<-inside
	began := time.Now()
	if before, err := write(j, "a", "1"); err != nil || before != "" || time.Since(began) < 5*time.Second {
		t.Errorf("after %v: %q, %v", time.Since(began), before, err)
	}
	close(out)
	if err := <-done; err == nil {
		t.Error("the step that was late: no error")
	}
	if before, err := write(j, "a"); err != nil || before != "1;" {
		t.Errorf("afterwards: %q, %v", before, err)
	}
}

// Processes, goroutines and drivers count together, and none of them miscounts.
func TestCountTogether(t *testing.T) {
	const goroutines, times = 20, 5
	count := func(driver string) {
		j := pgjournal.New(open(t, driver))
		var all sync.WaitGroup
		for range goroutines {
			all.Go(func() {
				for range times {
					if err := j.Update(context.Background(), "a", func(records []gen.Secret) ([]gen.Secret, error) {
						return []gen.Secret{gen.NewSecret(fmt.Sprint(len(records)))}, nil
					}); err != nil {
						t.Error(err)
					}
				}
			})
		}
		all.Wait()
	}
	const role = "VENICE_TEST_COUNTS"
	if driver := os.Getenv(role); driver != "" { // this is one of the processes
		count(driver)
		return
	}
	fresh(t)
	var all sync.WaitGroup
	for _, driver := range drivers {
		all.Go(func() {
			c := exec.Command(os.Args[0], "-test.run=^TestCountTogether$")
			c.Env = append(os.Environ(), role+"="+driver)
			if out, err := c.CombinedOutput(); err != nil {
				t.Errorf("%v: %s", err, out)
			}
		})
	}
	all.Wait()
	want := ""
	for n := range len(drivers) * goroutines * times {
		want += fmt.Sprint(n, ";")
	}
	if before, err := write(pgjournal.New(open(t, "pgx")), "a"); err != nil || before != want {
		t.Errorf("%v: %d records of %d", err, strings.Count(before, ";"), strings.Count(want, ";"))
	}
}
