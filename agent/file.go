// Files: into messages, and out of answers.

package agent

import (
	"bytes"
	"cmp"
	"encoding/base64"
	"fmt"
	"io"
	"mime"
	"net/http"
	"os"
	"path/filepath"
	"strings"

	"github.com/venice-go/venice/gen"
)

// mostFile is how much of a file goes into a message: the service takes requests of 35 MB, and base64 makes a third more.
const mostFile = 25 << 20 // bytes

// DataURL is data in the form in which a message can hold it. An empty media type is told from the first bytes.
func DataURL(mediaType string, data []byte) string {
	if mediaType == "" {
		mediaType = http.DetectContentType(data)
	}
	mediaType = strings.ReplaceAll(mediaType, "; ", ";")
	return "data:" + mediaType + ";base64," + base64.StdEncoding.EncodeToString(data)
}

// FilePart is a file as a part of a message, by its extension or else by its first bytes: an image, a sound, a video, or a
// document. Files over 25 MiB are an error, since requests end at 35 MB.
func FilePart(path string) (gen.ContentPart, error) {
	f, err := os.Open(path)
	if err != nil {
		return gen.ContentPart{}, err
	}
	defer f.Close() //nolint:errcheck // it was only read
	data, err := io.ReadAll(io.LimitReader(f, mostFile+1))
	if err != nil {
		return gen.ContentPart{}, err
	}
	if len(data) > mostFile {
		return gen.ContentPart{}, fmt.Errorf("agent: %s has more than %d bytes", path, mostFile)
	}
	return part(filepath.Base(path), data), nil
}

// mediaTypes are those that not every machine knows.
var mediaTypes = map[string]string{
	".mp3": "audio/mpeg", ".wav": "audio/wav", ".m4a": "audio/mp4", ".flac": "audio/flac", ".ogg": "audio/ogg", ".aac": "audio/aac",
	".aiff": "audio/aiff", ".mp4": "video/mp4", ".mov": "video/quicktime", ".mpeg": "video/mpeg", ".webm": "video/webm",
}

// part makes a part of what a file holds.
func part(name string, data []byte) gen.ContentPart {
	extension := strings.ToLower(filepath.Ext(name))
	mediaType := cmp.Or(mediaTypes[extension], mime.TypeByExtension(extension), http.DetectContentType(data))
	switch kind, _, _ := strings.Cut(mediaType, "/"); kind {
	case "image":
		return gen.ImageURLPart(gen.MediaURL{URL: DataURL(mediaType, data)})
	case "video":
		return gen.VideoURLPart(gen.VideoURL{URL: DataURL(mediaType, data)})
	case "audio":
		format := strings.TrimPrefix(extension, ".")
		if format == "" {
			_, format, _ = strings.Cut(mediaType, "/")
			format = cmp.Or(map[string]string{"mpeg": "mp3", "wave": "wav"}[format], format)
		}
		return gen.InputAudioPart(gen.InputAudio{Data: base64.StdEncoding.EncodeToString(data), Format: gen.InputAudioFormat(format)})
	}
	return gen.FilePart(gen.FileData{FileData: DataURL(mediaType, data), Filename: &name})
}

// SaveImages writes images of an answer ([gen.GeneratedImages]) to files, in base64 or as data URLs, and returns the files'
// names: prefix, a number from 1, and the extension of what each is. Files that exist are an error, and those written
// before it stay.
func SaveImages(prefix string, images []string) (files []string, err error) {
	for i, image := range images {
		if head, rest, isURL := strings.Cut(image, ","); isURL && strings.HasPrefix(head, "data:") {
			image = rest
		}
		data, err := base64.StdEncoding.DecodeString(image)
		if err != nil {
			return files, fmt.Errorf("agent: image %d: %w", i+1, err)
		}
		name := fmt.Sprintf("%s%d%s", prefix, i+1, imageExtension(data))
		f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644) //nolint:gosec // an image is no secret, the name is the caller's
		if err != nil {
			return files, err
		}
		_, err = io.Copy(f, bytes.NewReader(data))
		if closed := f.Close(); err == nil {
			err = closed
		}
		if err != nil {
			return files, err
		}
		files = append(files, name)
	}
	return files, nil
}

func imageExtension(data []byte) string {
	_, kind, _ := strings.Cut(http.DetectContentType(data), "/")
	switch kind {
	case "jpeg":
		return ".jpg"
	case "png", "webp", "gif", "bmp":
		return "." + kind
	}
	return ".bin"
}
