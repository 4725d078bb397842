// Scripts: sessions of a user, in testdata/scripts, each against a fake of its own.

package main

import (
	"bytes"
	"context"
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/tools/txtar"

	"github.com/venice-go/venice/tests/venicetest"
)

// A script is what is before the files of an archive, a line for each step:
//
//	env NAME=TEXT            sets a variable of the environment
//	stdin FILE               is what the next command reads
//	venice-go ...            runs, and has to exit with 0; after "exit N", with N; after "tty", on a terminal
//	stdout, stderr REGEXP    has to match what was printed, and after "not", must not
//	empty stdout             nothing was printed
//	same FILE                stdout is the file
//	members NAME...          stdout is a JSON object with these members
//	save NAME REGEXP         keeps what the group matches of stdout, as $NAME
//
// $URL, $INFERENCE, $ADMIN, $KEY (of a wallet with a stake and USDC), $ADDRESS, $ASSET and $WORK are there from the start.
type script struct {
	t              *testing.T
	vars, env      map[string]string
	files          map[string]string
	stdin          string
	stdout, stderr string
}

func TestScripts(t *testing.T) {
	names, err := filepath.Glob("testdata/scripts/*.txtar")
	if err != nil || len(names) == 0 {
		t.Fatal(names, err)
	}
	for _, name := range names {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(name)
			if err != nil {
				t.Fatal(err)
			}
			newScript(t, archive).play(string(archive.Comment))
		})
	}
}

func newScript(t *testing.T, archive *txtar.Archive) *script {
	fake := venicetest.NewServer(t)
	if err := fake.Stake(walletAddress, 1); err != nil {
		t.Fatal(err)
	}
	if err := fake.SetUSDC(walletAddress, 100); err != nil {
		t.Fatal(err)
	}
	s := &script{t: t, env: map[string]string{"VENICE_BASE_URL": fake.URL}, files: map[string]string{}, vars: map[string]string{
		"URL": fake.URL, "INFERENCE": fake.InferenceKey(), "ADMIN": fake.AdminKey(), "KEY": walletKey, "ADDRESS": walletAddress,
		"ASSET": venicetest.USDC, "WORK": t.TempDir(),
	}}
	for _, f := range archive.Files {
		s.files[f.Name] = string(f.Data)
		if err := os.WriteFile(filepath.Join(s.vars["WORK"], f.Name), f.Data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return s
}

func (s *script) play(text string) {
	for i, line := range strings.Split(text, "\n") {
		line = strings.TrimSpace(os.Expand(line, func(name string) string {
			if value, known := s.vars[name]; known {
				return value
			}
			return "$" + name
		}))
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		word, rest, _ := strings.Cut(line, " ")
		if why := s.step(word, rest); why != "" {
			s.t.Fatalf("line %d: %s\n%s\nstdout:\n%s\nstderr:\n%s", i+1, line, why, s.stdout, s.stderr)
		}
	}
}

// step carries out one line, and says what is wrong.
func (s *script) step(word, rest string) string {
	switch word {
	case "env":
		name, value, _ := strings.Cut(rest, "=")
		s.env[name] = value
	case "stdin":
		s.stdin = s.files[rest]
	case "venice-go":
		return s.run(rest, exitOK, false)
	case "tty":
		return s.run(strings.TrimPrefix(rest, "venice-go "), exitOK, true)
	case "exit":
		code, command, _ := strings.Cut(rest, " venice-go ")
		n, err := strconv.Atoi(code)
		if err != nil {
			return err.Error()
		}
		return s.run(command, n, false)
	case "not":
		stream, pattern, _ := strings.Cut(rest, " ")
		if s.step(stream, pattern) == "" {
			return "it does match"
		}
	case "stdout", "stderr":
		if !regexp.MustCompile("(?m)" + rest).MatchString(map[string]string{"stdout": s.stdout, "stderr": s.stderr}[word]) {
			return "no match"
		}
	case "empty":
		if (map[string]string{"stdout": s.stdout, "stderr": s.stderr})[rest] != "" {
			return "something was printed"
		}
	case "same":
		if want, _ := s.files[rest]; s.stdout != want {
			return "want\n" + want
		}
	case "members":
		got := map[string]any{}
		if err := json.Unmarshal([]byte(s.stdout), &got); err != nil {
			return err.Error()
		}
		if names := slices.Sorted(maps.Keys(got)); !slices.Equal(names, slices.Sorted(slices.Values(strings.Fields(rest)))) {
			return "the members are " + strings.Join(names, " ")
		}
	case "save":
		name, pattern, _ := strings.Cut(rest, " ")
		found := regexp.MustCompile("(?m)" + pattern).FindStringSubmatch(s.stdout)
		if found == nil {
			return "no match"
		}
		s.vars[name] = found[1]
	default:
		return "no such step"
	}
	return ""
}

// quoted are the words of a line, some in single quotes.
var quoted = regexp.MustCompile(`'([^']*)'|(\S+)`)

func (s *script) run(line string, want int, tty bool) string {
	var args []string
	for _, m := range quoted.FindAllStringSubmatch(line, -1) {
		args = append(args, m[1]+m[2])
	}
	var stdout, stderr bytes.Buffer
	ctx, cancel := context.WithTimeout(s.t.Context(), time.Minute) // for what serves, and should not
	defer cancel()
	c := &console{stdin: strings.NewReader(s.stdin), stdout: &stdout, stderr: &scrubber{w: &stderr},
		env: func(name string) string { return s.env[name] }, table: tty, chatty: tty}
	code := c.run(ctx, args)
	s.stdin, s.stdout, s.stderr = "", stdout.String(), stderr.String()
	for _, secret := range []string{walletKey[2:], s.vars["INFERENCE"], s.vars["ADMIN"]} {
		if strings.Contains(s.stderr, secret) {
			return "stderr shows a secret"
		}
	}
	if code != want {
		return "exit code " + strconv.Itoa(code) + ", want " + strconv.Itoa(want)
	}
	return ""
}
