// Tests of what uploads say of their files.

package venice_test

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"testing/iotest"

	"github.com/venice-go/venice"
	"github.com/venice-go/venice/gen"
)

func TestUploadsSayNameAndType(t *testing.T) {
	var got string
	client, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
		file, header, err := r.FormFile("file")
		if err != nil {
			t.Error(err)
			return
		}
		data, _ := io.ReadAll(file)
		got = fmt.Sprintf("%s|%s|%s", header.Filename, header.Header.Get("Content-Type"), data)
		answer(200, "application/json", `{}`)(w, r)
	})
	onDisk := func(name, content string) *os.File {
		path := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		f, err := os.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = f.Close() })
		return f
	}
	text := strings.NewReader
	png, wav, long := "\x89PNG\r\n\x1a\nxyz", "RIFF\x00\x00\x00\x00WAVEfmt ", "%PDF-1.7\n"+strings.Repeat("x", 100_000)
	for _, c := range []struct {
		file gen.File
		want string
	}{
		{gen.File{Name: "a.mp3", Reader: text("x")}, "a.mp3|audio/mpeg|x"},
		{gen.File{Name: "A.WAV", Reader: text("x")}, "A.WAV|audio/wav|x"},
		{gen.File{Name: "/home/me/secret/a.flac", Reader: text("x")}, "a.flac|audio/flac|x"},
		{gen.File{Name: `C:\me\a.m4a`, Reader: text("x")}, "a.m4a|audio/mp4|x"},
		{gen.File{Name: "a.png", ContentType: "image/x-own", Reader: text("x")}, "a.png|image/x-own|x"},
		{gen.File{Name: "/", Reader: text(png)}, "file|image/png|" + png},
		{gen.File{Name: "picture", Reader: text(png)}, "picture|image/png|" + png},
		{gen.File{Name: "picture.unheardof", Reader: iotest.OneByteReader(text(png))}, "picture.unheardof|image/png|" + png},
		{gen.File{Reader: text(long)}, "file|application/pdf|" + long},
		{gen.File{Reader: io.LimitReader(text(long), 1000)}, "file|application/pdf|" + long[:1000]},
		{gen.File{Reader: text("\x00\x01\x02")}, "file|application/octet-stream|\x00\x01\x02"},
		{gen.File{Reader: onDisk("voice.mp3", "x")}, "voice.mp3|audio/mpeg|x"},
		{gen.File{Reader: onDisk("voice", wav)}, "voice|audio/wave|" + wav},
		{gen.File{Name: "other.ogg", Reader: onDisk("voice.mp3", "x")}, "other.ogg|audio/ogg|x"},
		{gen.File{Reader: venice.Progress(onDisk("voice.mp3", "x"), func(int64) {})}, "voice.mp3|audio/mpeg|x"},
	} {
		if err := post(t, client, &upload{File: c.file}); err != nil || got != c.want {
			t.Errorf("%q, %q: came as %.100q, %v; want %.100q", c.file.Name, c.file.ContentType, got, err, c.want)
		}
	}
}

// A file whose type is told by its bytes is sent again from its beginning, bytes and type.
func TestUploadIsSniffedAnew(t *testing.T) {
	var tries atomic.Int64
	var got string
	client, _ := quick(t, func(w http.ResponseWriter, r *http.Request) {
		file, header, err := r.FormFile("file")
		if err != nil {
			t.Error(err)
			return
		}
		data, _ := io.ReadAll(file)
		got += fmt.Sprintf("%s %d ", header.Header.Get("Content-Type"), len(data))
		if tries.Add(1) == 1 {
			answer(503, "application/json", `{}`)(w, r)
			return
		}
		answer(200, "application/json", `{}`)(w, r)
	})
	file := strings.NewReader("before%PDF-1.7" + strings.Repeat("x", 2000))
	_, _ = file.Seek(int64(len("before")), io.SeekStart)
	if err := post(t, client, &upload{File: gen.File{Reader: file}}); err != nil || got != "application/pdf 2008 application/pdf 2008 " {
		t.Errorf("came as %s, %v", got, err)
	}
	client, _ = serve(t, func(_ http.ResponseWriter, r *http.Request) { _, _ = io.Copy(io.Discard, r.Body) })
	wantText(t, post(t, client, &upload{File: gen.File{Reader: iotest.ErrReader(fmt.Errorf("disk on fire"))}}), "disk on fire")
}
