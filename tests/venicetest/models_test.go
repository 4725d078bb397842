// Tests of the list of models and of who may use them.

package venicetest_test

import (
	"strings"
	"testing"

	"github.com/venice-go/venice/tests/venicetest"
)

// The list has every kind, each with prices but for video, and what a key may not use is neither listed nor answered.
func TestModelKinds(t *testing.T) {
	srv := venicetest.NewServer(t)
	c := caller{t: t, srv: srv}
	for _, kind := range []string{"text", "code", "embedding", "image", "inpaint", "upscale", "tts", "asr", "music", "video", "decision"} {
		list := c.do("GET", "/models?type="+kind, nil).want(t, 200, `"type":"`+kind+`"`).body["data"].([]any)
		for _, one := range list {
			spec := one.(map[string]any)["model_spec"].(map[string]any)
			if _, priced := spec["pricing"]; priced == (kind == "video") {
				t.Errorf("%s: %v", kind, one)
			}
		}
		if len(list) == 0 {
			t.Errorf("no models of kind %s", kind)
		}
	}
}

func TestModelPrivacy(t *testing.T) {
	srv := venicetest.NewServer(t)
	admin := caller{t, srv, srv.AdminKey()}
	for privacy, want := range map[string]struct{ text, image string }{
		"ALL": {"claude-opus-4-6", "gpt-image-2"}, "PRIVATE_TEXT": {"", "gpt-image-2"}, "PRIVATE_ONLY": {"", ""},
	} {
		body := fields("apiKeyType", "INFERENCE", "description", "d", "modelPrivacy", privacy)
		made := admin.do("POST", "/api_keys", body)
		if made.status == 400 && strings.Contains(made.raw, "modelPrivacy") {
			t.Skip("keys have no modelPrivacy in this revision of the description")
		}
		c := caller{t, srv, made.want(t, 200, "").data(t)["apiKey"].(string)}
		all := c.do("GET", "/models?type=all", nil).want(t, 200, "e2ee-glm-5").raw
		if strings.Contains(all, `"claude-opus-4-6"`) != (want.text != "") || strings.Contains(all, `"gpt-image-2"`) != (want.image != "") {
			t.Errorf("%s: another list", privacy)
		}
		r := c.do("POST", "/image/generate", prompt("model", "gpt-image-2"))
		if want.image != "" {
			r.want(t, 200, "")
			continue
		}
		r.want(t, 403, "This API key is set to 'PRIVATE_ONLY', but `gpt-image-2` is an Anonymous model")
	}
}
