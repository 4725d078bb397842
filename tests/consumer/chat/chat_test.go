package main

import (
	"bytes"
	"flag"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/venice-go/venice"
	"github.com/venice-go/venice/tests/venicetest"
)

var update = flag.Bool("update", false, "write modules.txt anew")

func TestChat(t *testing.T) {
	srv := venicetest.NewServer(t)
	reply, err := chat(t.Context(), "Hello", venice.WithBaseURL(srv.URL), venice.WithAPIKey(srv.InferenceKey()))
	if err != nil || reply != "You said: Hello" {
		t.Error(reply, err)
	}
}

// Who imports the client gets the modules in modules.txt and no others: first those that a program which only chats is
// linked with, then all that its go.sum names.
func TestModules(t *testing.T) {
	linked := list(t, "list", "-deps", "-f", "{{with .Module}}{{if not .Main}}{{.Path}}{{end}}{{end}}", ".")
	all := list(t, "list", "-m", "-f", "{{if not .Main}}{{.Path}}{{end}}", "all")
	got := "linked\n\t" + strings.Join(linked, "\n\t") + "\nin the graph\n\t" + strings.Join(all, "\n\t") + "\n"
	if *update {
		if err := os.WriteFile("modules.txt", []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile("modules.txt")
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("modules are\n%swant those of modules.txt: everybody who imports the client gets a new one too. If it is worth that, say why in CONTRIBUTING.md and run go test -run Modules -update", got)
	}
}

func list(t *testing.T, args ...string) []string {
	t.Helper()
	var stderr bytes.Buffer
	cmd := exec.Command("go", args...)
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v: %s", err, &stderr)
	}
	names := strings.Fields(string(out))
	slices.Sort(names)
	return slices.Compact(names)
}
