package main

// The name lock: which name each schema got, so that the next revision gives the same ones.

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strconv"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// A lockEntry is one site's name, with a digest of the schema: of two sites that shared a name and no longer agree,
// the one that did not change keeps it.
type lockEntry struct{ name, digest string }

type lock struct {
	version    string
	operations int
	entries    map[string]lockEntry // as read
	given      map[string]lockEntry // as given in this run
}

func loadLock(file string) (*lock, error) {
	l := &lock{entries: map[string]lockEntry{}, given: map[string]lockEntry{}}
	b, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return l, nil
	}
	if err != nil {
		return nil, err
	}
	for i, line := range strings.Split(strings.TrimSpace(string(b)), "\n") {
		f := strings.Split(line, "\t")
		switch {
		case strings.HasPrefix(line, "#"):
		case f[0] == "revision" && len(f) == 3:
			l.version = f[1]
			if l.operations, err = strconv.Atoi(f[2]); err != nil {
				return nil, fmt.Errorf("%s:%d: %w", file, i+1, err)
			}
		case len(f) == 3:
			l.entries[f[0]] = lockEntry{name: f[1], digest: f[2]}
		default:
			return nil, fmt.Errorf("%s:%d: want site, name and digest", file, i+1)
		}
	}
	return l, nil
}

// bytes is the lock to write. Sites that this revision does not have stay: they may come back.
func (l *lock) bytes(doc *openapi3.T) []byte {
	all := map[string]lockEntry{}
	for site, e := range l.entries {
		all[site] = e
	}
	for site, e := range l.given {
		all[site] = e
	}
	n := 0
	for range operations(doc) {
		n++
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, "# Names by site, written by make spec. Rename in tables.yaml.\nrevision\t%s\t%d\n", doc.Info.Version, n)
	for _, site := range sorted(all) {
		fmt.Fprintf(&b, "%s\t%s\t%s\n", site, all[site].name, all[site].digest)
	}
	return b.Bytes()
}
