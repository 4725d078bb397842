package catalog_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/venice-go/venice/tests/venicetest/internal/catalog"
)

// Every model has an id of its own, one default per kind, and the part that its kind is made of.
func TestAll(t *testing.T) {
	ids, defaults := map[string]bool{}, map[string]int{}
	for _, m := range catalog.All() {
		if ids[m.ID] || m.Name == "" {
			t.Errorf("%s: twice, or without a name", m.ID)
		}
		ids[m.ID] = true
		if slices.Contains(m.Traits, "default") {
			defaults[m.Kind]++
		}
		has := map[string]bool{
			"text": m.Text != nil, "embedding": m.Embedding != nil, "image": m.Image != nil, "inpaint": m.Edit != nil,
			"upscale": m.Upscale != nil, "tts": m.Speech != nil, "asr": m.Transcript != nil, "music": m.Music != nil,
			"video": m.Video != nil, "decision": m.Decision != nil,
		}
		for kind, there := range has {
			if there != (kind == m.Kind) {
				t.Errorf("%s: %s %t", m.ID, kind, there)
			}
		}
	}
	for _, kind := range []string{"text", "embedding", "image", "inpaint", "upscale", "tts", "asr", "music", "video", "decision"} {
		if defaults[kind] != 1 {
			t.Errorf("%s: %d defaults", kind, defaults[kind])
		}
	}
	for id, next := range catalog.Retired {
		if catalog.Of(id) != nil || catalog.Of(next) == nil {
			t.Errorf("%s is listed, or %s is not", id, next)
		}
	}
}

func TestFind(t *testing.T) {
	for _, test := range []struct{ name, kind, want string }{
		{"zai-org-glm-5-1", "text", "zai-org-glm-5-1"},
		{"zai-org-glm-5-1:enable_web_search=on&strip_thinking_response=true", "text", "zai-org-glm-5-1"},
		{"default", "text", "zai-org-glm-5-1"},
		{"default", "image", "z-image-turbo"},
		{"gpt-4o", "text", "zai-org-glm-5-1"},
		{"whisper-1", "asr", "openai/whisper-large-v3"},
		{"z-image-turbo", "text", ""},
		{"", "text", ""},
		{"nobody", "text", ""},
	} {
		id := ""
		if m := catalog.Find(test.name, test.kind); m != nil {
			id = m.ID
		}
		if id != test.want {
			t.Errorf("%q of kind %s: %q, want %q", test.name, test.kind, id, test.want)
		}
	}
	if got := catalog.Like("zai-org-glm-5-2", "text"); got != "zai-org-glm-5-1" {
		t.Errorf("like it: %q", got)
	}
	if got := catalog.Like("xyz", "text"); got != "" {
		t.Errorf("like nothing: %q", got)
	}
}

// The formula of the service: input without what the cache had, the cache at its own prices, and the output.
func TestParts(t *testing.T) {
	opus := catalog.Of("claude-opus-4-6").Text
	for _, test := range []struct {
		n    catalog.Tokens
		want float64
	}{
		{catalog.Tokens{Input: 1000, CacheRead: 200, CacheWrite: 300, Output: 10}, (500*6 + 200*0.6 + 300*7.5 + 10*30) / 1e6},
		{catalog.Tokens{Input: 200001, CacheRead: 1, Output: 1}, (200000*12 + 1.2 + 45) / 1e6},
		{catalog.Tokens{Input: 1000}, 0},
	} {
		var sum catalog.Money
		for _, p := range opus.Parts(test.n) {
			sum += p.Amount()
		}
		if sum != catalog.Dollars(test.want) {
			t.Errorf("%+v: %v USD, want %v", test.n, sum.USD(), test.want)
		}
	}
	glm := catalog.Of("zai-org-glm-5-1").Text
	if p := glm.Parts(catalog.Tokens{Input: 10, CacheWrite: 10, Output: 1}); p[0].Price != glm.Input {
		t.Errorf("what is written to the cache without a price of its own: %+v", p)
	}
}

func TestPrices(t *testing.T) {
	image, edit, music := catalog.Of("gpt-image-2").Image, catalog.Of("flux-2-max-edit").Edit, catalog.Of("elevenlabs-music").Music
	for _, test := range []struct {
		what string
		got  catalog.Money
		want float64
	}{
		{"by quality", image.Price("2K", "low"), 0.03},
		{"by quality, defaults", image.Price("", ""), 0.27},
		{"unknown resolution", image.Price("8K", ""), 0},
		{"by resolution", catalog.Of("nano-banana-2").Image.Price("4K", ""), 0.19},
		{"the same for all", catalog.Of("z-image-turbo").Image.Price("", ""), 0.01},
		{"one picture", edit.Price(1, "", ""), 0.09},
		{"three pictures", edit.Price(3, "", ""), 0.17},
		{"a short piece", music.Price(60, 0), 0.75},
		{"a longer piece", music.Price(61, 0), 1.5},
		{"by the second", catalog.Of("ace-step-15").Music.Price(30, 0), 0.015},
		{"by the character", catalog.Of("elevenlabs-tts-v3").Music.Price(0, 1001), 0.24},
		{"by the piece", catalog.Of("minimax-music-v2").Music.Price(60, 10), 0.04},
	} {
		if test.got != catalog.Dollars(test.want) {
			t.Errorf("%s: %v, want %v", test.what, test.got.USD(), test.want)
		}
	}
}

// A model that another provider runs is not private, whichever model it is like here.
func TestElsewhere(t *testing.T) {
	for _, m := range catalog.All() {
		for _, maker := range []string{"claude", "elevenlabs", "gemini", "gpt-image", "grok", "inworld", "minimax", "openai-gpt-5", "xai"} {
			if strings.Contains(m.ID, maker) && m.Private() {
				t.Errorf("%s is private", m.ID)
			}
		}
	}
}
