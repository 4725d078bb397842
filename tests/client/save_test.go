// Tests of saving: the whole file or none, and nothing left behind.

package client_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/venice-go/venice"
	"github.com/venice-go/venice/gen"
	"github.com/venice-go/venice/tests/venicetest"
)

// A countedBody is media's body that counts how often it is closed.
type countedBody struct {
	io.Reader
	closed int
	err    error
}

func (c *countedBody) Close() error { c.closed++; return c.err }

func mediaOf(r io.Reader, length int64) (*gen.Media, *countedBody) {
	body := &countedBody{Reader: r}
	return &gen.Media{ReadCloser: body, ContentType: "image/png", Length: length}, body
}

// wantFiles checks what is in a folder, hidden files too: names and contents in turn.
func wantFiles(t *testing.T, dir string, want ...string) {
	t.Helper()
	var got []string
	entries, err := os.ReadDir(dir)
	for _, e := range entries {
		b, _ := os.ReadFile(filepath.Join(dir, e.Name()))
		got = append(got, e.Name(), string(b))
	}
	if err != nil || fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("the folder has %q, want %q (%v)", got, want, err)
	}
}

func TestSave(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "a.png")
	for _, text := range []string{"first", "", "second, over the first"} {
		media, body := mediaOf(iotest.OneByteReader(strings.NewReader(text)), int64(len(text)))
		n, err := venice.Save(media, file)
		if err != nil || n != int64(len(text)) || body.closed != 1 {
			t.Errorf("%q: got %d, %v, closed %d times", text, n, err, body.closed)
		}
		wantFiles(t, dir, "a.png", text)
	}
	media, _ := mediaOf(strings.NewReader("of unknown length"), -1)
	if _, err := venice.Save(media, file); err != nil {
		t.Error(err)
	}
	wantFiles(t, dir, "a.png", "of unknown length")
	probe, err := os.Create(filepath.Join(t.TempDir(), "probe"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = probe.Close() }()
	if got, want := mode(t, file), mode(t, probe.Name()); got != want {
		t.Errorf("mode %v, want %v as os.Create gives it", got, want)
	}
}

func mode(t *testing.T, file string) fs.FileMode {
	t.Helper()
	info, err := os.Stat(file)
	if err != nil {
		t.Fatal(err)
	}
	return info.Mode()
}

func TestSaveFails(t *testing.T) {
	broken := errors.New("broken")
	for name, c := range map[string]struct {
		r      io.Reader
		length int64
		file   string // in a folder that has "old" and an empty folder "sub"
		want   error
	}{
		"reading":     {io.MultiReader(strings.NewReader("half"), iotest.ErrReader(broken)), -1, "old", broken},
		"too short":   {strings.NewReader("half"), 8, "old", io.ErrUnexpectedEOF},
		"no folder":   {strings.NewReader("all"), 3, "none/new", fs.ErrNotExist},
		"is a folder": {strings.NewReader("all"), 3, "sub", nil},
		"no name":     {strings.NewReader("all"), 3, "", nil},
	} {
		dir := t.TempDir()
		t.Chdir(dir)
		if err := errors.Join(os.WriteFile("old", []byte("as it was"), 0o600), os.MkdirAll("sub/full", 0o700)); err != nil {
			t.Fatal(err)
		}
		media, body := mediaOf(c.r, c.length)
		_, err := venice.Save(media, c.file)
		wantText(t, err, "venice: Save: ")
		if c.want != nil && !errors.Is(err, c.want) || body.closed != 1 {
			t.Errorf("%s: got %v, closed %d times", name, err, body.closed)
		}
		wantFiles(t, dir, "old", "as it was", "sub", "")
	}

	media, body := mediaOf(strings.NewReader("all"), 3)
	body.err = broken
	dir := t.TempDir()
	n, err := venice.Save(media, filepath.Join(dir, "new"))
	wantText(t, err, "is saved, but closing its media failed: broken")
	if n != 3 {
		t.Errorf("got %d bytes", n)
	}
	wantFiles(t, dir, "new", "all")

	for _, none := range []*gen.Media{nil, {}} {
		_, err := venice.Save(none, "new")
		wantText(t, err, "no media to save")
	}
}

// While the media arrive, the name shows the old file.
func TestSaveIsAtomic(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "film")
	if err := os.WriteFile(file, []byte("old"), 0o600); err != nil {
		t.Fatal(err)
	}
	media, _ := mediaOf(io.MultiReader(strings.NewReader("new"), readerFunc(func([]byte) (int, error) {
		if b, err := os.ReadFile(file); string(b) != "old" {
			t.Errorf("half way the file is %q (%v)", b, err)
		}
		return 0, io.EOF
	})), -1)
	if _, err := venice.Save(media, file); err != nil {
		t.Error(err)
	}
	wantFiles(t, dir, "film", "new")
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(b []byte) (int, error) { return f(b) }

func TestSaveTakesLittleMemory(t *testing.T) {
	const size = 64 << 20
	media, _ := mediaOf(io.LimitReader(readerFunc(func(b []byte) (int, error) { return len(b), nil }), size), size)
	used := allocated(func() {
		if n, err := venice.Save(media, filepath.Join(t.TempDir(), "film")); n != size || err != nil {
			t.Errorf("got %d, %v", n, err)
		}
	})
	if used > 1<<20 {
		t.Errorf("saving 64 MiB allocated %d bytes", used)
	}
}

func ExampleSave() {
	srv := venicetest.NewServer(nil)
	defer srv.Close()
	srv.Respond("GenerateImage", venicetest.Answer{ContentType: "image/png", Body: bytes.Repeat([]byte("x"), 3000)})
	client, err := venice.New(venice.WithBaseURL(srv.URL), venice.WithAPIKey(srv.InferenceKey()))
	if err != nil {
		log.Fatal(err)
	}
	dir, err := os.MkdirTemp("", "")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)

	image, err := client.GenerateImageBinary(context.Background(), &gen.GenerateImageRequest{
		Model: "z-image-turbo", Prompt: "A lighthouse at dusk"})
	if err != nil {
		log.Fatal(err)
	}
	n, err := venice.Save(image, filepath.Join(dir, "lighthouse.png"))
	fmt.Println(n, err)
	// Output: 3000 <nil>
}
