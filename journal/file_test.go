// Tests of the journal in a file.

package journal

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/venice-go/venice/gen"
)

func openJournal(t *testing.T, path string) *File {
	t.Helper()
	j, err := OpenFile(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { j.Close() })
	return j
}

// write adds records, and returns those that were there before.
func write(j Journal, account string, add ...string) (before string, err error) {
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

func TestJournals(t *testing.T) {
	for name, j := range map[string]Journal{"memory": new(Memory), "file": openJournal(t, filepath.Join(t.TempDir(), "j"))} {
		for n, c := range []struct {
			account string
			add     []string
			before  string
		}{
			{"a", nil, ""}, {"a", []string{"1", "2"}, ""}, {"b", []string{"x y"}, ""}, {"a", []string{"3"}, "1;2;"},
			{"a", nil, "1;2;3;"}, {"b", nil, "x y;"}, {"ab", nil, ""},
		} {
			if before, err := write(j, c.account, c.add...); err != nil || before != c.before {
				t.Errorf("%s, %d: %q, %v, want %q", name, n, before, err, c.before)
			}
		}
		no := errors.New("no")
		err := j.Update(t.Context(), "a", func([]gen.Secret) ([]gen.Secret, error) { return []gen.Secret{gen.NewSecret("4")}, no })
		if before, _ := write(j, "a"); !errors.Is(err, no) || before != "1;2;3;" {
			t.Errorf("%s, refused: %v, %q", name, err, before)
		}
	}
}

func TestFileStays(t *testing.T) {
	path := filepath.Join(t.TempDir(), "j")
	j := openJournal(t, path)
	if _, err := write(j, "a", "1", "2"); err != nil {
		t.Fatal(err)
	}
	if _, err := write(j, "a", "3"); err != nil {
		t.Fatal(err)
	}
	whole, _ := os.ReadFile(path)
	if info, _ := os.Stat(path); info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v", info.Mode())
	}
	// Another handle, as of another process, sees the same and goes on from there.
	if before, err := write(openJournal(t, path), "a", "4"); err != nil || before != "1;2;3;" {
		t.Errorf("%q, %v", before, err)
	}
	if before, err := write(j, "a"); err != nil || before != "1;2;3;4;" {
		t.Errorf("%q, %v", before, err)
	}

	// A torn tail goes, by whole steps, whatever is left of it, and the next record takes its place.
	lines := strings.SplitAfter(string(whole), "\n")
	first := len(lines[0]) + len(lines[1])
	for end := range len(whole) {
		torn := filepath.Join(t.TempDir(), "j")
		if err := os.WriteFile(torn, whole[:end], 0o600); err != nil {
			t.Fatal(err)
		}
		want := ""
		if end >= first-1 { // a line that lacks its end only is whole
			want = "1;2;"
		}
		if end == len(whole)-1 {
			want = "1;2;3;"
		}
		j := openJournal(t, torn)
		if before, err := write(j, "a", "new"); err != nil || before != want {
			t.Errorf("cut at %d: %q, %v, want %q", end, before, err, want)
		}
		if before, err := write(j, "a"); err != nil || before != want+"new;" {
			t.Errorf("cut at %d, afterwards: %q, %v", end, before, err)
		}
		if err := j.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

// Blocks of the last line that were not written are zeros, though what follows may be there. A single zero is damage.
func TestFileWithHoles(t *testing.T) {
	path := filepath.Join(t.TempDir(), "j")
	j := openJournal(t, path)
	if _, err := write(j, "a", "1"); err != nil {
		t.Fatal(err)
	}
	if _, err := write(j, "a", strings.Repeat("x", 2000)); err != nil {
		t.Fatal(err)
	}
	whole, _ := os.ReadFile(path)
	for from, c := range map[int]struct {
		to   int
		torn bool
	}{512: {1024, true}, 1024: {len(whole) - 1, true}, 513: {514, false}, 600: {1024, false}, 1536: {1600, false}} {
		hole := append([]byte(nil), whole...)
		clear(hole[from:c.to])
		if err := os.WriteFile(path, hole, 0o600); err != nil {
			t.Fatal(err)
		}
		if before, err := write(j, "a"); (err == nil) != c.torn || c.torn && before != "1;" {
			t.Errorf("zeros from %d to %d: %q, %v", from, c.to, before, err)
		}
	}
}

// A file that is something else stays as it is.
func TestFileIsNoOtherFile(t *testing.T) {
	for _, content := range []string{`{"crypto":{}}`, "0xac09", "\n", "venice payment journal 2\n", "venice payment journal 1 x"} {
		path := filepath.Join(t.TempDir(), "j")
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := OpenFile(path); err == nil {
			t.Errorf("%q: opened", content)
		}
		if after, _ := os.ReadFile(path); string(after) != content {
			t.Errorf("%q: is %q now", content, after)
		}
	}
	for name, j := range map[string]*File{"nil": nil, "zero": {}} {
		if _, err := write(j, "a"); err == nil || j.Close() != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestFileRefuses(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, "j")
	j := openJournal(t, path)
	if _, err := write(j, "a", "1"); err != nil {
		t.Fatal(err)
	}
	if _, err := write(j, "a", "2"); err != nil {
		t.Fatal(err)
	}
	whole, _ := os.ReadFile(path)
	for n := range strings.LastIndexByte(strings.TrimSpace(string(whole)), '\n') + 1 { // damage before the last line
		damaged := append([]byte(nil), whole...)
		damaged[n] ^= 1
		if err := os.WriteFile(path, damaged, 0o600); err != nil {
			t.Fatal(err)
		}
		if before, err := write(j, "a", "3"); err == nil {
			t.Errorf("damage at %d: %q", n, before)
		}
	}
	if err := os.WriteFile(path, whole, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, bad := range []string{"a\nb", "a\tb"} {
		if _, err := write(j, "a", bad); err == nil {
			t.Errorf("%q: no error", bad)
		}
	}
	if before, err := write(j, "a"); err != nil || before != "1;2;" {
		t.Errorf("restored: %q, %v", before, err)
	}
	if err := os.Chmod(path, 0o640); err != nil {
		t.Fatal(err)
	}
	if _, err := write(j, "a", "3"); err == nil || !strings.Contains(err.Error(), "0600") {
		t.Errorf("readable for others: %v", err)
	}
	if _, err := OpenFile(path); err == nil {
		t.Error("opened, readable for others")
	}
	if err := os.Chmod(path, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(path, path+".old"); err != nil {
		t.Fatal(err)
	}
	if _, err := write(j, "a", "3"); err == nil {
		t.Error("moved away: no error")
	}
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := write(j, "a", "3"); err == nil || !strings.Contains(err.Error(), "replaced") {
		t.Errorf("replaced: %v", err)
	}
	if _, err := OpenFile(folder); err == nil {
		t.Error("a folder: no error")
	}
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := write(j, "a", "3"); err == nil {
		t.Error("closed: no error")
	}
}

func FuzzFile(f *testing.F) {
	f.Add([]byte(header + checksumOf("a 1") + " a 1\n"))
	f.Fuzz(func(t *testing.T, content []byte) {
		path := filepath.Join(t.TempDir(), "j")
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
		j, err := OpenFile(path)
		if err != nil {
			return
		}
		defer j.Close()
		before, err := write(j, "a", "new")
		if err != nil {
			return
		}
		if after, err := write(j, "a"); err != nil || after != before+"new;" {
			t.Errorf("%q, then %q, %v", before, after, err)
		}
	})
}
