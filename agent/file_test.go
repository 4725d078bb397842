// Tests of files in messages and answers.

package agent_test

import (
	"encoding/base64"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/venice-go/venice/agent"
	"github.com/venice-go/venice/gen"
)

const (
	png = "\x89PNG\r\n\x1a\n"
	wav = "RIFF\x00\x00\x00\x00WAVEfmt "
)

func TestFilePart(t *testing.T) {
	dir := t.TempDir()
	for name, want := range map[string]struct{ data, part string }{
		"a.PNG":  {png, `{"image_url":{"url":"data:image/png;base64,iVBORw0KGgo="},"type":"image_url"}`},
		"noname": {png, `{"image_url":{"url":"data:image/png;base64,iVBORw0KGgo="},"type":"image_url"}`},
		"a.mp3":  {"x", `{"input_audio":{"data":"eA==","format":"mp3"},"type":"input_audio"}`},
		"sound":  {wav, `{"input_audio":{"data":"UklGRgAAAABXQVZFZm10IA==","format":"wav"},"type":"input_audio"}`},
		"a.mp4":  {"x", `{"type":"video_url","video_url":{"url":"data:video/mp4;base64,eA=="}}`},
		"a.pdf":  {"%PDF-", `{"file":{"file_data":"data:application/pdf;base64,JVBERi0=","filename":"a.pdf"},"type":"file"}`},
		"words":  {"hi", `{"file":{"file_data":"data:text/plain;charset=utf-8;base64,aGk=","filename":"words"},"type":"file"}`},
	} {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(want.data), 0o600); err != nil {
			t.Fatal(err)
		}
		part, err := agent.FilePart(path)
		if got := mustJSON(t, part); err != nil || got != want.part {
			t.Errorf("%s: %v %s\nwant %s", name, err, got, want.part)
		}
	}
	big := filepath.Join(dir, "big")
	if err := os.Truncate(makeFile(t, big), 25<<20+1); err != nil {
		t.Fatal(err)
	}
	if _, err := agent.FilePart(big); err == nil || !strings.Contains(err.Error(), "more than") {
		t.Error(err)
	}
	if _, err := agent.FilePart(filepath.Join(dir, "none")); !os.IsNotExist(err) {
		t.Error(err)
	}
}

func makeFile(t *testing.T, path string) string {
	t.Helper()
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestSaveImages(t *testing.T) {
	_, client := service(t)
	made, err := client.GenerateImage(t.Context(), &gen.GenerateImageRequest{Model: "z-image-turbo", Prompt: "A bridge", Format: "png", Variants: new(int64(2))})
	if err != nil {
		t.Fatal(err)
	}
	prefix := filepath.Join(t.TempDir(), "bridge-")
	files, err := agent.SaveImages(prefix, append(made.Images, agent.DataURL("", []byte("GIF89a")), base64.StdEncoding.EncodeToString([]byte("?"))))
	if err != nil || len(files) != 4 || files[0] != prefix+"1.png" || files[2] != prefix+"3.gif" || files[3] != prefix+"4.bin" {
		t.Fatalf("%q, %v", files, err)
	}
	if data, err := os.ReadFile(files[1]); err != nil || !strings.HasPrefix(string(data), png) {
		t.Error(err)
	}
	if files, err := agent.SaveImages(prefix, made.Images); !os.IsExist(err) || files != nil {
		t.Error(files, err)
	}
	if files, err := agent.SaveImages(prefix+"x", []string{made.Images[0], "*"}); err == nil || len(files) != 1 {
		t.Error(files, err)
	}
}
