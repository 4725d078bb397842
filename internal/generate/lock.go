package main

// The lock: what was published once, and under which name, so that the next revision gives the same names and gives
// none of them to something else.

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"slices"
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
	entries    map[string]lockEntry // site -> type, as read
	given      map[string]lockEntry // as given in this run
	components map[string]string    // upstream's component -> digest, to know it by when it is renamed
	constants  map[string]string    // type and value -> constant
	fields     map[string]string    // component and property -> field, where two come to one name
	methods    map[string]string    // operation -> method
	retired    map[string]string    // operation -> the first revision in which it was sunset
	stale      map[string]bool      // entries of the tables that matched nothing when this revision was adopted
}

func newLock() *lock {
	return &lock{entries: map[string]lockEntry{}, given: map[string]lockEntry{}, components: map[string]string{}, constants: map[string]string{},
		fields: map[string]string{}, methods: map[string]string{}, retired: map[string]string{}, stale: map[string]bool{}}
}

// kinds are the lines of the lock that are no site's, by their first word.
func (l *lock) kinds() map[string]map[string]string {
	return map[string]map[string]string{":component": l.components, ":constant": l.constants, ":field": l.fields, ":method": l.methods, ":retired": l.retired}
}

// Lines that are no site's begin with a colon, which no site does.
const lockHeader = "# What was published, written by make spec: :revision and operations, components, constants, fields, methods, what retired, :stale entries, and a type per site.\n" +
	"# Rename in tables.yaml.\n"

func loadLock(file string) (*lock, error) {
	l := newLock()
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
		case f[0] == ":revision" && len(f) == 3:
			l.version = f[1]
			if l.operations, err = strconv.Atoi(f[2]); err != nil {
				return nil, fmt.Errorf("%s:%d: %w", file, i+1, err)
			}
		case l.kinds()[f[0]] != nil && len(f) == 3:
			l.kinds()[f[0]][f[1]] = f[2]
		case f[0] == ":stale" && len(f) == 2:
			l.stale[f[1]] = true
		case len(f) == 3 && !strings.HasPrefix(f[0], ":"):
			l.entries[f[0]] = lockEntry{name: f[1], digest: f[2]}
		default:
			return nil, fmt.Errorf("%s:%d: want site, name and digest", file, i+1)
		}
	}
	return l, nil
}

// bytes is the lock to write. Sites that this revision does not have stay: they may come back.
func (l *lock) bytes(doc *openapi3.T) []byte {
	all := maps.Clone(l.entries)
	maps.Copy(all, l.given)
	n := 0
	for range operations(doc) {
		n++
	}
	var b bytes.Buffer
	b.WriteString(lockHeader)
	fmt.Fprintf(&b, ":revision\t%s\t%d\n", doc.Info.Version, n)
	for _, kind := range sorted(l.kinds()) {
		for _, k := range sorted(l.kinds()[kind]) {
			fmt.Fprintf(&b, "%s\t%s\t%s\n", kind, k, l.kinds()[kind][k])
		}
	}
	for _, entry := range sorted(l.stale) {
		fmt.Fprintf(&b, ":stale\t%s\n", entry)
	}
	for _, site := range sorted(all) {
		fmt.Fprintf(&b, "%s\t%s\t%s\n", site, all[site].name, all[site].digest)
	}
	return b.Bytes()
}

// siteOf is where a component stands upstream, for whoever is to write prose for it: the first site by name.
func (l *lock) siteOf(name string) string {
	for _, site := range sorted(l.given) {
		if l.given[site].name == name {
			return site
		}
	}
	return name
}

// settleStale takes entries that match nothing for mistakes where they were written for the revision at hand: it is the
// lock's, and they were not stale when it was adopted. In any other revision they are news for the report.
func (l *lock) settleStale(unused []string, r *report) error {
	slices.Sort(unused)
	now := map[string]bool{}
	var wrong []string
	for _, entry := range unused {
		now[entry] = true
		switch {
		case l.stale[entry]:
		case r.To == l.version:
			wrong = append(wrong, entry)
		default:
			r.add(unmatched, "%s", entry)
		}
	}
	if len(wrong) > 0 {
		return fmt.Errorf("entries that match nothing in revision %s, for which they were written:\n\t%s", r.To, strings.Join(wrong, "\n\t"))
	}
	l.stale = now
	return nil
}
