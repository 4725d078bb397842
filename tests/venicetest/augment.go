// The web and documents, made up: search results, pages, texts.

package venicetest

import (
	"fmt"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/venice-go/venice/tests/venicetest/internal/document"
	"github.com/venice-go/venice/tests/venicetest/internal/tokens"
)

// closedSites turn robots away.
var closedSites = []string{"x.com", "twitter.com", "reddit.com"}

// search finds a page for each of the first words, and for the whole of them.
func (h *Handler) search(r *request) answer {
	if refusal := h.sellExtra(r, "web-search", searchPrice); refusal != nil {
		return *refusal
	}
	query := r.text("query")
	topics := append([]string{query}, strings.Fields(query)...)
	results := []any{}
	for i := range r.integer("limit", 10) {
		topic := topics[i%len(topics)]
		results = append(results, map[string]any{
			"title": fmt.Sprintf("About %s (%d)", topic, i+1), "url": fmt.Sprintf("https://example.com/%d?q=%s", i+1, url.QueryEscape(topic)),
			"content": fmt.Sprintf("Page %d of what can be said about %s.", i+1, topic),
			"date":    h.now().AddDate(0, 0, -i).UTC().Format(time.DateOnly),
		})
	}
	return ok(map[string]any{"query": query, "results": results})
}

// scrape reads a page that says where it is from.
func (h *Handler) scrape(r *request) answer {
	address, err := url.Parse(r.text("url"))
	if err != nil || address.Host == "" || address.Scheme != "http" && address.Scheme != "https" {
		return invalid([]string{"url"}, "Invalid url")
	}
	host := strings.TrimPrefix(strings.ToLower(address.Hostname()), "www.")
	if slices.ContainsFunc(closedSites, func(site string) bool { return host == site || strings.HasSuffix(host, "."+site) }) {
		return invalid([]string{"url"}, "This site cannot be scraped: "+host)
	}
	if refusal := h.sellExtra(r, "web-scrape", searchPrice); refusal != nil {
		return *refusal
	}
	text := "# " + host + "\n\nThis page lies at " + path.Join("/", address.Path) + " of " + host + ". The fake has made it up.\n"
	return ok(map[string]any{"url": r.text("url"), "content": text, "format": "markdown"})
}

// sellExtra charges for what no model does.
func (h *Handler) sellExtra(r *request, sku string, price money) *answer {
	if refusal := h.afford(r, price); refusal != nil {
		return refusal
	}
	h.charge(r, bill{id: h.uuid(), items: []item{piece(sku, 1, price)}})
	return nil
}

// parseText gives the text of a document: of a text file all of it, of others what lies between their marks.
func (h *Handler) parseText(r *request) answer {
	file := []byte(r.text("file"))
	switch {
	case len(file) == 0:
		return invalid([]string{"file"}, "file is required")
	case len(file) > maxFile:
		return invalid([]string{"file"}, "File size exceeds the maximum allowed size.")
	}
	text, known := document.Text(file)
	if !known {
		return invalid([]string{"file"}, "Unsupported file type. Want PDF, EPUB, Word, PowerPoint, Excel or text.")
	}
	if r.text("response_format") == "text" {
		return answer{status: http.StatusOK, raw: []byte(text), media: "text/plain"}
	}
	return ok(map[string]any{"text": text, "tokens": tokens.Count(text)})
}
