// Command report says what a change means for those who use the client: of the API's description, of the Go packages,
// and what wants a person. Its text is Markdown for a pull request.
//
//	report diff -from FILE|URL                   what adopting that revision would change; this checkout stays as it is
//	report adopted [-base COMMIT] [-notes FILE]  what this checkout has changed since the commit (default: HEAD)
//	report summary [-base COMMIT]                the same of the description alone, in two lines
//	report api [-base COMMIT]                    the same of the Go packages alone, since main was left; fails if callers
//	                                             have to change their code and the changelog does not say so
package main

import (
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

func main() {
	if err := run(os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "report:", err)
		os.Exit(1)
	}
}

func run(args []string, w io.Writer) error {
	const commands = "diff, adopted, summary or api"
	if len(args) == 0 {
		return fmt.Errorf("want %s", commands)
	}
	flags := flag.NewFlagSet(args[0], flag.ContinueOnError)
	root := flags.String("root", "../..", "checkout to report on")
	from := flags.String("from", "", "raw description: file or URL (default: the published one)")
	base := flags.String("base", "", "commit to compare with")
	notes := flags.String("notes", "", "what the compiler noted, as JSON")
	if err := flags.Parse(args[1:]); err != nil {
		return err
	}
	switch args[0] {
	case "diff":
		return tried(w, *root, *from)
	case "adopted":
		return since(*root, *base, func(before string) error { return between(w, before, *root, *notes) })
	case "summary":
		return since(*root, *base, func(before string) error {
			d, err := compared(filepath.Join(before, "openapi.yaml"), filepath.Join(*root, "openapi.yaml"))
			if err == nil {
				d.summarize(w)
			}
			return err
		})
	case "api":
		if *base == "" {
			*base = leftMain(*root)
		}
		return since(*root, *base, func(before string) error { return owned(w, before, *root) })
	}
	return fmt.Errorf("unknown command %q: want %s", args[0], commands)
}

// tried adopts a revision in a copy of the checkout and tells what that changed.
func tried(w io.Writer, root, from string) error {
	dir, err := copied(root)
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	notes := filepath.Join(dir, "notes.json")
	spec := []string{"run", "./internal/generate", "spec", "-notes", notes}
	if from != "" {
		spec = append(spec, "-from", wholePath(root, from))
	}
	for _, args := range [][]string{spec, {"generate", "./..."}} {
		if _, err := output(dir, "go", args...); err != nil {
			return err
		}
	}
	return between(w, root, dir, notes)
}

// since calls do with a copy of the checkout as it was at a commit.
func since(root, base string, do func(before string) error) error {
	if base == "" {
		base = "HEAD"
	}
	dir, err := checkedOut(root, base)
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	return do(dir)
}

// between tells what differs in two checkouts.
func between(w io.Writer, before, after, notes string) error {
	d, err := compared(filepath.Join(before, "openapi.yaml"), filepath.Join(after, "openapi.yaml"))
	if err != nil {
		return err
	}
	changes, err := surface(before, after)
	if err != nil {
		return err
	}
	wanted, err := readNotes(notes)
	if err != nil {
		return err
	}
	d.write(w)
	writeSurface(w, changes)
	if notes != "" {
		writeNotes(w, wanted)
	}
	return nil
}

// owned tells what the Go packages changed, and fails if something broke that the changelog keeps quiet of.
func owned(w io.Writer, before, after string) error {
	changes, err := surface(before, after)
	if err != nil {
		return err
	}
	writeSurface(w, changes)
	if !breaks(changes) {
		return nil
	}
	said, err := newlySaid(filepath.Join(before, "CHANGELOG.md"), filepath.Join(after, "CHANGELOG.md"))
	if err == nil && said == 0 {
		err = fmt.Errorf("callers have to change their code, and CHANGELOG.md has no new line on it under Unreleased, Changed or Removed")
	}
	return err
}
