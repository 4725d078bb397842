// What a model is, and how one is found.

// Package catalog has the models that the fake offers: what they can do, take and cost, in the form of the service's
// list. Ids and abilities are like the service's; the prices are of the right size, and no promise.
package catalog

import (
	"slices"
	"strings"
)

// A Model is one that can be called. Of the pointers the one for its kind is set.
type Model struct {
	ID, Name, Kind string
	Privacy        string // "private" unless it says otherwise
	About          string
	Traits         []string // names that stand for the model, among those of its kind
	Aliases        []string // what other services call it
	BetaModel      bool
	Uncensored     bool
	Deprecation    *Deprecation

	Text       *Text
	Embedding  *Embedding
	Image      *Image
	Edit       *Edit
	Upscale    *Upscale
	Speech     *Speech
	Transcript *Transcript
	Music      *Music
	Video      *Video
	Decision   *Decision
}

// A Deprecation says when a model goes. Times are RFC 3339.
type Deprecation struct {
	Starts, Removes, Replacement string
	Remap                        bool // calls are answered by the replacement
}

// Retired are the ids of models that have left the list, each with the one to use in its place.
var Retired = map[string]string{
	"llama-3.2-3b":     "kimi-k2-6",
	"qwen-2.5-vl":      "qwen3-vl-235b-a22b",
	"stable-diffusion": "z-image-turbo",
	"wan-2-1-t2v":      "wan-2-7-text-to-video",
}

// All lists the models, those of a kind together, the default of a kind before the others of it.
func All() []*Model { return all }

var all = slices.Concat(texts, embeddings, images, edits, speakers, listeners, composers, films, deciders, named)

// Of returns the model of an id, or nil.
func Of(id string) *Model {
	i := slices.IndexFunc(all, func(m *Model) bool { return m.ID == id })
	if i < 0 {
		return nil
	}
	return all[i]
}

// Find returns the model of one of the kinds that a name stands for: an id, an id with settings behind a colon, a trait,
// or a name of other services. It returns nil for none.
func Find(name string, kinds ...string) *Model {
	id, _, _ := strings.Cut(name, ":")
	i := slices.IndexFunc(all, func(m *Model) bool {
		return slices.Contains(kinds, m.Kind) && (m.ID == name || m.ID == id ||
			slices.Contains(m.Traits, id) || slices.Contains(m.Aliases, id))
	})
	if i < 0 {
		return nil
	}
	return all[i]
}

// Like returns the id of the kinds that looks most like a name that none has, or "" if none begins the same.
func Like(name string, kinds ...string) (id string) {
	best := 2 // letters that the beginnings must have in common, and more
	for _, m := range all {
		n := 0
		for n < min(len(name), len(m.ID)) && name[n] == m.ID[n] {
			n++
		}
		if slices.Contains(kinds, m.Kind) && n > best {
			best, id = n, m.ID
		}
	}
	return id
}

// Private reports whether nobody keeps what is sent to the model.
func (m *Model) Private() bool { return m.privacy() == "private" }

func (m *Model) privacy() string {
	if m.Privacy == "" {
		return "private"
	}
	return m.Privacy
}

// Code reports whether the model is listed among those for code.
func (m *Model) Code() bool { return m.Text != nil && m.Text.Code }
