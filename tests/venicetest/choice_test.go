// Tests of the choice of a media type.

package venicetest_test

import (
	"maps"
	"slices"
	"testing"

	"github.com/venice-go/venice/tests/venicetest"
)

// The fields of a request and Accept decide; what they leave open is chosen by the seed, and so differs.
func TestChoiceOfMediaType(t *testing.T) {
	srv := venicetest.NewServer(t, venicetest.WithDescription("testdata/forms.yaml"), venicetest.WithNoise(0))
	c := caller{t, srv, srv.AdminKey()}
	const sounds, pictures = "audio/aac, audio/flac, audio/mpeg, audio/opus, audio/pcm, audio/wav", "image/jpeg,image/png , image/webp;q=0.9"
	speech := func(format string) map[string]any {
		return map[string]any{"input": "Hello", "response_format": format}
	}
	image := func(binary bool, format string) map[string]any {
		return map[string]any{"model": "m", "prompt": "p", "return_binary": binary, "format": format}
	}
	edit := map[string]any{"image": "https://example.com/a.png", "prompt": "p"}
	job := map[string]any{"model": "m", "queue_id": "123e4567-e89b-12d3-a456-426614174000"}
	for _, test := range []struct {
		method, path string
		body         any
		accept       string
		want         []string
	}{
		{"POST", "/speech", map[string]any{"input": "Hello"}, sounds, []string{"audio/mpeg"}}, // the default
		{"POST", "/speech", map[string]any{"input": "Hello"}, "audio/flac", []string{"audio/flac"}},
		{"POST", "/speech", speech("mp3"), "", []string{"audio/mpeg"}},
		{"POST", "/speech", speech("opus"), sounds, []string{"audio/opus"}},
		{"POST", "/speech", speech("wav"), "*/*", []string{"audio/wav"}},
		{"POST", "/generate", image(false, "png"), "application/json", []string{"application/json"}},
		{"POST", "/generate", image(false, "png"), pictures, []string{"application/json"}},
		{"POST", "/generate", image(true, "png"), pictures, []string{"image/png"}},
		{"POST", "/generate", map[string]any{"model": "m", "prompt": "p", "return_binary": true}, "", []string{"image/webp"}},
		{"POST", "/generate", map[string]any{"model": "m", "prompt": "p"}, "", []string{"application/json"}},
		{"POST", "/edit", edit, pictures, []string{"image/jpeg", "image/png", "image/webp"}},
		{"POST", "/edit", edit, "image/png", []string{"image/png"}},
		{"POST", "/edit", edit, "", []string{"image/jpeg"}},
		{"POST", "/retrieve", job, "application/json, video/mp4", []string{"application/json", "video/mp4"}},
		{"POST", "/retrieve", job, "*/*", []string{"application/json"}},
		{"GET", "/list", nil, "", []string{"application/json"}},
		{"GET", "/list", nil, "text/csv", []string{"text/csv"}},
		{"POST", "/answer", map[string]any{"model": "m", "input": "x"}, "text/event-stream", []string{"application/json"}},
		{"POST", "/answer", map[string]any{"model": "m", "input": "x", "stream": true}, "", []string{"text/event-stream"}},
	} {
		seen := map[string]bool{}
		for range 30 {
			req := c.request(test.method, test.path, test.body)
			if test.accept != "" {
				req.Header.Set("Accept", test.accept)
			}
			seen[c.send(req).want(t, 200, "").header.Get("Content-Type")] = true
		}
		if got := slices.Sorted(maps.Keys(seen)); !slices.Equal(got, test.want) {
			t.Errorf("%s %v, Accept %q: %v, want %v", test.path, test.body, test.accept, got, test.want)
		}
	}

	for format, want := range map[string]string{"json": "application/json", "text": "text/plain"} {
		req := c.form("/parse", part{"file", "text/plain", "x"}, part{"response_format", "", format})
		if got := c.send(req).want(t, 200, "").header.Get("Content-Type"); got != want {
			t.Errorf("%s: %s", format, got)
		}
	}
}
