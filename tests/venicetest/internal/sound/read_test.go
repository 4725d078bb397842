package sound_test

import (
	"strings"
	"testing"
	"time"

	"github.com/venice-go/venice/tests/venicetest/internal/film"
	"github.com/venice-go/venice/tests/venicetest/internal/sound"
)

// What was written is read again: the format, the text, and the length to a frame.
func TestReadBack(t *testing.T) {
	for _, text := range []string{"", "Hello; wörld \x00", strings.Repeat("a long text ", 300)} {
		clip := sound.Speech(text, 1)
		for format := range sound.MediaTypes {
			file, err := clip.Encode(format)
			if err != nil {
				t.Fatal(err)
			}
			if format == "pcm" {
				if n := len(file); n != 2*24*int(clip.Length.Milliseconds()) {
					t.Errorf("pcm: %d bytes", n)
				}
				continue
			}
			want := format
			if format == "opus" {
				want = "ogg"
			}
			if got := sound.Format(file); got != want {
				t.Errorf("%s: format %q", format, got)
			}
			if got, ok := sound.Text(file); got != text || !ok {
				t.Errorf("%s: text %q, %t", format, got, ok)
			}
			if off := sound.Length(file) - clip.Length; off < 0 || off > 30*time.Millisecond {
				t.Errorf("%s: %v for %v", format, sound.Length(file), clip.Length)
			}
		}
	}
	if _, err := (sound.Clip{}).Encode("midi"); err == nil || err.Error() != `sound: format "midi": want one of aac, flac, mp3, opus, pcm, wav` {
		t.Error(err)
	}
}

// Longer texts take longer, faster speech does not.
func TestSpeech(t *testing.T) {
	for _, test := range []struct {
		text  string
		speed float64
		want  time.Duration
	}{
		{"", 1, 200 * time.Millisecond}, {"ten letter", 1, 650 * time.Millisecond}, {"ten letter", 2, 325 * time.Millisecond},
		{"zehn größe", 0.5, 1300 * time.Millisecond},
	} {
		if got := sound.Speech(test.text, test.speed).Length; got != test.want {
			t.Errorf("%q at %v: %v, want %v", test.text, test.speed, got, test.want)
		}
	}
}

func TestFormat(t *testing.T) {
	for want, file := range map[string]string{
		"mp4":  string(film.MP4(time.Second, 16, 16, 0)),
		"webm": "\x1a\x45\xdf\xa3 and more of it",
		"":     "this is a text file",
	} {
		if got := sound.Format([]byte(file)); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	if _, ok := sound.Text([]byte("venicetest:no base64;")); ok {
		t.Error("a text of no base64")
	}
	if got := sound.Length(film.MP4(3*time.Second, 16, 16, 0)); got != 3*time.Second {
		t.Errorf("a film of %v", got)
	}
	if got := sound.Length(nil); got <= 0 {
		t.Errorf("nothing lasts %v", got)
	}
}

func FuzzRead(f *testing.F) {
	for format := range sound.MediaTypes {
		file, _ := sound.Speech("Hi", 4).Encode(format)
		f.Add(file)
	}
	f.Fuzz(func(t *testing.T, file []byte) {
		sound.Text(file)
		if got := sound.Length(file); sound.Format(file) != "" && got <= 0 {
			t.Errorf("%s of %v", sound.Format(file), got)
		}
	})
}
