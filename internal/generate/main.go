// Command generate makes the client from the service's published description.
//
//	generate spec -from FILE|URL [-out FILE]    raw revision -> openapi.yaml: its facts, our names, our words
//	generate gen [-spec FILE] [-out DIR]        openapi.yaml -> gen/*.gen.go
//
// Without -out, spec replaces openapi.yaml and records the names that it gave in names.lock; with -out it leaves the
// lock alone, so that a revision can be tried without adopting it.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
)

// published is where the service keeps the current description.
const published = "https://api.venice.ai/doc/api/swagger.yaml"

// pinned is the revision that openapi.yaml holds: for it, prose and tables must match without a remainder.
const pinned = "20260626.184905"

func main() {
	if err := run(context.Background(), os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "generate:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) error {
	root, err := moduleRoot()
	if err != nil {
		return err
	}
	if len(args) == 0 {
		return fmt.Errorf("want spec or gen")
	}
	flags := flag.NewFlagSet(args[0], flag.ContinueOnError)
	switch args[0] {
	case "spec":
		from := flags.String("from", published, "raw description: file or URL")
		out := flags.String("out", "", "file to write instead of openapi.yaml; the name lock then stays as it is")
		if err := flags.Parse(args[1:]); err != nil {
			return err
		}
		return specCommand(ctx, root, *from, *out)
	case "gen":
		spec := flags.String("spec", filepath.Join(root, "openapi.yaml"), "compiled description to read")
		out := flags.String("out", filepath.Join(root, "gen"), "folder to write")
		if err := flags.Parse(args[1:]); err != nil {
			return err
		}
		return genCommand(ctx, root, *spec, *out)
	}
	return fmt.Errorf("unknown command %q: want spec or gen", args[0])
}

// specCommand compiles a raw revision. Nothing is written unless the result is valid.
func specCommand(ctx context.Context, root, from, out string) error {
	raw, err := read(ctx, from)
	if err != nil {
		return err
	}
	tables, err := loadTables(filepath.Join(root, "internal", "generate"))
	if err != nil {
		return err
	}
	result, err := compile(raw, tables)
	if err != nil {
		return fmt.Errorf("%s: %w", from, err)
	}
	for _, w := range result.warnings {
		fmt.Fprintln(os.Stderr, "note:", w)
	}
	if out != "" {
		return replaceFile(out, result.yaml)
	}
	// The lock goes first: names that no document uses do no harm, a document whose names are not locked does.
	if err := replaceFile(tables.lockFile, result.lock); err != nil {
		return err
	}
	return replaceFile(filepath.Join(root, "openapi.yaml"), result.yaml)
}

// replaceFile writes through a temporary file beside name, so that a failure leaves what was there.
func replaceFile(name string, data []byte) error {
	tmp, err := os.CreateTemp(filepath.Dir(name), filepath.Base(name)+".*")
	if err != nil {
		return err
	}
	defer os.Remove(tmp.Name())
	if _, err = tmp.Write(data); err == nil {
		err = tmp.Chmod(0o644)
	}
	if cerr := tmp.Close(); err == nil {
		err = cerr
	}
	if err != nil {
		return err
	}
	return os.Rename(tmp.Name(), name)
}

func moduleRoot() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for d := dir; ; d = filepath.Dir(d) {
		if _, err := os.Stat(filepath.Join(d, "go.mod")); err == nil {
			return d, nil
		}
		if d == filepath.Dir(d) {
			return "", fmt.Errorf("no go.mod above %s: run inside the module", dir)
		}
	}
}
