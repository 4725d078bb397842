// The version command: which program this is, and which revision of the API it was made from.

package main

import (
	"cmp"
	"context"
	"fmt"
	"regexp"
	"runtime"
	"runtime/debug"

	"github.com/venice-go/venice"
)

var versionCommand = &command{
	name: "version", short: "version, commit, and revision of the API",
	about:   "venice-go version says which program this is, and which revision of the API's description its client was made from.",
	json:    "version, commit, api, go: texts; commit is empty where it was not built from a checkout",
	example: "venice-go version --json",
	setUp:   func(*flags) action { return version },
}

// revision is where the description says its own.
var revision = regexp.MustCompile(`(?m)^info:\n(?: .*\n)*?  version: "?([0-9.]+)`)

func version(_ context.Context, c *console, _ []string) error {
	v := struct {
		Version string `json:"version"`
		Commit  string `json:"commit"`
		API     string `json:"api"`
		Go      string `json:"go"`
	}{Version: "(devel)", Go: runtime.Version()}
	if info, ok := debug.ReadBuildInfo(); ok {
		v.Version = cmp.Or(info.Main.Version, v.Version)
		changed := ""
		for _, s := range info.Settings {
			switch {
			case s.Key == "vcs.revision":
				v.Commit = s.Value
			case s.Key == "vcs.modified" && s.Value == "true":
				changed = ", changed"
			}
		}
		if v.Commit != "" {
			v.Commit += changed
		}
	}
	if found := revision.FindSubmatch(venice.Description()); found != nil {
		v.API = string(found[1])
	}
	if c.json {
		return c.printJSON(v)
	}
	_, err := fmt.Fprintf(c.stdout, "venice-go %s\ncommit    %s\nAPI       %s\nGo        %s\n", v.Version, orDash(v.Commit), v.API, v.Go)
	return err
}
