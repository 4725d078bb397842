// Tests of the web and documents, of characters and of decisions.

package venicetest_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/venice-go/venice/tests/venicetest"
)

func TestAugment(t *testing.T) {
	srv := venicetest.NewServer(t)
	c := caller{t, srv, srv.InferenceKey()}
	before := srv.Account(c.key)
	r := c.do("POST", "/augment/search", fields("query", "red foxes", "limit", 4)).want(t, 200, `"query":"red foxes"`)
	results := r.body["results"].([]any)
	if first := results[0].(map[string]any); len(results) != 4 || first["title"] != "About red foxes (1)" || first["url"] != "https://example.com/1?q=red+foxes" {
		t.Errorf("%v", results)
	}
	if got := before - srv.Account(c.key); got < 0.01-1e-9 || got > 0.01+1e-9 {
		t.Errorf("charged %v", got)
	}

	text := "Hello, größer\n"
	r = c.upload("/augment/text-parser", nil, "file", []byte(text)).want(t, 200, "")
	if r.body["text"] != text || r.body["tokens"] != 2.0 {
		t.Errorf("%v", r.body)
	}
	r = c.upload("/augment/text-parser", map[string]string{"response_format": "text"}, "file", []byte("%PDF-1.4\nstream\n(Hi) Tj\nendstream"))
	if r.status != 200 || r.raw != "Hi" || r.header.Get("Content-Type") != "text/plain" {
		t.Errorf("%d %q", r.status, r.raw)
	}
	c.upload("/augment/text-parser", nil, "file", []byte{0, 1, 2}).want(t, 400, "Unsupported file type")
	c.upload("/augment/text-parser", nil, "file").want(t, 400, "file")
}

func TestCharacters(t *testing.T) {
	srv := venicetest.NewServer(t)
	c := caller{t, srv, srv.InferenceKey()}
	for query, want := range map[string]string{
		"":                              "[alan-watts ada-the-engineer captain-salt dr-garden noir-detective quiet-poet]",
		"?limit=2&offset=1":             "[ada-the-engineer captain-salt]",
		"?offset=100":                   "[]",
		"?search=%23teacher":            "[ada-the-engineer dr-garden]",
		"?search=SAILOR":                "[captain-salt]",
		"?tags=roleplay&isAdult=false":  "[captain-salt]",
		"?tags=zen&tags=poetry":         "[alan-watts quiet-poet]",
		"?modelId=claude-opus-4-6":      "[quiet-poet]",
		"?isPro=true":                   "[quiet-poet]",
		"?sortBy=mostRecent&limit=1":    "[quiet-poet]",
		"?sortBy=imports&sortOrder=asc": "[quiet-poet noir-detective dr-garden captain-salt ada-the-engineer alan-watts]",
		"?sortBy=highestRating&limit=2": "[dr-garden alan-watts]",
		"?isWebEnabled=true":            "[alan-watts ada-the-engineer]",
	} {
		slugs := []string{}
		for _, one := range c.do("GET", "/characters"+query, nil).want(t, 200, "").body["data"].([]any) {
			slugs = append(slugs, one.(map[string]any)["slug"].(string))
		}
		if got := fmt.Sprint(slugs); got != want {
			t.Errorf("%q: %s, want %s", query, got, want)
		}
	}
	c.do("GET", "/characters/alan-watts", nil).want(t, 200, `"averageRating":4.75`)
	c.do("GET", "/characters/nobody", nil).want(t, 404, "Character not found")
	c.do("GET", "/characters/nobody/reviews", nil).want(t, 404, "Character not found")
	for query, want := range map[string]string{
		"": "[5 4 5 5]", "?pageSize=3": "[5 4 5]", "?pageSize=3&page=2": "[5]", "?pageSize=3&page=3": "[]", "?page=1000000000": "[]",
	} {
		r := c.do("GET", "/characters/alan-watts/reviews"+query, nil).want(t, 200, `"totalReviews":4`)
		stars := []any{}
		for _, one := range r.body["data"].([]any) {
			stars = append(stars, one.(map[string]any)["rating"])
		}
		if got := fmt.Sprint(stars); got != want {
			t.Errorf("%q: %s, want %s", query, got, want)
		}
	}
}

func TestDecisions(t *testing.T) {
	srv := venicetest.NewServer(t)
	c := caller{t, srv, srv.InferenceKey()}
	questions := map[string]any{
		"angry":   fields("type", "noul", "instructions", "Is the customer angry?", "criteria", fields("true", "angry, furious", "false", "calm")),
		"topic":   fields("type", "choice", "instructions", "What is it about?", "criteria", map[string]any{"invoice": "money", "bug": "a crash", "other": nil}),
		"urgency": fields("type", "score", "instructions", "How urgent?", "criteria", []any{"whenever", "this week", "now, at once"}),
	}
	body := fields("model", "default", "state", fields("mail", "I am angry: the invoice is wrong. Mend it now!"), "questions", questions)
	for _, path := range []string{"/decisions", "/systemone"} {
		r := c.do("POST", path, body).want(t, 200, `"model":"systemone-mini"`)
		answers := r.body["answers"].(map[string]any)
		angry, topic, urgency := answers["angry"].(map[string]any), answers["topic"].(map[string]any), answers["urgency"].(map[string]any)
		if angry["noul"] != 0.75 || topic["choice"] != "invoice" || urgency["score"].(float64) < 1.2 {
			t.Errorf("%s: %s", path, r.raw)
		}
		if legend := urgency["legend"].(map[string]any); len(legend) != 3 || legend["2"] != "now, at once" || topic["confidence"].(float64) <= 0 {
			t.Errorf("%s: %s", path, r.raw)
		}
		if usage := r.body["usage"].(map[string]any); usage["output_tokens"] != 12.0 || usage["input_tokens"].(float64) < 30 {
			t.Errorf("%s: %s", path, r.raw)
		}
	}
	body["state"] = strings.Repeat("x", 50000)
	c.do("POST", "/decisions", body).want(t, 400, "more than 4000 tokens")
	body["state"] = ""
	c.do("POST", "/decisions", body).want(t, 400, "state")
	body["model"], body["state"] = "zai-org-glm-5-1", "x"
	c.do("POST", "/decisions", body).want(t, 404, "Specified model not found")
}

func TestScrape(t *testing.T) {
	needs(t, "POST /augment/scrape")
	srv := venicetest.NewServer(t)
	c := caller{t, srv, srv.InferenceKey()}
	before := srv.Account(c.key)
	c.do("POST", "/augment/scrape", fields("url", "https://www.example.com/a/b?c=d")).want(t, 200, `# example.com\n\nThis page lies at /a/b of example.com`)
	if got := before - srv.Account(c.key); got < 0.01-1e-9 || got > 0.01+1e-9 {
		t.Errorf("charged %v", got)
	}
	for _, test := range []struct{ url, text string }{
		{"https://old.reddit.com/r/golang", "cannot be scraped: old.reddit.com"}, {"https://x.com/a", "x.com"}, {"ftp://example.com", "Invalid url"},
	} {
		c.do("POST", "/augment/scrape", fields("url", test.url)).want(t, 400, test.text)
	}
	c.do("POST", "/augment/scrape", fields("url", "https://netflix.com")).want(t, 200, "netflix.com") // ends like one that is closed
}
