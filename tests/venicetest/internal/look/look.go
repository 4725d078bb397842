// What can be told of a file by its first bytes.

// Package look tells what a file is that came with a message: its type, and the size of a picture.
package look

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"image"
	_ "image/gif"  // registers the format
	_ "image/jpeg" // registers the format
	_ "image/png"  // registers the format
	"net/http"
	"strings"
)

// At returns a few words on a file: "image/png, 640x480". The type is the file's own, whatever it was said to be.
func At(file []byte) string {
	kind, _, _ := strings.Cut(http.DetectContentType(file), ";")
	if config, _, err := image.DecodeConfig(bytes.NewReader(file)); err == nil {
		return fmt.Sprintf("%s, %dx%d", kind, config.Width, config.Height)
	}
	if w, h := webp(file); w > 0 {
		return fmt.Sprintf("%s, %dx%d", kind, w, h)
	}
	return kind
}

// Picture reports whether a file is one that models read.
func Picture(file []byte) bool {
	_, _, err := image.DecodeConfig(bytes.NewReader(file))
	w, _ := webp(file)
	return err == nil || w > 0
}

// webp reads the size in the header of a WebP file; zero if it is none. See RFC 9649.
func webp(file []byte) (width, height int) {
	if len(file) < 30 || string(file[:4]) != "RIFF" || string(file[8:12]) != "WEBP" {
		return 0, 0
	}
	switch data := file[20:]; string(file[12:16]) {
	case "VP8X": // 24 bits each, less one
		return 1 + int(data[4]) + int(data[5])<<8 + int(data[6])<<16, 1 + int(data[7]) + int(data[8])<<8 + int(data[9])<<16
	case "VP8L": // behind a signature, 14 bits each, less one
		bits := binary.LittleEndian.Uint32(data[1:])
		return 1 + int(bits&0x3fff), 1 + int(bits>>14&0x3fff)
	case "VP8 ": // behind the frame tag and a start code
		return int(binary.LittleEndian.Uint16(data[6:]) & 0x3fff), int(binary.LittleEndian.Uint16(data[8:]) & 0x3fff)
	}
	return 0, 0
}
