// Package recording keeps answers of the service as files, without what is secret in them. The check of live traffic
// writes them, and the fake serves them again.
package recording

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
)

// most is how many files a folder gets.
const most = 500

// An Answer is one that came.
type Answer struct {
	Operation    string // method and path template
	Status       int
	Header       http.Header
	Body         []byte
	JSON, Stream bool // how the body is to be read
}

// A File is what is kept of an answer. One of JSON, Events and Bytes is its body.
type File struct {
	Operation   string            `json:"operation"`
	Status      int               `json:"status"`
	ContentType string            `json:"content_type"`
	Header      map[string]string `json:"header,omitempty"`
	JSON        json.RawMessage   `json:"json,omitempty"`
	Events      []string          `json:"events,omitempty"` // the data of each
	Bytes       []byte            `json:"bytes,omitempty"`
}

// A Folder takes recordings. It is safe for concurrent use.
type Folder struct {
	name string

	mu   sync.Mutex
	seen map[[32]byte]bool
}

// NewFolder returns the folder of that name, which is there.
func NewFolder(name string) *Folder { return &Folder{name: name, seen: map[[32]byte]bool{}} }

// Len is how many files were written.
func (f *Folder) Len() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return len(f.seen)
}

// Add writes an answer, unless the same was written before or there are enough. None of secrets is in what is written.
func (f *Folder) Add(a Answer, secrets []string) error {
	file, ok := scrub(a, secrets)
	if !ok {
		return nil // nothing that could be shown is left
	}
	text, err := json.MarshalIndent(file, "", "  ")
	if err != nil {
		return err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	sum := sha256.Sum256(text)
	if f.seen[sum] || len(f.seen) >= most {
		return nil
	}
	words := strings.FieldsFunc(a.Operation, func(r rune) bool {
		return !('a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' || r == '_')
	})
	name := fmt.Sprintf("%03d-%s-%d.json", len(f.seen)+1, strings.Join(words, "-"), a.Status)
	if err := os.WriteFile(filepath.Join(f.name, name), append(text, '\n'), 0o600); err != nil {
		return err
	}
	f.seen[sum] = true
	return nil
}

// Read returns the recordings of a folder, in the order in which they were made.
func Read(files fs.FS) (list []File, names []string, err error) {
	if names, err = fs.Glob(files, "*.json"); err != nil {
		return nil, nil, err
	}
	for _, name := range names {
		text, err := fs.ReadFile(files, name)
		if err != nil {
			return nil, nil, err
		}
		var f File
		if err := json.Unmarshal(text, &f); err != nil {
			return nil, nil, fmt.Errorf("%s: %w", name, err)
		}
		list = append(list, f)
	}
	return list, names, nil
}

// Body is the body as it goes over a connection.
func (f File) Body() []byte {
	switch {
	case f.JSON != nil:
		var b bytes.Buffer
		if json.Compact(&b, f.JSON) == nil { // the file is indented, for people
			return b.Bytes()
		}
		return f.JSON
	case f.Events != nil:
		var b strings.Builder
		for _, e := range f.Events {
			fmt.Fprintf(&b, "data: %s\n\n", e)
		}
		return []byte(b.String())
	}
	return append([]byte{}, f.Bytes...)
}
