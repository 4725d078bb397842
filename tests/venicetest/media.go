// Media: a small real file of each type that the description has, so that a decoder can be tried on an answer.

package venicetest

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/venice-go/venice/tests/venicetest/internal/film"
	"github.com/venice-go/venice/tests/venicetest/internal/sound"
)

// media makes a file of each type. What n changes is what costs nothing: colours, lengths.
var media = map[string]func(n uint64) []byte{
	"image/png":  sampleImage("png"),
	"image/jpeg": sampleImage("jpeg"),
	"image/webp": sampleImage("webp"),
	"audio/mpeg": sampleSound("mp3"),
	"audio/wav":  sampleSound("wav"),
	"audio/pcm":  sampleSound("pcm"),
	"audio/flac": sampleSound("flac"),
	"audio/aac":  sampleSound("aac"),
	"audio/opus": sampleSound("opus"),
	"video/mp4":  func(n uint64) []byte { return film.MP4(time.Second, 16, 16, byte(n)) },
	"text/csv":   csvTable,
}

// sampleSound makes a file of a format that there is, of 10 to 25 milliseconds.
func sampleSound(format string) func(n uint64) []byte {
	return func(n uint64) []byte {
		clip := sound.Clip{Text: fmt.Sprint("sample ", n), Length: time.Duration(2+n%4) * 5 * time.Millisecond}
		file, _ := clip.Encode(format) // the format is one of those that there are
		return file
	}
}

// mediaFile returns a file of the type. The error lists the types that there are.
func mediaFile(contentType string, n uint64) ([]byte, error) {
	file := media[contentType]
	if file == nil {
		types := slices.Sorted(maps.Keys(media))
		return nil, fmt.Errorf("no file of type %s to answer with; there are %s", contentType, strings.Join(types, ", "))
	}
	return file(n), nil
}

// csvTable has what a careless reader trips over: quotes, commas and line feeds in a field, empty fields, no rows.
func csvTable(n uint64) []byte {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	_ = w.Write([]string{"timestamp", "sku", "amount", "note"})
	for i := range n % 4 {
		_ = w.Write([]string{"2026-07-01T00:00:00.000Z", fmt.Sprint("sku-", i), "-0.0000066", []string{"", "a, \"b\"\nc", "größer 😀", " "}[i]})
	}
	w.Flush()
	return b.Bytes()
}
