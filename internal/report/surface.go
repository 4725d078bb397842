package main

import (
	"bufio"
	"fmt"
	"go/types"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/exp/apidiff"
	"golang.org/x/tools/go/packages"
)

// exported are the packages whose exported names callers build on.
var exported = []string{".", "./gen", "./journal", "./journal/pgjournal", "./signer", "./signer/keystore", "./signer/siwx", "./signer/stake", "./signer/x402", "./spend", "./tests/venicetest"}

type packageChanges struct {
	path    string
	changes []apidiff.Change
}

// surface compares the exported names of two checkouts.
func surface(before, after string) ([]packageChanges, error) {
	was, err := packagesOf(before)
	if err != nil {
		return nil, err
	}
	is, err := packagesOf(after)
	if err != nil {
		return nil, err
	}
	var all []packageChanges
	for path, old := range was {
		p := packageChanges{path: path}
		if now := is[path]; now != nil {
			p.changes = apidiff.Changes(old, now).Changes
		} else {
			p.changes = []apidiff.Change{{Message: "package: removed"}}
		}
		all = append(all, p)
	}
	slices.SortFunc(all, func(a, b packageChanges) int { return strings.Compare(a.path, b.path) })
	return all, nil
}

func packagesOf(dir string) (map[string]*types.Package, error) {
	config := &packages.Config{Mode: packages.NeedName | packages.NeedTypes | packages.NeedImports | packages.NeedDeps | packages.NeedSyntax | packages.NeedTypesInfo,
		Dir: dir, Env: append(os.Environ(), "GOFLAGS=", "GOWORK=off")}
	// A revision from before a package was made does not have it.
	there := slices.DeleteFunc(slices.Clone(exported), func(path string) bool {
		_, err := os.Stat(filepath.Join(dir, path))
		return err != nil
	})
	found, err := packages.Load(config, there...)
	if err != nil {
		return nil, err
	}
	all := make(map[string]*types.Package)
	for _, p := range found {
		if len(p.Errors) > 0 {
			return nil, fmt.Errorf("%s: %w", p.PkgPath, p.Errors[0])
		}
		all[p.PkgPath] = p.Types
	}
	return all, nil
}

func breaks(all []packageChanges) bool {
	return slices.ContainsFunc(all, func(p packageChanges) bool {
		return slices.ContainsFunc(p.changes, func(c apidiff.Change) bool { return !c.Compatible })
	})
}

// step is what semantic versioning asks for, before 1.0.
func step(all []packageChanges) string {
	switch {
	case breaks(all):
		return "minor: callers may have to change their code"
	case slices.ContainsFunc(all, func(p packageChanges) bool { return len(p.changes) > 0 }):
		return "patch: what is new breaks nothing"
	}
	return "none: no exported name changed"
}

func writeSurface(w io.Writer, all []packageChanges) {
	fmt.Fprintf(w, "## Go packages\n\nNext version (before 1.0): %s.\n", step(all))
	for _, p := range all {
		var broken, added []string
		for _, c := range p.changes {
			if c.Compatible {
				added = append(added, c.Message)
			} else {
				broken = append(broken, c.Message)
			}
		}
		if broken, added = families(broken), families(added); len(broken)+len(added) > 0 {
			fmt.Fprintf(w, "\n### %s\n\n", code(p.path))
			list(w, "**breaks** ", broken, 20)
			list(w, "", added, 8)
		}
	}
	fmt.Fprintln(w)
}

// families folds changes that say the same of several names into one line.
func families(messages []string) []string {
	var order []string
	names := make(map[string][]string)
	for _, m := range messages {
		if strings.HasPrefix(m, "./gen.") { // an embedded method of package gen, which says it itself
			continue
		}
		name, what, ok := strings.Cut(m, ": ")
		if !ok {
			name, what = m, ""
		}
		if names[what] == nil {
			order = append(order, what)
		}
		names[what] = append(names[what], name)
	}
	var lines []string
	for _, what := range order {
		said := what
		if strings.ContainsAny(what, " ") {
			said = code(what)
		}
		lines = append(lines, folded(names[what], 30)+": "+said)
	}
	return lines
}

// newlySaid counts the lines that a changelog gained where it tells callers what to change: under Unreleased, Changed or
// Removed.
func newlySaid(before, after string) (int, error) {
	was, err := told(before)
	if err != nil && !os.IsNotExist(err) {
		return 0, err
	}
	is, err := told(after)
	n := 0
	for _, line := range is {
		if !slices.Contains(was, line) {
			n++
		}
	}
	return n, err
}

func told(name string) ([]string, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }() // it was only read
	var lines []string
	unreleased, section := false, ""
	scanner := bufio.NewScanner(f)
	for scanner.Scan() {
		line := strings.TrimSpace(scanner.Text())
		if title, ok := strings.CutPrefix(line, "## "); ok {
			unreleased, section = strings.Contains(title, "Unreleased"), ""
		} else if title, ok := strings.CutPrefix(line, "### "); ok {
			section = title
		} else if unreleased && line != "" && (section == "Changed" || section == "Removed") {
			lines = append(lines, line)
		}
	}
	return lines, scanner.Err()
}
