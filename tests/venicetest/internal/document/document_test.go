package document_test

import (
	"archive/zip"
	"bytes"
	"compress/zlib"
	"testing"

	"github.com/venice-go/venice/tests/venicetest/internal/document"
)

func packed(text string) string {
	var b bytes.Buffer
	w := zlib.NewWriter(&b)
	_, _ = w.Write([]byte(text))
	_ = w.Close()
	return b.String()
}

func archive(parts ...string) []byte {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for i := 0; i < len(parts); i += 2 {
		f, _ := w.Create(parts[i])
		_, _ = f.Write([]byte(parts[i+1]))
	}
	_ = w.Close()
	return b.Bytes()
}

func TestText(t *testing.T) {
	for name, test := range map[string]struct {
		file  []byte
		want  string
		known bool
	}{
		"text":       {[]byte("größer\nthan"), "größer\nthan", true},
		"empty":      {nil, "", true},
		"bytes":      {[]byte("\x00\x01\x02"), "", false},
		"plain PDF":  {[]byte("%PDF-1.4\n1 0 obj\nstream\nBT (Hello \\(you\\)) Tj (not shown) TJ (World)Tj ET\nendstream"), "Hello (you)\nWorld", true},
		"packed PDF": {[]byte("%PDF-1.4\nstream\n" + packed("(Hello) Tj") + "\nendstream\nstream\r\n" + packed("(World) Tj") + "\nendstream"), "Hello\nWorld", true},
		"Word": {archive("[Content_Types].xml", "<a>no</a>", "word/document.xml", "<w:p><w:t>Hello</w:t> <w:t>World</w:t></w:p>", "word/media/a.png", "PNG"),
			"Hello\nWorld", true},
		"EPUB":    {archive("mimetype", "application/epub+zip", "ch1.xhtml", "<html><body><p>One<br></p></body></html>"), "One", true},
		"bad ZIP": {[]byte("PK\x03\x04 and no more"), "", false},
	} {
		if got, known := document.Text(test.file); got != test.want || known != test.known {
			t.Errorf("%s: %q, %t; want %q", name, got, known, test.want)
		}
	}
}

func FuzzText(f *testing.F) {
	f.Add([]byte("%PDF-1.4\nstream\n(Hello) Tj\nendstream"))
	f.Add(archive("a.xml", "<a>text</a>"))
	f.Fuzz(func(t *testing.T, file []byte) {
		if text, _ := document.Text(file); len(text) > 4<<20 {
			t.Errorf("%d bytes of text", len(text))
		}
	})
}
