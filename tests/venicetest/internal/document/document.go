// The text of documents, as far as a fake needs it.

// Package document takes the text out of files.
package document

import (
	"archive/zip"
	"bytes"
	"compress/zlib"
	"encoding/xml"
	"io"
	"path"
	"slices"
	"strings"
	"unicode/utf8"
)

const most = 1 << 20 // bytes that are read of a part, and of all of them

// Text is that of a plain text file, the strings that a PDF shows, or what the parts of an Office file or EPUB have between
// their tags, each run on a line. It reports false for other files.
func Text(file []byte) (text string, known bool) {
	switch {
	case bytes.HasPrefix(file, []byte("%PDF-")):
		return pdf(file), true
	case bytes.HasPrefix(file, []byte("PK\x03\x04")):
		return zipped(file)
	case utf8.Valid(file) && bytes.IndexByte(file, 0) < 0:
		return string(file), true
	}
	return "", false
}

// pdf joins the strings that the operator Tj shows. Fonts with codes of their own are not understood.
func pdf(file []byte) string {
	var shown []string
	total := 0
	for len(file) > 0 && total < most {
		_, rest, found := bytes.Cut(file, []byte("stream"))
		stream, after, ends := bytes.Cut(rest, []byte("endstream"))
		if !found || !ends {
			break
		}
		file = after
		stream = bytes.TrimLeft(stream, "\r\n")
		if r, err := zlib.NewReader(bytes.NewReader(stream)); err == nil {
			stream, _ = io.ReadAll(io.LimitReader(r, most)) // what could be read of a damaged one
		}
		total += len(stream)
		shown = append(shown, operands(stream)...)
	}
	return strings.ToValidUTF8(strings.Join(shown, "\n"), "?")
}

// operands are the strings before Tj. A backslash takes the next character as it is.
func operands(stream []byte) (texts []string) {
	for i := 0; i < len(stream); i++ {
		if stream[i] != '(' {
			continue
		}
		var text []byte
		for i++; i < len(stream) && stream[i] != ')'; i++ {
			if stream[i] == '\\' && i+1 < len(stream) {
				i++
			}
			text = append(text, stream[i])
		}
		if i < len(stream) && bytes.HasPrefix(bytes.TrimLeft(stream[i+1:], " \r\n"), []byte("Tj")) {
			texts = append(texts, string(text))
		}
	}
	return texts
}

// zipped joins the texts of the parts that are XML.
func zipped(file []byte) (string, bool) {
	archive, err := zip.NewReader(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		return "", false
	}
	var lines []string
	total := 0
	for _, f := range archive.File {
		part, err := f.Open()
		if err != nil || !slices.Contains([]string{".xml", ".xhtml", ".html"}, path.Ext(f.Name)) || strings.Contains(f.Name, "Content_Types") {
			continue
		}
		d := xml.NewDecoder(io.LimitReader(part, int64(most-min(total, most))))
		d.Strict = false
		for {
			token, err := d.Token()
			if err != nil {
				break // the end, or a part that is no XML
			}
			if text, isText := token.(xml.CharData); isText && len(bytes.TrimSpace(text)) > 0 {
				lines = append(lines, string(bytes.TrimSpace(text)))
			}
		}
		total += int(d.InputOffset())
	}
	return strings.ToValidUTF8(strings.Join(lines, "\n"), "?"), true
}
