// Models that the description names and that have no traits of their own here: each is like another of its kind.

package catalog

import (
	"cmp"
	"slices"
	"strings"
)

var named = alike(map[string]string{
	"grok-imagine-edit grok-imagine-quality-edit grok-imagine-image-2-0-edit qwen-image-2-edit qwen-image-2-pro-edit": "qwen-edit-uncensored",
	"wan-2-7-pro-edit seedream-v5-lite-edit seedream-v5-pro-edit seedream-v4-edit":                                    "nano-banana-2-edit",
	"qwen-image-3-edit qwen-image-3-pro-edit nano-banana-pro-edit nano-banana-2-lite-edit":                            "nano-banana-2-edit",
	"luma-uni-1-edit luma-uni-1-max-edit":                                                                             "flux-2-max-edit",
	"gpt-image-1-5-edit":                                                                                              "gpt-image-2-edit",
	"text-embedding-bge-en-icl text-embedding-multilingual-e5-large-instruct":                                         "text-embedding-bge-m3",
	"text-embedding-qwen3-0-6b text-embedding-nemotron-embed-vl-1b-v2":                                                "text-embedding-qwen3-8b",
	"gemini-embedding-2-preview":                                                                                      "text-embedding-3-large",
	"tts-qwen3-0-6b tts-orpheus tts-inworld-1-5-max tts-xai-v1 tts-gemini-3-1-flash":                                  "tts-qwen3-1-7b",
	"tts-gradium-v1 tts-elevenlabs-turbo-v2-5":                                                                        "tts-kokoro",
	"fal-ai/wizper stt-xai-v1":                                                                                        "elevenlabs/scribe-v2",
})

// elsewhere are names of makers whose models run with them alone, so that none is private.
var elsewhere = []string{"elevenlabs", "gemini", "gradium", "grok", "inworld", "xai"}

func alike(which map[string]string) (list []*Model) {
	for _, of := range [][]*Model{edits, embeddings, speakers, listeners} {
		for ids, like := range which {
			for _, m := range of {
				if m.ID != like {
					continue
				}
				for id := range strings.FieldsSeq(ids) {
					other := *m
					other.ID, other.Name, other.Traits, other.Aliases, other.Uncensored = id, strings.ReplaceAll(id, "-", " "), nil, nil, false
					if slices.ContainsFunc(elsewhere, func(maker string) bool { return strings.Contains(id, maker) }) {
						other.Privacy = "anonymized"
					}
					list = append(list, &other)
				}
			}
		}
	}
	slices.SortFunc(list, func(a, b *Model) int { return cmp.Compare(a.ID, b.ID) }) // maps have no order
	return list
}
