// What is heard: tones in place of words, and the words themselves where the format has room for a comment.

// Package sound writes and reads sound for the fake.
package sound

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"hash/fnv"
	"maps"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

const (
	rate    = 24000                 // Hz of WAV, PCM and FLAC, as the service speaks
	perRune = 65 * time.Millisecond // of speech at normal speed
	least   = 200 * time.Millisecond
	loud    = 8000 // of 32767
)

// A Clip is a piece of sound.
type Clip struct {
	Text   string // what is said in it, if anything
	Length time.Duration
}

// Speech is a text that is spoken at a speed, 1 being normal.
func Speech(text string, speed float64) Clip {
	length := time.Duration(float64(perRune) * float64(utf8.RuneCountInString(text)) / speed)
	return Clip{text, max(length, least).Round(time.Millisecond)}
}

// samples is a tone for each word, all equally long. It is a triangle, which whole numbers make the same everywhere.
func (c Clip) samples() []int16 {
	words := strings.Fields(c.Text)
	if len(words) == 0 {
		words = []string{""}
	}
	out := make([]int16, c.count(rate))
	for i, word := range words {
		h := fnv.New32a()
		h.Write([]byte(word))
		period := 48 + int(h.Sum32()%96) // 170 to 500 Hz
		for j := i * len(out) / len(words); j < (i+1)*len(out)/len(words); j++ {
			x := j % period * 4 * loud / period
			out[j] = int16(max(x-2*loud, 2*loud-x) - loud)
		}
	}
	return out
}

// count is how many units of so many a second the clip has, at least one.
func (c Clip) count(perSecond int) int {
	return max(1, int((c.Length*time.Duration(perSecond)+time.Second-1)/time.Second))
}

// A comment is what the text looks like in a file.
const commentStart, commentEnd = "venicetest:", ";"

func (c Clip) comment() string {
	return commentStart + base64.StdEncoding.EncodeToString([]byte(c.Text)) + commentEnd
}

// Text returns what is said in a file that Encode wrote, in any format but bare samples.
func Text(file []byte) (text string, ok bool) {
	_, rest, found := bytes.Cut(file, []byte(commentStart))
	encoded, _, ends := bytes.Cut(rest, []byte(commentEnd))
	if !found || !ends {
		return "", false
	}
	b, err := base64.StdEncoding.DecodeString(string(encoded))
	return string(b), err == nil && utf8.Valid(b)
}

// MediaTypes are the formats that Encode writes, each with the media type of its files.
var MediaTypes = map[string]string{
	"mp3": "audio/mpeg", "opus": "audio/opus", "aac": "audio/aac", "flac": "audio/flac", "wav": "audio/wav", "pcm": "audio/pcm",
}

var encoders = map[string]func(Clip) []byte{"mp3": mp3, "opus": opus, "aac": aac, "flac": flac, "wav": wav, "pcm": pcm}

// Encode writes a file. WAV, FLAC and PCM have the tones; the others are silent, and as long. The error lists the
// formats that there are.
func (c Clip) Encode(format string) ([]byte, error) {
	encode := encoders[format]
	if encode == nil {
		return nil, fmt.Errorf("sound: format %q: want one of %s", format, strings.Join(slices.Sorted(maps.Keys(encoders)), ", "))
	}
	return encode(c), nil
}
