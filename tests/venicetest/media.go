// Media: a small real file of each type that the description has, so that a decoder can be tried on an answer.

package venicetest

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// media makes a file of each type. What n changes is what costs nothing: colours, lengths.
var media = map[string]func(n uint64) []byte{
	"image/png":  sampleImage("png"),
	"image/jpeg": sampleImage("jpeg"),
	"image/webp": sampleImage("webp"),
	"audio/mpeg": mp3Audio,
	"audio/wav":  wavAudio,
	"audio/pcm":  pcmAudio,
	"audio/flac": flacAudio,
	"audio/aac":  aacAudio,
	"audio/opus": opusAudio,
	"video/mp4":  mp4Video,
	"text/csv":   csvTable,
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
