// Queries: requests as prices see them, and which rule prices which route.

package spend

import (
	"strings"

	"github.com/venice-go/venice/gen"
)

// A query is a request as it goes out.
type query struct {
	path string
	size int            // bytes of its JSON
	body map[string]any // of a form the parts that are no files
}

// A rule is how a route is priced: by models of a kind, by a quote, or by itself.
type rule struct {
	kind  gen.ModelType
	usual string // trait of the model that stands in for none, where the route has one
	parts func(query, *gen.Model) ([]Part, error)
	quote string // path of the route that tells the price
}

var rules = map[string]rule{
	"/chat/completions":          {kind: gen.ModelTypeText, parts: chatParts},
	"/responses":                 {kind: gen.ModelTypeText, parts: chatParts},
	"/embeddings":                {kind: gen.ModelTypeEmbedding, parts: embeddingParts},
	"/decisions":                 {kind: gen.ModelTypeDecision, parts: decisionParts},
	"/systemone":                 {kind: gen.ModelTypeDecision, parts: decisionParts},
	"/image/generate":            {kind: gen.ModelTypeImage, parts: imageParts},
	"/images/generations":        {kind: gen.ModelTypeImage, usual: "default", parts: imageParts},
	"/image/edit":                {kind: gen.ModelTypeInpaint, usual: "default", parts: imageParts},
	"/image/multi-edit":          {kind: gen.ModelTypeInpaint, usual: "default", parts: imageParts},
	"/image/upscale":             {kind: gen.ModelTypeUpscale, usual: "default", parts: upscaleParts},
	"/audio/speech":              {kind: gen.ModelTypeTTS, parts: speechParts},
	"/audio/transcriptions":      {kind: gen.ModelTypeASR, parts: noLength},
	"/audio/queue":               {quote: "/audio/quote"},
	"/video/queue":               {quote: "/video/quote"},
	"/audio/voice-changer/queue": {quote: "/audio/voice-changer/quote"},
	"/augment/search":            {parts: searchParts},
	"/augment/scrape":            {parts: searchParts},
}

// model is the name that the request has for its model.
func (q query) model() string {
	for _, name := range []string{"model", "modelId"} {
		if s := q.text(name); s != "" {
			return s
		}
	}
	return ""
}

func (q query) text(name string) string { s, _ := q.body[name].(string); return s }
func (q query) yes(name string) bool    { return q.body[name] == true }

// number returns what a member says, or what holds without it, and is never less than that.
func (q query) atLeast(name string, least float64) float64 {
	n, _ := q.body[name].(float64)
	return max(n, least)
}

// setting is a member of venice_parameters, or what stands for it behind the model's name: "id:enable_web_search=on".
func (q query) setting(name string) any {
	_, settings, _ := strings.Cut(q.model(), ":")
	for setting := range strings.SplitSeq(settings, "&") {
		if key, value, _ := strings.Cut(setting, "="); key == name {
			return value
		}
	}
	parameters, _ := q.body["venice_parameters"].(map[string]any)
	return parameters[name]
}

// on reports a setting that is not switched off, by whatever word.
func (q query) on(name string) bool {
	switch q.setting(name) {
	case nil, false, "", "off", "false", "none":
		return false
	}
	return true
}

// has reports whether a value has one of the members anywhere inside.
func has(v any, names ...string) bool {
	switch v := v.(type) {
	case map[string]any:
		for name, inner := range v {
			for _, n := range names {
				if name == n && inner != nil {
					return true
				}
			}
			if has(inner, names...) {
				return true
			}
		}
	case []any:
		for _, inner := range v {
			if has(inner, names...) {
				return true
			}
		}
	}
	return false
}

// texts is how many bytes the texts have that stand under content, text or input.
func texts(v any, counts bool) (n int) {
	switch v := v.(type) {
	case string:
		if counts {
			return len(v)
		}
	case map[string]any:
		for name, inner := range v {
			n += texts(inner, name == "content" || name == "text" || name == "input")
		}
	case []any:
		for _, inner := range v {
			n += texts(inner, counts)
		}
	}
	return n
}
