// What comes in a message beside text: pictures, sounds, films, documents.

package venicetest

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"hash/fnv"
	"strings"

	"github.com/venice-go/venice/tests/venicetest/internal/look"
	"github.com/venice-go/venice/tests/venicetest/internal/mind"
)

type chatPart struct {
	Type, Text string
	ImageURL   wireURL               `json:"image_url"`
	VideoURL   wireURL               `json:"video_url"`
	InputAudio struct{ Data string } `json:"input_audio"`
	File       struct {
		Data string `json:"file_data"`
		Name string `json:"filename"`
	}
	CacheControl *struct{} `json:"cache_control"`
}

// Kinds of parts: what they are called, how many a message may hold, and the tokens that each counts for.
var partKinds = map[string]struct {
	name string
	most int
}{
	"image_url": {"image", 10}, "input_image": {"image", 10}, "input_audio": {"sound", 5}, "video_url": {"video", 3}, "file": {"file", 5},
}

const partTokens = 256

// readParts joins the texts of a message, and looks at the other parts.
func (e *exchange) readParts(m *mind.Message, parts []chatPart, path ...string) *answer {
	held := map[string]int{}
	for i, p := range parts {
		e.marked = e.marked || p.CacheControl != nil
		m.Text += p.Text
		kind, other := partKinds[p.Type]
		if !other {
			continue
		}
		at := append(path[:len(path):len(path)], fmt.Sprint(i))
		if held[kind.name]++; held[kind.name] > kind.most {
			return new(invalid(path, fmt.Sprintf("A message can have at most %d parts of the kind %s", kind.most, kind.name)))
		}
		t := e.model.Text
		if kind.name == "image" && t.Images == 0 || kind.name == "sound" && !t.Audio || kind.name == "video" && t.Videos == 0 {
			return e.cannot(at, kind.name+" input")
		}
		seen, err := p.look(kind.name)
		if err != nil {
			return new(invalid(at, err.Error()))
		}
		m.Seen = append(m.Seen, seen)
		sum := fnv.New64a()
		fmt.Fprint(sum, p)
		for range partTokens {
			e.prompt = append(e.prompt, fmt.Sprint(p.Type, sum.Sum64()))
		}
	}
	return nil
}

// look tells what a part is: by its first bytes if it came along, else by its address, which the fake does not fetch.
func (p chatPart) look(kind string) (string, error) {
	where := string(p.ImageURL) + string(p.VideoURL) + p.File.Data
	encoded := p.InputAudio.Data
	if encoded == "" {
		head, data, _ := strings.Cut(where, ",")
		if !strings.HasPrefix(head, "data:") {
			return kind + " at " + where, nil
		}
		if !strings.HasSuffix(head, ";base64") {
			return "", fmt.Errorf("the %s is no base64 data URL", kind)
		}
		encoded = data
	}
	data, err := base64.StdEncoding.DecodeString(encoded)
	if err != nil || len(data) == 0 {
		return "", fmt.Errorf("the %s is no base64", kind)
	}
	if kind == "image" && !look.Picture(data) {
		return "", errors.New("the image could not be read: want PNG, JPEG, WebP or GIF")
	}
	name := kind
	if p.File.Name != "" {
		name += " " + p.File.Name
	}
	return fmt.Sprintf("%s %s, %d bytes", name, look.At(data), len(data)), nil
}

// A wireURL is an address, alone or in an object.
type wireURL string

func (u *wireURL) UnmarshalJSON(b []byte) error {
	var object struct{ URL string }
	if json.Unmarshal(b, (*string)(u)) == nil {
		return nil
	}
	err := json.Unmarshal(b, &object)
	*u = wireURL(object.URL)
	return err
}
