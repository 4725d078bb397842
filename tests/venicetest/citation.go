// Web search, as far as a chat shows it: made-up pages that say where they come from.

package venicetest

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/url"
	"strings"

	"github.com/venice-go/venice/tests/venicetest/internal/mind"
)

// search looks for what the user said last, if it is to: "auto" is for the model to judge, which goes by what is asked
// about.
func (e *exchange) search() {
	mode, _ := e.parameters["enable_web_search"].(string)
	text := ""
	for _, m := range e.Messages {
		if m.Role == "user" {
			text = m.Text
		}
	}
	lower, asked := strings.ToLower(text), mode == "on"
	for _, word := range []string{"search", "latest", "news", "today", "current"} {
		asked = asked || mode == "auto" && strings.Contains(lower, word)
	}
	if !asked || !e.model.Text.Search && !e.is("enable_x_search") {
		return
	}
	words := strings.Fields(text)
	topic := strings.Join(words[:min(8, len(words))], " ")
	for i, kind := range []string{"News", "Encyclopedia", "Forum"} {
		e.Sources = append(e.Sources, mind.Source{
			Title: fmt.Sprintf("%s: %s", kind, topic), Date: "2026-07-01", Content: "A page that was made up about " + topic + ".",
			URL: fmt.Sprintf("https://%s.example/%d?q=%s", strings.ToLower(kind), i+1, url.QueryEscape(topic)),
		})
	}
	e.Cite = e.is("enable_web_citations")
}

func (e *exchange) citations() (list []any) {
	for _, s := range e.Sources {
		list = append(list, map[string]any{"title": s.Title, "url": s.URL, "content": s.Content, "date": s.Date})
	}
	return list
}

func (e *exchange) withCitations() map[string]any {
	p := maps.Clone(e.parameters)
	p["web_search_citations"] = e.citations()
	return p
}

// madeUp reports whether a reply carries the search results as a call of a tool.
func (c *completion) madeUp(reply *mind.Reply) bool {
	return c.Sources != nil && c.is("return_search_results_as_documents") && len(reply.Calls) == 0
}

// documents is that call.
func (c *completion) documents() map[string]any {
	arguments, _ := json.Marshal(map[string]any{"documents": c.citations()})
	return map[string]any{"id": searched, "type": "function", "function": map[string]any{"name": "web_search", "arguments": string(arguments)}}
}
