// OpenAI's client for JavaScript, run by node.

package clients

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/venice-go/venice/tests/venicetest"
)

// The script of a week passes, also through the proxy, and says that it did sixty of each kind.
func TestWeekInNode(t *testing.T) {
	node, err := exec.LookPath("node")
	if err != nil {
		t.Skip("no node on this machine: ", err)
	}
	if _, err := os.Stat(filepath.Join("node", "node_modules", "openai")); errors.Is(err, fs.ErrNotExist) {
		t.Skip("the package openai is not installed: npm install in tests/clients/node, as make clients does")
	}
	script, err := os.ReadFile(filepath.Join("node", "week.mjs")) // by this process, so that a change of it makes the test run again
	if err != nil {
		t.Fatal(err)
	}
	fake := venicetest.NewServer(t)
	url, token := proxied(t, fake)
	for how, at := range map[string][2]string{"direct": {fake.URL, fake.InferenceKey()}, "proxied": {url, token}} {
		t.Run(how, func(t *testing.T) { weekInNode(t, node, script, at[0], at[1]) })
	}
}

func weekInNode(t *testing.T, node string, script []byte, url, key string) {
	cmd := exec.CommandContext(t.Context(), node, "--input-type=module", "-")
	cmd.Dir, cmd.Stdin = "node", bytes.NewReader(script)
	cmd.Env = append(os.Environ(), "VENICE_BASE_URL="+url, "VENICE_API_KEY="+key)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		t.Fatalf("%v\n%s%s", err, &stdout, &stderr)
	}
	want := "chat stream tools form responses vectors image speech transcription models refusals"
	if got := strings.Join(strings.Fields(strings.ReplaceAll(stdout.String(), " 60\n", " ")), " "); got != want {
		t.Errorf("%s\nwant 60 of each: %s", &stdout, want)
	}
}
