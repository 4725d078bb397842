// Command generate makes the client from the service's published description.
//
//	generate spec -from FILE|URL [-out FILE] [-notes FILE]    raw revision -> openapi.yaml: its facts, our names, our words
//	generate gen [-spec FILE] [-out DIR]        openapi.yaml -> client.gen.go, gen/*.gen.go
//
// Without -out, spec replaces openapi.yaml and records the names that it gave in names.lock; with -out it leaves the
// lock alone, so that a revision can be tried without adopting it.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/getkin/kin-openapi/openapi3"
)

// published is where the service keeps the current description.
const published = "https://api.venice.ai/doc/api/swagger.yaml"

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
		notes := flags.String("notes", "", "file for what wants a person, as JSON")
		if err := flags.Parse(args[1:]); err != nil {
			return err
		}
		return specCommand(ctx, root, *from, *out, *notes, os.Stderr)
	case "gen":
		spec := flags.String("spec", filepath.Join(root, "openapi.yaml"), "compiled description to read")
		out := flags.String("out", root, "folder of the module to write")
		if err := flags.Parse(args[1:]); err != nil {
			return err
		}
		return genCommand(ctx, root, *spec, *out)
	}
	return fmt.Errorf("unknown command %q: want spec or gen", args[0])
}

// specCommand compiles a raw revision, and tells on w what it means for a caller and what wants a person. Nothing is
// written unless the result is valid.
func specCommand(ctx context.Context, root, from, out, notes string, w io.Writer) error {
	raw, err := read(ctx, from)
	if err != nil {
		return err
	}
	tables, err := loadTables(filepath.Join(root, "internal", "generate"))
	if err != nil {
		return err
	}
	if before, err := openapi3.NewLoader().LoadFromFile(filepath.Join(root, "openapi.yaml")); err == nil {
		tables.before = before.Components.Schemas
	}
	result, err := compile(raw, tables)
	if err != nil {
		return fmt.Errorf("%s: %w", from, err)
	}
	result.report.print(w)
	if notes != "" {
		b, err := result.report.json()
		if err == nil {
			err = replaceFile(notes, b)
		}
		if err != nil {
			return err
		}
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
