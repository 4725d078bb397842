// Tests of the private models: what they take, in the service's words, and what is in plain without encryption.

package venicetest_test

import (
	"strings"
	"testing"
	"time"

	"github.com/venice-go/venice/tests/venicetest"
)

func TestAttestationsAreLimited(t *testing.T) {
	now := time.Unix(1790000000, 0)
	srv := venicetest.NewServer(t, venicetest.WithClock(func() time.Time { return now }))
	c := caller{t: t, srv: srv}
	nonce := strings.Repeat("0a", 32)
	path := "/tee/attestation?model=e2ee-glm-5&nonce=" + nonce
	for range 10 {
		c.do("GET", path, nil).want(t, 200, `"nonce":"`+nonce)
	}
	c.do("GET", path, nil).want(t, 429, "Rate limit exceeded.")
	now = now.Add(time.Minute)
	c.do("GET", path, nil).want(t, 200, "aci/1")
	c.do("GET", "/tee/attestation?model=zai-org-glm-5-1&nonce="+nonce, nil).want(t, 400, "does not support TEE")
	c.do("GET", "/tee/attestation?model=e2ee-glm-5&nonce=0a", nil).want(t, 400, "nonce")
	c.do("GET", "/tee/signature?model=e2ee-glm-5&request_id=x", nil).want(t, 404, "")
}

// Some of the headers are as good as none: the answer is in plain, without an error.
func TestPrivateChatsRefuse(t *testing.T) {
	srv := venicetest.NewServer(t)
	c := caller{t, srv, srv.InferenceKey()}
	point := "0479be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798483ada7726a3c4655da4fbfc0e1108a8fd17b448a68554199c47d08ffb10d4b8"
	a := c.do("GET", "/tee/attestation?model=e2ee-gemma-3-27b-p&nonce="+strings.Repeat("0a", 32), nil)
	key, _ := a.body["signing_public_key"].(string)
	for _, test := range []struct {
		client, model, algo string
		stream, venice      bool
		status              int
		text                string
	}{
		{"", "", "", true, false, 200, "said: "},
		{point, key, "", true, false, 200, "said: "},
		{point, "", "ecdsa", true, false, 200, "said: "},
		{point, key, "ecdsa", false, false, 400, "E2EE requires streaming"},
		{point, key, "ed25519", true, false, 400, "Invalid E2EE headers: "},
		{"04" + point[:128], key, "ecdsa", true, false, 400, "Invalid E2EE headers: "},
		{point, point, "ecdsa", true, false, 200, "e2ee_attestation_stale"},
		{point, key, "ecdsa", true, true, 400, "do not support"},
		{point, key, "ecdsa", true, false, 400, "Encrypted field is not valid hex"},
	} {
		r := c.request("POST", "/chat/completions", map[string]any{
			"model": "e2ee-gemma-3-27b-p", "stream": test.stream, "messages": []any{map[string]any{"role": "user", "content": "hello"}},
			"venice_parameters": map[string]any{"include_venice_system_prompt": test.venice},
		})
		for name, value := range map[string]string{
			"X-Venice-TEE-Client-Pub-Key": test.client, "X-Venice-TEE-Model-Pub-Key": test.model, "X-Venice-TEE-Signing-Algo": test.algo,
		} {
			if value != "" {
				r.Header.Set(name, value)
			}
		}
		c.send(r).want(t, test.status, test.text)
	}
}
