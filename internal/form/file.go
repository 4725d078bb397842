// Files: what an upload says of itself beside its bytes.

package form

import (
	"errors"
	"io"
	"mime"
	"net/http"
	"path"
	"strings"

	"github.com/venice-go/venice/gen"
	"github.com/venice-go/venice/internal/loose"
)

// fileName is the file's base name: the folders before it are not sent, as they may tell of the caller.
func fileName(f gen.File) string {
	name, reader := f.Name, f.Reader
	if named, ok := reader.(interface{ Name() string }); ok && name == "" {
		name = named.Name()
	}
	if name = path.Base(strings.ReplaceAll(name, `\`, "/")); name == "." || name == "/" {
		return "file"
	}
	return name
}

// The types of what the service takes. The tables of a system differ from the next one's.
var fileTypes = map[string]string{
	".mp3": "audio/mpeg", ".mpga": "audio/mpeg", ".wav": "audio/wav", ".m4a": "audio/mp4", ".aac": "audio/aac", ".flac": "audio/flac",
	".ogg": "audio/ogg", ".oga": "audio/ogg", ".opus": "audio/ogg", ".aif": "audio/aiff", ".aiff": "audio/aiff",
	".mp4": "video/mp4", ".m4v": "video/mp4", ".mpeg": "video/mpeg", ".mpg": "video/mpeg", ".mov": "video/quicktime", ".webm": "video/webm",
	".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".webp": "image/webp", ".gif": "image/gif", ".avif": "image/avif", ".heic": "image/heic",
	".pdf": "application/pdf", ".txt": "text/plain", ".md": "text/markdown", ".csv": "text/csv", ".json": "application/json", ".html": "text/html",
	".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
	".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
	".pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
}

// fileType is the file's media type by its name, or "" if only its content can tell.
func fileType(name string) string {
	ext := strings.ToLower(path.Ext(name))
	return loose.First(fileTypes[ext], mime.TypeByExtension(ext))
}

// A sniffed is a file behind the last line of its part's header, which says what its first bytes look like. They are read
// only while the request is sent, as all of a file is.
type sniffed struct {
	file io.Reader
	all  io.Reader // nil until the first bytes were read
}

func (s *sniffed) Read(p []byte) (int, error) {
	if s.all == nil {
		const enough = 512 // is looked at
		begin := make([]byte, max(enough, len(p)))
		n, err := io.ReadAtLeast(s.file, begin, enough)
		if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
			return 0, err
		}
		head := "Content-Type: " + http.DetectContentType(begin[:n]) + "\r\n\r\n" + string(begin[:n])
		s.all = io.MultiReader(strings.NewReader(head), s.file)
	}
	return s.all.Read(p)
}
