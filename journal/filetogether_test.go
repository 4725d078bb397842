// The file and those who use it at the same time.

package journal

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/venice-go/venice/gen"
)

func TestFileWaits(t *testing.T) {
	path := filepath.Join(t.TempDir(), "j")
	one, two := openJournal(t, path), openJournal(t, path)
	inside, out := make(chan bool), make(chan bool)
	go func() {
		_ = one.Update(context.Background(), "a", func([]gen.Secret) ([]gen.Secret, error) { inside <- true; <-out; return nil, nil })
	}()
	<-inside
	for _, j := range []Journal{one, two} {
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
		err := j.Update(ctx, "b", func([]gen.Secret) ([]gen.Secret, error) { t.Error("let in"); return nil, nil })
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%v", err)
		}
		cancel()
	}
	close(out)
}

// Several processes and goroutines count together, and none of them miscounts.
func TestFileCountsTogether(t *testing.T) {
	const each = 25
	path := os.Getenv("VENICE_TEST_JOURNAL")
	count := func() {
		j, err := OpenFile(path)
		if err != nil {
			t.Error(err)
			return
		}
		defer j.Close()
		for range each {
			if err := j.Update(context.Background(), "a", func(records []gen.Secret) ([]gen.Secret, error) {
				return []gen.Secret{gen.NewSecret(fmt.Sprint(len(records)))}, nil
			}); err != nil {
				t.Error(err)
			}
		}
	}
	if path != "" { // this is one of the processes
		count()
		return
	}
	path = filepath.Join(t.TempDir(), "j")
	var all sync.WaitGroup
	for range 3 {
		all.Go(count)
		all.Go(func() {
			c := exec.Command(os.Args[0], "-test.run=^TestFileCountsTogether$")
			c.Env = append(os.Environ(), "VENICE_TEST_JOURNAL="+path)
			if out, err := c.CombinedOutput(); err != nil {
				t.Errorf("%v: %s", err, out)
			}
		})
	}
	all.Wait()
	before, err := write(openJournal(t, path), "a")
	want := ""
	for n := range 6 * each {
		want += fmt.Sprint(n, ";")
	}
	if err != nil || before != want {
		t.Errorf("%v: %d records of %d", err, strings.Count(before, ";"), 6*each)
	}
}
